//! External authentication methods, which are a second factor, and custom controls, which are none.

use super::*;
use crate::directory::external::External;
use crate::directory::group::Group;
use crate::directory::policy::Operator;
use crate::signin::factors::Passed;

const ASK_EXTERNAL: &str = "verify With(External)";
const PASS: &str = "send alice@example.test to the provider of the custom control duo";

fn acme(groups: &[&str]) -> External {
    External {
        provider: Some("local".into()),
        client_id: "example".into(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..External::default()
    }
}

/// Example with an external method for these groups, a custom control, and a policy that demands this.
fn demanding(groups: &[&str], grant: &[&str], operator: Operator) -> Directory {
    let policy = ConditionalAccess { operator, ..everybody(grant) };
    example(|tenant| {
        tenant.groups.insert("staff".into(), Group::default());
        tenant.external_methods.insert("acme".into(), acme(groups));
        tenant.custom_controls.insert("duo".into(), acme(&[]));
        tenant.conditional_access.insert("policy".into(), policy);
    })
}

fn passed(mut case: Case, tenant: &str, control: &str) -> Case {
    case.evidence.passed = vec![Passed { tenant: tenant.into(), control: control.into(), at: now() }];
    case
}

#[test]
fn an_external_method_is_asked_of_those_whose_it_is() {
    type Words = &'static [&'static str];
    let table: [(Words, Words, Words, &str); 7] = [
        (&[], &[], &["mfa"], ASK_EXTERNAL),
        (&["staff"], &["staff"], &["mfa"], ASK_EXTERNAL),
        (&["staff"], &[], &["mfa"], REGISTER),
        // A strength names its methods, and an external one is none of them: what is there is proven, then registered.
        (&[], &[], &["strength:phishing_resistant"], ASK_EXTERNAL),
        (&[], &[], &["strength:mfa"], ASK_EXTERNAL),
        (&["staff"], &[], &["strength:mfa"], REGISTER),
        (&[], &[], &["block"], "no 53003"),
    ];
    for (whose, groups, grant, expected) in table {
        let directory = demanding(whose, grant, Operator::And);
        let directory = with(&directory, ALICE, |user| {
            user.groups = groups.iter().map(|group| (*group).to_owned()).collect();
        });
        assert_eq!(Case::new(directory, ALICE, &[]).word(), expected, "{whose:?} {groups:?} {grant:?}");
    }
}

#[test]
fn r_27_its_word_is_mfa_without_a_word_of_its_own_and_no_strength() {
    let table: [(&[&str], &str); 3] =
        [(&["mfa"], "pwd mfa"), (&["strength:phishing_resistant"], REGISTER), (&["strength:mfa"], REGISTER)];
    for (grant, expected) in table {
        let directory = demanding(&[], grant, Operator::And);
        assert_eq!(Case::new(directory, ALICE, &[Factor::External]).word(), expected, "{grant:?}");
    }
    let directory = demanding(&[], &["mfa"], Operator::And);
    assert_eq!(Case::new(directory.clone(), ALICE, &[]).unasked(), "no 50076");
    // What is registered is asked for first.
    let registered = with(&directory, ALICE, |user| user.methods = code_app());
    assert_eq!(Case::new(registered, ALICE, &[]).word(), ASK_TOTP);
}

#[test]
fn a_guest_is_asked_for_what_the_home_has_and_not_the_host() {
    let john = "john@fabrikam.test";
    let world = |home: &'static str| {
        changed(move |world| {
            let example = world.tenants.get_mut("example").unwrap();
            example.guests.insert(Upn::new(john), Default::default());
            example.conditional_access.insert("mfa".into(), everybody(&["mfa"]));
            world.tenants.get_mut(home).unwrap().external_methods.insert("acme".into(), acme(&[]));
        })
    };
    for (home, expected) in [("fabrikam", ASK_EXTERNAL), ("example", REGISTER)] {
        let mut guest = Case::new(world(home), john, &[]);
        guest.demand = Demand::new(Authority::Tenant("example".into()), "example-web");
        assert_eq!(guest.word(), expected, "{home}");
    }
}

#[test]
fn r_05_a_custom_control_is_met_by_its_providers_word_in_this_sign_in_alone() {
    let demanded = || Case::new(demanding(&[], &["custom_control:duo"], Operator::And), ALICE, &[]);
    assert_eq!(demanded().word(), PASS);
    assert_eq!(demanded().unasked(), "no 50158");
    assert!(demanded().rules().contains(&"R-05".to_owned()));
    let second = Case::new(demanded().directory, ALICE, &[Factor::Totp]);
    assert_eq!(second.word(), PASS, "a second factor is not it");
    for (tenant, control, expected) in [("example", "duo", "pwd"), ("contoso", "duo", PASS), ("example", "acme", PASS)]
    {
        assert_eq!(passed(demanded(), tenant, control).word(), expected, "{tenant} {control}");
    }
    // What somebody else passed counts for nobody.
    let mut other = passed(demanded(), "example", "duo");
    other.evidence.of = Some(Upn::new("bob@example.test"));
    assert_eq!(other.word(), PASS);
    let factors = passed(demanded(), "example", "duo").decide().outcome.unwrap().factors;
    assert_eq!((factors.passed.len(), factors.mfa_at()), (1, None));
    assert!(factors.lasting().passed.is_empty(), "a session does not keep it");
}

#[test]
fn either_a_factor_or_a_control_asks_for_the_one_that_is_there() {
    let grant = ["mfa", "custom_control:duo"];
    let directory = demanding(&["staff"], &grant, Operator::Or);
    let registered = with(&directory, ALICE, |user| user.methods = code_app());
    let table = [
        (Case::new(directory.clone(), ALICE, &[]), PASS),
        (Case::new(registered.clone(), ALICE, &[]), ASK_TOTP),
        (Case::new(registered, ALICE, &[Factor::Totp]), "pwd otp mfa"),
        (passed(Case::new(directory, ALICE, &[]), "example", "duo"), "pwd"),
        // Both, where both are demanded: the factor first.
        (Case::new(demanding(&[], &grant, Operator::And), ALICE, &[]), ASK_EXTERNAL),
        (Case::new(demanding(&[], &grant, Operator::And), ALICE, &[Factor::External]), PASS),
    ];
    for (case, expected) in table {
        assert_eq!(case.word(), expected, "{:?}", case.evidence.passed);
    }
}

#[test]
fn somebody_who_has_no_account_in_the_tenant_cannot_pass_its_controls() {
    let jane = "jane@contoso.test";
    let directory = changed(|world| {
        let adatum = world.tenants.get_mut("adatum").unwrap();
        adatum.custom_controls.insert("duo".into(), acme(&[]));
        adatum.conditional_access.insert("policy".into(), everybody(&["custom_control:duo"]));
    });
    let mut case = Case::new(directory, jane, &[Factor::Totp]);
    case.demand = Demand::new(Authority::Tenant("adatum".into()), "azure-cli");
    assert_eq!(case.word(), "no 50177");
}

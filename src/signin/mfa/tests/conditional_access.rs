//! Conditional access: whom, what, where and how a policy is about, and what it demands.

use super::*;
use crate::directory::policy::{GrantControl, Operator, PersistentBrowser, PolicyState, UserAction};
use crate::directory::role::Role;
use crate::directory::tenant::Guest;
use crate::refusal::Refusal;
use crate::signin::state::Permission;

/// Alice with a code app, under this policy.
fn under(policy: ConditionalAccess) -> Case {
    under_with(policy, |_| {})
}

fn under_with(policy: ConditionalAccess, change: impl FnOnce(&mut EntraTenant)) -> Case {
    let directory = example(|tenant| {
        tenant.conditional_access.insert("policy".into(), policy);
        change(tenant);
    });
    Case::new(with(&directory, ALICE, |user| user.methods = code_app()), ALICE, &[])
}

fn mfa(change: impl FnOnce(&mut ConditionalAccess)) -> ConditionalAccess {
    let mut policy = ConditionalAccess { grant: vec![GrantControl::Mfa], ..ConditionalAccess::default() };
    change(&mut policy);
    policy
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_policy_is_about_those_it_includes_and_does_not_exclude() {
    let alice = Upn::new(ALICE);
    let group = |tenant: &mut EntraTenant| {
        tenant.groups.insert("staff".into(), crate::directory::group::Group::default());
    };
    let member = |case: Case| {
        let directory = with(&case.directory, ALICE, |user| {
            user.groups = strings(&["staff"]);
            user.roles = vec![Role::UserAdmin];
        });
        Case { directory, ..case }
    };
    type Change = Box<dyn Fn(&mut ConditionalAccess)>;
    let table: [(Change, bool); 11] = [
        (Box::new(|_| {}), false),
        (Box::new(|policy| policy.include.all = true), true),
        (Box::new(move |policy| policy.include.users = vec![alice.clone()]), true),
        (Box::new(|policy| policy.include.users = vec![Upn::new("bob@example.test")]), false),
        (Box::new(|policy| policy.include.groups = strings(&["staff"])), true),
        (Box::new(|policy| policy.include.roles = vec![Role::UserAdmin]), true),
        (Box::new(|policy| policy.include.roles = vec![Role::GlobalAdmin]), false),
        (Box::new(|policy| policy.include.guests = true), false),
        (
            Box::new(|policy| {
                policy.include.all = true;
                policy.exclude.users = vec![Upn::new(ALICE)];
            }),
            false,
        ),
        (
            Box::new(|policy| {
                policy.include.all = true;
                policy.exclude.groups = strings(&["staff"]);
            }),
            false,
        ),
        (
            Box::new(|policy| {
                policy.include.all = true;
                policy.exclude.guests = true;
            }),
            true,
        ),
    ];
    for (number, (change, applies)) in table.into_iter().enumerate() {
        let case = member(under_with(mfa(|policy| change(policy)), group));
        assert_eq!(case.word() == ASK_TOTP, applies, "row {number}: {}", case.word());
    }
}

#[test]
fn guests_are_a_group_of_their_own() {
    let john = "john@fabrikam.test";
    let directory = example(|tenant| {
        tenant.guests.insert(Upn::new(john), Guest::default());
        tenant.conditional_access.insert("guests".into(), mfa(|policy| policy.include.guests = true));
    });
    let at_example = |demand: &mut Demand| {
        *demand = Demand::new(Authority::Tenant("example".into()), "example-web");
    };
    assert_eq!(Case::new(directory.clone(), john, &[]).asking(at_example).word(), REGISTER);
    assert_eq!(Case::new(directory.clone(), john, &[Factor::Push]).asking(at_example).word(), "pwd mfa");
    assert_eq!(Case::new(directory, john, &[]).word(), "pwd", "at home nobody asks");
}

#[test]
fn a_policy_is_about_applications_and_what_they_ask_for() {
    let asks_graph = |demand: &mut Demand| {
        demand.permissions = vec![Permission { resource: Some("graph".into()), scope: "User.Read".into() }];
    };
    let asks_both = |demand: &mut Demand| {
        let read = Permission { resource: Some("example-api".into()), scope: "read".into() };
        demand.permissions = vec![read, Permission { resource: Some("graph".into()), scope: "User.Read".into() }];
    };
    let nothing = |_: &mut Demand| {};
    let a_token = |demand: &mut Demand| demand.unnamed = Some("graph".into());
    type Row = (&'static [&'static str], &'static [&'static str], fn(&mut Demand), bool);
    let table: [Row; 23] = [
        (&[], &[], nothing, true),
        (&["all"], &[], nothing, true),
        (&["example-web"], &[], nothing, true),
        (&["dbcb6c58-cb5f-489c-a508-b7d6c183835d"], &[], nothing, true),
        (&["example-spa"], &[], nothing, false),
        (&["graph"], &[], nothing, false),
        (&["graph"], &[], a_token, true),
        (&["graph"], &["graph"], a_token, false),
        (&["all"], &["graph"], a_token, true),
        (&["all"], &["example-web"], a_token, false),
        (&["example-api"], &[], a_token, false),
        (&["graph"], &[], asks_graph, true),
        (&["00000003-0000-0000-c000-000000000000"], &[], asks_graph, true),
        (&["all"], &["example-web"], nothing, false),
        (&["all"], &["graph"], nothing, true),
        (&["all"], &["graph"], asks_graph, false),
        (&["all"], &["graph"], asks_both, true),
        (&["all"], &["graph", "example-api"], asks_both, false),
        (&["graph"], &["example-api"], asks_both, true),
        (&["all"], &["example-web"], asks_graph, true),
        (&["example-web"], &[], asks_both, true),
        (&["example-web"], &["graph"], asks_graph, true),
        (&["example-web", "graph"], &["example-web"], nothing, false),
    ];
    for (apps, except, demand, applies) in table {
        let policy = mfa(|policy| {
            policy.include.all = true;
            policy.apps = strings(apps);
            policy.exclude_apps = strings(except);
        });
        assert_eq!(under(policy.clone()).asking(demand).word() == ASK_TOTP, applies, "{apps:?} but {except:?}");
        let with_context = ConditionalAccess { auth_context: Some("c1".into()), ..policy };
        let asking = |asks: &mut Demand| {
            demand(asks);
            asks.asks.contexts = strings(&["c1"]);
        };
        assert_eq!(under(with_context).asking(asking).word() == ASK_TOTP, applies, "c1: {apps:?} but {except:?}");
    }
}

#[test]
fn a_policy_is_about_kinds_of_client() {
    for (types, client, applies) in [
        (vec![], ClientType::Browser, true),
        (vec![ClientType::Browser], ClientType::Browser, true),
        (vec![ClientType::Browser], ClientType::Mobile, false),
        (vec![ClientType::Legacy, ClientType::Mobile], ClientType::Legacy, true),
    ] {
        let policy = mfa(|policy| {
            policy.include.all = true;
            policy.client_types = types.clone();
        });
        let case = under(policy).asking(|demand| demand.client = client);
        assert_eq!(case.word() == ASK_TOTP, applies, "{types:?} {client:?}");
    }
}

#[test]
fn a_policy_is_about_places_by_their_addresses() {
    use crate::directory::policy::NamedLocation;
    let places = |tenant: &mut EntraTenant| {
        let place =
            |ranges: &[&str], trusted| NamedLocation { ranges: strings(ranges), trusted, ..NamedLocation::default() };
        tenant.named_locations.insert("office".into(), place(&["10.0.0.0/8", "2001:db8::/32"], true));
        tenant.named_locations.insert("cafe".into(), place(&["192.0.2.7/32"], false));
    };
    type Row = (&'static [&'static str], &'static [&'static str], Option<&'static str>, bool);
    let table: [Row; 13] = [
        (&[], &["office"], Some("10.1.2.3"), false),
        (&[], &["office"], Some("11.1.2.3"), true),
        (&[], &["office"], Some("::ffff:10.1.2.3"), false),
        (&[], &["office"], Some("2001:db8::1"), false),
        (&[], &["office"], Some("2001:db9::1"), true),
        (&[], &["office"], None, true),
        (&["cafe"], &[], Some("192.0.2.7"), true),
        (&["cafe"], &[], Some("192.0.2.8"), false),
        (&["cafe"], &[], None, false),
        (&["all"], &["trusted"], Some("10.1.2.3"), false),
        (&["all"], &["trusted"], Some("192.0.2.7"), true),
        (&["trusted"], &[], Some("10.1.2.3"), true),
        (&["trusted"], &[], Some("192.0.2.7"), false),
    ];
    for (include, exclude, ip, applies) in table {
        let policy = mfa(|policy| {
            policy.include.all = true;
            policy.locations.include = strings(include);
            policy.locations.exclude = strings(exclude);
        });
        let case = under_with(policy, places);
        let case = match ip {
            Some(ip) => case.from(ip),
            None => case,
        };
        assert_eq!(case.word() == ASK_TOTP, applies, "{include:?} but {exclude:?} from {ip:?}");
    }
}

#[test]
fn what_a_policy_demands_is_asked_for_and_all_of_them_must_be_met() {
    let grant = |words: &[&str], operator| {
        let mut policy = everybody(words);
        policy.operator = operator;
        under(policy)
    };
    let proven = |mut case: Case, factor| {
        case.session.accounts[0].factors.second.push(Second { with: factor, at: now() });
        case
    };
    let table = [
        (grant(&["block"], Operator::And), "no 53003"),
        (grant(&["mfa"], Operator::And), ASK_TOTP),
        (grant(&["terms"], Operator::And), "terms of policy"),
        (grant(&["mfa", "terms"], Operator::And), ASK_TOTP),
        (proven(grant(&["mfa", "terms"], Operator::And), Factor::Totp), "terms of policy"),
        (grant(&["mfa", "terms"], Operator::Or), ASK_TOTP),
        (proven(grant(&["mfa", "terms"], Operator::Or), Factor::Totp), "pwd otp mfa"),
        (grant(&["strength:mfa"], Operator::And), ASK_TOTP),
        (proven(grant(&["strength:mfa"], Operator::And), Factor::Totp), "pwd otp mfa"),
        // What is registered is proven before anything stronger may be registered.
        (grant(&["strength:phishing-resistant"], Operator::And), ASK_TOTP),
        (proven(grant(&["strength:phishing-resistant"], Operator::And), Factor::Totp), REGISTER),
        (proven(grant(&["strength:phishing-resistant"], Operator::And), Factor::Remembered), REGISTER),
        (proven(grant(&["strength:phishing-resistant"], Operator::And), Factor::Passkey), "pwd fido mfa"),
        (proven(grant(&["strength:passwordless"], Operator::And), Factor::Push), REGISTER),
        (proven(grant(&["strength:passwordless"], Operator::And), Factor::Passkey), "pwd fido mfa"),
        (grant(&[], Operator::And), "pwd"),
    ];
    for (case, expected) in table {
        assert_eq!(
            case.word(),
            expected,
            "{:?}",
            case.directory.world().tenants.get("example").unwrap().conditional_access
        );
    }
    // A policy that demands a code app and one that demands a passkey cannot both be met by one of the two.
    let directory = example(|tenant| {
        tenant.conditional_access.insert("a".into(), everybody(&["mfa"]));
        tenant.conditional_access.insert("b".into(), everybody(&["strength:phishing-resistant"]));
    });
    let directory = with(&directory, ALICE, |user| user.methods = code_app());
    let asked = Case::new(directory.clone(), ALICE, &[]);
    assert_eq!((asked.word().as_str(), asked.unasked().as_str()), (ASK_TOTP, "no 50076"));
    let proven = Case::new(directory, ALICE, &[Factor::Totp]);
    assert_eq!((proven.word().as_str(), proven.unasked().as_str()), (REGISTER, "no 50079"));
}

#[test]
fn of_several_alternatives_any_will_do() {
    let mut either = everybody(&["strength:phishing-resistant", "mfa"]);
    either.operator = Operator::Or;
    assert_eq!(under(either).word(), ASK_TOTP);
}

#[test]
fn a_strength_of_the_tenants_own_takes_what_it_names() {
    use crate::directory::policy::Combination;
    let strong = |tenant: &mut EntraTenant| {
        tenant.authentication_strengths.insert("by-phone".into(), vec![Combination::Sms, Combination::Call]);
    };
    let case = || {
        let case = under_with(everybody(&["strength:by-phone"]), strong);
        let directory = with(&case.directory, ALICE, |user| user.methods.sms = Some("+1 555 0100".into()));
        Case { directory, ..case }
    };
    assert_eq!(case().word(), "verify With(Sms)");
    let mut proven = case();
    proven.session.accounts[0].factors.second.push(Second { with: Factor::Totp, at: now() });
    assert_eq!(proven.word(), "verify With(Sms)");
    assert_eq!(proven.unasked(), "no 50074", "a second factor was proven, but not one of those");
}

#[test]
fn report_only_is_recorded_and_not_enforced_and_what_is_off_is_neither() {
    for (state, word, recorded) in [
        (PolicyState::Enabled, "no 53003", true),
        (PolicyState::ReportOnly, "pwd", true),
        (PolicyState::Disabled, "pwd", false),
    ] {
        let case = under(ConditionalAccess { state, ..everybody(&["block"]) });
        assert_eq!(case.word(), word, "{state:?}");
        assert_eq!(case.rules().contains(&"R-05".to_owned()), recorded, "{state:?}");
    }
}

#[test]
fn a_sign_in_frequency_asks_again_for_both_factors() {
    let policy = |grant: &[&str]| {
        let mut policy = everybody(grant);
        policy.session.sign_in_frequency = Some(Span::hours(4));
        policy
    };
    let case = |grant: &[&str], second: &[Factor], later| {
        let case = under(policy(grant));
        Case { session: Case::new(case.directory.clone(), ALICE, second).session, ..case }.later(later)
    };
    let (soon, late) = (Span::hours(3), Span::hours(5));
    assert_eq!(case(&[], &[], soon).word(), "pwd");
    assert_eq!(case(&[], &[], late).word(), "password again");
    assert_eq!(case(&[], &[], late).unasked(), "no 70044");
    assert_eq!(case(&["mfa"], &[Factor::Totp], soon).word(), "pwd otp mfa");
    assert_eq!(case(&["mfa"], &[Factor::Totp], late).word(), "password again");
    // The password was typed again; the code is still that of the morning.
    let mut again = case(&["mfa"], &[Factor::Totp], late);
    again.session.accounts[0].factors.at = again.now;
    assert_eq!(again.word(), ASK_TOTP);
    assert_eq!(again.unasked(), "no 50078");
    // Who has no password shows again what they showed first.
    let mut passkey = case(&[], &[], late);
    passkey.directory = with(&passkey.directory, ALICE, |user| {
        user.password = None;
        user.methods.passkeys.insert("passkey-1".into(), crate::directory::user::Passkey::default());
    });
    passkey.evidence.instead = Some(crate::signin::factors::First::Passkey);
    assert_eq!(passkey.word(), "ask alice@example.test for a passkey");
}

#[test]
fn a_policy_decides_whether_the_browser_stays_signed_in() {
    let stays = |said: Option<PersistentBrowser>, offered: bool| {
        let mut policy = everybody(&[]);
        policy.session.persistent_browser = said;
        let mut case = under_with(policy, |tenant| tenant.stay_signed_in = offered);
        let shown = crate::signin::state::FirstProof {
            upn: Upn::new(ALICE),
            with: crate::signin::factors::First::Password,
            at: now(),
        };
        case.evidence.first = Some(shown);
        case.decide().outcome.map(|done| done.stays)
    };
    assert_eq!(stays(Some(PersistentBrowser::Always), true), Ok(true));
    assert_eq!(stays(Some(PersistentBrowser::Never), true), Ok(false));
    assert_eq!(stays(None, false), Ok(false));
    assert!(matches!(stays(None, true), Err(Step::AskStaySignedIn { .. })));
}

#[test]
fn a_policy_with_a_context_waits_until_somebody_asks_for_it() {
    let policy = || {
        let mut policy = everybody(&["mfa"]);
        policy.auth_context = Some("c1".into());
        policy
    };
    let asks = |contexts: &[&str]| {
        let contexts = strings(contexts);
        under(policy()).asking(|demand| demand.asks.contexts = contexts)
    };
    assert_eq!(asks(&[]).word(), "pwd");
    assert_eq!(asks(&["c2"]).word(), "pwd");
    assert_eq!(asks(&["c1"]).word(), ASK_TOTP);
    let mut proven = asks(&["c1", "c2"]);
    proven.session.accounts[0].factors.second.push(Second { with: Factor::Totp, at: now() });
    assert_eq!(proven.decide().outcome.unwrap().contexts, ["c1", "c2"]);
}

#[test]
fn the_challenge_names_the_policy_and_the_context() {
    let refusal = |policy: ConditionalAccess| -> Refusal {
        let case = under(policy).asking(|demand| {
            demand.prompt = Prompt::None;
            demand.asks.contexts = strings(&["c1"]);
        });
        match case.decide().outcome {
            Err(Step::Refuse(refusal)) => refusal,
            other => panic!("a refusal, not {other:?}"),
        }
    };
    let told = |refusal: Refusal| -> serde_json::Value { serde_json::from_str(&refusal.claims.unwrap()).unwrap() };
    let plain = told(refusal(everybody(&["mfa"])));
    let id = plain["access_token"]["capolids"]["values"][0].as_str().unwrap().to_owned();
    assert_eq!(plain, serde_json::json!({"access_token": {"capolids": {"essential": true, "values": [id]}}}));
    let mut with_context = everybody(&["mfa"]);
    with_context.auth_context = Some("c1".into());
    let told = told(refusal(with_context));
    assert_eq!(told["access_token"]["acrs"], serde_json::json!({"essential": true, "value": "c1"}));
}

#[test]
fn a_policy_about_registering_says_nothing_about_signing_in() {
    let policy = |grant: &[&str]| {
        let mut policy = everybody(grant);
        policy.user_actions = vec![UserAction::RegisterSecurityInfo];
        policy
    };
    assert_eq!(under(policy(&["block"])).word(), "pwd");
    let action = |demand: &mut Demand| demand.action = Some(UserAction::RegisterSecurityInfo);
    assert_eq!(under(policy(&["block"])).asking(action).word(), "no 53003");
    assert_eq!(under(policy(&["mfa"])).asking(action).word(), ASK_TOTP);
    // Nor may it be got round by being asked to register at a sign-in.
    let directory = example(|tenant| {
        tenant.per_user_mfa = PerUserMfa::Enforced;
        tenant.conditional_access.insert("policy".into(), policy(&["block"]));
    });
    assert_eq!(Case::new(directory, ALICE, &[]).word(), "no 53003");
}

/// Registration is guarded by this policy, and something has to be registered at this sign-in.
fn guarded(grant: &[&str], second: &[Factor], change: impl FnOnce(&mut ConditionalAccess)) -> Case {
    let mut guard = everybody(grant);
    guard.user_actions = vec![UserAction::RegisterSecurityInfo];
    change(&mut guard);
    let directory = example(|tenant| {
        tenant.conditional_access.insert("demand".into(), everybody(&["strength:phishing-resistant"]));
        tenant.conditional_access.insert("guard".into(), guard);
    });
    Case::new(directory, ALICE, second)
}

#[test]
fn whoever_registers_must_have_proven_what_the_policies_about_that_demand() {
    let as_is = |_: &mut ConditionalAccess| {};
    let report_only = |policy: &mut ConditionalAccess| policy.state = PolicyState::ReportOnly;
    let soon = |policy: &mut ConditionalAccess| policy.session.sign_in_frequency = Some(Span::hours(1));
    let late = |policy: &mut ConditionalAccess| policy.session.sign_in_frequency = Some(Span::seconds(30));
    type Change = fn(&mut ConditionalAccess);
    type Row = (&'static [&'static str], &'static [Factor], Change, &'static str);
    let table: [Row; 10] = [
        (&["mfa"], &[], as_is, "no 53003"),
        (&["mfa"], &[Factor::Push], as_is, REGISTER),
        (&["mfa"], &[Factor::AccessPass], as_is, REGISTER),
        (&["strength:phishing-resistant"], &[Factor::AccessPass], as_is, "no 53003"),
        (&["terms"], &[], as_is, "no 53003"),
        (&[], &[], soon, REGISTER),
        (&[], &[], late, "no 53003"),
        (&["block"], &[Factor::Push], as_is, "no 53003"),
        (&["block"], &[], report_only, REGISTER),
        (&["mfa"], &[], report_only, REGISTER),
    ];
    for (number, (grant, second, change, expected)) in table.into_iter().enumerate() {
        let case = guarded(grant, second, change);
        assert_eq!(case.word(), expected, "row {number}");
        let told = case.decide().because.iter().any(|one| one.text.contains("policy guard"));
        assert!(told, "row {number}: {:?}", case.decide().because);
    }
}

#[test]
fn a_temporary_access_pass_is_asked_for_before_a_guarded_registration() {
    let case = guarded(&["mfa"], &[], |_| {});
    let pass = crate::directory::user::AccessPass { code: Secret::new("TAP-1"), ..Default::default() };
    let directory = with(&case.directory, ALICE, |user| user.methods.access_pass = Some(pass));
    let mut case = Case { directory, ..case };
    assert_eq!(case.word(), "verify With(AccessPass)");
    case.evidence.second.push(Second { with: Factor::AccessPass, at: now() });
    assert_eq!(case.word(), REGISTER);
}

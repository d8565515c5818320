//! The pipeline as tables: what is demanded, what is known, and what must happen next.

use super::factors::{Factors, First};
use super::next_step;
use super::session::{Session, SignedIn};
use super::state::{
    Authenticated, Authority, ConsentAnswer, Demand, Evidence, Facts, FirstProof, Permission, Prompt, Step,
};
use crate::directory::Directory;
use crate::directory::tenant::Guest;
use crate::directory::world;
use crate::id::Upn;
use crate::refusal::Code;
use crate::time::{Span, Timestamp};

const ALICE: &str = "alice@example.test";
const BOB: &str = "bob@example.test";
const JOHN: &str = "john@fabrikam.test";
const GRETA: &str = "greta@fabrikam.test";

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn partner() -> Directory {
    Directory::new(world::partner().unwrap()).unwrap()
}

fn demand() -> Demand {
    Demand::new(Authority::Tenant("example".into()), "example-web")
}

/// A browser in which these people signed in a minute ago.
fn session(people: &[&str]) -> Session {
    let directory = partner();
    let account = |name: &&str| {
        let upn = Upn::new(name);
        SignedIn {
            home: directory.account(&upn).unwrap().home.place(),
            factors: Factors::password(now().plus(Span::seconds(-60))),
            sid: format!("sid of {upn}"),
            apps: vec![],
            epoch: String::new(),
            flow: String::new(),
            upn,
        }
    };
    Session { accounts: people.iter().map(account).collect(), persistent: false }
}

fn typed(name: &str, password: bool) -> Evidence {
    let upn = Upn::new(name);
    let shown = FirstProof { upn: upn.clone(), with: First::Password, at: now() };
    Evidence { first: password.then_some(shown), chosen: Some(upn), ..Evidence::default() }
}

fn decide(
    directory: &Directory,
    demand: &Demand,
    session: &Session,
    evidence: &Evidence,
) -> Result<Authenticated, Step> {
    next_step(&Facts { directory, demand, evidence, session, now: now(), ip: None, remembered: &[] }).outcome
}

/// The outcome in a word that fits into a table.
fn word(outcome: Result<Authenticated, Step>) -> String {
    match outcome {
        Ok(done) => format!("{} in {}", done.upn, done.tenant),
        Err(Step::AskUsername { suggestion }) => format!("name? {suggestion}"),
        Err(Step::PickAccount) => "which?".into(),
        Err(Step::AskPassword { upn }) => format!("password of {upn}?"),
        Err(Step::GoToProvider(journey)) => format!("to the provider of {}", journey.domain),
        Err(Step::AskPasswordAgain { upn }) => format!("password of {upn} again?"),
        Err(Step::AskInstead { upn, with, .. }) => format!("{with:?} of {upn}?"),
        Err(Step::Verify(question)) => format!("{:?} of {}?", question.page, question.upn),
        Err(Step::Register(question)) => format!("register {:?} of {}?", question.page, question.upn),
        Err(Step::AskTerms { policy, .. }) => format!("terms of {policy}?"),
        Err(Step::AskStaySignedIn { .. }) => "stay?".into(),
        Err(Step::AskConsent(question)) => format!("consent of {}?", question.upn),
        Err(Step::PassControl(question)) => format!("control {}", question.control),
        Err(Step::Refuse(refusal)) => format!("no {}", refusal.code.number()),
    }
}

#[test]
fn who_is_asked_what_depends_on_prompt_hint_and_who_is_signed_in() {
    let hint = |name: &str| Some(name.to_owned());
    let alice_in = "alice@example.test in example";
    let table = [
        (Prompt::AsNeeded, None, &[][..], "name? "),
        (Prompt::AsNeeded, hint(ALICE), &[], "password of alice@example.test?"),
        (Prompt::AsNeeded, hint("nobody@example.test"), &[], "name? nobody@example.test"),
        (Prompt::AsNeeded, None, &[ALICE], alice_in),
        (Prompt::AsNeeded, hint(ALICE), &[ALICE, BOB], alice_in),
        (Prompt::AsNeeded, hint(BOB), &[ALICE], "password of bob@example.test?"),
        (Prompt::AsNeeded, None, &[ALICE, BOB], "which?"),
        (Prompt::AsNeeded, None, &[JOHN], "name? "),
        (Prompt::AsNeeded, None, &[JOHN, ALICE], alice_in),
        (Prompt::Login, None, &[ALICE], "name? "),
        (Prompt::Login, hint(ALICE), &[ALICE], "password of alice@example.test?"),
        (Prompt::SelectAccount, None, &[ALICE], "which?"),
        (Prompt::SelectAccount, None, &[], "name? "),
        (Prompt::None, None, &[], "no 50058"),
        (Prompt::None, hint(BOB), &[ALICE], "no 50058"),
        (Prompt::None, None, &[ALICE, BOB], "no 16000"),
        (Prompt::None, None, &[ALICE], alice_in),
    ];
    let directory = partner();
    for (prompt, login_hint, people, expected) in table {
        let demand = Demand { prompt, login_hint, ..demand() };
        let outcome = decide(&directory, &demand, &session(people), &Evidence::default());
        assert_eq!(word(outcome), expected, "{prompt:?} {:?} {people:?}", demand.login_hint);
    }
}

#[test]
fn a_session_counts_for_as_long_as_the_request_allows() {
    let directory = partner();
    for (seconds, expected) in [
        (61, "alice@example.test in example"),
        (59, "password of alice@example.test?"),
        (0, "password of alice@example.test?"),
    ] {
        let demand = Demand { max_age: Some(Span::seconds(seconds)), ..demand() };
        assert_eq!(word(decide(&directory, &demand, &session(&[ALICE]), &Evidence::default())), expected, "{seconds}");
        let passive = Demand { prompt: Prompt::None, ..demand };
        let outcome = word(decide(&directory, &passive, &session(&[ALICE]), &Evidence::default()));
        assert_eq!(outcome, if seconds == 61 { expected } else { "no 50058" }, "{seconds}");
    }
}

#[test]
fn a_tenant_lets_in_its_members_and_guests_and_nobody_else() {
    let mut guests = partner();
    guests = guests
        .changed(|world| {
            let example = world.tenants.get_mut("example").unwrap();
            example.guests.insert(Upn::new(JOHN), Guest::default());
        })
        .unwrap();
    let at = |authority: Authority, app: &str| Demand { authority, app: app.into(), ..demand() };
    let table = [
        (at(Authority::Tenant("example".into()), "example-web"), ALICE, "alice@example.test in example"),
        (at(Authority::Tenant("example".into()), "example-web"), JOHN, "john@fabrikam.test in example"),
        (at(Authority::Tenant("example".into()), "example-web"), GRETA, "no 50020"),
        (at(Authority::Common, "azure-cli"), GRETA, "greta@fabrikam.test in fabrikam"),
        (at(Authority::Organizations, "azure-cli"), JOHN, "john@fabrikam.test in fabrikam"),
        (at(Authority::Organizations, "example-web"), JOHN, "no 700016"),
        (at(Authority::Consumers, "azure-cli"), ALICE, "no 90124"),
        (at(Authority::Tenant("wingtip".into()), "azure-cli"), "trent@wingtip.test", "to the provider of wingtip.test"),
        (at(Authority::Tenant("example".into()), "example-web"), "nobody@example.test", "no 50034"),
    ];
    for (demand, name, expected) in table {
        let outcome = decide(&guests, &demand, &Session::default(), &typed(name, true));
        assert_eq!(word(outcome), expected, "{name} at {:?} for {}", demand.authority, demand.app);
    }
}

#[test]
fn a_guest_has_the_object_id_of_the_tenant_it_visits() {
    let directory = partner()
        .changed(|world| {
            world.tenants.get_mut("example").unwrap().guests.insert(Upn::new(JOHN), Guest::default());
        })
        .unwrap();
    let done = decide(&directory, &demand(), &Session::default(), &typed(JOHN, true)).unwrap();
    let home = directory.account(&Upn::new(JOHN)).unwrap().user.id;
    assert_ne!(done.object, home);
    assert_eq!((done.home.as_str(), done.tenant.as_str()), ("fabrikam", "example"));
}

#[test]
fn consent_is_asked_once_of_whoever_may_give_it() {
    let directory = partner();
    let scope =
        |resource: Option<&str>, scope: &str| Permission { resource: resource.map(str::to_owned), scope: scope.into() };
    let (read, write) = (scope(Some("example-api"), "read"), scope(Some("example-api"), "write"));
    let everything = scope(Some("graph"), "Directory.Read.All");
    let said = |answer| Evidence { consent: Some(answer), ..typed(ALICE, true) };
    let table = [
        (vec![read.clone(), scope(None, "openid")], typed(ALICE, true), "alice@example.test in example"),
        (vec![write.clone()], typed(ALICE, true), "consent of alice@example.test?"),
        (vec![write.clone()], said(ConsentAnswer::ForMe), "alice@example.test in example"),
        (vec![write.clone()], said(ConsentAnswer::Declined), "no 65004"),
        (vec![everything], typed(ALICE, true), "no 90094"),
    ];
    for (permissions, evidence, expected) in table {
        let demand = Demand { permissions, ..demand() };
        let outcome = decide(&directory, &demand, &Session::default(), &evidence);
        assert_eq!(word(outcome), expected, "{:?}", demand.permissions);
    }
    let passive = Demand { prompt: Prompt::None, permissions: vec![write.clone()], ..demand() };
    assert_eq!(word(decide(&directory, &passive, &session(&[ALICE]), &Evidence::default())), "no 65001");
    // Somebody who may not speak for all and says so anyway has spoken for themselves.
    let demand = Demand { permissions: vec![write.clone()], ..demand() };
    let done = decide(&directory, &demand, &Session::default(), &said(ConsentAnswer::ForEveryone)).unwrap();
    assert_eq!(done.agreed, Some((ConsentAnswer::ForMe, vec![write])));
}

#[test]
fn a_disabled_account_a_disabled_application_and_a_missing_assignment_are_each_refused() {
    let change = |change: fn(&mut world::World)| partner().changed(change).unwrap();
    let account =
        change(|world| std::sync::Arc::make_mut(world.users.get_mut(&Upn::new(ALICE)).unwrap()).enabled = false);
    let app = change(|world| std::sync::Arc::make_mut(world.apps.get_mut("example-web").unwrap()).disabled = true);
    let unassigned =
        change(|world| std::sync::Arc::make_mut(world.apps.get_mut("example-web").unwrap()).assignment_required = true);
    for (directory, code) in
        [(account, Code::AccountDisabled), (app, Code::AppDisabled), (unassigned, Code::NotAssigned)]
    {
        let outcome = decide(&directory, &demand(), &Session::default(), &typed(ALICE, true));
        assert_eq!(word(outcome), format!("no {}", code.number()));
    }
}

#[test]
fn staying_signed_in_is_offered_after_a_password_where_the_tenant_offers_it() {
    let directory = partner().changed(|world| world.tenants.get_mut("example").unwrap().stay_signed_in = true).unwrap();
    let fresh = typed(ALICE, true);
    assert_eq!(word(decide(&directory, &demand(), &Session::default(), &fresh)), "stay?");
    let answered = Evidence { stay: Some(false), ..fresh.clone() };
    assert_eq!(word(decide(&directory, &demand(), &Session::default(), &answered)), "alice@example.test in example");
    assert_eq!(
        word(decide(&directory, &demand(), &session(&[ALICE]), &Evidence::default())),
        "alice@example.test in example"
    );
    assert_eq!(word(decide(&partner(), &demand(), &Session::default(), &fresh)), "alice@example.test in example");
}

#[test]
fn every_decision_says_why() {
    let directory = partner();
    let facts = |evidence| (evidence, session(&[]));
    let (evidence, session) = facts(typed(ALICE, true));
    let decision = next_step(&Facts {
        directory: &directory,
        demand: &demand(),
        evidence: &evidence,
        session: &session,
        now: now(),
        ip: None,
        remembered: &[],
    });
    let rules: Vec<&str> = decision.because.iter().map(|one| &*one.rule).collect();
    assert_eq!(rules, ["R-10", "R-27"]);
}

#[test]
fn r_82_a_refusals_own_reasons_are_told_once_with_those_of_the_decision_and_about_whom() {
    let (directory, evidence, session) = (partner(), typed("gwen@contoso.test", true), session(&[]));
    for prompt in [Prompt::AsNeeded, Prompt::None] {
        let demand = Demand { prompt, ..Demand::new(Authority::Tenant("adatum".into()), "example-web") };
        let (now, evidence, session) = (now(), &evidence, &session);
        let facts = Facts { directory: &directory, demand: &demand, evidence, session, now, ip: None, remembered: &[] };
        let decision = next_step(&facts);
        let rules: Vec<&str> = decision.because.iter().map(|one| &*one.rule).collect();
        assert_eq!(rules, ["R-10", "R-27", "R-55"], "{prompt:?}");
        assert_eq!(decision.about, Some(Upn::new("gwen@contoso.test")));
        let Err(Step::Refuse(refusal)) = decision.outcome else { panic!("no refusal: {:?}", decision.outcome) };
        assert_eq!((refusal.code, refusal.because), (Code::AccountNotInTenant, vec![]));
    }
}

//! The decision as tables: a policy, a state, what was proven, and what must happen next.

mod conditional_access;
mod external;
mod federated;
mod registration;

use std::sync::Arc;

use crate::directory::policy::{ConditionalAccess, GrantControl, PerUserMfa};
use crate::directory::tenant::EntraTenant;
use crate::directory::user::{Methods, Secret, User};
use crate::directory::world::{self, World};
use crate::directory::{Directory, policy::ClientType};
use crate::id::Upn;
use crate::journal::Because;
use crate::signin::factors::{Factor, Factors, First, Second};
use crate::signin::next_step;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::{Authority, Decision, Demand, Evidence, Facts, FirstProof, Prompt, Remembered, Step};
use crate::time::{Span, Timestamp};

const ALICE: &str = "alice@example.test";
const TOTP: &str = "MIAMIAMIAMIAMIAMIAMIAMIAMIAMIAMI";

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// The built-in world, with this changed at Example.
fn example(change: impl FnOnce(&mut EntraTenant)) -> Directory {
    changed(|world| change(world.tenants.get_mut("example").unwrap()))
}

fn changed(change: impl FnOnce(&mut World)) -> Directory {
    Directory::new(world::partner().unwrap()).unwrap().changed(change).unwrap()
}

/// An account, changed.
fn with(directory: &Directory, name: &str, change: impl FnOnce(&mut User)) -> Directory {
    directory.changed(|world| change(Arc::make_mut(world.users.get_mut(&Upn::new(name)).unwrap()))).unwrap()
}

fn code_app() -> Methods {
    Methods { totp: Some(Secret::new(TOTP)), ..Methods::default() }
}

/// A sign-in under way.
struct Case {
    directory: Directory,
    demand: Demand,
    evidence: Evidence,
    session: Session,
    now: Timestamp,
    ip: Option<&'static str>,
    remembered: Vec<Remembered>,
}

impl Case {
    /// Somebody who has proven this a minute ago, at the application Example Web or Microsoft's own where they live.
    fn new(directory: Directory, name: &str, second: &[Factor]) -> Self {
        let upn = Upn::new(name);
        let home = directory.account(&upn).unwrap().home;
        let at = now().plus(Span::minutes(-1));
        let second = second.iter().map(|with| Second { with: *with, at });
        let account = SignedIn {
            home: home.place(),
            factors: Factors::password(at).and(second),
            sid: String::new(),
            apps: vec![],
            epoch: String::new(),
            flow: String::new(),
            upn: upn.clone(),
        };
        let app = if home.handle() == "example" { "example-web" } else { "azure-cli" };
        Self {
            demand: Demand::new(Authority::Tenant(home.handle().to_owned()), app),
            evidence: Evidence { chosen: Some(upn.clone()), of: Some(upn), ..Evidence::default() },
            session: Session { accounts: vec![account], persistent: false },
            now: now(),
            ip: None,
            remembered: Vec::new(),
            directory,
        }
    }

    fn asking(mut self, change: impl FnOnce(&mut Demand)) -> Self {
        change(&mut self.demand);
        self
    }

    fn from(mut self, ip: &'static str) -> Self {
        self.ip = Some(ip);
        self
    }

    fn later(mut self, span: Span) -> Self {
        self.now = now().plus(span);
        self
    }

    fn decide(&self) -> Decision {
        next_step(&Facts {
            directory: &self.directory,
            demand: &self.demand,
            evidence: &self.evidence,
            session: &self.session,
            now: self.now,
            ip: self.ip.map(|ip| ip.parse().unwrap()),
            remembered: &self.remembered,
        })
    }

    /// The outcome in words that fit into a table.
    fn word(&self) -> String {
        match self.decide().outcome {
            Ok(done) => done.factors.amr().words().join(" "),
            Err(Step::Verify(question)) => format!("verify {:?}", question.page),
            Err(Step::Register(question)) => format!("register {:?} {:?}", question.page, question.grace),
            Err(Step::AskPasswordAgain { .. }) => "password again".into(),
            Err(Step::AskTerms { policy, .. }) => format!("terms of {policy}"),
            Err(Step::Refuse(refusal)) => format!("no {}", refusal.code.number()),
            Err(other) => other.summary(),
        }
    }

    /// The same where nobody can be asked.
    fn unasked(mut self) -> String {
        self.demand.prompt = Prompt::None;
        self.word()
    }

    fn rules(&self) -> Vec<String> {
        self.decide().because.into_iter().map(|one: Because| one.rule.into_owned()).collect()
    }
}

const ASK_TOTP: &str = "verify With(Totp)";
const REGISTER: &str = "register MoreInformation None";

#[test]
fn every_policy_meets_every_state_and_every_evidence() {
    type Change = fn(&mut EntraTenant);
    let none: Change = |_| {};
    let defaults: Change = |tenant| tenant.security_defaults = true;
    let baseline: Change = |tenant| tenant.admins_baseline = true;
    let enabled: Change = |tenant| tenant.per_user_mfa = PerUserMfa::Enabled;
    let enforced: Change = |tenant| tenant.per_user_mfa = PerUserMfa::Enforced;
    let conditional: Change = |tenant| {
        tenant.conditional_access.insert("mfa".into(), everybody(&["mfa"]));
    };
    // Of an ordinary user and of an administrator: nothing registered, a code app registered, and that proven.
    let table: [(&str, Change, [&str; 3], [&str; 3]); 6] = [
        ("nothing", none, ["pwd", "pwd", "pwd otp mfa"], ["pwd", "pwd", "pwd otp mfa"]),
        ("R-02", defaults, [REGISTER, "pwd", "pwd otp mfa"], [REGISTER, ASK_TOTP, "pwd otp mfa"]),
        ("R-03", baseline, ["pwd", "pwd", "pwd otp mfa"], [REGISTER, ASK_TOTP, "pwd otp mfa"]),
        ("R-04", enabled, [REGISTER, ASK_TOTP, "pwd otp mfa"], [REGISTER, ASK_TOTP, "pwd otp mfa"]),
        ("R-04", enforced, [REGISTER, ASK_TOTP, "pwd otp mfa"], [REGISTER, ASK_TOTP, "pwd otp mfa"]),
        ("R-05", conditional, [REGISTER, ASK_TOTP, "pwd otp mfa"], [REGISTER, ASK_TOTP, "pwd otp mfa"]),
    ];
    for (rule, change, user, admin) in table {
        for (roles, expected) in [(vec![], user), (vec![crate::directory::role::Role::UserAdmin], admin)] {
            let directory = with(&example(change), ALICE, |user| user.roles = roles.clone());
            let registered = with(&directory, ALICE, |user| user.methods = code_app());
            let cases = [
                Case::new(directory, ALICE, &[]),
                Case::new(registered.clone(), ALICE, &[]),
                Case::new(registered, ALICE, &[Factor::Totp]),
            ];
            for (case, expected) in cases.into_iter().zip(expected) {
                assert_eq!(case.word(), expected, "{rule} {roles:?}");
                let named = case.rules().iter().any(|known| known == rule);
                let concerned = rule != "R-03" || !roles.is_empty();
                assert!(rule == "nothing" || named == concerned, "{rule}: {:?}", case.rules());
                let passive = match expected {
                    REGISTER => "no 50079",
                    ASK_TOTP => "no 50076",
                    done => done,
                };
                assert_eq!(case.unasked(), passive, "{rule} {roles:?}");
            }
        }
    }
}

fn everybody(grant: &[&str]) -> ConditionalAccess {
    let mut policy = ConditionalAccess {
        grant: grant.iter().map(|word| GrantControl::from((*word).to_owned())).collect(),
        ..ConditionalAccess::default()
    };
    policy.include.all = true;
    policy
}

#[test]
fn r_20_registered_is_not_enabled() {
    let directory = with(&changed(|_| {}), ALICE, |user| user.methods = code_app());
    assert_eq!(Case::new(directory, ALICE, &[]).word(), "pwd");
}

#[test]
fn r_04_a_users_own_state_wins_over_the_tenants() {
    let directory = example(|tenant| tenant.per_user_mfa = PerUserMfa::Enforced);
    let exempt = with(&directory, ALICE, |user| user.per_user_mfa = Some(PerUserMfa::Disabled));
    assert_eq!(Case::new(directory, ALICE, &[]).word(), REGISTER);
    assert_eq!(Case::new(exempt, ALICE, &[]).word(), "pwd");
}

#[test]
fn r_06_the_application_asks_for_itself() {
    let plain = || changed(|_| {});
    let mfa = |demand: &mut Demand| demand.asks.mfa = Some("acr_values=mfa".into());
    let if_registered = |demand: &mut Demand| demand.asks.if_registered = true;
    let registered = with(&plain(), ALICE, |user| user.methods = code_app());
    let table = [
        (Case::new(plain(), ALICE, &[]).asking(mfa), REGISTER),
        (Case::new(registered.clone(), ALICE, &[]).asking(mfa), ASK_TOTP),
        (Case::new(registered.clone(), ALICE, &[Factor::Totp]).asking(mfa), "pwd otp mfa"),
        (Case::new(plain(), ALICE, &[]).asking(if_registered), "pwd"),
        (Case::new(registered, ALICE, &[]).asking(if_registered), ASK_TOTP),
    ];
    for (case, expected) in table {
        assert_eq!(case.word(), expected, "{:?}", case.demand.asks);
    }
}

#[test]
fn r_08_nobody_is_asked_twice_in_one_session_and_nobody_gains_by_anothers_proof() {
    let directory = with(&changed(|_| {}), ALICE, |user| {
        user.per_user_mfa = Some(PerUserMfa::Enforced);
        user.methods = code_app();
    });
    let proven = Case::new(directory.clone(), ALICE, &[Factor::Totp]);
    assert_eq!(proven.word(), "pwd otp mfa");
    assert!(proven.rules().contains(&"R-08".to_owned()));
    // Bob proved something in the same browser; that says nothing about Alice.
    let mut other = Case::new(directory, ALICE, &[]);
    let bob = Case::new(other.directory.clone(), "bob@example.test", &[Factor::Totp]);
    other.session.accounts.extend(bob.session.accounts);
    assert_eq!(other.word(), ASK_TOTP);
}

#[test]
fn r_08_what_somebody_else_proved_in_this_very_sign_in_counts_for_nobody() {
    let directory = with(&changed(|_| {}), ALICE, |user| {
        user.per_user_mfa = Some(PerUserMfa::Enforced);
        user.methods = code_app();
    });
    let mut case = Case::new(directory, ALICE, &[]);
    case.evidence.second.push(Second { with: Factor::Totp, at: now() });
    assert_eq!(case.word(), "pwd otp mfa");
    for of in [None, Some(Upn::new("bob@example.test"))] {
        case.evidence.of = of;
        assert_eq!(case.word(), ASK_TOTP, "{:?}", case.evidence.of);
    }
}

#[test]
fn r_08_a_password_typed_anew_takes_nothing_away_from_a_session_that_began_without_one() {
    let directory = with(&changed(|_| {}), ALICE, |user| user.per_user_mfa = Some(PerUserMfa::Enforced));
    for (first, words) in [(First::Passkey, "pwd fido mfa"), (First::AccessPass, "pwd mfa")] {
        let mut case = Case::new(directory.clone(), ALICE, &[]).asking(|demand| demand.prompt = Prompt::Login);
        case.session.accounts[0].factors.first = first;
        case.evidence.first = Some(FirstProof { upn: Upn::new(ALICE), with: First::Password, at: now() });
        assert_eq!(case.word(), words, "{first:?}");
        assert_eq!(case.decide().outcome.unwrap().factors.mfa_at(), Some(now().plus(Span::minutes(-1))));
    }
}

#[test]
fn r_24_a_report_ends_the_sign_in_whatever_is_demanded() {
    let mut case = Case::new(changed(|_| {}), ALICE, &[]);
    case.evidence.talk.reported = true;
    assert_eq!(case.word(), "no 500121");
}

#[test]
fn r_02_security_defaults_block_clients_that_know_no_second_factor() {
    let directory = || example(|tenant| tenant.security_defaults = true);
    let legacy = |demand: &mut Demand| demand.client = ClientType::Legacy;
    assert_eq!(Case::new(directory(), ALICE, &[]).asking(legacy).word(), "no 530035");
    assert_eq!(Case::new(changed(|_| {}), ALICE, &[]).asking(legacy).word(), "pwd");
}

#[test]
fn r_26_a_remembered_browser_counts_for_its_days_and_its_account_only() {
    let directory = |days| {
        let remembers = example(|tenant| tenant.remember_mfa_days = days);
        with(&remembers, ALICE, |user| {
            user.per_user_mfa = Some(PerUserMfa::Enforced);
            user.methods = code_app();
        })
    };
    let since = |name: &str, ago| Remembered { upn: Upn::new(name), home: "example".into(), at: now().plus(ago) };
    let table = [
        (14, since(ALICE, Span::days(-13)), "pwd mfa"),
        (14, since(ALICE, Span::days(-14)), ASK_TOTP),
        (0, since(ALICE, Span::days(-1)), ASK_TOTP),
        (14, since("bob@example.test", Span::days(-1)), ASK_TOTP),
    ];
    for (days, remembered, expected) in table {
        let mut case = Case::new(directory(days), ALICE, &[]);
        case.remembered = vec![remembered];
        assert_eq!(case.word(), expected, "{days} {:?}", case.remembered);
    }
    // A guest's home says nothing about the tenant that is visited.
    let john = "john@fabrikam.test";
    let visited = changed(|world| {
        world.tenants.get_mut("fabrikam").unwrap().remember_mfa_days = 14;
        let example = world.tenants.get_mut("example").unwrap();
        example.guests.insert(Upn::new(john), Default::default());
        example.conditional_access.insert("mfa".into(), everybody(&["mfa"]));
    });
    let visited = with(&visited, john, |user| user.methods = code_app());
    let mut guest = Case::new(visited, john, &[]);
    guest.demand = Demand::new(Authority::Tenant("example".into()), "example-web");
    guest.remembered = vec![Remembered { home: "fabrikam".into(), ..since(john, Span::days(-1)) }];
    assert_eq!(guest.word(), ASK_TOTP);
    // Who need not prove anything gains nothing from being remembered.
    let mut case = Case::new(example(|tenant| tenant.remember_mfa_days = 14), ALICE, &[]);
    case.remembered = vec![since(ALICE, Span::days(-1))];
    assert_eq!(case.word(), "pwd");
}

//! Who is let through, told by tokens of every kind and by the table of roles.

use super::*;
use crate::chance::Chance;
use crate::directory::role::Role;
use crate::directory::{Directory, world};
use crate::http::origin::Origin;
use crate::keys::{KeyRing, KeySource};
use crate::time::Timestamp;
use crate::token::forge::{Forge, Order};

struct Office {
    directory: Directory,
    keys: KeyRing,
    origin: Origin,
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// A token for the API about this account, with these methods.
fn person(user: &str, amr: &[&str]) -> Order {
    Order {
        user: Some(user.into()),
        resource: Some("partner-center-api".into()),
        scopes: vec!["user_impersonation".into()],
        amr: Some(amr.iter().map(|word| (*word).to_owned()).collect()),
        ..Order::of("partner-app")
    }
}

fn alone(resource: &str) -> Order {
    Order { resource: Some(resource.into()), tenant: Some("contoso".into()), ..Order::of("partner-app") }
}

impl Office {
    fn open(change: impl FnOnce(&mut world::World)) -> Self {
        let mut world = world::partner().unwrap();
        change(&mut world);
        Self {
            directory: Directory::new(world).unwrap(),
            keys: KeyRing::new(KeySource::Development),
            origin: Origin { scheme_host: "http://localhost".into(), base: String::new() },
        }
    }

    fn caller(&self, order: &Order) -> Result<Caller<'_>, Refused> {
        let chance = Chance::new(Some(1), "");
        let (directory, keys, origin) = (&self.directory, &self.keys, &self.origin);
        let token = Forge { directory, keys, origin, chance: &chance, now: now() }.make(order).unwrap().token;
        Caller::of(directory, keys, origin, Some(&token), now())
    }

    fn asks(&self, order: &Order, verb: &str, path: &str, edition: Edition) -> Result<Vec<Because>, Refused> {
        let segments: Vec<&str> = path.split('/').collect();
        let call = Call::find(verb, &segments).unwrap();
        let caller = self.caller(order)?;
        admit(&call, &caller, &Mandate { edition, enforcement: Enforcement::of(caller.tenant, None, now()) })
    }
}

const MFA: &[&str] = &["pwd", "mfa"];

#[test]
fn without_a_second_factor_a_person_is_refused_whatever_their_role_and_an_application_is_not_asked() {
    let office = Office::open(|_| {});
    for (user, path) in [
        ("jane@contoso.test", "v1/customers"),
        ("bill@contoso.test", "v1/customers"),
        ("jane@contoso.test", "v1/invoices"),
    ] {
        for edition in [Edition::Y2019, Edition::Y2020, Edition::Y2025] {
            let refused = office.asks(&person(user, &["pwd"]), "GET", path, edition).unwrap_err();
            assert_eq!((&refused, refused.body("c").is_some()), (&Refused::Mfa(edition), edition == Edition::Y2025));
        }
    }
    // A token that says nothing of methods says nothing of a second factor either.
    let mut silent = person("jane@contoso.test", MFA);
    silent.claims.insert("amr".into(), serde_json::Value::Null);
    assert_eq!(office.asks(&silent, "GET", "v1/customers", Edition::Y2020), Err(Refused::Mfa(Edition::Y2020)));
    let because = office.asks(&alone("partner-center-api"), "GET", "v1/customers", Edition::Y2020).unwrap();
    assert_eq!(because[0].rule, "R-41");
}

#[test]
fn a_partner_that_is_recorded_only_is_let_through_with_a_reason() {
    let office = Office::open(|world| world.tenants.get_mut("contoso").unwrap().mfa_audit_only = true);
    let because = office.asks(&person("jane@contoso.test", &["pwd"]), "GET", "v1/customers", Edition::Y2020).unwrap();
    assert_eq!(because[0].rule, "R-42");
    // The role is asked for all the same.
    let refused = office.asks(&person("bill@contoso.test", &["pwd"]), "GET", "v1/customers", Edition::Y2020);
    assert_eq!(refused.unwrap_err().status(), 403);
}

#[test]
fn each_role_reaches_what_the_published_table_gives_it() {
    let office = Office::open(|world| {
        let user = std::sync::Arc::make_mut(world.users.get_mut(&crate::id::Upn::new("hana@contoso.test")).unwrap());
        user.roles.push(Role::SecurityAdmin);
    });
    let c = "v1/customers/6054110b-58f7-4fe8-b31b-aa33c9c7d173";
    let (users, consents, requests) =
        (format!("{c}/users"), format!("{c}/applicationconsents"), format!("{c}/servicerequests"));
    //                  jane   sam    hana   gwen   bill  — then hana and gwen in the edition of 2025
    let table: [(&str, &str, [bool; 5], [bool; 2]); 9] = [
        ("GET", "v1/customers", [true, true, true, false, false], [true, false]),
        ("POST", "v1/customers", [true, true, false, false, false], [false, false]),
        ("GET", &users, [true, true, true, false, false], [true, false]),
        ("POST", &users, [true, false, true, false, false], [true, false]),
        ("POST", &consents, [true, false, false, false, false], [false, false]),
        ("GET", &requests, [true, false, true, false, false], [true, false]),
        ("GET", "v1/invoices", [true, false, false, true, true], [true, false]),
        ("GET", "v1/partnerrequests", [true, false, false, true, false], [true, true]),
        ("GET", "v1/profiles/mpn", [true, true, true, true, true], [true, true]),
    ];
    for (verb, path, expected, later) in table {
        let reaches = |name: &str, edition| {
            office.asks(&person(&format!("{name}@contoso.test"), MFA), verb, path, edition).map_err(|no| no.status())
        };
        let word = |may: bool| if may { Ok(vec![]) } else { Err(403) };
        for (name, may) in ["jane", "sam", "hana", "gwen", "bill"].into_iter().zip(expected) {
            assert_eq!(reaches(name, Edition::Y2020), word(may), "{name} {verb} {path}");
        }
        for (name, may) in ["hana", "gwen"].into_iter().zip(later) {
            assert_eq!(reaches(name, Edition::Y2025), word(may), "2025: {name} {verb} {path}");
        }
    }
}

#[test]
fn applications_by_themselves_reach_what_takes_them_with_tokens_of_two_resources() {
    let office = Office::open(|_| {});
    let c = "v1/customers/6054110b-58f7-4fe8-b31b-aa33c9c7d173";
    let (subscriptions, users) = (format!("{c}/subscriptions"), format!("{c}/users"));
    for resource in ["partner-center-api", "aad-graph"] {
        for (path, may) in [
            ("v1/customers", true),
            (c, true),
            (&subscriptions, true),
            ("v1/invoices", true),
            (&users, false),
            ("v1/invoices/x", false),
            ("v1/profiles/billing", false),
            ("v1/partnerrequests", false),
        ] {
            let found = office.asks(&alone(resource), "GET", path, Edition::Y2020).map_err(|no| no.status());
            assert_eq!(found.is_ok(), may, "{resource} {path}");
            assert!(may || found == Err(403), "{resource} {path}");
        }
    }
}

#[test]
fn nobody_elses_token_is_good_here() {
    let office = Office::open(|_| {});
    let refused = |order: &Order| office.asks(order, "GET", "v1/customers", Edition::Y2020).unwrap_err();
    let to_graph =
        Order { resource: Some("graph".into()), scopes: vec!["User.Read".into()], ..person("jane@contoso.test", MFA) };
    let to_old_graph = Order { resource: Some("aad-graph".into()), ..person("jane@contoso.test", MFA) };
    for (order, status) in [
        (to_graph, 401),
        (to_old_graph, 401),
        // A customer's own administrator, and a partner's agent in the customer's tenant.
        (person("ada@adatum.test", MFA), 403),
        (Order { tenant: Some("adatum".into()), ..person("jane@contoso.test", MFA) }, 403),
        (person("alice@example.test", MFA), 403),
        (Order { scopes: vec!["other".into()], ..person("jane@contoso.test", MFA) }, 403),
    ] {
        assert_eq!(refused(&order).status(), status, "{order:?}");
    }
    assert_eq!(Caller::of(&office.directory, &office.keys, &office.origin, None, now()).unwrap_err(), Refused::NoToken);
}

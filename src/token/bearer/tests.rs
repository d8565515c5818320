//! Every way in which a token is not good, beside the one in which it is.

use super::*;
use crate::chance::Chance;
use crate::directory::world;
use crate::keys::KeySource;
use crate::time::Span;
use crate::token::forge::{Forge, Kind, Order, Signature};

const PARTNER_CENTER: &str = "partner-center-api";

struct Office {
    directory: Directory,
    keys: KeyRing,
    origin: Origin,
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn good() -> Order {
    let resource = Some(PARTNER_CENTER.to_owned());
    let scopes = vec!["user_impersonation".to_owned()];
    Order { user: Some("jane@contoso.test".into()), resource, scopes, ..Order::of("partner-app") }
}

impl Office {
    fn open() -> Self {
        let origin = Origin { scheme_host: "http://localhost".into(), base: String::new() };
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        Self { directory, keys: KeyRing::new(KeySource::Development), origin }
    }

    fn token(&self, order: &Order) -> String {
        let chance = Chance::new(Some(1), "");
        let (directory, keys, origin) = (&self.directory, &self.keys, &self.origin);
        Forge { directory, keys, origin, chance: &chance, now: now() }.make(order).unwrap().token
    }

    fn read(&self, token: &str, shapes: Shapes<'_>) -> Result<AccessToken<'_>, NotGood> {
        let takes = Takes { resources: &[PARTNER_CENTER], shapes };
        read(&self.directory, &self.keys, token, now(), takes).map_err(|why| match why {
            NotTaken::NotGood(why) => why,
            NotTaken::Broken(error) => panic!("{error}"),
        })
    }

    fn wrong(&self, order: Order) -> NotGood {
        self.read(&self.token(&order), Shapes::Both(&self.origin)).unwrap_err()
    }
}

#[test]
fn a_good_token_names_tenant_application_and_resource() {
    let office = Office::open();
    let token = office.token(&good());
    let read = office.read(&token, Shapes::V1).unwrap();
    let told = (read.tenant.handle(), read.app.handle, read.resource.handle);
    assert_eq!(told, ("contoso", "partner-app", PARTNER_CENTER));
    let newer = office.token(&Order { version: Some(crate::directory::app::TokenVersion::V2), ..good() });
    assert_eq!(office.read(&newer, Shapes::Both(&office.origin)).unwrap().app.handle, "partner-app");
    assert_eq!(office.read(&newer, Shapes::V1).unwrap_err(), NotGood::Issuer);
}

#[test]
fn a_newer_token_counts_at_each_door_of_the_host_that_issued_it_where_that_is_said() {
    let office = Office::open();
    let at = |issuer: &str| {
        let mut order = Order { version: Some(crate::directory::app::TokenVersion::V2), ..good() };
        order.claims.insert("iss".into(), issuer.into());
        let token = office.token(&order);
        let counts = |shapes| office.read(&token, shapes).is_ok();
        (counts(Shapes::Both(&office.origin)), counts(Shapes::AnyDoor(&office.origin)))
    };
    let path = "3deee153-d142-49b5-9dd8-16b246dfa0ce/v2.0";
    assert_eq!(at(&format!("http://localhost/{path}")), (true, true));
    for door in ["https://localhost", "https://localhost:8443", "http://localhost:8400"] {
        assert_eq!(at(&format!("{door}/{path}")), (false, true), "{door}");
    }
    for elsewhere in
        ["https://evil.test", "ftp://localhost", "https://localhost:80@evil.test", "https://localhost.test"]
    {
        assert_eq!(at(&format!("{elsewhere}/{path}")), (false, false), "{elsewhere}");
    }
    for wrong in ["http://localhost/w/x/", "http://localhost//", "http://localhost?/"] {
        assert_eq!(at(&format!("{wrong}{path}")), (false, false), "{wrong}");
    }
    assert_eq!(at("http://localhost/2e9bc4e8-33ab-4dcc-9d23-0542420ceda0/v2.0"), (false, false));
    assert_eq!(at("https://sts.windows.net/3deee153-d142-49b5-9dd8-16b246dfa0ce/"), (true, true));
    assert_eq!(at(""), (false, false));
}

#[test]
fn whatever_is_wrong_with_a_token_has_a_reason_of_its_own() {
    let office = Office::open();
    let claim = |name: &str, value: Value| {
        let mut order = good();
        order.claims.insert(name.to_owned(), value);
        office.wrong(order)
    };
    for (found, expected) in [
        (office.wrong(Order { signature: Signature::None, ..good() }), NotGood::Unreadable),
        (office.wrong(Order { signature: Signature::Invalid, ..good() }), NotGood::Signature),
        (office.wrong(Order { signature: Signature::UnknownKey, ..good() }), NotGood::UnknownKey),
        (office.wrong(Order { lifetime: Span::minutes(-5), ..good() }), NotGood::Expired),
        (office.wrong(Order { resource: Some("graph".into()), ..good() }), NotGood::Audience),
        (office.wrong(Order { kind: Kind::Id, ..good() }), NotGood::Audience),
        (claim("nbf", (now().seconds() + 1).into()), NotGood::TooEarly),
        (claim("exp", Value::Null), NotGood::Expired),
        (claim("iss", "https://sts.windows.net/2e9bc4e8-33ab-4dcc-9d23-0542420ceda0/".into()), NotGood::Issuer),
        (claim("tid", "00000000-0000-0000-0000-000000000001".into()), NotGood::Issuer),
        (claim("appid", "nobody".into()), NotGood::AppGone),
        (office.read("a.b.c", Shapes::V1).unwrap_err(), NotGood::Unreadable),
        (office.read("", Shapes::V1).unwrap_err(), NotGood::Unreadable),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_token_of_another_worlds_key_is_unknown_here() {
    let (here, elsewhere) = (Office::open(), Office::open());
    let other = KeyRing::new(KeySource::Seeded { seed: 5, world: "other".into() });
    let token = Office { keys: other, ..elsewhere }.token(&good());
    assert_eq!(here.read(&token, Shapes::V1).unwrap_err(), NotGood::UnknownKey);
}

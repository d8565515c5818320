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

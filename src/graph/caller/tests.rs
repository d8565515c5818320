//! Who a token is, told by tokens of every kind.

use serde_json::{Value, json};

use super::*;
use crate::chance::Chance;
use crate::directory::world;
use crate::http::origin::Origin;
use crate::keys::KeySource;
use crate::time::Span;
use crate::token::forge::{Forge, Order, Signature};

struct Office {
    directory: Directory,
    keys: KeyRing,
}

impl Office {
    fn open(change: impl FnOnce(&mut world::World)) -> Self {
        let mut world = world::partner().unwrap();
        change(&mut world);
        Self { directory: Directory::new(world).unwrap(), keys: KeyRing::new(KeySource::Development) }
    }

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_800_000_000)
    }

    fn token(&self, order: &Order) -> String {
        let origin = Origin { scheme_host: "http://localhost".into(), base: String::new() };
        let chance = Chance::new(Some(1), "");
        let forge =
            Forge { directory: &self.directory, keys: &self.keys, origin: &origin, chance: &chance, now: Self::now() };
        forge.make(order).unwrap().token
    }

    fn caller(&self, order: &Order) -> Result<Caller<'_>, Refused> {
        Caller::of(&self.directory, &self.keys, Some(&self.token(order)), Self::now())
    }
}

fn order(user: &str) -> Order {
    Order { user: Some(user.into()), scopes: vec!["User.Read".into()], ..Order::of("partner-app") }
}

#[test]
fn a_person_has_the_roles_the_world_gives_them_here() {
    let office = Office::open(|world| {
        let guest = crate::directory::tenant::Guest { roles: vec![Role::GlobalReader], ..Default::default() };
        world.tenants.get_mut("adatum").unwrap().guests.insert(crate::id::Upn::new("gwen@contoso.test"), guest);
    });
    let home = office.caller(&order("gwen@contoso.test")).unwrap();
    let person = home.person().unwrap();
    assert_eq!((home.home, person.roles.as_slice()), ("contoso", [Role::GlobalAdmin].as_slice()));
    assert_eq!((person.scopes.as_slice(), person.proved_mfa), (["User.Read".to_owned()].as_slice(), false));
    let away = Order {
        tenant: Some("adatum".into()),
        amr: Some(vec!["pwd".into(), "mfa".into()]),
        ..order("gwen@contoso.test")
    };
    let away = office.caller(&away).unwrap();
    let person = away.person().unwrap();
    assert_eq!((away.home, person.roles.as_slice()), ("adatum", [Role::GlobalReader].as_slice()));
    assert!(person.proved_mfa);
}

#[test]
fn r_55_a_delegated_administrator_has_the_roles_that_the_relationship_gives_now() {
    let delegated = || Order { tenant: Some("adatum".into()), ..order("john@fabrikam.test") };
    let office = Office::open(|_| {});
    let caller = office.caller(&delegated()).unwrap();
    assert_eq!((caller.home, caller.person().unwrap().roles.as_slice()), ("adatum", [Role::GlobalAdmin].as_slice()));
    let office = Office::open(|world| {
        world.relationships.remove("fabrikam-adatum");
    });
    assert!(matches!(office.caller(&delegated()), Err(Refused::Denied(why)) if why.contains("does not administer")));
}

#[test]
fn an_application_by_itself_has_its_roles() {
    let office = Office::open(|_| {});
    let roles = Some(vec!["Policy.Read.All".to_owned()]);
    let alone = Order { tenant: Some("contoso".into()), roles, ..Order::of("partner-app") };
    let caller = office.caller(&alone).unwrap();
    assert!(matches!(&caller.who, Who::Application(roles) if roles == &["Policy.Read.All"]));
    assert_eq!(caller.name(), "partner-app");
}

#[test]
fn a_token_that_is_not_good_here_is_nobodys() {
    let office = Office::open(|world| {
        std::sync::Arc::make_mut(world.users.get_mut(&crate::id::Upn::new("bill@contoso.test")).unwrap()).enabled =
            false;
    });
    let jane = || order("jane@contoso.test");
    assert!(office.caller(&jane()).is_ok());
    let claim = |name: &str, value: Value| Claims::from_iter([(name.to_owned(), value)]);
    for bad in [
        Order { signature: Signature::Invalid, ..jane() },
        Order { signature: Signature::None, ..jane() },
        Order { signature: Signature::UnknownKey, ..jane() },
        Order { lifetime: Span::seconds(-1), ..jane() },
        Order { resource: Some("arm".into()), scopes: Vec::new(), ..jane() },
        Order { resource: Some("aad-graph".into()), ..jane() },
        Order { claims: claim("iss", json!("https://sts.windows.net/x/")), ..jane() },
        Order { claims: claim("tid", json!("2e9bc4e8-33ab-4dcc-9d23-0542420ceda0")), ..jane() },
        Order { claims: claim("oid", json!("3dc70eb9-0b40-4e29-9997-334f729fef43")), ..jane() },
        Order { claims: claim("oid", json!(5)), ..jane() },
        Order { claims: claim("aud", json!(["https://graph.microsoft.com"])), ..jane() },
        order("bill@contoso.test"),
    ] {
        assert!(matches!(office.caller(&bad), Err(Refused::Token(_))), "{bad:?}");
    }
    let keys = &office.keys;
    for token in [None, Some(""), Some("nonsense")] {
        assert!(matches!(Caller::of(&office.directory, keys, token, Office::now()), Err(Refused::Token(_))));
    }
    for audience in ["https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000"] {
        assert!(office.caller(&Order { claims: claim("aud", json!(audience)), ..jane() }).is_ok(), "{audience}");
    }
}

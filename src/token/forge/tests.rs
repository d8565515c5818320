//! Each word of an order, and what it does to the token.

use serde_json::{Value, json};

use super::*;
use crate::directory::world;
use crate::token::jwt::{JwtError, decode_unverified, verify};

const NOW: i64 = 1_800_000_000;

fn forged(order: &Order) -> Result<Forged, ForgeError> {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let keys = KeyRing::new(KeySource::Development);
    let origin = Origin { scheme_host: "https://localhost:8443".to_owned(), base: String::new() };
    let now = Timestamp::from_seconds(NOW);
    let chance = Chance::new(Some(1), "");
    Forge { directory: &directory, keys: &keys, origin: &origin, chance: &chance, now }.make(order)
}

/// A token about Alice for Example API, with a change to its order.
fn with(change: impl FnOnce(&mut Order)) -> Forged {
    let mut order = Order::of("example-web");
    order.user = Some("alice@example.test".to_owned());
    order.resource = Some("api://example-api".to_owned());
    change(&mut order);
    forged(&order).unwrap()
}

fn verified(token: &str, owner: Owner<'_>) -> Result<Claims, JwtError> {
    let keys = KeyRing::new(KeySource::Development);
    verify(token, |unverified| {
        let kid = unverified.header("kid").unwrap_or_default();
        keys.find(owner, kid).unwrap().map(|key| key.public().clone()).into_iter().collect()
    })
}

#[test]
fn what_is_left_out_is_what_a_sign_in_would_give() {
    let forged = with(|_| ());
    let claims = &forged.claims;
    assert_eq!(verified(&forged.token, Owner::Entra).as_ref(), Ok(claims));
    assert_eq!(claims["ver"], "2.0");
    assert_eq!(claims["aud"], "6b5de23f-fa8f-4088-b32e-11cf49fd03c9");
    assert_eq!(claims["iss"], "https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/v2.0");
    assert_eq!(claims["preferred_username"], "alice@example.test");
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 3600)));
}

#[test]
fn each_word_of_the_order_shows_in_the_claims() {
    let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let extra = json!({ "color": "blue", "name": null }).as_object().unwrap().clone();
    let claims = with(|order| {
        order.scopes = list(&["read", "write"]);
        order.roles = Some(list(&["Boss"]));
        order.amr = Some(list(&["pwd", "mfa"]));
        order.lifetime = Span::minutes(5);
        order.claims = extra;
    })
    .claims;
    assert_eq!(claims["scp"], "read write");
    assert_eq!(claims["roles"], json!(["Boss"]));
    assert_eq!(claims["amr"], json!(["pwd", "mfa"]));
    assert_eq!(claims["exp"], NOW + 300);
    assert_eq!(claims["color"], "blue");
    assert!(!claims.contains_key("name"));
}

#[test]
fn a_resource_can_be_given_the_version_it_does_not_take() {
    for (resource, version, ver, aud) in [
        ("api://example-api", TokenVersion::V1, "1.0", "api://example-api"),
        ("https://graph.microsoft.com", TokenVersion::V2, "2.0", "00000003-0000-0000-c000-000000000000"),
        ("graph", TokenVersion::V1, "1.0", "https://graph.microsoft.com"),
    ] {
        let forged = with(|order| {
            order.resource = Some(resource.to_owned());
            order.version = Some(version);
        });
        assert_eq!((&forged.claims["ver"], &forged.claims["aud"]), (&json!(ver), &json!(aud)), "{resource}");
        let header = decode_unverified(&forged.token).unwrap().header;
        assert_eq!(header.contains_key("x5t"), version == TokenVersion::V1, "{resource}");
    }
}

#[test]
fn a_token_that_ended_was_good_before() {
    let claims = with(|order| order.lifetime = Span::minutes(-5)).claims;
    assert_eq!(claims["exp"], NOW - 300);
    assert_eq!(claims["nbf"], NOW - 300 - 3600);
}

#[test]
fn each_wrong_signature_is_wrong_in_its_own_way() {
    let signed = |signature| verified(&with(|order| order.signature = signature).token, Owner::Entra).map(|_| ());
    assert_eq!(signed(Signature::Valid), Ok(()));
    assert_eq!(signed(Signature::Invalid), Err(JwtError::Signature));
    assert_eq!(signed(Signature::UnknownKey), Err(JwtError::UnknownKey));
    assert_eq!(signed(Signature::None), Err(JwtError::Algorithm));
    let unsigned = with(|order| order.signature = Signature::None).token;
    assert!(unsigned.ends_with('.'), "{unsigned}");
    assert_eq!(decode_unverified(&unsigned).unwrap().header("alg"), Some("none"));
}

#[test]
fn id_tokens_are_for_the_application_in_either_shape() {
    let id = |version| {
        with(|order| {
            order.kind = Kind::Id;
            order.version = version;
        })
        .claims
    };
    let web = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
    assert_eq!((&id(None)["aud"], &id(None)["ver"]), (&json!(web), &json!("2.0")));
    let v1 = id(Some(TokenVersion::V1));
    assert_eq!((&v1["aud"], &v1["ver"]), (&json!(web), &json!("1.0")));
}

#[test]
fn an_application_alone_gets_a_token_about_itself() {
    let order = Order { resource: Some("example-api".to_owned()), ..Order::of("1844fd18-0821-4dd0-9c73-af2e2def8706") };
    let claims = forged(&order).unwrap().claims;
    assert_eq!(claims["roles"], json!(["Tasks.Read.All"]));
    assert_eq!(claims["sub"], claims["oid"]);
    assert!(!claims.contains_key("scp"));
}

#[test]
fn a_provider_issues_with_its_own_key() {
    let order = Order { user: Some("alice@local.test".to_owned()), ..Order::of("local-web") };
    let forged = forged(&order).unwrap();
    assert_eq!(forged.claims["iss"], "https://localhost:8443/idp/local");
    assert_eq!(verified(&forged.token, Owner::Provider("local")).as_ref(), Ok(&forged.claims));
    assert_eq!(decode_unverified(&forged.token).unwrap().header("typ"), Some("at+jwt"));
}

#[test]
fn a_guest_is_known_by_the_object_of_the_inviting_tenant() {
    let mut world = world::partner().unwrap();
    let invited = Value::from("11111111-2222-4333-8444-555555555555");
    let guests = json!({ "tenants": { "adatum": { "guests": { "alice@example.test": { "id": invited } } } } });
    let mut value = world.to_value();
    world::merge(&mut value, guests);
    world = world::from_value(value).unwrap();
    let directory = Directory::new(world).unwrap();
    let keys = KeyRing::new(KeySource::Development);
    let origin = Origin { scheme_host: "https://localhost:8443".to_owned(), base: String::new() };
    let chance = Chance::new(Some(1), "");
    let now = Timestamp::from_seconds(NOW);
    let forge = Forge { directory: &directory, keys: &keys, origin: &origin, chance: &chance, now };
    let order = Order {
        user: Some("alice@example.test".to_owned()),
        tenant: Some("adatum.test".to_owned()),
        ..Order::of("azure-cli")
    };
    let claims = forge.make(&order).unwrap().claims;
    assert_eq!(claims["oid"], invited);
    assert_eq!(claims["tid"], "6054110b-58f7-4fe8-b31b-aa33c9c7d173");
}

#[test]
fn r_55_whoever_has_no_place_in_a_tenant_takes_no_role_there() {
    let made = |user: &str, tenant: &str| {
        let order = Order { user: Some(user.to_owned()), tenant: Some(tenant.to_owned()), ..Order::of("azure-cli") };
        forged(&order).unwrap().claims
    };
    let fabrikam = "https://sts.windows.net/2e9bc4e8-33ab-4dcc-9d23-0542420ceda0/";
    let user_administrator = "fe930be7-5e62-47db-91af-98c3a49a38b1";
    for (user, tenant, wids, idp, relation) in [
        ("greta@fabrikam.test", "adatum.test", 0, Some(fabrikam), None),
        ("john@fabrikam.test", "adatum.test", 1, Some(fabrikam), Some("31")),
        ("greta@fabrikam.test", "fabrikam.test", 2, None, None),
    ] {
        let claims = made(user, tenant);
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let told = claims.get("wids").and_then(Value::as_array).map_or(0, Vec::len);
        assert_eq!(told, wids, "{user} {tenant}: {claims:?}");
        assert_eq!((text("idp"), text("xms_idrel")), (idp, relation), "{user} {tenant}");
    }
    assert_eq!(made("jane@contoso.test", "adatum.test")["wids"], json!([user_administrator]));
}

#[test]
fn everything_that_does_not_exist_is_told_at_once() {
    let order = Order {
        user: Some("alcie@example.test".to_owned()),
        resource: Some("api://exmple-api".to_owned()),
        tenant: Some("exampel".to_owned()),
        ..Order::of("example-wbe")
    };
    let Err(ForgeError::Order(mistakes)) = forged(&order) else { panic!("a token about nobody") };
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "user: the world has no account `alcie@example.test`; did you mean `alice@example.test`?",
            "tenant: the world has no tenant `exampel`; did you mean `example`?",
            "app: the world has no application `example-wbe`; did you mean `example-web`?",
            "resource: the world has no resource `api://exmple-api`; did you mean `api://example-api`?",
        ]
    );
}

#[test]
fn an_id_token_about_nobody_is_refused() {
    let error = forged(&Order { kind: Kind::Id, ..Order::of("example-web") }).unwrap_err();
    assert_eq!(error.to_string(), "user: an id token is about somebody");
}

//! What tokens say beyond the usual: optional claims, groups, roles, and what the world adds.

mod asked;
mod groups;

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::claims;
use crate::apps::{ALICE, BOB, DAEMON, EXAMPLE, GRAPH, LOCAL, LOCAL_WEB, SPA, V1, V2, WEB, text};
use crate::client::{Call, Fields, patch_world, started};
use crate::second_factor::MIA;
use crate::visitor::Visitor;

const TO_API: Fields<'_> = &[("scope", "openid profile email api://example-api/read")];

/// The claims of alice's id token and access token.
async fn both(standin: &Standin, more: Fields<'_>) -> (Value, Value) {
    let tokens = WEB.tokens(standin, V2, more, ALICE).await;
    (claims(text(&tokens, "id_token")), claims(text(&tokens, "access_token")))
}

#[actix_web::test]
async fn an_application_may_register_for_more_claims() {
    let standin = started().await;
    let (id, _) = both(&standin, TO_API).await;
    let wanted = ["amr", "auth_time", "given_name", "family_name", "upn", "login_hint", "sid", "acct", "ipaddr"];
    for claim in wanted {
        assert_eq!(id.get(claim), None, "{claim} is not usual");
    }
    patch_world(
        &standin,
        json!({"apps": {
            "example-web": {"optional_claims": {"id_token": wanted}},
            "example-api": {"optional_claims": {"access_token": ["idtyp", "email", "upn", "amr"]}},
        }}),
    );
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!(
        (&id["amr"], text(&id, "given_name"), text(&id, "family_name")),
        (&json!(["pwd"]), "Alice", "Marchetti")
    );
    assert_eq!((text(&id, "upn"), &id["acct"], text(&id, "ipaddr")), (ALICE, &json!(0), "127.0.0.1"));
    assert!(id["auth_time"].is_i64() && id["sid"].is_string() && id["login_hint"].is_string(), "{id}");
    assert_eq!((access.get("idtyp"), text(&access, "email"), text(&access, "upn")), (None, ALICE, ALICE));
    assert_eq!(access["amr"], json!(["pwd"]));
}

#[actix_web::test]
async fn r_06_a_second_factor_that_was_asked_for_by_a_word_is_said_back_by_it() {
    let standin = started().await;
    let word = "urn:microsoft:policies:mfa";
    let essential = json!({"id_token": {"acr": {"essential": true, "values": [word]}}}).to_string();
    let order = json!({"url": standin.http(&WEB.asks(V2, &[("claims", &essential)])), "user": MIA}).to_string();
    let done = Call::new(&standin, "POST", "/_standin/sign-in").body("application/json", order).send().json();
    let (_, code) = text(&done, "location").split_once("code=").unwrap();
    let code = code.split('&').next().unwrap().to_owned();
    let id = claims(text(&WEB.redeem(&standin, V2, &code, &[]).granted(), "id_token"));
    assert_eq!(text(&id, "acr"), word);
    // Whoever registers for the claim is told what older tokens say.
    let (id, _) = both(&standin, TO_API).await;
    assert_eq!(id.get("acr"), None);
    patch_world(&standin, json!({"apps": {"example-web": {"optional_claims": {"id_token": ["acr"]}}}}));
    assert_eq!(text(&both(&standin, TO_API).await.0, "acr"), "1");
}

#[actix_web::test]
async fn a_resource_may_be_told_which_tokens_are_an_applications_own() {
    let standin = started().await;
    let kind = |resource: &str| {
        let fields = [("grant_type", "client_credentials"), ("resource", resource)];
        claims(text(&DAEMON.token(&standin, V1, &fields).granted(), "access_token")).get("idtyp").cloned()
    };
    let registered = |version: &str| {
        let claims = json!({"access_token": ["idtyp"]});
        patch_world(&standin, json!({"apps": {"example-api": {"optional_claims": claims, "token_version": version}}}));
    };
    assert_eq!((kind("api://example-api"), kind(GRAPH)), (None, Some("app".into())), "Microsoft's own say it unasked");
    for version in ["1.0", "2.0"] {
        registered(version);
        assert_eq!(kind("api://example-api"), Some("app".into()), "{version}");
    }
}

#[actix_web::test]
async fn a_guest_goes_by_a_name_of_this_tenant_and_by_the_address_of_home() {
    let standin = started().await;
    let john = "john@fabrikam.test";
    let optional = json!({"id_token": ["upn"]});
    patch_world(
        &standin,
        json!({
            "tenants": {"example": {"guests": {john: {}}}},
            "apps": {"example-web": {"optional_claims": optional}},
        }),
    );
    let id = async |user, scope| claims(text(&WEB.tokens(&standin, V2, &[("scope", scope)], user).await, "id_token"));
    let guest = id(john, "openid profile email").await;
    assert_eq!((text(&guest, "upn"), text(&guest, "email")), ("john_fabrikam.test#EXT#@example.test", john));
    assert_eq!(text(&guest, "preferred_username"), john);
    assert_eq!(text(&id(john, "openid User.Read").await, "email"), john, "of a guest it is told unasked");
    assert_eq!(text(&id(ALICE, "openid profile email").await, "upn"), ALICE);
    patch_world(&standin, json!({"users": {john: {"mail": "john@mail.test"}, ALICE: {"mail": null}}}));
    assert_eq!(text(&id(john, "openid email").await, "email"), "john@mail.test");
    assert_eq!(id(ALICE, "openid email").await.get("email"), None, "a member without an address has none");
}

#[actix_web::test]
async fn a_request_may_ask_for_more_claims_too() {
    let standin = started().await;
    let asked = r#"{"id_token":{"auth_time":{"essential":true},"given_name":null,"nonsense":null},"access_token":{"xms_cc":{"values":["cp1"]},"ipaddr":null}}"#;
    let more = [TO_API[0], ("claims", asked)];
    let (id, access) = both(&standin, &more).await;
    assert!(id["auth_time"].is_i64() && id["given_name"] == "Alice", "{id}");
    assert_eq!((id.get("nonsense"), id.get("xms_cc")), (None, None));
    assert_eq!((&access["xms_cc"], text(&access, "ipaddr")), (&json!(["CP1"]), "127.0.0.1"));
    let (_, access) = both(&standin, &[TO_API[0], ("claims", r#"{"access_token":{"xms_cc":{"values":["x"]}}}"#)]).await;
    assert_eq!(access.get("xms_cc"), None);
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    let fields = [("claims", r#"{"id_token":{"tenant_region_scope":null,"login_hint":null}}"#)];
    let tokens = WEB.redeem(&standin, V2, &code, &fields).granted();
    assert!(claims(text(&tokens, "id_token"))["login_hint"].is_string());
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    WEB.redeem(&standin, V2, &code, &[("claims", "{")]).refused(400, "invalid_request", 90013);
}

#[actix_web::test]
async fn names_come_with_profile_and_the_address_with_email() {
    let standin = started().await;
    let (id, _) = both(&standin, &[("scope", "openid User.Read")]).await;
    for claim in ["name", "preferred_username", "email"] {
        assert_eq!(id.get(claim), None, "{claim}");
    }
    let (id, _) = both(&standin, &[("scope", "openid email User.Read")]).await;
    assert_eq!((text(&id, "email"), id.get("name")), (ALICE, None));
    let (id, _) = both(&standin, &[("scope", "openid profile User.Read")]).await;
    assert_eq!((text(&id, "name"), id.get("email")), ("Alice Marchetti", None));
    // The newer access tokens keep to that too; the older ones have always told it.
    let api = "openid api://example-api/read";
    let (_, access) = both(&standin, &[("scope", api)]).await;
    assert_eq!((access.get("name"), access.get("preferred_username"), text(&access, "ver")), (None, None, "2.0"));
    let (_, access) = both(&standin, &[("scope", &format!("profile {api}"))]).await;
    assert_eq!((text(&access, "name"), text(&access, "preferred_username")), ("Alice Marchetti", ALICE));
    let (_, access) = both(&standin, &[("scope", "openid User.Read")]).await;
    assert_eq!((text(&access, "name"), text(&access, "ver")), ("Alice Marchetti", "1.0"));
}

#[actix_web::test]
async fn roles_are_those_of_the_application_that_the_token_is_for() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({
            "apps": {"example-web": {"roles": {"Editor": {"title": "Edits"}}, "assignment_required": true}},
            "users": {ALICE: {"app_roles": {"example-web": ["Editor"], "example-api": ["Tasks.Read.All"]}}},
        }),
    );
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!((&id["roles"], &access["roles"]), (&json!(["Editor"]), &json!(["Tasks.Read.All"])));
    let bob = WEB.signs_in(&mut Visitor::new(&standin), V2, &[], BOB).await;
    bob.told("interaction_required", 50105);
    let bob = SPA.tokens(&standin, V2, TO_API, BOB).await;
    assert_eq!(claims(text(&bob, "access_token")).get("roles"), None);
}

#[actix_web::test]
async fn the_world_may_add_and_replace_claims_of_a_person() {
    let standin = started().await;
    let own = json!({"department": "Tasks", "level": 7, "name": "Another Name", "groups": ["a"]});
    patch_world(&standin, json!({"users": {ALICE: {"claims": own}}}));
    let (id, access) = both(&standin, TO_API).await;
    for token in [&id, &access] {
        assert_eq!(
            (text(token, "department"), &token["level"], text(token, "name")),
            ("Tasks", &json!(7), "Another Name")
        );
        assert_eq!(token["groups"], json!(["a"]));
    }
    let tokens = WEB.tokens(&standin, V2, TO_API, BOB).await;
    assert_eq!(claims(text(&tokens, "id_token")).get("department"), None);
    patch_world(&standin, json!({"providers": {"local": {"users": {"alice@local.test": {"claims": {"team": "x"}}}}}}));
    let local = LOCAL_WEB.tokens(&standin, LOCAL, &[], "alice@local.test").await;
    assert_eq!(claims(text(&local, "id_token"))["team"], "x");
}

#[actix_web::test]
async fn a_tenant_says_how_long_its_tokens_live_and_an_application_may_differ() {
    let standin = started().await;
    let lives = |token: &Value| token["exp"].as_i64().unwrap() - token["iat"].as_i64().unwrap();
    patch_world(
        &standin,
        json!({"tenants": {"example": {"token_lifetimes": {"access": "10m", "id": "20m", "code": "1m"}}}}),
    );
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!((lives(&access), lives(&id)), (600, 1200));
    patch_world(
        &standin,
        json!({"apps": {"example-api": {"token_lifetime": "2h"}, "example-web": {"token_lifetime": "3h"}}}),
    );
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!((lives(&access), lives(&id)), (7200, 3 * 3600));
    let tokens = WEB.tokens(&standin, V2, TO_API, ALICE).await;
    assert_eq!((&tokens["expires_in"], &tokens["ext_expires_in"]), (&json!(7200), &json!(7200)));
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    standin.clock().advance(std::time::Duration::from_secs(61));
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 70008);
}

#[actix_web::test]
async fn amr_is_in_older_tokens_and_a_providers_but_not_in_newer_ones() {
    let standin = started().await;
    let (id, access) = both(&standin, TO_API).await;
    assert_eq!((id.get("amr"), access.get("amr")), (None, None));
    let v1 = WEB.tokens(&standin, V1, &[("scope", ""), ("resource", GRAPH)], ALICE).await;
    for token in ["id_token", "access_token"] {
        let token = claims(text(&v1, token));
        assert_eq!((&token["amr"], text(&token, "ver")), (&json!(["pwd"]), "1.0"));
        assert_eq!(text(&token, "iss"), format!("https://sts.windows.net/{EXAMPLE}/"));
    }
    let local = LOCAL_WEB.tokens(&standin, LOCAL, &[], "alice@local.test").await;
    assert_eq!(claims(text(&local, "id_token"))["amr"], json!(["pwd"]));
}

#[actix_web::test]
async fn a_person_has_another_name_for_each_application_and_one_object_for_all() {
    let standin = started().await;
    let (web, api) = both(&standin, TO_API).await;
    let spa = SPA.tokens(&standin, V2, TO_API, ALICE).await;
    let (spa, spas) = (claims(text(&spa, "id_token")), claims(text(&spa, "access_token")));
    assert_eq!(text(&web, "oid"), text(&spa, "oid"));
    assert_ne!(text(&web, "sub"), text(&spa, "sub"));
    assert_eq!(text(&api, "sub"), text(&spas, "sub"), "the resource's name for her, whoever asks");
}

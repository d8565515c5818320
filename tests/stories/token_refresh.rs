//! A refresh token becomes tokens again: for another resource or tenant too, as long as its sign-in counts.

mod family;
mod provider;

use std::time::Duration;

use serde_json::json;

use crate::answer::claims;
use crate::apps::{ALICE, ALL, App, BOB, EXAMPLE, GRAPH, PARTNER, PASSWORD, SPA, V1, V2, WEB, text};
use crate::client::{Call, patch_world, started};
use crate::visitor::Visitor;

const DAY: u64 = 86_400;
const JOHN: &str = "john@fabrikam.test";

fn end_sessions(standin: &standin::Standin, of: &str) {
    let answer = Call::new(standin, "DELETE", &format!("/_standin/sessions{of}")).send();
    assert!(matches!(answer.status, 200 | 204), "{}", answer.gist());
}

#[actix_web::test]
async fn each_use_gives_a_new_one_and_the_old_one_stays_good() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let first = text(&tokens, "refresh_token");
    let next = WEB.refresh(&standin, V2, first, &[("client_info", "1")]).granted();
    assert_ne!(text(&next, "refresh_token"), first);
    assert_eq!(text(&next, "scope"), text(&tokens, "scope"));
    assert!(next["id_token"].is_string() && next["client_info"].is_string(), "{next}");
    WEB.refresh(&standin, V2, first, &[]).granted();
    WEB.refresh(&standin, V2, text(&next, "refresh_token"), &[]).granted();
}

#[actix_web::test]
async fn it_is_good_for_every_resource_that_was_agreed_to() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    assert_eq!(claims(text(&tokens, "access_token"))["aud"], GRAPH);
    let refresh = text(&tokens, "refresh_token");
    let api = WEB.refresh(&standin, V2, refresh, &[("scope", "api://example-api/.default")]).granted();
    assert_eq!(claims(text(&api, "access_token"))["scp"], "read");
    assert_eq!((text(&api, "scope"), api.get("id_token")), ("api://example-api/read api://example-api/.default", None));
    let back = WEB.refresh(&standin, V2, text(&api, "refresh_token"), &[("scope", "User.Read")]).granted();
    assert_eq!(claims(text(&back, "access_token"))["aud"], GRAPH);
    let v1 = WEB.refresh(&standin, V1, refresh, &[("resource", GRAPH)]).granted();
    assert_eq!((text(&v1, "resource"), text(&v1, "expires_in")), (GRAPH, "3600"));

    let ask = |scope| WEB.refresh(&standin, V2, refresh, &[("scope", scope)]);
    ask("api://example-api/write").refused(400, "invalid_grant", 65001);
    ask("api://nowhere/read").refused(400, "invalid_resource", 500_011);
    ask("User.Read api://example-api/read").refused(400, "invalid_request", 700_022);
    WEB.refresh(&standin, V1, refresh, &[("resource", "https://nowhere.test")]).refused(
        400,
        "invalid_resource",
        500_011,
    );
}

#[actix_web::test]
async fn the_tokens_keep_saying_how_and_when_the_person_signed_in() {
    let standin = started().await;
    standin.clock().freeze();
    let begun = standin.clock().now().seconds();
    let more = [("max_age", "600")];
    let tokens = WEB.tokens(&standin, V2, &more, ALICE).await;
    standin.clock().advance(Duration::from_secs(3 * 3600));
    let next = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    let (access, id) = (claims(text(&next, "access_token")), claims(text(&next, "id_token")));
    assert_eq!(access["amr"], json!(["pwd"]));
    assert_eq!(id["auth_time"], json!(begun));
    assert_eq!(access["iat"], json!(begun + 3 * 3600));
    for token in ["access_token", "id_token"] {
        let (old, new) = (claims(text(&tokens, token)), claims(text(&next, token)));
        assert_eq!((&old["oid"], &old["sub"]), (&new["oid"], &new["sub"]), "{token}");
    }
}

#[actix_web::test]
async fn it_is_good_in_another_tenant_for_a_guest_of_it() {
    let standin = started().await;
    let more = [("scope", &*format!("{ALL} User.Read"))];
    let tokens = PARTNER.tokens(&standin, "/fabrikam.test/oauth2/v2.0", &more, JOHN).await;
    let refresh = text(&tokens, "refresh_token");
    PARTNER.refresh(&standin, V2, refresh, &[]).refused(400, "invalid_grant", 50020);
    patch_world(&standin, json!({"tenants": {"example": {"guests": {JOHN: {}}}}}));
    let refused = PARTNER.refresh(&standin, V2, refresh, &[]);
    assert_eq!(refused.refused(400, "invalid_grant", 65001)["suberror"], "consent_required");
    let everywhere = ["contoso", "wingtip", "fabrikam", "adatum", "tailspin", "example"];
    patch_world(&standin, json!({"apps": {"partner-app": {"consented": everywhere}}}));
    let there = PARTNER.refresh(&standin, V2, refresh, &[]).granted();
    let token = claims(text(&there, "access_token"));
    assert_eq!((text(&token, "tid"), token.get("upn"), &token["amr"]), (EXAMPLE, None, &json!(["pwd"])));
    assert_ne!(token["oid"], claims(text(&tokens, "access_token"))["oid"]);
    // Its successor is still good at home.
    let home = PARTNER.refresh(&standin, "/fabrikam.test/oauth2/v2.0", text(&there, "refresh_token"), &[]).granted();
    assert_eq!(claims(text(&home, "access_token"))["upn"], JOHN);
}

#[actix_web::test]
async fn it_belongs_to_the_application_it_was_given_to() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    crate::apps::DAEMON.refresh(&standin, V2, refresh, &[]).refused(400, "invalid_grant", 70000);
    App { secret: "", ..WEB }.refresh(&standin, V2, refresh, &[]).refused(401, "invalid_client", 7_000_218);
    App { secret: "wrong", ..WEB }.refresh(&standin, V2, refresh, &[]).refused(401, "invalid_client", 7_000_215);
    let local = App { secret: "local-secret", ..crate::apps::LOCAL_WEB };
    local.refresh(&standin, "/idp/local", refresh, &[]).refused_plainly(400, "invalid_grant");
    for token in ["nonsense", text(&tokens, "access_token"), "é", &"x".repeat(5000)] {
        WEB.refresh(&standin, V2, token, &[]).refused(400, "invalid_grant", 70000);
    }
    WEB.token(&standin, V2, &[("grant_type", "refresh_token")]).refused(400, "invalid_request", 900_144);
    WEB.refresh(&standin, V2, refresh, &[]).granted();
}

#[actix_web::test]
async fn a_pages_refresh_token_lasts_a_day_however_often_it_is_used() {
    let standin = started().await;
    standin.clock().freeze();
    let tokens = SPA.tokens(&standin, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(20 * 3600));
    let next = SPA.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    standin.clock().advance(Duration::from_secs(4 * 3600 - 1));
    let last = SPA.refresh(&standin, V2, text(&next, "refresh_token"), &[]).granted();
    standin.clock().advance(Duration::from_secs(1));
    for token in [&tokens, &next, &last] {
        SPA.refresh(&standin, V2, text(token, "refresh_token"), &[]).refused(400, "invalid_grant", 700_084);
    }
}

#[actix_web::test]
async fn a_pages_refresh_token_is_used_by_its_pages() {
    let standin = started().await;
    let tokens = SPA.tokens(&standin, V2, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    App { origin: "", ..SPA }.refresh(&standin, V2, refresh, &[]).refused(400, "invalid_request", 9_002_327);
    let evil = App { origin: "https://evil.test", ..SPA };
    evil.refresh(&standin, V2, refresh, &[]).refused(400, "invalid_request", 9_002_326);
    SPA.refresh(&standin, V2, refresh, &[]).granted();
}

#[actix_web::test]
async fn one_that_nobody_uses_for_ninety_days_has_expired() {
    let standin = started().await;
    standin.clock().freeze();
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(89 * DAY));
    let next = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).granted();
    standin.clock().advance(Duration::from_secs(DAY));
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 700_082);
    standin.clock().advance(Duration::from_secs(88 * DAY));
    WEB.refresh(&standin, V2, text(&next, "refresh_token"), &[]).granted();
    standin.clock().advance(Duration::from_secs(90 * DAY));
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 700_082);
    WEB.refresh(&standin, V2, "unknown", &[]).refused(400, "invalid_grant", 70000);
}

#[actix_web::test]
async fn ending_somebodys_sessions_ends_their_refresh_tokens() {
    let standin = started().await;
    let (alice, bob) = (WEB.tokens(&standin, V2, &[], ALICE).await, WEB.tokens(&standin, V2, &[], BOB).await);
    let of = |tokens: &serde_json::Value| WEB.refresh(&standin, V2, text(tokens, "refresh_token"), &[]);
    end_sessions(&standin, &format!("?user={ALICE}"));
    assert_eq!(of(&alice).refused(400, "invalid_grant", 50173)["suberror"], "bad_token");
    of(&bob).granted();
    let again = WEB.tokens(&standin, V2, &[], ALICE).await;
    of(&again).granted();
    end_sessions(&standin, "");
    of(&again).refused(400, "invalid_grant", 50173);
    of(&bob).refused(400, "invalid_grant", 50173);
}

#[actix_web::test]
async fn a_code_from_before_the_sessions_ended_is_worth_nothing_either() {
    let standin = started().await;
    let code = WEB.code(&mut crate::visitor::Visitor::new(&standin), V2, &[], ALICE).await;
    end_sessions(&standin, &format!("?user={ALICE}"));
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 50173);
}

#[actix_web::test]
async fn what_changes_in_the_directory_holds_for_refresh_tokens_too() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let refresh = || WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]);
    patch_world(&standin, json!({"users": {ALICE: {"name": "Alice Renamed"}}}));
    assert_eq!(claims(text(&refresh().granted(), "id_token"))["name"], "Alice Renamed");
    patch_world(&standin, json!({"users": {ALICE: {"enabled": false}}}));
    refresh().refused(400, "invalid_grant", 50057);
    patch_world(
        &standin,
        json!({"users": {ALICE: {"enabled": true}}, "apps": {"example-web": {"assignment_required": true}}}),
    );
    refresh().refused(400, "invalid_grant", 50105);
    patch_world(&standin, json!({"apps": {"example-web": {"assignment_required": false, "disabled": true}}}));
    refresh().refused(400, "unauthorized_client", 7_000_112);
    patch_world(&standin, json!({"apps": {"example-web": {"disabled": false}}, "users": {ALICE: null}}));
    let gone = refresh();
    assert_eq!((gone.status, gone.json()["error"].as_str()), (400, Some("invalid_grant")), "{}", gone.gist());
    patch_world(&standin, json!({"users": {ALICE: {"password": PASSWORD}}}));
    let reborn = refresh();
    assert_eq!(reborn.status, 400, "an account of the same name is not the same account: {}", reborn.gist());
}

#[actix_web::test]
async fn a_new_password_ends_what_the_old_one_began() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[("scope", "openid offline_access")], ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    let unseen = WEB.asks(V2, &[("prompt", "none")]);
    assert!(alice.get(&unseen).await.sent_back("code").is_some());
    patch_world(&standin, json!({"users": {ALICE: {"name": "Alice the Second"}}}));
    assert!(alice.get(&unseen).await.sent_back("code").is_some(), "a new name ends nothing");
    patch_world(&standin, json!({"users": {ALICE: {"password": "Another1!"}}}));
    WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[]).refused(400, "invalid_grant", 50173);
    assert_eq!(alice.get(&unseen).await.sent_back("error").as_deref(), Some("login_required"));
}

#[actix_web::test]
async fn who_comes_to_have_a_name_gets_nothing_of_whoever_had_it() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[("scope", "openid offline_access")], ALICE).await;
    let id = "364526c4-eb11-4985-917d-37d04d230699";
    patch_world(&standin, json!({"users": {ALICE: {"id": id}}}));
    WEB.redeem(&standin, V2, &code, &[]).refused(400, "invalid_grant", 50173);
    let unseen = WEB.asks(V2, &[("prompt", "none")]);
    assert_eq!(alice.get(&unseen).await.sent_back("error").as_deref(), Some("login_required"));
    let code = WEB.code(&mut Visitor::new(&standin), V2, &[], ALICE).await;
    assert_eq!(claims(text(&WEB.redeem(&standin, V2, &code, &[]).granted(), "access_token"))["oid"], id);
}

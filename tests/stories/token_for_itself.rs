//! An application asks for a token for itself, about a person.

use serde_json::json;

use crate::answer::claims;
use crate::apps::{ALICE, CLI, PASSWORD, V1, V2, WEB, text};
use crate::client::{Fields, get, patch_world, post, started};
use crate::visitor::Visitor;

const OFFLINE: &str = "openid profile offline_access";

#[actix_web::test]
async fn it_gets_one_by_its_client_id_and_nobody_is_asked() {
    let standin = started().await;
    let v2 = format!("{OFFLINE} {}/.default", WEB.id);
    let asked: [(&str, Fields<'_>); 2] = [(V2, &[("scope", &v2)]), (V1, &[("scope", ""), ("resource", WEB.id)])];
    for (at, more) in asked {
        let answer = WEB.signs_in(&mut Visitor::new(&standin), at, more, ALICE).await;
        let code = answer.sent_back("code").unwrap();
        let tokens = WEB.redeem(&standin, at, &code, &[]).granted();
        let token = claims(text(&tokens, "access_token"));
        assert_eq!((text(&token, "aud"), text(&token, "appid"), token.get("scp")), (WEB.id, WEB.id, None), "{at}");
        let again = WEB.refresh(&standin, at, text(&tokens, "refresh_token"), &[]).granted();
        assert_eq!(claims(text(&again, "access_token"))["aud"], WEB.id);
    }
}

#[actix_web::test]
async fn it_may_do_with_itself_all_that_it_exposes() {
    let standin = started().await;
    let scopes = json!({"open": {}, "secret": {"consent": "admin"}});
    patch_world(&standin, json!({"apps": {"example-web": {"scopes": scopes, "token_version": "2.0"}}}));
    let scope = format!("{OFFLINE} {}/.default", WEB.id);
    let code = WEB.signs_in(&mut Visitor::new(&standin), V2, &[("scope", &scope)], ALICE).await.sent_back("code");
    let tokens = WEB.redeem(&standin, V2, &code.unwrap(), &[]).granted();
    let token = claims(text(&tokens, "access_token"));
    assert_eq!((text(&token, "aud"), text(&token, "azp"), text(&token, "scp")), (WEB.id, WEB.id, "open secret"));
}

#[actix_web::test]
async fn all_of_itself_by_another_name_is_refused() {
    let standin = started().await;
    let uris = json!({"identifier_uris": ["api://web"], "scopes": {"open": {}}});
    patch_world(&standin, json!({"apps": {"example-web": uris, "example-cli": {"identifier_uris": ["api://cli"]}}}));
    let v1: Fields<'_> = &[("scope", ""), ("resource", "api://web")];
    get(&standin, &WEB.asks(V1, v1)).told("invalid_request", 90009);
    get(&standin, &WEB.asks(V2, &[("scope", "openid api://web/.default")])).told("invalid_request", 90009);
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    let refresh = |at, more| WEB.refresh(&standin, at, refresh, more);
    refresh(V2, &[("scope", "api://web/.default")]).refused(400, "invalid_request", 90009);
    refresh(V1, &[("resource", "api://web")]).refused(400, "invalid_request", 90009);
    refresh(V2, &[("scope", &format!("{}/.default", WEB.id))]).granted();
    let fields: Fields<'_> = &[("grant_type", "password"), ("username", ALICE), ("password", PASSWORD)];
    let own = [fields, &[("scope", "api://cli/.default")]].concat();
    CLI.token(&standin, V2, &own).refused(400, "invalid_request", 90009);
    let device = [("client_id", CLI.id), ("scope", "api://cli/.default")];
    post(&standin, &format!("{V2}/devicecode"), &device).refused(400, "invalid_request", 90009);
    // To another application it is a resource like any other.
    patch_world(&standin, json!({"apps": {"example-cli": {"permissions": {"example-web": ["open"]}}}}));
    assert_eq!(get(&standin, &CLI.asks(V2, &[("scope", "openid api://web/.default")])).status, 200);
}

#[actix_web::test]
async fn a_scope_of_its_own_has_to_be_named_every_time() {
    let standin = started().await;
    let own = json!({"identifier_uris": ["api://web"], "scopes": {"open": {}}});
    patch_world(&standin, json!({"apps": {"example-web": own}}));
    let scope = ("scope", "openid offline_access api://web/open");
    let tokens = WEB.tokens(&standin, V2, &[scope], ALICE).await;
    assert_eq!(claims(text(&tokens, "access_token"))["scp"], "open");
    let refresh = |more| WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), more);
    for understood in [&[][..], &[("scope", "openid offline_access")]] {
        refresh(understood).refused(400, "invalid_request", 90009);
    }
    assert_eq!(claims(text(&refresh(&[scope]).granted(), "access_token"))["scp"], "open");
}

//! A provider's refresh tokens are replaced by each use (RFC 9700, 4.14.2).

use std::time::Duration;

use crate::answer::claims;
use crate::apps::{LOCAL, LOCAL_WEB, text};
use crate::client::{Call, started};

const ALICE: &str = "alice@local.test";

#[actix_web::test]
async fn each_use_replaces_it_and_using_an_old_one_ends_the_new_ones() {
    let standin = started().await;
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    let refresh = |tokens: &serde_json::Value| LOCAL_WEB.refresh(&standin, LOCAL, text(tokens, "refresh_token"), &[]);
    let second = refresh(&tokens).granted();
    let third = refresh(&second).granted();
    assert_ne!(text(&second, "refresh_token"), text(&third, "refresh_token"));
    assert_eq!(claims(text(&third, "id_token"))["sub"], claims(text(&tokens, "id_token"))["sub"]);
    let reused = refresh(&tokens);
    reused.refused_plainly(400, "invalid_grant");
    assert!(reused.body.contains("was used before"), "{}", reused.body);
    let ended = refresh(&third);
    ended.refused_plainly(400, "invalid_grant");
    assert!(ended.body.contains("was revoked"), "{}", ended.body);
    let unknown = LOCAL_WEB.refresh(&standin, LOCAL, "nonsense", &[]);
    unknown.refused_plainly(400, "invalid_grant");
    assert!(unknown.body.contains("it never was one"), "{}", unknown.body);
    let other = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    refresh(&other).granted();
}

#[actix_web::test]
async fn less_may_be_asked_but_not_more() {
    let standin = started().await;
    let more = [("scope", "openid email offline_access")];
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &more, ALICE).await;
    let refused = LOCAL_WEB.refresh(&standin, LOCAL, text(&tokens, "refresh_token"), &[("scope", "openid profile")]);
    refused.refused_plainly(400, "invalid_scope");
    let less = LOCAL_WEB.refresh(&standin, LOCAL, text(&tokens, "refresh_token"), &[("scope", "openid")]).granted();
    assert_eq!(text(&less, "scope"), "openid");
    assert_eq!(claims(text(&less, "id_token")).get("email"), None);
    // RFC 6749, 6: the new one is good for as much as the old one was.
    let all = LOCAL_WEB.refresh(&standin, LOCAL, text(&less, "refresh_token"), &[]).granted();
    assert_eq!(text(&all, "scope"), "openid email offline_access");
}

#[actix_web::test]
async fn it_ends_by_time_and_with_the_session() {
    let standin = started().await;
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    Call::new(&standin, "DELETE", &format!("/_standin/sessions?user={ALICE}")).send();
    LOCAL_WEB.refresh(&standin, LOCAL, text(&tokens, "refresh_token"), &[]).refused_plainly(400, "invalid_grant");
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    standin.clock().advance(Duration::from_secs(91 * 86_400));
    LOCAL_WEB.refresh(&standin, LOCAL, text(&tokens, "refresh_token"), &[]).refused_plainly(400, "invalid_grant");
}

#[actix_web::test]
async fn it_belongs_to_one_client_of_one_provider() {
    let standin = started().await;
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    LOCAL_WEB.refresh(&standin, "/idp/wingtip", refresh, &[]).refused_plainly(400, "invalid_grant");
    let unproven = crate::apps::App { secret: "", ..LOCAL_WEB };
    unproven.refresh(&standin, LOCAL, refresh, &[]).refused_plainly(401, "invalid_client");
    LOCAL_WEB.refresh(&standin, LOCAL, refresh, &[]).granted();
}

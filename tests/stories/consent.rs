//! Who has agreed to what an application asks for: each person once, or an administrator for everybody.

use serde_json::json;

use crate::answer::{Answer, claims};
use crate::apps::{ALICE, App, BOB, GRAPH, LOCAL, LOCAL_WEB, PARTNER, PASSWORD, V1, V2, WEB, text};
use crate::client::{Fields, patch_world, started};
use crate::visitor::Visitor;

const WRITE: (&str, &str) = ("scope", "openid offline_access api://example-api/write");
const SILENT: (&str, &str) = ("prompt", "none");

fn asks(page: &Answer) -> bool {
    page.has("Permissions requested") && page.has("id=\"idSIButton9\"") && page.has("id=\"idBtn_Back\"")
}

/// Makes alice an administrator of Example.
fn promote(standin: &standin::Standin) {
    patch_world(standin, json!({"users": {ALICE: {"roles": ["global_admin"]}}}));
}

#[actix_web::test]
async fn what_everybody_may_use_is_not_asked() {
    let standin = started().await;
    let more = [("scope", "openid api://example-api/read")];
    let tokens = WEB.tokens(&standin, V2, &more, ALICE).await;
    assert_eq!(claims(text(&tokens, "access_token"))["scp"], "read");
}

#[actix_web::test]
async fn a_person_is_asked_once_and_never_again() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[WRITE], ALICE).await;
    assert!(asks(&page) && page.has("Change your tasks") && page.has("Example Web"), "{}", page.gist());
    assert!(page.has("api://example-api/write") && !page.has("onBehalfOfOrganization"), "{}", page.gist());
    let answer = alice.submit(&page, &[]).await;
    let tokens = WEB.redeem(&standin, V2, &answer.sent_back("code").unwrap(), &[]).granted();
    assert_eq!(claims(text(&tokens, "access_token"))["scp"], "write");

    assert!(alice.get(&WEB.asks(V2, &[WRITE, SILENT])).await.sent_back("code").is_some());
    let mut elsewhere = Visitor::new(&standin);
    assert!(WEB.signs_in(&mut elsewhere, V2, &[WRITE], ALICE).await.sent_back("code").is_some());
    let bob = WEB.signs_in(&mut Visitor::new(&standin), V2, &[WRITE], BOB).await;
    assert!(asks(&bob), "each for themselves: {}", bob.gist());
    let again = alice.get(&WEB.asks(V2, &[WRITE, ("prompt", "consent")])).await;
    assert!(asks(&again), "an application may ask again: {}", again.gist());
}

#[actix_web::test]
async fn a_permission_of_microsofts_that_an_application_is_registered_for_is_there() {
    let standin = started().await;
    let chat: Fields<'_> = &[("scope", "openid https://graph.microsoft.com/Chat.Read")];
    let mut alice = Visitor::new(&standin);
    alice.get(&WEB.asks(V2, chat)).await.told("invalid_client", 650_053);
    patch_world(&standin, json!({"apps": {"example-web": {"permissions": {"graph": ["User.Read", "Chat.Read"]}}}}));
    // Whoever registered it has agreed for everybody (the application's `consented`).
    let answer = WEB.signs_in(&mut alice, V2, chat, ALICE).await;
    let tokens = WEB.redeem(&standin, V2, &answer.sent_back("code").unwrap(), chat).granted();
    assert!(text(&claims(text(&tokens, "access_token")), "scp").contains("Chat.Read"));
    patch_world(&standin, json!({"apps": {"example-web": {"permissions": {"graph": ["User.Read"]}}}}));
    alice.get(&WEB.asks(V2, chat)).await.told("invalid_client", 650_053);
}

#[actix_web::test]
async fn declining_is_told_to_the_application_and_agrees_to_nothing() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[WRITE], ALICE).await;
    let answer = alice.submit(&page, &[("action", "cancel")]).await;
    answer.told("access_denied", 65004);
    assert_eq!(answer.sent_back("error_subcode").as_deref(), Some("cancel"));
    assert_eq!(answer.sent_back("state").as_deref(), Some("s t&a=te"));
    let page = WEB.signs_in(&mut alice, V2, &[WRITE], ALICE).await;
    assert!(asks(&page), "{}", page.gist());
}

#[actix_web::test]
async fn where_nobody_may_be_asked_missing_consent_is_an_error() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V2, &[], ALICE).await;
    let silent = alice.get(&WEB.asks(V2, &[WRITE, SILENT])).await;
    silent.told("consent_required", 65001);
    assert_eq!(silent.sent_back("suberror").as_deref(), Some("consent_required"));

    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    let refused = WEB.refresh(&standin, V2, text(&tokens, "refresh_token"), &[("scope", "api://example-api/write")]);
    assert_eq!(refused.refused(400, "invalid_grant", 65001)["suberror"], "consent_required");
}

#[actix_web::test]
async fn an_administrator_may_agree_for_everybody() {
    let standin = started().await;
    promote(&standin);
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[WRITE], ALICE).await;
    assert!(asks(&page) && page.has("name=\"onBehalfOfOrganization\""), "{}", page.gist());
    let answer = alice.submit(&page, &[("onBehalfOfOrganization", "true")]).await;
    assert!(answer.sent_back("code").is_some());
    let bob = WEB.signs_in(&mut Visitor::new(&standin), V2, &[WRITE], BOB).await;
    assert!(bob.sent_back("code").is_some(), "{}", bob.gist());
}

#[actix_web::test]
async fn nobody_else_speaks_for_everybody() {
    let standin = started().await;
    let mut bob = Visitor::new(&standin);
    let page = WEB.signs_in(&mut bob, V2, &[WRITE], BOB).await;
    let answer = bob.submit(&page, &[("onBehalfOfOrganization", "true")]).await;
    assert!(answer.sent_back("code").is_some());
    let alice = WEB.signs_in(&mut Visitor::new(&standin), V2, &[WRITE], ALICE).await;
    assert!(asks(&alice), "{}", alice.gist());

    promote(&standin);
    let mut admin = Visitor::new(&standin);
    let page = WEB.signs_in(&mut admin, V2, &[WRITE], ALICE).await;
    admin.submit(&page, &[]).await;
    patch_world(&standin, json!({"users": {BOB: {"groups": []}, "carol@example.test": {"password": PASSWORD}}}));
    let carol = WEB.signs_in(&mut Visitor::new(&standin), V2, &[WRITE], "carol@example.test").await;
    assert!(asks(&carol), "an administrator who does not tick the box agrees alone: {}", carol.gist());
}

#[actix_web::test]
async fn what_only_administrators_can_grant_is_refused_to_others() {
    let standin = started().await;
    let more: Fields<'_> = &[("scope", "openid https://graph.microsoft.com/Directory.Read.All")];
    let refused = WEB.signs_in(&mut Visitor::new(&standin), V2, more, ALICE).await;
    refused.told("access_denied", 90094);
    promote(&standin);
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, more, ALICE).await;
    assert!(asks(&page) && page.has("Read the directory"), "{}", page.gist());
    let code = alice.submit(&page, &[("onBehalfOfOrganization", "true")]).await.sent_back("code").unwrap();
    let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
    assert!(text(&claims(text(&tokens, "access_token")), "scp").contains("Directory.Read.All"));
}

#[actix_web::test]
async fn a_consent_holds_in_its_own_tenant_only() {
    let standin = started().await;
    let mail: Fields<'_> = &[("scope", "openid https://graph.microsoft.com/Mail.Read")];
    let at = "/common/oauth2/v2.0";
    let mut ada = Visitor::new(&standin);
    let page = PARTNER.signs_in(&mut ada, at, mail, "ada@adatum.test").await;
    assert!(asks(&page), "{}", page.gist());
    ada.submit(&page, &[("onBehalfOfOrganization", "true")]).await;
    let amy = PARTNER.signs_in(&mut Visitor::new(&standin), at, mail, "amy@adatum.test").await;
    assert!(amy.sent_back("code").is_some(), "{}", amy.gist());
    let john = PARTNER.signs_in(&mut Visitor::new(&standin), at, mail, "john@fabrikam.test").await;
    assert!(asks(&john), "{}", john.gist());
}

#[actix_web::test]
async fn a_consent_that_was_taken_back_is_asked_again() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = WEB.signs_in(&mut alice, V2, &[WRITE], ALICE).await;
    alice.submit(&page, &[]).await;
    assert!(alice.get(&WEB.asks(V2, &[WRITE])).await.sent_back("code").is_some());
    let world = crate::client::get(&standin, "/_standin/world").granted();
    let handles = world["consents"].as_object().unwrap().keys().cloned();
    let gone: serde_json::Map<_, _> = handles.map(|handle| (handle, json!(null))).collect();
    patch_world(&standin, json!({ "consents": gone }));
    assert!(asks(&alice.get(&WEB.asks(V2, &[WRITE])).await));
}

/// Example Web, registered with a permission that only administrators grant and consented nowhere; `agreed` are the
/// scopes of Example API that hold for everybody.
fn registered_with_more(standin: &standin::Standin, agreed: &[&str]) {
    patch_world(
        standin,
        json!({
            "apps": {"example-web": {
                "consented": [], "permissions": {"example-api": ["read", "write"], "graph": ["User.Read", "Directory.Read.All"]},
            }},
            "consents": {"everybody": match agreed {
                [] => json!(null),
                agreed => json!({"tenant": "example", "app": "example-web", "resource": "example-api", "scopes": agreed}),
            }},
        }),
    );
}

const TO_API: &str = "api://example-api";

#[actix_web::test]
async fn the_older_address_takes_what_was_agreed_to_of_a_resource_and_asks_only_when_that_is_nothing() {
    let standin = started().await;
    registered_with_more(&standin, &["read"]);
    let resource: Fields<'_> = &[("resource", TO_API), ("scope", "")];
    let tokens = WEB.tokens(&standin, V1, resource, ALICE).await;
    assert_eq!((text(&tokens, "scope"), text(&claims(text(&tokens, "access_token")), "scp")), ("read", "read"));
    let default: Fields<'_> = &[("scope", "openid api://example-api/.default")];
    let tokens = WEB.tokens(&standin, V2, default, ALICE).await;
    assert_eq!(claims(text(&tokens, "access_token"))["scp"], "read");

    let mut alice = Visitor::new(&standin);
    let asked = WEB.signs_in(&mut alice, V1, &[("resource", TO_API), ("prompt", "consent")], ALICE).await;
    assert!(asks(&asked) && asked.has("api://example-api/write"), "an application may ask for all: {}", asked.gist());
    let answer = alice.submit(&asked, &[]).await;
    let tokens = WEB.redeem(&standin, V1, &answer.sent_back("code").unwrap(), &[("resource", TO_API)]).granted();
    assert_eq!(text(&tokens, "scope"), "read write");

    registered_with_more(&standin, &[]);
    let bob = WEB.signs_in(&mut Visitor::new(&standin), V1, resource, BOB).await;
    assert!(asks(&bob) && bob.has("api://example-api/write"), "{}", bob.gist());
}

#[actix_web::test]
async fn all_that_was_agreed_to_is_not_asked_for_beside_a_part_of_it() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    for mixed in [
        "api://example-api/.default api://example-api/write",
        "https://graph.microsoft.com/User.Read api://example-api/.default",
    ] {
        alice.get(&WEB.asks(V2, &[("scope", mixed)])).await.told("invalid_scope", 70011);
    }
    let alone = WEB.tokens(&standin, V2, &[("scope", "openid offline_access api://example-api/.default")], ALICE).await;
    assert_eq!(claims(text(&alone, "access_token"))["scp"], "read");
}

#[actix_web::test]
async fn a_permission_that_only_administrators_grant_stands_in_nobodys_way_who_was_granted_another() {
    let standin = started().await;
    registered_with_more(&standin, &["read"]);
    let graph: Fields<'_> = &[("resource", GRAPH), ("scope", "")];
    // To Graph nobody has agreed yet: all that is registered is asked for, and alice may not grant that.
    WEB.signs_in(&mut Visitor::new(&standin), V1, graph, ALICE).await.told("access_denied", 90094);
    let mut alice = Visitor::new(&standin);
    let code = WEB.code(&mut alice, V1, &[("resource", TO_API), ("scope", "")], ALICE).await;
    let tokens = WEB.redeem(&standin, V1, &code, &[("resource", TO_API)]).granted();
    // Where nobody can be asked, consent is missing, whoever would have to give it.
    alice.get(&WEB.asks(V1, &[("resource", GRAPH), SILENT])).await.told("consent_required", 65001);
    let refresh = text(&tokens, "refresh_token");
    WEB.refresh(&standin, V1, refresh, &[("resource", GRAPH)]).refused(400, "invalid_grant", 65001);

    patch_world(
        &standin,
        json!({"consents": {"graph": {
            "tenant": "example", "app": "example-web", "resource": "graph", "scopes": ["User.Read"],
        }}}),
    );
    let tokens = WEB.refresh(&standin, V1, refresh, &[("resource", GRAPH)]).granted();
    assert!(text(&tokens, "scope").starts_with("User.Read openid"), "{tokens}");
    assert!(alice.get(&WEB.asks(V1, graph)).await.sent_back("code").is_some());
    // Named one by one, what nobody granted is missing still.
    let named = [("scope", "https://graph.microsoft.com/Directory.Read.All")];
    WEB.refresh(&standin, V2, refresh, &named).refused(400, "invalid_grant", 65001);
}

#[actix_web::test]
async fn microsofts_own_applications_ask_nobody() {
    let standin = started().await;
    let cli =
        App { id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", secret: "", redirect: "http://localhost:8400", origin: "" };
    let more: Fields<'_> = &[("scope", "openid https://management.core.windows.net//.default")];
    let answer = cli.signs_in(&mut Visitor::new(&standin), "/organizations/oauth2/v2.0", more, ALICE).await;
    assert!(answer.sent_back("code").is_some(), "{}", answer.gist());
}

#[actix_web::test]
async fn a_provider_asks_for_consent_too() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let page = LOCAL_WEB.signs_in(&mut alice, LOCAL, &[], "alice@local.test").await;
    assert!(asks(&page) && page.has("Local Web"), "{}", page.gist());
    let answer = alice.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("access_denied"));
    assert!(!answer.location().contains("AADSTS") && !answer.location().contains("error_subcode"));
    LOCAL_WEB.code(&mut alice, LOCAL, &[("scope", "openid")], "alice@local.test").await;
    let silent = alice.get(&LOCAL_WEB.asks(LOCAL, &[SILENT, ("scope", "openid email")])).await;
    assert_eq!(silent.sent_back("error").as_deref(), Some("consent_required"));
    assert!(alice.get(&LOCAL_WEB.asks(LOCAL, &[SILENT, ("scope", "openid")])).await.sent_back("code").is_some());
}

#[actix_web::test]
async fn whoever_asks_for_a_new_sign_in_and_for_consent_gets_both() {
    let standin = started().await;
    for prompt in ["login consent", "consent login"] {
        let mut alice = Visitor::new(&standin);
        WEB.code(&mut alice, V2, &[WRITE], ALICE).await;
        let page = alice.get(&WEB.asks(V2, &[WRITE, ("prompt", prompt), ("login_hint", ALICE)])).await;
        assert!(page.has("name=\"passwd\""), "{prompt}: {}", page.gist());
        let page = alice.submit(&page, &[("passwd", PASSWORD)]).await;
        assert!(asks(&page), "{prompt}: {}", page.gist());
        assert!(alice.submit(&page, &[]).await.sent_back("code").is_some());
    }
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, V2, &[WRITE], ALICE).await;
    let page = alice.get(&WEB.asks(V2, &[WRITE, ("prompt", "select_account consent")])).await;
    let page = alice.submit(&page, &[("action", "pick:alice@example.test")]).await;
    assert!(asks(&page), "{}", page.gist());

    let mut alice = Visitor::new(&standin);
    for _ in 0..2 {
        let page = alice.get(&LOCAL_WEB.asks(LOCAL, &[("prompt", "login consent")])).await;
        let page = alice.sign_in(page, "alice@local.test", PASSWORD).await;
        assert!(page.has("Permissions requested"), "at every such request: {}", page.gist());
        assert!(alice.submit(&page, &[]).await.sent_back("code").is_some());
    }
    for prompt in ["none login", "consent none", "login everything", "consent admin_consent"] {
        alice.get(&WEB.asks(V2, &[("prompt", prompt)])).await.told("invalid_request", 90013);
    }
}

#[actix_web::test]
async fn a_resource_of_which_nothing_was_registered_is_no_question_of_consent() {
    let standin = started().await;
    let legacy = "https://graph.windows.net";
    let v1 = WEB.asks(V1, &[("scope", ""), ("resource", legacy), ("login_hint", ALICE)]);
    let v2 = WEB.asks(V2, &[("scope", "https://graph.windows.net/.default"), ("login_hint", ALICE)]);
    for ask in [v1, v2] {
        let mut alice = Visitor::new(&standin);
        let page = alice.get(&ask).await;
        let answer = alice.sign_in(page, ALICE, crate::apps::PASSWORD).await;
        assert_eq!(answer.sent_back("error").as_deref(), Some("invalid_resource"), "{}", answer.gist());
        assert!(answer.sent_back("error_description").unwrap().starts_with("AADSTS650057"));
    }
    // What is spelled out can be agreed to, and from then on the short form takes it.
    let mut alice = Visitor::new(&standin);
    let asks = [("scope", "https://graph.windows.net/user_impersonation")];
    let page = WEB.signs_in(&mut alice, V2, &asks, ALICE).await;
    alice.agree(page).await.sent_back("code").expect("a code");
    let answer = alice.get(&WEB.asks(V1, &[("scope", ""), ("resource", legacy), ("login_hint", ALICE)])).await;
    assert!(answer.sent_back("code").is_some(), "{}", answer.gist());
}

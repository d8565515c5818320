//! An administrator trusts an application for a whole tenant.

use standin::{Config, Standin};

use crate::visitor::{Answer, Visitor};

const APP: &str = "0b9ea4bb-631f-46bd-b6db-c7f7053c2b22";
const CALLBACK: &str = "http://localhost:3000/auth/callback";
const FABRIKAM: &str = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0";
const PASSWORD: &str = "Password1!";

async fn start() -> Standin {
    Standin::start(Config::default()).await.unwrap()
}

fn address(path: &str, more: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs([("client_id", APP), ("redirect_uri", CALLBACK), ("state", "a b")]).extend_pairs(more);
    format!("{path}?{}", query.finish())
}

const V2: &str = "/fabrikam.test/v2.0/adminconsent";
const MAIL: (&str, &str) = ("scope", "https://graph.microsoft.com/Group.Read.All");

async fn ask(visitor: &mut Visitor, path: &str, more: &[(&str, &str)], user: &str) -> Answer {
    let page = visitor.get(&address(path, more)).await;
    visitor.sign_in(page, user, PASSWORD).await
}

/// Can somebody of the tenant, asked nothing, be signed in with that scope?
async fn is_consented(visitor: &mut Visitor) -> bool {
    let path = "/fabrikam.test/oauth2/v2.0/authorize";
    let more = [("response_type", "code"), MAIL, ("prompt", "none")];
    visitor.get(&address(path, &more)).await.sent_back("code").is_some()
}

#[actix_web::test]
async fn an_administrator_consents_for_everybody() {
    let standin = start().await;
    let mut john = Visitor::new(&standin);
    let signed_in = ask(
        &mut john,
        "/fabrikam.test/oauth2/v2.0/authorize",
        &[("response_type", "code"), ("scope", "openid")],
        "john@fabrikam.test",
    )
    .await;
    assert!(signed_in.sent_back("code").is_some());
    assert!(!is_consented(&mut john).await);

    let mut greta = Visitor::new(&standin);
    let page = ask(&mut greta, V2, &[MAIL], "greta@fabrikam.test").await;
    assert!(page.has("Group.Read.All") && page.has("Partner App"), "{}", page.body);
    let answer = greta.submit(&page, &[]).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}?")), "{}", answer.location());
    assert_eq!(answer.sent_back("admin_consent").as_deref(), Some("True"));
    assert_eq!(answer.sent_back("tenant").as_deref(), Some(FABRIKAM));
    assert_eq!(answer.sent_back("state").as_deref(), Some("a b"));
    assert_eq!(answer.sent_back("scope").as_deref(), Some(MAIL.1));
    assert!(is_consented(&mut john).await, "it holds for everybody");
}

#[actix_web::test]
async fn the_older_address_asks_for_everything_registered() {
    let standin = start().await;
    let mut greta = Visitor::new(&standin);
    let page = ask(&mut greta, "/common/adminconsent", &[], "greta@fabrikam.test").await;
    assert!(page.has("Directory.Read.All") && page.has("api.partnercenter.microsoft.com"), "{}", page.body);
    let answer = greta.submit(&page, &[]).await;
    assert_eq!(answer.sent_back("tenant").as_deref(), Some(FABRIKAM));
    assert_eq!(answer.sent_back("scope"), None);
}

#[actix_web::test]
async fn an_administrator_may_decline_and_others_are_not_asked() {
    let standin = start().await;
    let mut greta = Visitor::new(&standin);
    let page = ask(&mut greta, V2, &[MAIL], "greta@fabrikam.test").await;
    let answer = greta.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.sent_back("error_subcode").as_deref(), Some("cancel"));
    assert_eq!(answer.sent_back("state").as_deref(), Some("a b"));
    assert!(answer.sent_back("error_description").unwrap().starts_with("AADSTS65004: "));

    let mut john = Visitor::new(&standin);
    let answer = ask(&mut john, V2, &[MAIL], "john@fabrikam.test").await;
    assert_eq!(answer.sent_back("error").as_deref(), Some("permission_denied"));
    assert!(answer.sent_back("error_description").unwrap().starts_with("AADSTS90094: "));
    assert!(!is_consented(&mut john).await);
}

#[actix_web::test]
async fn a_request_that_is_wrong_ends_on_a_page() {
    let standin = start().await;
    let mut greta = Visitor::new(&standin);
    let table = [
        (address(V2, &[]), "AADSTS900144"),
        (address("/consumers/v2.0/adminconsent", &[MAIL]), "AADSTS90124"),
        (address("/nowhere.test/v2.0/adminconsent", &[MAIL]), "AADSTS90002"),
        (format!("{V2}?client_id={APP}&scope=openid&redirect_uri=https://evil.test/"), "AADSTS50011"),
        (format!("{V2}?scope=openid"), "AADSTS900144"),
    ];
    for (address, code) in table {
        assert_eq!(greta.get(&address).await.error_code(), code, "{address}");
    }
}

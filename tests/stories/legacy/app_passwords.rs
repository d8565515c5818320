//! App passwords: made by the system, shown once, taken by legacy protocols and by nothing else.

use serde_json::{Value, json};
use standin::Standin;

use super::{JANE, MAIL, MIA, TRENT, because, refused, with};
use crate::answer::Answer;
use crate::apps::{ALICE, CLI, PARTNER, PASSWORD, V2, WEB};
use crate::client::{Call, get, patch_world, started};
use crate::visitor::Visitor;
use crate::wstrust;

fn at(user: &str) -> String {
    format!("/_standin/users/{user}/app-passwords")
}

fn asked(standin: &Standin, user: &str, body: Value) -> Answer {
    Call::new(standin, "POST", &at(user)).body("application/json", body.to_string()).send()
}

fn made(standin: &Standin, user: &str) -> (String, String) {
    let answer = asked(standin, user, json!({"name": "Outlook 2010"}));
    assert_eq!(answer.status, 201, "{}", answer.gist());
    let made = answer.json();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("password"))
}

#[actix_web::test]
async fn an_app_password_opens_the_mailbox_of_an_account_that_must_prove_more() {
    let standin = started().await;
    refused(&with(&standin, MAIL, MIA, PASSWORD), 50076);
    let (id, password) = made(&standin, MIA);
    assert!(password.len() == 16 && password.bytes().all(|letter| letter.is_ascii_lowercase()), "{password}");
    let mailbox = with(&standin, MAIL, MIA, &password).granted();
    assert_eq!(mailbox["authentication"]["with"], "app_password");
    assert!(because(&standin).contains("'Outlook 2010'"), "{}", because(&standin));
    with(&standin, MAIL, MIA, &format!("{} {}", &password[..8], &password[8..])).granted();
    refused(&with(&standin, MAIL, ALICE, &password), 50126);

    let listed = get(&standin, &at(MIA)).granted();
    assert_eq!((&listed["value"][0]["id"], &listed["value"][0]["name"]), (&json!(id), &json!("Outlook 2010")));
    for path in [at(MIA).as_str(), "/_standin/world", "/_standin/events"] {
        assert!(!get(&standin, path).has(&password), "{path}");
    }
    let revoke = || Call::new(&standin, "DELETE", &format!("{}/{id}", at(MIA))).send().status;
    assert_eq!((revoke(), revoke()), (204, 404));
    refused(&with(&standin, MAIL, MIA, &password), 50126);
}

#[actix_web::test]
async fn no_page_and_no_token_endpoint_takes_an_app_password() {
    let standin = started().await;
    let (_, password) = made(&standin, MIA);
    let mut mia = Visitor::new(&standin);
    let page = mia.get(&WEB.asks(V2, &[])).await;
    let page = mia.sign_in(page, MIA, &password).await;
    assert!(page.has("id=\"passwordError\""), "{}", page.gist());
    let grant = [("grant_type", "password"), ("username", MIA), ("password", &password), ("scope", "openid")];
    CLI.token(&standin, V2, &grant).refused(400, "invalid_grant", 50126);

    let (_, password) = made(&standin, JANE);
    let grant = [("grant_type", "password"), ("username", JANE), ("password", &password), ("scope", "openid")];
    PARTNER.token(&standin, "/contoso.test/oauth2/v2.0", &grant).refused(400, "invalid_grant", 50126);
}

#[actix_web::test]
async fn a_federated_account_has_them_at_its_tenant() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {TRENT: {"per_user_mfa": "enforced"}}}));
    let (_, password) = made(&standin, TRENT);
    with(&standin, MAIL, TRENT, &password).granted();
    patch_world(&standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
    let message = wstrust::Message { password: &password, ..wstrust::MESSAGE };
    wstrust::faulted(&message.send(&standin), 500, "a:FailedAuthentication");
    wstrust::assertion(&wstrust::MESSAGE.send(&standin));
    patch_world(&standin, json!({"providers": {"wingtip": {"answer": "down"}}}));
    with(&standin, MAIL, TRENT, &password).granted();
    refused(&with(&standin, MAIL, TRENT, "Wingtip1!"), 50008);
}

#[actix_web::test]
async fn only_accounts_that_need_them_have_any_and_where_the_tenant_allows_it() {
    let standin = started().await;
    let told = |user: &str| {
        let answer = asked(&standin, user, json!({}));
        assert_eq!(answer.status, 409, "{}", answer.gist());
        answer.json()["error"]["message"].as_str().unwrap().to_owned()
    };
    assert!(told(ALICE).contains("enabled or enforced"), "{}", told(ALICE));
    assert!(told("mia@local.test").contains("provider"), "{}", told("mia@local.test"));
    let (_, password) = made(&standin, MIA);
    patch_world(&standin, json!({"tenants": {"example": {"allowed_methods": ["push", "totp"]}}}));
    assert!(told(MIA).contains("does not allow"), "{}", told(MIA));
    refused(&with(&standin, MAIL, MIA, &password), 50126);
    let allowed = json!(["push", "app_password"]);
    patch_world(&standin, json!({"tenants": {"example": {"allowed_methods": allowed}}}));
    with(&standin, MAIL, MIA, &password).granted();
    patch_world(&standin, json!({"users": {MIA: {"per_user_mfa": "disabled"}}}));
    refused(&with(&standin, MAIL, MIA, &password), 50126);
    with(&standin, MAIL, MIA, PASSWORD).granted();
    assert_eq!(asked(&standin, "nobody@example.test", json!({})).status, 404);
    assert_eq!(asked(&standin, MIA, json!({"name": "x".repeat(101)})).status, 422);
}

/// What stands in the element of this test id.
fn shown(page: &Answer, id: &str) -> Option<String> {
    let rest = page.body.split_once(&format!("data-testid=\"{id}\">"))?.1;
    Some(rest.split('<').next().unwrap().to_owned())
}

async fn own_page(visitor: &mut Visitor, user: &str) -> Answer {
    let page = visitor.get("/security-info").await;
    let page = visitor.sign_in(page, user, PASSWORD).await;
    if page.status == 303 { visitor.get(page.header("location")).await } else { page }
}

#[actix_web::test]
async fn their_owner_makes_and_revokes_them_on_the_page_of_their_own_methods() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let mut alice = Visitor::new(&standin);
    let page = own_page(&mut alice, ALICE).await;
    assert!(!page.has("id=\"addAppPassword\""), "first a second factor: {}", page.gist());
    patch_world(
        &standin,
        json!({"users": {ALICE: {"per_user_mfa": null}}, "tenants": {"example": {"per_user_mfa": null}}}),
    );

    let mut alice = Visitor::new(&standin);
    let page = own_page(&mut alice, ALICE).await;
    assert!(page.has("id=\"add-method\"") && !page.has("addAppPassword"), "none are needed: {}", page.gist());
    // Signed in already: what was not asked then is not asked now.
    patch_world(&standin, json!({"users": {MIA: {"per_user_mfa": "enforced"}}}));
    let mut mia = signed_in_by_code(&standin).await;
    let page = mia.get("/security-info").await;
    let made = mia.submit(&page, &[("action", "add-app-password"), ("appPasswordName", "<b>Mail</b>")]).await;
    let password = shown(&made, "app-password").unwrap();
    assert!(made.has("&#60;b&#62;Mail") && !made.has("<b>Mail"), "{}", made.gist());
    with(&standin, MAIL, MIA, &password).granted();
    let again = mia.get("/security-info").await;
    assert!(!again.has(&password) && again.has("data-testid=\"revoke-app-password\""), "{}", again.gist());
    let id = get(&standin, &at(MIA)).granted()["value"][0]["id"].as_str().unwrap().to_owned();
    let gone = mia.submit(&again, &[("action", &format!("revoke-app-password:{id}"))]).await;
    let page = mia.get(gone.header("location")).await;
    assert!(page.has("was revoked") && !page.has("data-testid=\"revoke-app-password\""), "{}", page.gist());
    refused(&with(&standin, MAIL, MIA, &password), 50126);
    let long = mia.submit(&page, &[("action", "add-app-password"), ("appPasswordName", &"x".repeat(101))]).await;
    assert!(long.has("too long") && shown(&long, "app-password").is_none(), "{}", long.gist());
}

/// Mia, who has typed her password and the code of her code app.
async fn signed_in_by_code(standin: &Standin) -> Visitor {
    let mut mia = Visitor::new(standin);
    let page = mia.get("/security-info").await;
    let push = mia.sign_in(page, MIA, PASSWORD).await;
    let list = mia.submit(&push, &[("action", "another-way")]).await;
    let page = mia.submit(&list, &[("action", "method:PhoneAppOTP")]).await;
    let code = get(standin, &format!("/_standin/users/{MIA}/totp")).granted()["code"].as_str().unwrap().to_owned();
    mia.submit(&page, &[("otc", &code)]).await;
    mia
}

#[actix_web::test]
async fn an_account_has_forty_at_most() {
    let standin = started().await;
    for _ in 0..40 {
        made(&standin, MIA);
    }
    assert_eq!(asked(&standin, MIA, json!({})).status, 409);
    assert_eq!(get(&standin, &at(MIA)).granted()["value"].as_array().unwrap().len(), 40);
}

#[actix_web::test]
async fn an_app_password_proves_no_second_factor_to_a_policy_and_passes_no_block() {
    let standin = started().await;
    let (_, password) = made(&standin, MIA);
    let demand = json!({"include": {"all": true}, "grant": ["mfa"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"everybody": demand}}}}));
    refused(&with(&standin, MAIL, MIA, &password), 50076);
    let block = json!({"grant": ["block"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"everybody": block}}}}));
    refused(&with(&standin, MAIL, MIA, &password), 53003);
    patch_world(
        &standin,
        json!({"tenants": {"example": {"conditional_access": null, "security_defaults": true,
            "allowed_methods": ["push", "totp", "app_password"]}}}),
    );
    refused(&with(&standin, MAIL, MIA, &password), 530_035);
}

#[actix_web::test]
async fn an_app_password_administers_nothing() {
    let standin = started().await;
    let (_, password) = made(&standin, JANE);
    with(&standin, MAIL, JANE, &password).granted();
    let own = with(&standin, "/legacy/powershell", JANE, &password).granted();
    assert_eq!(own["roles"], json!([]));
    let customer = with(&standin, "/legacy/powershell?DelegatedOrg=adatum.test", JANE, &password);
    assert_eq!(customer.status, 403, "{}", customer.gist());
    assert!(because(&standin).contains("R-61"), "{}", because(&standin));
}

#[actix_web::test]
async fn r_02_security_defaults_block_app_passwords_as_they_block_every_such_client() {
    let standin = started().await;
    let (_, password) = made(&standin, MIA);
    patch_world(&standin, json!({"tenants": {"example": {"security_defaults": true}}}));
    refused(&with(&standin, MAIL, MIA, &password), 530_035);
    assert!(because(&standin).contains("R-02"), "{}", because(&standin));
    refused(&with(&standin, MAIL, MIA, "another"), 50126);
    patch_world(&standin, json!({"users": {MIA: {"enabled": false}}}));
    assert_eq!(with(&standin, MAIL, MIA, &password).status, 401);
    patch_world(
        &standin,
        json!({"tenants": {"example": {"security_defaults": false}}, "users": {MIA: {"enabled": true}}}),
    );
    with(&standin, MAIL, MIA, &password).granted();
}

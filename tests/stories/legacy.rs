//! Protocols that can send a name and a password and nothing else: whom they let in, and what they never do.

mod app_passwords;
mod powershell;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use standin::Standin;

use crate::answer::Answer;
use crate::apps::{ALICE, PASSWORD, text};
use crate::client::{Call, get, patch_world, started};
use crate::resources::bearer;

const MAIL: &str = "/legacy/mail";
const NOBODY: &str = "nobody@example.test";
const MIA: &str = "mia@example.test";
const JANE: &str = "jane@contoso.test";
const TRENT: &str = "trent@wingtip.test";

/// A request with basic credentials.
fn with(standin: &Standin, path: &str, user: &str, password: &str) -> Answer {
    let credentials = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
    Call::new(standin, "GET", path).header("Authorization", &credentials).send()
}

/// It must be this refusal: with a challenge, without a redirect.
#[track_caller]
fn refused(answer: &Answer, code: u32) {
    assert_eq!((answer.status, answer.header("location")), (401, ""), "{}", answer.gist());
    assert!(answer.header("www-authenticate").starts_with("Basic realm="), "{:?}", answer.headers);
    assert_eq!(answer.json()["error"]["code"], format!("AADSTS{code}"), "{}", answer.body);
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// The reasons in the journal for what happened last.
fn because(standin: &Standin) -> String {
    let events = get(standin, "/_standin/events?kind=decision,error").json();
    let last = events["value"].as_array().unwrap().last().unwrap()["because"].clone();
    last.to_string()
}

#[actix_web::test]
async fn the_password_of_an_account_that_nothing_more_is_asked_of_opens_its_mailbox() {
    let standin = started().await;
    let mailbox = with(&standin, MAIL, ALICE, PASSWORD).granted();
    assert_eq!((&mailbox["mailbox"], &mailbox["authentication"]["with"]), (&json!(ALICE), &json!("password")));
    assert!(mailbox["messages"][0]["subject"].as_str().unwrap().contains("Example"), "{mailbox}");
    assert!(because(&standin).contains("R-60"), "{}", because(&standin));
    let scanner = with(&standin, MAIL, "SCANNER@fabrikam.test", PASSWORD).granted();
    assert_eq!(scanner["mailbox"], "scanner@fabrikam.test");
}

#[actix_web::test]
async fn who_sends_nothing_or_something_wrong_is_challenged() {
    let standin = started().await;
    let asked = get(&standin, MAIL);
    assert_eq!((asked.status, asked.header("location")), (401, ""));
    assert!(asked.header("www-authenticate").ends_with("charset=\"UTF-8\""), "{:?}", asked.headers);
    for wrong in ["Basic", "Basic !", "Basic /w==", "Bearer abc", "Basic YWxpY2U="] {
        assert_eq!(Call::new(&standin, "GET", MAIL).header("Authorization", wrong).send().status, 401, "{wrong}");
    }
    refused(&with(&standin, MAIL, ALICE, "password1!"), 50126);
    refused(&with(&standin, MAIL, "nobody@example.test", PASSWORD), 50126);
    refused(&with(&standin, MAIL, "", ""), 50126);
    refused(&with(&standin, MAIL, ALICE, &"x".repeat(5000)), 50126);
    refused(&with(&standin, MAIL, "mia@local.test", PASSWORD), 50126);
    let events = get(&standin, "/_standin/events").body;
    assert!(!events.contains("password1!") && !events.contains("xxxxxxxx"), "{events}");
    assert_eq!(get(&standin, "/legacy/pop").status, 404);
    let put = Call::new(&standin, "PUT", MAIL).send();
    assert_eq!((put.status, put.header("allow")), (405, "GET, HEAD, POST"));
}

#[actix_web::test]
async fn names_and_passwords_are_of_any_script() {
    let standin = started().await;
    let password = "пароль:密码🔑 ";
    patch_world(&standin, json!({"users": {"zoë@example.test": {"password": password}}}));
    let mailbox = with(&standin, MAIL, "ZOË@example.test", password).granted();
    assert_eq!(mailbox["mailbox"], "zoë@example.test");
    refused(&with(&standin, MAIL, "zoë@example.test", password.trim()), 50126);
}

#[actix_web::test]
async fn an_account_that_must_prove_more_is_refused() {
    let standin = started().await;
    refused(&with(&standin, MAIL, MIA, PASSWORD), 50076);
    patch_world(&standin, json!({"users": {"gwen@contoso.test": {"methods": {"totp": null}}}}));
    refused(&with(&standin, MAIL, "gwen@contoso.test", PASSWORD), 50079);
    assert!(because(&standin).contains("R-04"), "{}", because(&standin));
    patch_world(&standin, json!({"users": {MIA: {"per_user_mfa": "enabled"}}}));
    refused(&with(&standin, MAIL, MIA, PASSWORD), 50076);
    patch_world(&standin, json!({"users": {MIA: {"per_user_mfa": "disabled"}}}));
    with(&standin, MAIL, MIA, PASSWORD).granted();
}

#[actix_web::test]
async fn security_defaults_and_policies_block_whoever_comes_this_way() {
    let standin = started().await;
    refused(&with(&standin, MAIL, "tom@tailspin.test", PASSWORD), 530_035);
    refused(&with(&standin, MAIL, "tom@tailspin.test", "wrong"), 50126);
    let block = json!({"include": {"all": true}, "client_types": ["legacy"], "grant": ["block"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"no-legacy": block}}}}));
    refused(&with(&standin, MAIL, ALICE, PASSWORD), 53003);
    assert!(because(&standin).contains("no-legacy"), "{}", because(&standin));
    let elsewhere = json!({"client_types": ["browser"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"no-legacy": elsewhere}}}}));
    with(&standin, MAIL, ALICE, PASSWORD).granted();
    patch_world(&standin, json!({"users": {ALICE: {"enabled": false}}}));
    refused(&with(&standin, MAIL, ALICE, PASSWORD), 50057);
}

#[actix_web::test]
async fn a_federated_accounts_password_is_the_one_its_provider_knows() {
    let standin = started().await;
    refused(&with(&standin, MAIL, TRENT, "Wingtip1!"), 50079);
    assert!(because(&standin).contains("R-14"), "{}", because(&standin));
    patch_world(&standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
    with(&standin, MAIL, TRENT, "Wingtip1!").granted();
    refused(&with(&standin, MAIL, TRENT, PASSWORD), 50126);
    let theirs = json!({"per_user_mfa": "enforced"});
    patch_world(&standin, json!({"providers": {"wingtip": {"users": {TRENT: theirs}}}}));
    refused(&with(&standin, MAIL, TRENT, "Wingtip1!"), 50079);
    let theirs = json!({"per_user_mfa": null});
    patch_world(&standin, json!({"providers": {"wingtip": {"users": {TRENT: theirs}}}}));
    with(&standin, MAIL, TRENT, "Wingtip1!").granted();
    patch_world(&standin, json!({"users": {TRENT: {"per_user_mfa": "enforced"}}}));
    refused(&with(&standin, MAIL, TRENT, "Wingtip1!"), 50079);
}

#[actix_web::test]
async fn wrong_guesses_are_counted_together_with_those_of_every_other_protocol() {
    let standin = started().await;
    standin.clock().freeze();
    for _ in 0..10 {
        refused(&with(&standin, MAIL, ALICE, "wrong"), 50126);
    }
    refused(&with(&standin, MAIL, ALICE, PASSWORD), 50053);
    let grant = [("grant_type", "password"), ("username", ALICE), ("password", PASSWORD), ("scope", "openid")];
    crate::apps::CLI.token(&standin, crate::apps::V2, &grant).refused(400, "invalid_grant", 50053);
    standin.clock().advance(std::time::Duration::from_secs(61));
    with(&standin, MAIL, ALICE, PASSWORD).granted();
    refused(&with(&standin, MAIL, ALICE, "wrong"), 50126);
}

#[actix_web::test]
async fn the_sign_in_log_tells_of_them_as_of_legacy_clients() {
    let standin = started().await;
    let app_passwords = json!({"tenants": {"contoso": {"allowed_methods": ["totp", "app_password"]}}});
    patch_world(&standin, app_passwords);
    with(&standin, MAIL, ALICE, PASSWORD).granted();
    refused(&with(&standin, MAIL, ALICE, "wrong"), 50126);
    refused(&with(&standin, MAIL, MIA, PASSWORD), 50076);
    let made = Call::new(&standin, "POST", &format!("/_standin/users/{JANE}/app-passwords")).send().json();
    let password = made["password"].as_str().unwrap();
    with(&standin, "/legacy/powershell", JANE, password).granted();
    // What the session is refused afterwards is no refusal of the sign-in.
    assert_eq!(with(&standin, "/legacy/powershell?DelegatedOrg=example.test", JANE, password).status, 403);
    // A name that nobody has is tried at its domain all the same; what no tenant has is in nobody's log.
    refused(&with(&standin, MAIL, NOBODY, PASSWORD), 50126);
    refused(&with(&standin, MAIL, "nobody@nowhere.test", PASSWORD), 50126);

    let log = |user, tenant| {
        let entries =
            bearer(&standin, ("/graph/v1.0", "graph"), user, tenant, &["AuditLog.Read.All"]).list("auditLogs/signIns");
        let told = |one: &serde_json::Value| {
            assert_eq!(
                (&one["isInteractive"], &one["appDisplayName"]),
                (&json!(true), &json!("Office 365 Exchange Online"))
            );
            let told = (text(one, "userPrincipalName"), text(one, "clientAppUsed"));
            (told.0.to_owned(), told.1.to_owned(), one["status"]["errorCode"].as_i64().unwrap())
        };
        entries.iter().map(told).collect::<Vec<_>>()
    };
    patch_world(&standin, json!({"users": {ALICE: {"roles": ["global_admin"]}}}));
    let other = |user: &str, code| (user.to_owned(), "Other clients".to_owned(), code);
    assert_eq!(log(ALICE, "example"), [other(NOBODY, 50126), other(MIA, 50076), other(ALICE, 50126), other(ALICE, 0)]);
    let shell = || (JANE.to_owned(), "Exchange Online PowerShell".to_owned(), 0);
    assert_eq!(log("gwen@contoso.test", "contoso"), [shell(), shell()]);
}

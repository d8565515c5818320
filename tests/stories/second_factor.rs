//! A second factor: who is asked for one, how it is proven, registered and refused, and what tokens say of it.

mod access_pass;
mod codes;
mod conditional_access;
mod grants;
mod lock;
mod passkeys;
mod provider;
mod push;
mod registration;
mod remembered;
mod security_info;
mod terms;
mod tokens;
mod walk;

use serde_json::Value;
use standin::Standin;
use standin::directory::user::Secret;
use standin::signin::mfa::totp;

use crate::answer::Answer;
use crate::apps::{PASSWORD, V1, V2, WEB, text};
use crate::client::{Call, Fields, get};
use crate::visitor::Visitor;

pub const MIA: &str = "mia@example.test";
pub const MIAS_SECRET: &str = "MIAMIAMIAMIAMIAMIAMIAMIAMIAMIAMI";
pub const TESS: &str = "tess@tailspin.test";

/// The code that an app with this secret shows now.
pub fn app_code(standin: &Standin, secret: &str) -> String {
    totp::code(&Secret::new(secret), standin.clock().now()).unwrap().0
}

/// The newest message on somebody's phone.
pub fn message(standin: &Standin, user: &str) -> Value {
    let inbox = get(standin, &format!("/_standin/inbox?user={user}")).json();
    inbox["value"].as_array().unwrap().last().unwrap_or_else(|| panic!("a message for {user}")).clone()
}

/// Answers a message.
pub fn reply(standin: &Standin, message: &Value, body: Value) -> Answer {
    let path = format!("/_standin/inbox/{}", text(message, "id"));
    Call::new(standin, "POST", &path).body("application/json", body.to_string()).send()
}

/// Somebody in front of the first page after the password, at Example Web.
pub async fn past_the_password(visitor: &mut Visitor, user: &str) -> Answer {
    past_the_password_of(visitor, V2, &[], user).await
}

pub async fn past_the_password_of(visitor: &mut Visitor, at: &str, more: Fields<'_>, user: &str) -> Answer {
    let page = visitor.get(&WEB.asks(at, more)).await;
    visitor.sign_in(page, user, PASSWORD).await
}

/// Picks a method from the list that "another way" leads to.
pub async fn another_way(visitor: &mut Visitor, page: &Answer, method: &str) -> Answer {
    let list = visitor.submit(page, &[("action", "another-way")]).await;
    assert!(list.has(&format!("data-value=\"{method}\"")), "{}", list.gist());
    visitor.submit(&list, &[("action", &format!("method:{method}"))]).await
}

/// The words of the older access token that a code becomes.
pub fn amr(standin: &Standin, code: &str) -> Vec<String> {
    let tokens = WEB.redeem(standin, V1, code, &[("resource", "https://graph.microsoft.com")]).granted();
    words(&crate::answer::claims(text(&tokens, "access_token"))["amr"])
}

pub fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

/// What the journal says, of this kind.
pub fn journal(standin: &Standin, kind: &str) -> String {
    get(standin, &format!("/_standin/events?kind={kind}")).body
}

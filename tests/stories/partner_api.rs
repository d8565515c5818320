//! The Partner Center API: who may call, what they are shown, and what they are told when they may not.

mod attack;
mod consents;
mod customers;
mod mfa;
mod money;
mod people;
mod reports;

use serde_json::{Value, json};
use standin::Standin;
use standin::chance::Chance;
use standin::directory::{Directory, world};
use standin::http::origin::Origin;
use standin::keys::{KeyRing, KeySource};
use standin::token::forge::{Forge, Order};

use crate::answer::Answer;
use crate::apps::{PARTNER, text};
use crate::client::{Call, Fields};
use crate::second_factor::app_code;
use crate::visitor::Visitor;

pub const API: &str = "https://api.partnercenter.microsoft.com";
pub const ADATUM: &str = "6054110b-58f7-4fe8-b31b-aa33c9c7d173";
pub const TAILSPIN: &str = "3dc70eb9-0b40-4e29-9997-334f729fef43";
pub const CONTOSO: &str = "3deee153-d142-49b5-9dd8-16b246dfa0ce";
pub const JANE: &str = "jane@contoso.test";
pub const JANES_SECRET: &str = "JANEJANEJANEJANEJANEJANEJANEJANE";

/// Somebody with a token for the API.
pub struct Partner<'s> {
    standin: &'s Standin,
    token: String,
}

/// A token made to order, as the built-in world would issue it.
pub fn forged(standin: &Standin, order: &Order) -> String {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let keys = KeyRing::new(KeySource::Development);
    let origin = Origin { scheme_host: standin.http(""), base: String::new() };
    let chance = Chance::new(None, "");
    let forge =
        Forge { directory: &directory, keys: &keys, origin: &origin, chance: &chance, now: standin.clock().now() };
    forge.make(order).unwrap().token
}

/// An order for a token for the API about this account, with these methods.
pub fn order(user: &str, amr: &[&str]) -> Order {
    let amr = amr.iter().map(|word| (*word).to_owned()).collect();
    Order { user: Some(user.into()), resource: Some(API.into()), amr: Some(amr), ..Order::of("partner-app") }
}

/// Somebody whose token says these methods.
pub fn person<'s>(standin: &'s Standin, user: &str, amr: &[&str]) -> Partner<'s> {
    Partner { standin, token: forged(standin, &order(user, amr)) }
}

/// Somebody with a second factor.
pub fn with_mfa<'s>(standin: &'s Standin, user: &str) -> Partner<'s> {
    person(standin, user, &["pwd", "mfa"])
}

/// Whoever has this token.
pub fn bearer<'s>(standin: &'s Standin, token: &str) -> Partner<'s> {
    Partner { standin, token: token.to_owned() }
}

/// The application by itself, through the token address: `https://graph.windows.net`, as the reference has it.
pub fn alone(standin: &Standin) -> Partner<'_> {
    let fields = [("grant_type", "client_credentials"), ("resource", "https://graph.windows.net")];
    let tokens = PARTNER.token(standin, "/contoso.test/oauth2", &fields).granted();
    Partner { standin, token: text(&tokens, "access_token").to_owned() }
}

/// Jane's tokens after a password and a code, in a browser.
pub async fn jane_signs_in(standin: &Standin, at: &str, more: Fields<'_>) -> Value {
    let mut visitor = Visitor::new(standin);
    let page = PARTNER.signs_in(&mut visitor, at, more, JANE).await;
    let done = visitor.submit(&page, &[("otc", &app_code(standin, JANES_SECRET))]).await;
    let code = done.sent_back("code").unwrap_or_else(|| panic!("a code, not {}", done.gist()));
    let resource: Vec<_> = more.iter().copied().filter(|(name, _)| *name == "resource").collect();
    PARTNER.redeem(standin, at, &code, &resource).granted()
}

impl Partner<'_> {
    pub fn call(&self, verb: &str, path: &str) -> Call {
        let call = Call::new(self.standin, verb, &format!("/partnercenter/v1/{path}"));
        call.header("Authorization", &format!("Bearer {}", self.token))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    pub fn with(&self, verb: &str, path: &str, body: &Value) -> Answer {
        self.call(verb, path).body("application/json", body.to_string()).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.with("POST", path, &body)
    }

    /// The items of a collection.
    pub fn list(&self, path: &str) -> Vec<Value> {
        let page = self.get(path).granted();
        let items = page["items"].as_array().unwrap().clone();
        assert_eq!(page["attributes"]["objectType"], "Collection");
        items
    }
}

/// It must be refused like this. Answers the sentence.
pub fn refused(answer: &Answer, status: u16, code: &str) -> String {
    let body = answer.json();
    assert_eq!((answer.status, text(&body, "code")), (status, code), "{}", answer.body);
    assert_eq!((text(&body, "source"), &body["data"]), ("PartnerFD", &json!([])));
    let description = text(&body, "description");
    let correlation = answer.header("ms-correlationid");
    assert!(
        correlation.len() == 36 && description.ends_with(&format!("Correlation ID: {correlation}")),
        "{description}"
    );
    description.to_owned()
}

/// It must be made. Answers what was.
pub fn made(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

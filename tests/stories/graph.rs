//! Microsoft Graph: what is read and written there is what the sign-in goes by.

mod answers;
mod callers;
mod methods;
mod phones;
mod policies;
mod reports;

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::Answer;
use crate::apps::{ALICE, CLI, DAEMON, PASSWORD, V2, text};
use crate::client::{Call, patch_world};
use crate::second_factor::{MIA, MIAS_SECRET, another_way, app_code};
use crate::visitor::Visitor;

pub const MIAS_ID: &str = "1b4144dd-77e8-4378-ac63-bdb508f122e8";

/// Somebody with a token.
pub struct Graph<'s> {
    standin: &'s Standin,
    token: String,
}

/// The application Example Daemon with these roles of Microsoft Graph's.
pub fn daemon<'s>(standin: &'s Standin, roles: &[&str]) -> Graph<'s> {
    patch_world(standin, json!({ "apps": { "example-daemon": { "app_permissions": { "graph": roles } } } }));
    let fields = [("grant_type", "client_credentials"), ("scope", "https://graph.microsoft.com/.default")];
    let tokens = DAEMON.token(standin, V2, &fields).granted();
    Graph { standin, token: text(&tokens, "access_token").to_owned() }
}

/// The daemon with every role that these calls know.
pub fn daemon_with_all(standin: &Standin) -> Graph<'_> {
    let roles = [
        "UserAuthenticationMethod.ReadWrite.All",
        "Policy.Read.All",
        "Policy.ReadWrite.ConditionalAccess",
        "Policy.ReadWrite.SecurityDefaults",
        "Policy.ReadWrite.AuthenticationMethod",
        "AuditLog.Read.All",
    ];
    daemon(standin, &roles)
}

/// Lets Example CLI ask for these scopes.
fn may_ask_for(standin: &Standin, scopes: &[&str]) {
    patch_world(standin, json!({ "apps": { "example-cli": { "permissions": { "graph": scopes } } } }));
}

/// Somebody with these roles, who gave their password to Example CLI with these scopes.
pub fn person<'s>(standin: &'s Standin, user: &str, roles: &[&str], scopes: &[&str]) -> Graph<'s> {
    may_ask_for(standin, scopes);
    patch_world(standin, json!({ "users": { user: { "roles": roles } } }));
    let scope = "https://graph.microsoft.com/.default";
    let fields = [("grant_type", "password"), ("username", user), ("password", PASSWORD), ("scope", scope)];
    let tokens = CLI.token(standin, V2, &fields).granted();
    Graph { standin, token: text(&tokens, "access_token").to_owned() }
}

/// Mia with these scopes, after a password and a code.
pub async fn mia<'s>(standin: &'s Standin, scopes: &[&str]) -> Graph<'s> {
    may_ask_for(standin, scopes);
    let mut visitor = Visitor::new(standin);
    let scope = [("scope", "https://graph.microsoft.com/.default")];
    let page = CLI.signs_in(&mut visitor, V2, &scope, MIA).await;
    let page = another_way(&mut visitor, &page, "PhoneAppOTP").await;
    let answer = visitor.submit(&page, &[("otc", &app_code(standin, MIAS_SECRET))]).await;
    let code = answer.sent_back("code").unwrap_or_else(|| panic!("a code, not {}", answer.gist()));
    let tokens = CLI.redeem(standin, V2, &code, &[]).granted();
    Graph { standin, token: text(&tokens, "access_token").to_owned() }
}

/// Alice as a global administrator who does whatever she may.
pub fn admin(standin: &Standin) -> Graph<'_> {
    person(standin, ALICE, &["global_admin"], &["Directory.AccessAsUser.All"])
}

impl Graph<'_> {
    pub fn call(&self, verb: &str, path: &str) -> Call {
        self.to(Call::new(self.standin, verb, &format!("/graph/{path}")))
    }

    /// At an address of one's own.
    pub fn at(&self, address: &str) -> Call {
        self.to(Call::new(self.standin, "GET", address))
    }

    fn to(&self, call: Call) -> Call {
        call.header("Authorization", &format!("Bearer {}", self.token))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    fn with(&self, verb: &str, path: &str, body: &Value) -> Answer {
        self.call(verb, path).body("application/json", body.to_string()).send()
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.with("POST", path, &body)
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.with("PATCH", path, &body)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path).send()
    }

    /// The objects of a collection.
    pub fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).granted()["value"].as_array().unwrap().clone()
    }
}

/// It must be done, and nothing is said of it.
pub fn done(answer: &Answer) {
    assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{}", answer.body);
}

/// It must be made. Answers what was.
pub fn made(answer: &Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made = answer.json();
    assert!(answer.header("location").ends_with(text(&made, "id")), "{}", answer.header("location"));
    made
}

/// It must be refused like this. Answers the sentence.
pub fn refused(answer: &Answer, status: u16, code: &str) -> String {
    let error = &answer.json()["error"];
    assert_eq!((answer.status, text(error, "code")), (status, code), "{}", answer.body);
    for id in ["date", "request-id", "client-request-id"] {
        assert!(error["innerError"][id].is_string(), "{id}: {}", answer.body);
    }
    text(error, "message").to_owned()
}

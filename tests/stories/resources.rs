//! The resource APIs: Microsoft Graph, Azure Resource Manager and Azure AD Graph show what a token's tenant lets its
//! bearer see, and nothing to a token of another tenant or audience.

mod arm;
mod azure_ad_graph;
mod delegated;
mod directory;
mod disabled;
mod evaluation;
mod federation;

use serde_json::Value;
use standin::Standin;
use standin::token::forge::Order;

use crate::answer::Answer;
use crate::client::Call;
use crate::partner_api::forged;

/// Somebody with a token for a resource.
pub struct Bearer<'s> {
    standin: &'s Standin,
    base: &'static str,
    token: String,
}

/// Somebody of a tenant, with these scopes and, for a partner's agents, these roles.
pub fn bearer<'s>(
    standin: &'s Standin,
    (base, resource): (&'static str, &str),
    user: &str,
    tenant: &str,
    scopes: &[&str],
) -> Bearer<'s> {
    let order = Order {
        user: Some(user.into()),
        resource: Some(resource.into()),
        tenant: Some(tenant.into()),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        amr: Some(vec!["pwd".into(), "mfa".into()]),
        ..Order::of("partner-app")
    };
    Bearer { standin, base, token: forged(standin, &order) }
}

/// Whoever has this token.
pub fn holding<'s>(standin: &'s Standin, base: &'static str, token: &str) -> Bearer<'s> {
    Bearer { standin, base, token: token.to_owned() }
}

impl Bearer<'_> {
    pub fn call(&self, verb: &str, path: &str) -> Call {
        let call = Call::new(self.standin, verb, &format!("{}/{path}", self.base));
        call.header("Authorization", &format!("Bearer {}", self.token))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path).body("application/json", body.to_string()).send()
    }

    /// A change that is meant for the state with this tag.
    pub fn patch(&self, path: &str, tag: &str, body: &Value) -> Answer {
        let call = self.call("PATCH", path).body("application/json", body.to_string());
        if tag.is_empty() { call.send() } else { call.header("If-Match", tag).send() }
    }

    /// The objects of a collection.
    pub fn list(&self, path: &str) -> Vec<Value> {
        self.get(path).granted()["value"].as_array().unwrap().clone()
    }
}

/// It must be refused like this, as Microsoft Graph and Azure Resource Manager write it. Answers the sentence.
pub fn refused(answer: &Answer, status: u16, code: &str) -> String {
    let error = &answer.json()["error"];
    assert_eq!((answer.status, error["code"].as_str()), (status, Some(code)), "{}", answer.body);
    error["message"].as_str().unwrap().to_owned()
}

//! What does a sign-in to order ask for? It is driven as a browser would, at this server's own door.

use serde_json::Value;

use super::body::Members;
use super::error::Refused;
use super::ours::Ours;
use crate::browser::{Mfa, Register, SignInError};
use crate::directory::policy::MethodKind;
use crate::http::params::shorten;

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The authorize address.
    pub url: String,
    /// Who signs in.
    pub user: String,
    /// With which password; the world's own when left out.
    pub password: Option<String>,
    /// What to do about a second factor.
    pub mfa: Mfa,
    /// What to register when something has to be.
    pub register: Register,
}

impl Order {
    /// Reads a body. The address must be one of ours, in the caller's world: this call fetches nothing from anybody else.
    pub fn read(body: Option<Value>, ours: &Ours<'_>) -> Result<Self, Refused> {
        let mut members = Members::of(body, &["url", "user", "password", "mfa", "register"]);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let url = members.needed("url", "the authorize address, in full", text);
        if let Some(url) = &url
            && !url::Url::parse(url).is_ok_and(|parsed| ours.holds(&parsed))
        {
            members.mistake("url", format!("'{}' is not an address of this server, in this world.", shorten(url)));
        }
        let user = members.needed("user", "the user name", text);
        let password = members.text("password");
        let mfa = members.read("mfa", "auto, deny, timeout or wrong", mfa);
        let register = members.read("register", "auto, push, totp, sms, call or passkey", register);
        members.finish(Self {
            url: url.unwrap_or_default(),
            user: user.unwrap_or_default(),
            password,
            mfa: mfa.unwrap_or_default(),
            register: register.unwrap_or_default(),
        })
    }
}

pub(super) fn mfa(value: &Value) -> Option<Mfa> {
    serde_json::from_value(value.clone()).ok()
}

pub(super) fn register(value: &Value) -> Option<Register> {
    if value.as_str() == Some("auto") {
        return Some(Register::Auto);
    }
    let kind: MethodKind = serde_json::from_value(value.clone()).ok()?;
    MethodKind::FACTORS.contains(&kind).then_some(Register::Method(kind))
}

/// A sign-in that did not reach the application is a conflict with what is in the world, not a mistake in the body.
pub fn not_signed_in(error: &SignInError) -> Refused {
    Refused::Conflict(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const OWN: &str = "http://localhost:8400";

    fn order(body: Value) -> Result<Order, Refused> {
        let http = ["127.0.0.1:8400".parse().unwrap()];
        Order::read(
            Some(body),
            &Ours { http: &http, https: &[], public_origin: None, called: None, names: &[], world: "" },
        )
    }

    #[test]
    fn an_order_names_an_address_of_ours_and_somebody() {
        let url = format!("{OWN}/common/oauth2/v2.0/authorize?client_id=x");
        let read = order(json!({"url": url, "user": "a@b", "mfa": "deny", "register": "sms"})).unwrap();
        assert_eq!((read.mfa, read.register), (Mfa::Deny, Register::Method(MethodKind::Sms)));
        let read = order(json!({"url": url, "user": "a@b", "register": "auto"})).unwrap();
        assert_eq!((read.mfa, read.register), (Mfa::Auto, Register::Auto));
        for wrong in [
            json!({}),
            json!({"url": url}),
            json!({"url": "http://elsewhere.test/authorize", "user": "a@b"}),
            json!({"url": "http://localhost:8401/authorize", "user": "a@b"}),
            json!({"url": "/authorize", "user": "a@b"}),
            json!({"url": format!("{OWN}/w/other/authorize"), "user": "a@b"}),
            json!({"url": url, "user": "a@b", "mfa": "maybe"}),
            json!({"url": url, "user": "a@b", "register": "app_password"}),
            json!({"url": url, "user": "a@b", "pasword": "x"}),
        ] {
            assert!(matches!(order(wrong.clone()), Err(Refused::Invalid(_))), "{wrong}");
        }
    }
}

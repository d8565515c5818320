//! The built-in world's applications, as their pages and back ends speak to the server.

use serde_json::Value;
use standin::Standin;

use crate::answer::Answer;
use crate::client::{Call, Fields, address};
use crate::visitor::Visitor;

/// Example's addresses, newer and older, and those of a third-party provider.
pub const V2: &str = "/example.test/oauth2/v2.0";
pub const V1: &str = "/example.test/oauth2";
pub const LOCAL: &str = "/idp/local";

pub const ALICE: &str = "alice@example.test";
pub const BOB: &str = "bob@example.test";
pub const PASSWORD: &str = "Password1!";

pub const EXAMPLE: &str = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";
pub const GRAPH: &str = "https://graph.microsoft.com";
/// All that a sign-in usually asks for.
pub const ALL: &str = "openid profile email offline_access";

/// The verifier of RFC 7636, appendix B, and its challenge.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An application.
#[derive(Clone, Copy)]
pub struct App {
    pub id: &'static str,
    pub secret: &'static str,
    pub redirect: &'static str,
    /// The origin of its pages, when it lives in them.
    pub origin: &'static str,
}

const CALLBACK: &str = "http://localhost:3000/auth/callback";

pub const WEB: App =
    App { id: "dbcb6c58-cb5f-489c-a508-b7d6c183835d", secret: "web-secret", redirect: CALLBACK, origin: "" };
pub const SPA: App = App {
    id: "3eb38c18-7f32-4ed1-947d-e14c74f9043e",
    secret: "",
    redirect: "http://localhost:3000",
    origin: "http://localhost:3000",
};
pub const CLI: App =
    App { id: "6027b688-5422-45fd-a0ec-836caa2bf116", secret: "", redirect: "http://localhost:51234", origin: "" };
pub const DAEMON: App =
    App { id: "1844fd18-0821-4dd0-9c73-af2e2def8706", secret: "daemon-secret", redirect: "", origin: "" };
pub const API: App = App { id: "6b5de23f-fa8f-4088-b32e-11cf49fd03c9", secret: "api-secret", redirect: "", origin: "" };
pub const PARTNER: App =
    App { id: "0b9ea4bb-631f-46bd-b6db-c7f7053c2b22", secret: "partner-secret", redirect: CALLBACK, origin: "" };
/// At both providers.
pub const LOCAL_WEB: App = App { id: "local-web", secret: "local-secret", redirect: CALLBACK, origin: "" };

impl App {
    /// The address it sends a browser to. What `more` names replaces the usual; an empty value leaves it out.
    pub fn asks(&self, at: &str, more: Fields<'_>) -> String {
        let mut params = vec![
            ("client_id", self.id),
            ("response_type", "code"),
            ("redirect_uri", self.redirect),
            ("scope", ALL),
            ("state", "s t&a=te"),
        ];
        if !self.origin.is_empty() {
            params.extend([("code_challenge", CHALLENGE), ("code_challenge_method", "S256")]);
        }
        params.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        params.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        address(&format!("{at}/authorize"), &params)
    }

    /// Asks, and lets somebody sign in. Answers what goes back, or the page nobody could get past.
    pub async fn signs_in(&self, visitor: &mut Visitor, at: &str, more: Fields<'_>, user: &str) -> Answer {
        let page = visitor.get(&self.asks(at, more)).await;
        visitor.sign_in(page, user, PASSWORD).await
    }

    /// The code a sign-in gives, to whoever agrees to all that is asked.
    pub async fn code(&self, visitor: &mut Visitor, at: &str, more: Fields<'_>, user: &str) -> String {
        let page = self.signs_in(visitor, at, more, user).await;
        let answer = visitor.agree(page).await;
        answer.sent_back("code").unwrap_or_else(|| panic!("a code, not: {}", answer.gist()))
    }

    /// What it posts to the token address: its own proof, and `more`.
    pub fn proving<'f>(&'f self, more: Fields<'f>) -> Vec<(&'f str, &'f str)> {
        let mut fields = vec![("client_id", self.id)];
        if !self.secret.is_empty() {
            fields.push(("client_secret", self.secret));
        }
        fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        fields
    }

    /// A request of its own to the token address.
    pub fn call(&self, standin: &Standin, at: &str, more: Fields<'_>) -> Call {
        let call = Call::new(standin, "POST", &format!("{at}/token")).form(&self.proving(more));
        if self.origin.is_empty() { call } else { call.header("Origin", self.origin) }
    }

    pub fn token(&self, standin: &Standin, at: &str, more: Fields<'_>) -> Answer {
        self.call(standin, at, more).send()
    }

    /// What it redeems a code with.
    pub fn redemption<'f>(&self, code: &'f str, more: Fields<'f>) -> Vec<(&'f str, &'f str)> {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", self.redirect)];
        if !self.origin.is_empty() {
            fields.push(("code_verifier", VERIFIER));
        }
        fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        fields.extend(more.iter().filter(|(_, value)| !value.is_empty()));
        fields
    }

    pub fn redeem(&self, standin: &Standin, at: &str, code: &str, more: Fields<'_>) -> Answer {
        self.token(standin, at, &self.redemption(code, more))
    }

    /// A whole sign-in: the tokens that its code becomes.
    pub async fn tokens(&self, standin: &Standin, at: &str, more: Fields<'_>, user: &str) -> Value {
        let code = self.code(&mut Visitor::new(standin), at, more, user).await;
        self.redeem(standin, at, &code, &[]).granted()
    }

    pub fn refresh(&self, standin: &Standin, at: &str, token: &str, more: Fields<'_>) -> Answer {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        fields.extend_from_slice(more);
        self.token(standin, at, &fields)
    }
}

/// A member of an answer that is text.
pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

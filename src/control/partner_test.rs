//! What does the requirements test ask for: an account to be signed in, or a token that is there already?

use serde::Serialize;
use serde_json::{Map, Value};
use url::Url;

use super::body::Members;
use super::error::Refused;
use super::sign_in;
use crate::browser::{Mfa, Register};
use crate::directory::Directory;
use crate::http::origin::Origin;
use crate::partner::requirements::{Findings, Subject, examine};
use crate::token::jwt::decode_unverified;

/// The application that the test signs in with, as the cmdlet does.
pub const CLIENT_ID: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
/// Where that application is answered. Nobody listens there: the test takes the code out of the redirect.
pub const REDIRECT: &str = "http://localhost:1";
/// What the test asks for.
pub const SCOPE: &str = "https://api.partnercenter.microsoft.com/user_impersonation";

/// What is tested.
#[derive(Clone, PartialEq, Eq)]
pub enum Test {
    /// An account, by signing it in anew.
    Account {
        /// Who.
        user: String,
        /// With which password; the world's own when left out.
        password: Option<String>,
        /// What to do about a second factor.
        mfa: Mfa,
        /// What to register when something has to be.
        register: Register,
    },
    /// A token.
    Token(String),
}

impl Test {
    /// Reads a body.
    pub fn read(body: Value) -> Result<Self, Refused> {
        let mut members = Members::of(Some(body), &["user", "password", "mfa", "register", "token"]);
        let (user, token) = (members.text("user"), members.text("token"));
        let password = members.text("password");
        let mfa = members.read("mfa", "auto, deny, timeout or wrong", sign_in::mfa);
        let register = members.read("register", "auto, push, totp, sms, call or passkey", sign_in::register);
        let test = match (user, token) {
            (Some(user), None) => Some(Test::Account {
                user,
                password,
                mfa: mfa.unwrap_or_default(),
                register: register.unwrap_or_default(),
            }),
            (None, Some(token)) => Some(Test::Token(token)),
            (Some(_), Some(_)) => {
                members.mistake("token", "Name a user to be signed in, or give a token, not both.");
                None
            }
            (None, None) => {
                members.mistake("user", "This is needed: the user name, or a token instead.");
                None
            }
        };
        members.finish(test)?.ok_or_else(|| Refused::invalid("user", "This is needed: the user name."))
    }
}

/// What the test found, and in which token.
#[derive(Debug, Serialize)]
pub struct Outcome {
    #[serde(flatten)]
    findings: Findings,
    /// What the token says of itself.
    claims: Map<String, Value>,
}

impl Outcome {
    /// The result in one sentence, for the journal.
    pub fn summary(&self) -> String {
        format!("The partner security requirements were tested: {}.", self.findings.result.word())
    }

    /// The reasons, for the journal.
    pub fn reasons(&self) -> &[String] {
        &self.findings.reasons
    }

    /// Whom it is about, as the token says.
    pub fn user(&self) -> Option<&str> {
        ["upn", "unique_name"].iter().find_map(|name| self.claims.get(*name)?.as_str())
    }
}

/// The claims that say whose token it is; the others are nobody's business here.
const SHOWN: [&str; 10] = ["aud", "iss", "tid", "appid", "upn", "unique_name", "oid", "ver", "amr", "exp"];

/// Tests a token. Like the cmdlet, it reads the token and verifies nothing: whoever takes the token does that.
pub fn of_token(directory: &Directory, token: &str) -> Result<Outcome, Refused> {
    let token = token.trim();
    let unverified = decode_unverified(token.strip_prefix("Bearer ").unwrap_or(token).trim())
        .map_err(|error| Refused::invalid("token", format!("This is not a token: {error}.")))?;
    let findings = examine(&unverified.claims, Subject::of(directory, &unverified.claims));
    let shown = SHOWN.iter().filter_map(|name| Some(((*name).to_owned(), unverified.claims.get(*name)?.clone())));
    Ok(Outcome { findings, claims: shown.collect() })
}

/// The address at which the sign-in begins, as the caller sees this server.
pub fn authorize(origin: &Origin) -> Result<Url, url::ParseError> {
    let mut url = Url::parse(&origin.url("/organizations/oauth2/v2.0/authorize"))?;
    url.query_pairs_mut().extend_pairs([
        ("client_id", CLIENT_ID),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
    ]);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn either_an_account_or_a_token_is_tested() {
        assert!(matches!(Test::read(json!({"user": "a@b"})), Ok(Test::Account { .. })));
        assert!(matches!(Test::read(json!({"token": "x.y.z"})), Ok(Test::Token(_))));
        for wrong in [json!({}), json!({"user": "a", "token": "b"}), json!({"user": 1}), json!({"usr": "a"}), json!([])]
        {
            assert!(matches!(Test::read(wrong.clone()), Err(Refused::Invalid(_))), "{wrong}");
        }
        let world = Directory::new(crate::directory::world::plain().unwrap()).unwrap();
        assert!(matches!(of_token(&world, "Bearer nonsense"), Err(Refused::Invalid(_))));
    }

    #[test]
    fn the_sign_in_begins_at_the_address_by_which_the_caller_came() {
        let origin = Origin { scheme_host: "https://idp.test:9000".into(), base: "/w/a".into() };
        let url = authorize(&origin).unwrap();
        assert!(url.as_str().starts_with("https://idp.test:9000/w/a/organizations/oauth2/v2.0/authorize?client_id="));
        assert!(authorize(&Origin { scheme_host: "http://a:b:c".into(), base: String::new() }).is_err());
    }
}

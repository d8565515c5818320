//! A protected API to try claims challenges on: who calls, and have they proven what this page needs?
//!
//! It stands in for any application of the world that is a resource. `/sample-api/me` takes every good token;
//! `/sample-api/needs/{context}` takes those that satisfy an authentication context, and sends everybody else back for
//! it, as Microsoft's guide to claims challenges has it.

pub mod routes;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::directory::{Application, Directory};
use crate::http::origin::Origin;
use crate::id::ClientId;
use crate::keys::{KeyError, KeyRing};
use crate::time::Timestamp;
use crate::token::bearer::{self, NotTaken, Shapes, text};
use crate::token::jwt::Claims;

/// A "no" of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotServed {
    /// There is no token, or none that is good here.
    Token(&'static str),
    /// The token does not satisfy the authentication context that is needed.
    Context {
        /// Which.
        context: String,
        /// The application the token is for, by client id.
        client_id: String,
    },
}

/// The claims of a token that is good here: one of ours, in its time, for an application of this world.
pub fn admitted<'d>(
    directory: &'d Directory,
    keys: &KeyRing,
    origin: &Origin,
    token: Option<&str>,
    now: Timestamp,
) -> Result<Result<(Claims, Application<'d>), NotServed>, KeyError> {
    let Some(token) = token else { return Ok(Err(NotServed::Token("There is no bearer token."))) };
    match bearer::issued(directory, keys, token, now, Shapes::Both(origin)) {
        Ok((claims, _)) => Ok(meant(directory, claims)),
        Err(NotTaken::NotGood(why)) => Ok(Err(NotServed::Token(why.text()))),
        Err(NotTaken::Broken(error)) => Err(error),
    }
}

/// For an application of this world, and about somebody.
fn meant(directory: &Directory, claims: Claims) -> Result<(Claims, Application<'_>), NotServed> {
    let audience = text(&claims, "aud").unwrap_or_default();
    let app = directory.resource(audience).or_else(|| directory.entra_app(&ClientId::new(audience)));
    match app.filter(|app| !app.first_party) {
        Some(app) if claims.contains_key("scp") => Ok((claims, app)),
        Some(_) => Err(NotServed::Token("The token is about nobody.")),
        None => Err(NotServed::Token("The token is for another resource.")),
    }
}

/// Does a token satisfy an authentication context?
pub fn needs(claims: &Claims, app: &Application<'_>, context: &str) -> Result<(), NotServed> {
    let held = claims.get("acrs").and_then(Value::as_array).into_iter().flatten();
    if held.into_iter().any(|one| one.as_str() == Some(context)) {
        return Ok(());
    }
    Err(NotServed::Context { context: context.to_owned(), client_id: app.client_id.to_string() })
}

/// What the caller is told in `WWW-Authenticate`.
pub fn challenge(refused: &NotServed, origin: &Origin) -> String {
    let authorize = origin.url("/common/oauth2/authorize");
    match refused {
        NotServed::Token(why) => {
            format!(
                r#"Bearer realm="", authorization_uri="{authorize}", error="invalid_token", error_description="{why}""#
            )
        }
        NotServed::Context { context, client_id } => {
            let claims = json!({ "access_token": { "acrs": { "essential": true, "value": context } } });
            let claims = STANDARD.encode(claims.to_string());
            format!(
                r#"Bearer realm="", authorization_uri="{authorize}", client_id="{client_id}", error="insufficient_claims", claims="{claims}""#
            )
        }
    }
}

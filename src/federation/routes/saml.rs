//! `/{tenant}/saml2`, and a provider's `/saml/sso` and `/saml/slo`: SAML 2.0 over the Redirect and POST bindings.
//!
//! The message says what is wanted, so each address takes each of them, as Entra's does.

mod answer;
mod sign_in;
mod sign_out;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::{down, turned_away};
use crate::directory::app::SamlApp;
use crate::federation::saml::signed::{self, Came};
use crate::federation::saml::{self, Binding, NotAsked};
use crate::federation::xml::names::SAMLP;
use crate::federation::xml::{self, Element};
use crate::http::context::Context;
use crate::http::params::{Params, shorten};
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::routes::broken;
use crate::signin::state::Authority;
use crate::store::StoreError;

pub use answer::{refused, signed_in};
pub use sign_in::SsoSignIn;

/// What a handler answers: a response, or why there is none; or the store broke.
type Answered = Result<Result<HttpResponse, Refusal>, StoreError>;

/// The address.
pub(super) async fn serve(cx: &Rc<Context>, authority: Authority) -> HttpResponse {
    if let Some(down) = down(cx, &authority).await {
        return down;
    }
    let received = match Received::read(cx) {
        Ok(received) => received,
        Err(refusal) => return turned_away(cx, &refusal).await,
    };
    match handle(cx, authority, &received).await {
        Ok(Ok(response)) => response,
        Ok(Err(refusal)) => turned_away(cx, &refusal).await,
        Err(error) => broken(cx, &error),
    }
}

async fn handle(cx: &Rc<Context>, authority: Authority, received: &Received) -> Answered {
    let root = match xml::read(&received.text) {
        Ok(root) => root,
        Err(error) => return Ok(Err(unreadable(&NotAsked(error.to_string())))),
    };
    if root.is(SAMLP, "AuthnRequest") {
        return sign_in::begin(cx, authority, received, &root).await;
    }
    if root.is(SAMLP, "LogoutRequest") {
        return sign_out::asked(cx, authority, received, &root).await;
    }
    if root.is(SAMLP, "LogoutResponse") {
        return sign_out::heard(cx, &authority, received, &root).await;
    }
    Ok(Err(Code::SamlMessageInvalid
        .because("The SAML message is neither an AuthnRequest nor about signing out, and nothing else is taken here.")))
}

/// A message, over whichever binding it came.
struct Received {
    binding: Binding,
    text: String,
    params: Params,
    query: String,
}

impl Received {
    fn read(cx: &Context) -> Result<Self, Refusal> {
        let (binding, params) = match cx.request.method {
            Method::GET | Method::HEAD => (Binding::Redirect, cx.request.query()),
            Method::POST if cx.request.is_form() => (Binding::Post, cx.request.form()),
            Method::POST => return Err(Code::RequestMalformed.because("The body is not a form.")),
            _ => return Err(Refusal::wrong_verb("GET, HEAD, POST", &cx.request.method)),
        };
        let params = params.map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
        let message = match (params.get("SAMLRequest"), params.get("SAMLResponse")) {
            (Some(message), None) | (None, Some(message)) => message,
            (Some(_), Some(_)) => {
                return Err(Code::SamlMessageInvalid.because("The request has a SAMLRequest and a SAMLResponse."));
            }
            (None, None) => {
                return Err(Code::SamlMessageMissing
                    .because("SAMLRequest or SAMLResponse must be present in the query of a SAML redirect, or in the form of a SAML post."));
            }
        };
        let text = match binding {
            Binding::Redirect => saml::redirected(message),
            Binding::Post => saml::posted(message),
        };
        let text = text.map_err(|error| unreadable(&error))?;
        Ok(Self { binding, text, params, query: cx.request.raw_query.clone() })
    }

    /// Is it signed as it has to be?
    fn check(&self, root: &Element<'_>, registered: Option<&SamlApp>) -> Result<Option<Because>, Refusal> {
        signed::check(
            &match self.binding {
                Binding::Redirect => Came::Redirected { query: &self.query },
                Binding::Post => Came::Posted { document: root },
            },
            registered,
        )
    }

    /// What the receiver is asked to send back. The standard grants it eighty bytes (SAML 2.0 bindings, 3.4.3); many send
    /// more, and nobody this much.
    fn relay_state(&self) -> Result<Option<String>, Refusal> {
        match self.params.get("RelayState") {
            Some(state) if state.len() > LONGEST_RELAY_STATE => {
                Err(Code::InputInvalid.because(format!("The RelayState is longer than {LONGEST_RELAY_STATE} bytes.")))
            }
            state => Ok(state.map(str::to_owned)),
        }
    }
}

const LONGEST_RELAY_STATE: usize = 4096;

fn unreadable(error: &NotAsked) -> Refusal {
    Code::SamlMessageInvalid.because(format!("The SAML message cannot be read: {error}."))
}

/// Was the message meant for this address? The host may be another's view of ours, the path not.
fn meant_for(cx: &Context, destination: Option<&str>) -> Result<(), Refusal> {
    let Some(destination) = destination else { return Ok(()) };
    let here = cx.origin.path(&format!("/{}", cx.request.path.segments().join("/")));
    let path = url::Url::parse(destination).map(|url| url.path().trim_end_matches('/').to_lowercase());
    let same = path.is_ok_and(|path| path == here.to_lowercase() || same_address(cx, &path));
    if same {
        return Ok(());
    }
    Err(Code::SamlDestinationWrong.because(format!(
        "The SAML message was meant for the address '{}', and came to {}.",
        shorten(destination),
        cx.origin.url(&format!("/{}", cx.request.path.segments().join("/")))
    )))
}

/// A tenant's address names it by id or by domain.
fn same_address(cx: &Context, path: &str) -> bool {
    let Some(rest) = path.strip_prefix(cx.origin.path("/").to_lowercase().as_str()) else { return false };
    let Some(((name, end), own)) = rest.split_once('/').zip(cx.request.path.get(0)) else { return false };
    cx.request.path.get(1) == Some(end)
        && cx.directory.tenant(name).is_some_and(|tenant| cx.directory.tenant(own) == Some(tenant))
}

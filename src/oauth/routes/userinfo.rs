//! The userinfo addresses: of Microsoft Graph, of a tenant's older endpoints, and of a provider.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{self, Readers};
use super::{authority, is};
use crate::graph;
use crate::http::context::Context;
use crate::journal::{Entry, Kind};
use crate::oauth::dialect::Dialect;
use crate::oauth::error::Traces;
use crate::oauth::introspect::{is_revoked, sign_in_ended};
use crate::oauth::userinfo::{self, Bearer, BearerError};
use crate::store::StoreError;

/// Whose address it is: that decides what an error looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surface {
    Graph,
    Provider,
}

/// `/oidc/userinfo`: Microsoft Graph's.
pub async fn graph(cx: &Rc<Context>) -> HttpResponse {
    serve(cx, Surface::Graph, |token| {
        userinfo::entra(&cx.directory, cx.keys(), token, cx.now)
            .and_then(|bearer| Ok((bearer.userinfo(&cx.origin)?, bearer)))
    })
    .await
}

/// `/{tenant}/openid/userinfo`: the older one.
pub async fn entra_v1(cx: &Rc<Context>, name: &str) -> HttpResponse {
    if let Err(refusal) = authority(cx, name) {
        return answer::refused(cx, &refusal, Dialect::EntraV1, Readers::All);
    }
    serve(cx, Surface::Graph, |token| {
        userinfo::entra(&cx.directory, cx.keys(), token, cx.now).map(|bearer| (bearer.userinfo_v1(), bearer))
    })
    .await
}

/// `/idp/{name}/userinfo`.
pub async fn provider(cx: &Rc<Context>, name: &str) -> HttpResponse {
    let Some(provider) = cx.directory.provider(name) else { return answer::no_such_provider(name) };
    serve(cx, Surface::Provider, |token| {
        userinfo::provider(&cx.directory, cx.keys(), &cx.origin, provider, token, cx.now)
            .and_then(|bearer| Ok((bearer.userinfo(&cx.origin)?, bearer)))
    })
    .await
}

async fn serve<'c, Info: Serialize>(
    cx: &'c Rc<Context>,
    surface: Surface,
    read: impl FnOnce(&str) -> Result<(Info, Bearer<'c>), BearerError>,
) -> HttpResponse {
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, Readers::All);
    }
    if !is(cx, &[Method::GET, Method::HEAD, Method::POST]) {
        return answer::wrong_verb(cx, "GET, HEAD, POST, OPTIONS", dialect(surface));
    }
    let outcome = match token(cx, surface).and_then(|token| read(&token)) {
        Ok((info, bearer)) => told(cx, &bearer).await.map(|good| good.map(|()| info)),
        Err(error) => Ok(Err(error)),
    };
    match outcome {
        Ok(Ok(info)) => answer::private(200, &info, dialect(surface), &Traces::new(cx), Readers::All),
        Ok(Err(error)) => refused(cx, surface, &error),
        Err(error) => answer::broken(cx, &error, dialect(surface)),
    }
}

/// Checks what only the store knows, and writes down who was told what.
async fn told(cx: &Context, bearer: &Bearer<'_>) -> Result<Result<(), BearerError>, StoreError> {
    if is_revoked(cx.store(), &bearer.claims, cx.now).await? {
        return Ok(Err(BearerError::Invalid("The token was revoked.")));
    }
    if sign_in_ended(&cx.desk(), Some(bearer.account), &bearer.claims).await? {
        let text = "The sign-in that the token came of was ended, or the password was changed.";
        return Ok(Err(BearerError::Invalid(text)));
    }
    let user = bearer.account.upn.as_str();
    cx.concerns(None, Some(user), Some(bearer.app.handle));
    let summary = format!("{} was told who {user} is", bearer.app.handle);
    cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await?;
    Ok(Ok(()))
}

/// The token, from the header or from a form (RFC 6750, 2). Tokens in addresses end up in logs: they are not read.
fn token(cx: &Context, surface: Surface) -> Result<String, BearerError> {
    let header = cx.request.bearer().map(str::to_owned);
    let posted = cx.request.method == Method::POST && cx.request.is_form() && surface == Surface::Provider;
    let form = match posted {
        true => cx
            .request
            .form()
            .map_err(|_| BearerError::Malformed("The form is malformed."))?
            .get("access_token")
            .map(str::to_owned),
        false => None,
    };
    match (header, form) {
        (Some(_), Some(_)) => Err(BearerError::Malformed("The request carries a token in two ways.")),
        (Some(token), None) | (None, Some(token)) if !token.is_empty() => Ok(token),
        (Some(_), None) | (None, Some(_)) | (None, None) => Err(BearerError::Missing),
    }
}

fn dialect(surface: Surface) -> Dialect {
    match surface {
        Surface::Graph => Dialect::EntraV2,
        Surface::Provider => Dialect::Generic,
    }
}

fn refused(cx: &Context, surface: Surface, error: &BearerError) -> HttpResponse {
    let (status, word, text) = match error {
        BearerError::Missing => (401, None, "The request carries no access token."),
        BearerError::Malformed(text) => (400, Some("invalid_request"), *text),
        BearerError::Invalid(text) => (401, Some("invalid_token"), *text),
        BearerError::Scope(_) => (403, Some("insufficient_scope"), "The access token does not reach this far."),
        BearerError::Broken(error) => return answer::broken(cx, &StoreError(error.to_string()), dialect(surface)),
    };
    let traces = Traces::new(cx);
    let body = match surface {
        Surface::Graph => graph_error(cx, status, text, &traces),
        Surface::Provider => json!({ "error": word.unwrap_or("invalid_token"), "error_description": text }),
    };
    let mut challenge = String::from(r#"Bearer realm="userinfo""#);
    if let Some(word) = word {
        challenge.push_str(&format!(r#", error="{word}", error_description="{text}""#));
    }
    if let BearerError::Scope(scope) = error {
        challenge.push_str(&format!(r#", scope="{scope}""#));
    }
    let mut response = answer::private(status, &body, dialect(surface), &traces, Readers::All);
    if let Ok(value) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response.headers_mut().insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("WWW-Authenticate"));
    response
}

/// An error as Microsoft Graph writes them.
fn graph_error(cx: &Context, status: u16, text: &str, traces: &Traces) -> Value {
    let code = match status {
        401 => "InvalidAuthenticationToken",
        403 => "Authorization_RequestDenied",
        _ => "BadRequest",
    };
    graph::error::body(code, text, traces, cx.now)
}

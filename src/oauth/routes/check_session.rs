//! `check_session_iframe`: a page for an application's hidden frame, and the question that its script asks us.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::http::{Method, StatusCode};
use askama::Template;
use serde_json::json;

use super::{answer, authority, is};
use crate::http::context::Context;
use crate::http::page;
use crate::http::params::Params;
use crate::id::ClientId;
use crate::oauth::check_session;
use crate::oauth::dialect::Dialect;
use crate::refusal::{Code, Refusal};
use crate::signin::routes::current_session;
use crate::signin::state::Authority;

/// The page in the frame.
#[derive(Template)]
#[template(path = "oauth/check_session.html")]
struct Frame {
    nonce: String,
}

/// The address: the page, or with a question the answer to it.
pub async fn serve(cx: &Context, name: &str) -> HttpResponse {
    if !is(cx, &[Method::GET, Method::HEAD]) {
        return answer::wrong_verb(cx, "GET, HEAD", Dialect::EntraV1);
    }
    match asked(cx, name) {
        Err(refusal) => answer::refused(cx, &refusal, Dialect::EntraV1, answer::Readers::Nobody),
        Ok((authority, params)) if params.has("client_id") || params.has("session_state") => {
            told(cx, &authority, &params).await
        }
        Ok(_) => frame(cx),
    }
}

fn asked(cx: &Context, name: &str) -> Result<(Authority, Params), Refusal> {
    let authority = authority(cx, name)?;
    let params = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
    Ok((authority, params))
}

fn frame(cx: &Context) -> HttpResponse {
    let page = Frame { nonce: cx.chance().short() };
    match page.render() {
        Ok(body) => page::framed(StatusCode::OK, &page.nonce, body),
        Err(error) => answer::broken(cx, &error, Dialect::EntraV1),
    }
}

/// No page of another origin can read it: there is no header that lets it.
async fn told(cx: &Context, authority: &Authority, params: &Params) -> HttpResponse {
    let session = match current_session(cx, authority).await {
        Ok(session) => session,
        Err(error) => return answer::broken(cx, &error, Dialect::EntraV1),
    };
    let app = params.get("client_id").and_then(|id| cx.directory.entra_app(&ClientId::new(id)));
    let state = check_session::state(&session, app, params.get("session_state"));
    let mut response = answer::json(200, &json!({ "state": state }));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

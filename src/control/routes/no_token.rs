//! What does somebody see who opens a page of the console and has not shown the control token?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, HeaderValue, WWW_AUTHENTICATE};

use super::message::page;
use crate::control::error::{self, CHALLENGES, Refused};
use crate::control::pages::NoToken;
use crate::http::context::Context;

/// A "no" at a page: a browser is told how to show the token. Everything else reads as at the control API.
pub(super) fn refused(cx: &Context, refused: &Refused) -> HttpResponse {
    let is_browser = cx.request.header(ACCEPT.as_str()).is_some_and(|wanted| wanted.contains("text/html"));
    if *refused != Refused::TokenNeeded || !is_browser {
        return error::render(refused);
    }
    let nonce = cx.chance().short();
    let told = NoToken { nonce: nonce.clone(), base: cx.origin.base.clone(), version: env!("CARGO_PKG_VERSION") };
    match page(StatusCode::UNAUTHORIZED, &nonce, &told) {
        Ok(mut response) => {
            for challenge in CHALLENGES {
                response.headers_mut().append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            response
        }
        Err(broken) => error::render(&broken),
    }
}

//! The front page.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::admission::may_look;
use super::message::{Answer, page};
use crate::control::guard::Whom;
use crate::control::{error, front};
use crate::http::context::Context;

/// The page.
pub async fn front(cx: &Context) -> HttpResponse {
    shown(cx).unwrap_or_else(|refused| error::render(&refused))
}

fn shown(cx: &Context) -> Answer {
    may_look(cx, &["GET", "HEAD"], Whom::Anybody)?;
    let nonce = cx.chance().short();
    page(StatusCode::OK, &nonce, &front::page(cx, &nonce))
}

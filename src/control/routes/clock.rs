//! The clock asked for, turned, and put back.

use actix_web::HttpResponse;

use super::message::{Answer, content_type, json_of, note};
use crate::control::body;
use crate::control::clock::{Face, Turn};
use crate::http::context::Context;

pub(super) fn show(cx: &Context) -> HttpResponse {
    json_of(&Face::of(cx.isolate.clock(), crate::time::system()))
}

pub(super) async fn turn(cx: &Context) -> Answer {
    let turn = Turn::read(body::json_needed(content_type(cx), &cx.request.body, &[])?)?;
    cx.isolate.turn_clock(|clock, system| turn.apply(clock, system));
    note(cx, "The clock was turned.").await?;
    Ok(show(cx))
}

pub(super) async fn reset(cx: &Context) -> Answer {
    cx.isolate.turn_clock(|_, _| crate::time::Clock::Real);
    note(cx, "The clock shows the system's time again.").await?;
    Ok(show(cx))
}

//! A sign-in carried out for a test, or only thought through.

use super::about::ours;
use super::message::{Answer, content_type, json_of, note};
use super::place;
use crate::browser::SignIn;
use crate::control::body;
use crate::control::explain::Question;
use crate::control::sign_in::{Order, not_signed_in};
use crate::http::context::Context;
use crate::http::params::shorten;
use crate::journal::{Entry, Kind};

/// Carries one out as a browser would.
pub(super) async fn run(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let order = Order::read(Some(body), &ours(cx))?;
    let place = place::place(cx).await?;
    note(cx, format!("A sign-in of {} was ordered.", shorten(&order.user))).await?;
    let mut driven = SignIn::new(cx.worlds.clone(), cx.settings.clone(), cx.doors.clone(), &order.url)
        .called(&cx.origin.scheme_host)
        .user(&order.user)
        .mfa(order.mfa)
        .register(order.register)
        .until_done(place);
    if let Some(password) = &order.password {
        driven = driven.password(password);
    }
    match driven.await {
        Ok(ended) => Ok(json_of(&ended)),
        Err(error) => Err(not_signed_in(&error)),
    }
}

/// Says what one would lead to, and does nothing.
pub(super) async fn explain(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let question = Question::read(body, &cx.directory, cx.request.ip().parse().ok(), cx.now)?;
    let failures = question.guessed().wrong(cx.store()).await?;
    let explanation = question.explain(&cx.directory, &failures, cx.now);
    cx.concerns(None, Some(question.upn.as_str()), Some(question.app()));
    let word = explanation.next.word();
    let code = explanation.code.map_or_else(String::new, |code| format!(" with AADSTS{code}"));
    let entry = Entry::new(cx.now, Kind::Control, format!("A dry run: a sign-in would lead to {word}{code}."));
    cx.journal(entry.with(explanation.because.clone())).await?;
    Ok(json_of(&explanation))
}

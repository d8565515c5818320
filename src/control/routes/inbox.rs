//! Messages of the virtual phones as JSON, and answers to them.

use serde_json::json;

use super::message::{Answer, content_type, json_of, query};
use crate::control::inbox::{self, Shown, Wanted};
use crate::control::{body, watch};
use crate::http::context::Context;
use crate::signin::mfa::phone::{self, Message, Reply, TooLate};
use crate::store::StoreError;

/// The messages there are, as soon as one of them waits for an answer.
pub(super) async fn list(cx: &Context) -> Answer {
    let mut wanted = Wanted::read(&query(cx)?, &cx.directory)?;
    if cx.request.method == actix_web::http::Method::HEAD {
        wanted.wait = 0;
    }
    let messages = watch::inbox(&cx.isolate, &wanted).await?;
    let now = cx.isolate.now();
    let value: Vec<Shown<'_>> = messages.iter().map(|message| Shown::of(message, now)).collect();
    Ok(json_of(&json!({ "value": value, "next": null })))
}

/// An answer to one of them.
pub(super) async fn answer(cx: &Context, id: &str) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let message = inbox::find(cx.store(), id, cx.now).await?.ok_or_else(inbox::missing)?;
    let reply = inbox::reply(body, message.kind)?;
    let answered = given(cx, &message, reply).await?.map_err(inbox::refused)?;
    Ok(json_of(&Shown::of(&answered, cx.now)))
}

/// Gives an answer to a message, and journals what became of it.
pub(super) async fn given(
    cx: &Context,
    message: &Message,
    reply: Reply,
) -> Result<Result<Message, TooLate>, StoreError> {
    let outcome = phone::answer(cx.store(), &message.id, reply.clone(), cx.now).await?;
    let verdict = outcome.as_ref().map(|_| ()).map_err(|why| *why);
    cx.concerns(None, Some(message.user.as_str()), None);
    cx.journal(inbox::entry(message, &reply, verdict, cx.now)).await?;
    Ok(outcome)
}

//! What is written down of a call: who used the interface, who was let through and why, who was refused.

use super::traces::Traces;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::partner::api::caller::Caller;
use crate::partner::api::calls::Call;
use crate::partner::api::error::Refused;
use crate::partner::usage::{self, Surface, Usage};
use crate::store::StoreError;

pub(super) async fn note_usage(
    cx: &Context,
    call: &Call<'_>,
    caller: &Caller<'_>,
    traces: &Traces,
) -> Result<(), StoreError> {
    let record = Usage {
        surface: Surface::Api,
        operation: call.operation(),
        time: cx.now,
        tenant: caller.tenant.id,
        object: caller.object(),
        upn: caller.person().map(|person| person.account.upn.clone()),
        app: caller.app.client_id.clone(),
        request_id: traces.request_id.clone(),
        correlation_id: traces.correlation_id.clone(),
        source_ip: cx.request.ip().to_owned(),
        proven: caller.proven(),
    };
    usage::note(cx.store(), &record).await
}

pub(super) async fn note_admission(cx: &Context, caller: &Caller<'_>, because: Vec<Because>) -> Result<(), StoreError> {
    if because.is_empty() {
        return Ok(());
    }
    let summary = format!("The Partner Center API let {} through to {}", caller.name(), called(cx));
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await
}

/// What was called, as the entry of the request has it.
fn called(cx: &Context) -> String {
    format!("{} /{}", cx.request.method, cx.request.path.segments().join("/"))
}

/// Nothing was done this time.
pub(super) async fn note_repetition(cx: &Context, caller: &Caller<'_>) -> Result<(), StoreError> {
    let summary = format!("{} asked again to {}, and was told what was done before", caller.name(), called(cx));
    let because = Because::new("partner center", "a request with the same MS-RequestId was answered already");
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(vec![because])).await
}

pub(super) async fn note_refusal(cx: &Context, refused: &Refused) -> Result<(), StoreError> {
    let rule = match refused {
        Refused::Mfa(_) => "R-40",
        Refused::NoToken | Refused::Token(_) | Refused::Stale(_) | Refused::Denied(_) => "R-43",
        Refused::NotFound(..)
        | Refused::NoSuchAddress
        | Refused::WrongVerb(_)
        | Refused::Conflict(_)
        | Refused::Bad(_)
        | Refused::NoBody(_)
        | Refused::Broken(_) => "partner center",
    };
    let because = vec![Because::new(rule, refused.description())];
    cx.journal(Entry::new(cx.now, Kind::Error, "The Partner Center API refused a call.").with(because)).await
}

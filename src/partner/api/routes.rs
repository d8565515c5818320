//! The Partner Center API's HTTP: a request becomes an [`Ask`], what comes of it a response.

mod journal;
mod response;
mod traces;

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::header;

use super::admission::{Mandate, admit};
use super::caller::Caller;
use super::calls::{Call, Place, Verb};
use super::enforcement::Enforcement;
use super::error::Refused;
use super::once::{self, Made};
use super::reports::PERIOD;
use super::{Ask, Change, Outcome, Told, answer};
use crate::directory::Directory;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::journal::{Entry, Kind};
use crate::partner::usage::{self, Proven, Usage};
use crate::store::{StoreError, Thought};
use crate::time::Span;
use journal::{note_admission, note_refusal, note_repetition, note_usage};
use response::{Done, render, told};
use traces::{REQUEST_ID, Traces, sent_id};

/// Everything below `/partnercenter`.
pub async fn serve(cx: &Context, path: &[&str]) -> HttpResponse {
    let mut traces = Traces::new(cx);
    match called(cx, path, &mut traces).await {
        Ok(done) => told(done, &traces),
        Err(refused) => match note_refusal(cx, &refused).await {
            Ok(()) => render(&refused, &traces),
            Err(error) => render(&error.into(), &traces),
        },
    }
}

/// The answer to a request whose body could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    render(&Refused::NoBody(bad), &Traces::new(cx))
}

/// What is left to do once a change is made.
struct Afterwards {
    /// By which name the call is known when it comes again.
    name: Option<String>,
    /// The journal's entry.
    entry: Entry,
}

async fn called(cx: &Context, path: &[&str], traces: &mut Traces) -> Result<Done, Refused> {
    let call = Call::find(cx.request.method.as_str(), path)?;
    let sent = sent_id(cx, &REQUEST_ID).filter(|_| matches!(call.verb, Verb::Post));
    // Of several who send the same at the same moment one creates, and the others find what it created.
    let _turn = match sent {
        Some(_) => Some(cx.isolate.one_at_a_time().await),
        None => None,
    };
    let mut noted = false;
    let think = async |directory: Arc<Directory>| {
        let caller = caller(cx, &directory)?;
        if !std::mem::replace(&mut noted, true) {
            note_usage(cx, &call, &caller, traces).await?;
        }
        traces.compliant = asks_whether_compliant(cx).then(|| caller.proven() != Proven::NoMfa);
        let because = admit(&call, &caller, &mandate(&directory, &caller, cx))?;
        let name = sent.map(|id| once::name(&caller, path, &cx.request.body, &id.to_string()));
        if let Some(made) = made_before(cx, &caller, name.as_deref()).await? {
            return Ok(Thought::Keep((Done::Changed(made), None)));
        }
        Ok::<_, Refused>(match answered(cx, &directory, &call, &caller).await? {
            Outcome::Shown(value) => {
                note_admission(cx, &caller, because).await?;
                Thought::Keep((Done::Shown(value), None))
            }
            Outcome::Changed(Change { directory, told, did }) => {
                let summary = format!("{} {did} through the Partner Center API", caller.name());
                let entry = Entry::new(cx.now, Kind::Control, summary).with(because);
                Thought::Become(directory, (Done::Changed(told), Some(Afterwards { name, entry })))
            }
        })
    };
    let (done, afterwards) = cx.store().change(think).await?;
    if let Some(Afterwards { name, entry }) = afterwards {
        if let (Some(name), Done::Changed(Told::Created(made))) = (&name, &done) {
            cx.store().keep(name, &Made(made.clone()), cx.now, once::REMEMBERED).await?;
        }
        cx.journal(entry).await?;
    }
    Ok(done)
}

/// What this very call created when it came before.
async fn made_before(cx: &Context, caller: &Caller<'_>, name: Option<&str>) -> Result<Option<Told>, StoreError> {
    let Some(name) = name else { return Ok(None) };
    let Some(Made(before)) = cx.store().find(name, cx.now).await? else { return Ok(None) };
    note_repetition(cx, caller).await?;
    Ok(Some(Told::Created(before)))
}

async fn answered(
    cx: &Context,
    directory: &Directory,
    call: &Call<'_>,
    caller: &Caller<'_>,
) -> Result<Outcome, Refused> {
    let usage = report_material(cx, call, caller).await?;
    answer(&Ask {
        directory,
        caller,
        call: *call,
        params: &cx.request.query(),
        continuation: cx.request.header("ms-continuationtoken"),
        content_type: cx.request.header(header::CONTENT_TYPE.as_str()),
        body: &cx.request.body,
        now: cx.now,
        chance: cx.chance(),
        usage: &usage,
    })
}

fn caller<'d>(cx: &Context, directory: &'d Directory) -> Result<Caller<'d>, Refused> {
    let caller = Caller::of(directory, cx.keys(), &cx.origin, cx.request.bearer(), cx.now)?;
    cx.concerns(None, caller.person().map(|person| person.account.upn.as_str()), Some(caller.app.handle));
    Ok(caller)
}

fn mandate(directory: &Directory, caller: &Caller<'_>, cx: &Context) -> Mandate {
    let home = directory.tenant_by_id(caller.tenant.id);
    let excused = home.and_then(|home| directory.excepted(home, cx.now));
    let excused = excused.map(|(handle, exception)| format!("{} excuses {}", exception.called(handle), caller.home));
    Mandate { edition: directory.world().edition, enforcement: Enforcement::of(caller.tenant, excused, cx.now) }
}

fn asks_whether_compliant(cx: &Context) -> bool {
    cx.request.header("validatemfa").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// What reports are made of; other calls need none of it.
async fn report_material(cx: &Context, call: &Call<'_>, caller: &Caller<'_>) -> Result<Vec<Usage>, StoreError> {
    match call.place {
        Place::NonCompliantPrincipals | Place::MfaAdoption | Place::PartnerRequests => {
            let from = cx.now.plus(Span::from_millis(-PERIOD.millis()));
            usage::since(cx.store(), caller.tenant.id, from).await
        }
        Place::Customers
        | Place::Customer(..)
        | Place::Invoices
        | Place::Invoice(_)
        | Place::InvoiceLines(_)
        | Place::ServiceRequests
        | Place::ServiceRequest(_)
        | Place::Profile(_) => Ok(Vec::new()),
    }
}

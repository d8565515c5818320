//! The control API's and the front page's HTTP: requests become calls, what they answer becomes responses.

mod app_passwords;
mod exceptions;
mod exceptions_page;
mod inbox;
mod partner_test;
mod phone;
mod place;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, LOCATION, ORIGIN, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{self, Bytes};
use askama::Template;
use futures_util::StreamExt as _;
use serde::Serialize;
use serde_json::{Value, json};

use super::body::{self, MERGE_PATCH, Members};
use super::calls::Call;
use super::clock::{Face, Turn};
use super::error::{self, Refused};
use super::events::Filter;
use super::explain::Question;
use super::flows::{self, page::FlowPage};
use super::guard::{self, Asker};
use super::ours::Ours;
use super::sign_in::Order;
use super::{accounts, front, openapi, watch, world, worlds};
use crate::browser::SignIn;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::http::origin::Origin;
use crate::http::page::html;
use crate::http::params::{BadParams, Params};
use crate::http::request::Request;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::keys::Owner;
use crate::server::Settings;
use crate::signin::session;

pub use exceptions_page::exceptions_page;
pub use phone::{phone_page, phones_page};

type Answer = Result<HttpResponse, Refused>;

/// The front page.
pub async fn front(cx: &Context) -> HttpResponse {
    shown(cx).unwrap_or_else(|refused| error::render(&refused))
}

fn shown(cx: &Context) -> Answer {
    guard::by_a_known_host(&asker(&cx.request), &cx.settings)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(&["GET", "HEAD"]));
    }
    let nonce = cx.chance().short();
    let text = front::page(cx, &nonce).render().map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(html(StatusCode::OK, &nonce, text))
}

/// The page of a sign-in.
pub async fn flow_page(cx: &Context, id: &str) -> HttpResponse {
    shown_flow(cx, id).await.unwrap_or_else(|refused| error::render(&refused))
}

async fn shown_flow(cx: &Context, id: &str) -> Answer {
    guard::by_a_known_host(&asker(&cx.request), &cx.settings)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(&["GET", "HEAD"]));
    }
    let nonce = cx.chance().short();
    let flow = flows::find(&cx.isolate, id).await?;
    let status = if flow.is_some() { StatusCode::OK } else { StatusCode::NOT_FOUND };
    let page = FlowPage::new(flow, &cx.origin.base, &nonce);
    let text = page.render().map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(html(status, &nonce, text))
}

/// A call of the control API.
pub async fn serve(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    match called(cx, path).await {
        Ok(response) => response,
        Err(refused) => error::render(&refused),
    }
}

/// The answer to a call whose body could not be read. Who may not come in is told that, and not how much would fit.
pub async fn unread(cx: &Context, path: &[&str], bad: BadBody) -> HttpResponse {
    match admit(cx, found(cx, path).as_ref().is_ok_and(|call| call.is_open())).await {
        Ok(()) => error::unread(bad),
        Err(refused) => error::render(&refused),
    }
}

fn found<'p>(cx: &Context, path: &[&'p str]) -> Result<Call<'p>, Refused> {
    Call::find(cx.request.method.as_str(), path)
}

async fn called(cx: &Context, path: &[&str]) -> Answer {
    let call = found(cx, path);
    admit(cx, call.as_ref().is_ok_and(|call| call.is_open())).await?;
    let call = call?;
    if call.is_of_the_root() && !cx.isolate.id().is_empty() {
        return Err(Refused::NotFound("Only the root world has a list of worlds.".to_owned()));
    }
    match call {
        Call::Health => Ok(health(cx)),
        Call::Certificate => Ok(certificate(cx)),
        Call::OpenApi => described(cx),
        Call::ReadWorld => Ok(json_of(&cx.directory.world().to_value())),
        Call::ReplaceWorld => replace_world(cx).await,
        Call::PatchWorld => patch_world(cx).await,
        Call::Reset => reset(cx).await,
        Call::ListWorlds => Ok(json_of(&worlds::list(&cx.worlds))),
        Call::FindWorld(id) => Ok(json_of(&worlds::find(&cx.worlds, id)?)),
        Call::CreateWorld => create_world(cx).await,
        Call::DeleteWorld(id) => delete_world(cx, id).await,
        Call::DeleteWorlds => delete_worlds(cx).await,
        Call::Events => events(cx).await,
        Call::ListFlows => Ok(json_of(&json!({ "value": flows::list(&cx.isolate).await?, "next": null }))),
        Call::FindFlow(id) => flow(cx, id).await,
        Call::Inbox => inbox::list(cx).await,
        Call::AnswerMessage(id) => inbox::answer(cx, id).await,
        Call::CodeApp(upn) => Ok(json_of(&accounts::code(&cx.directory, &Upn::new(upn), cx.now)?)),
        Call::ListAppPasswords(upn) => app_passwords::list(cx, &Upn::new(upn)),
        Call::MakeAppPassword(upn) => app_passwords::make(cx, &Upn::new(upn)).await,
        Call::RevokeAppPassword(upn, id) => app_passwords::revoke(cx, &Upn::new(upn), id).await,
        Call::ListExceptions => Ok(exceptions::list(cx)),
        Call::FileException => exceptions::file(cx).await,
        Call::DecideException(id) => exceptions::decide(cx, id).await,
        Call::PartnerTest => partner_test::run(cx).await,
        Call::SignIn => sign_in(cx).await,
        Call::Explain => explain(cx).await,
        Call::ReadClock => Ok(clock(cx)),
        Call::TurnClock => turn_clock(cx).await,
        Call::ResetClock => reset_clock(cx).await,
        Call::RevokeSessions => revoke_sessions(cx).await,
        Call::RotateKeys => rotate_keys(cx).await,
    }
}

/// Lets a caller in, or journals why not.
async fn admit(cx: &Context, open: bool) -> Result<(), Refused> {
    let Err(refused) = admitted(cx, open) else { return Ok(()) };
    let entry = Entry::new(cx.now, Kind::Error, "A call of the control API was refused.");
    cx.journal(entry.with(vec![Because::new("control", refused.message())])).await?;
    Err(refused)
}

fn admitted(cx: &Context, open: bool) -> Result<(), Refused> {
    by_site(&cx.request, &cx.origin, &cx.settings)?;
    if open { Ok(()) } else { guard::by_token(&asker(&cx.request), &cx.settings) }
}

/// May whoever sends this make any call? Asked of its head alone, before there is a body or anything else to go by.
pub fn may_come_in(head: &Request, origin: &Origin, settings: &Settings) -> bool {
    by_site(head, origin, settings).and_then(|()| guard::by_token(&asker(head), settings)).is_ok()
}

fn by_site(request: &Request, origin: &Origin, settings: &Settings) -> Result<(), Refused> {
    let asker = asker(request);
    guard::by_a_known_host(&asker, settings)?;
    guard::by_our_own_site(&asker, &own_origins(request, origin, &asker))
}

fn asker(request: &Request) -> Asker<'_> {
    Asker {
        hosts: request.authority.as_deref().into_iter().chain(request.all(HOST.as_str())).collect(),
        origins: request.all(ORIGIN.as_str()).collect(),
        fetch_sites: request.all("sec-fetch-site").collect(),
        bearer: request.bearer(),
    }
}

/// The origins this request came to: the public one, and the one its own host makes.
fn own_origins(request: &Request, origin: &Origin, asker: &Asker<'_>) -> Vec<String> {
    let by_host = asker.hosts.iter().map(|host| guard::origin(host, request.secure));
    by_host.chain([origin.scheme_host.clone()]).collect()
}

fn json_of(body: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
}

fn done() -> HttpResponse {
    HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish()
}

fn content_type(cx: &Context) -> Option<&str> {
    cx.request.header(CONTENT_TYPE.as_str())
}

fn query(cx: &Context) -> Result<Params, Refused> {
    let unreadable =
        |bad: BadParams| Refused::Unreadable { target: bad.name().map(str::to_owned), message: bad.text() };
    cx.request.query().map_err(unreadable)
}

/// A body of a few members, or none at all.
fn small_body(cx: &Context) -> Result<Option<Value>, Refused> {
    body::json(content_type(cx), &cx.request.body, &[])
}

async fn note(cx: &Context, summary: impl Into<String>) -> Result<(), Refused> {
    Ok(cx.journal(Entry::new(cx.isolate.now(), Kind::Control, summary)).await?)
}

fn health(cx: &Context) -> HttpResponse {
    let world = Some(cx.isolate.id()).filter(|id| !id.is_empty());
    json_of(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "world": world, "now": cx.now }))
}

fn certificate(cx: &Context) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/x-pem-file"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(cx.settings.ca_pem.clone())
}

fn described(cx: &Context) -> Answer {
    let document = openapi::document(&cx.origin.base).map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(json_of(&document))
}

async fn replace_world(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    if !body.is_object() {
        return Err(Refused::invalid("", "A world is a JSON object."));
    }
    let after = world::replace(cx.store(), &String::from_utf8_lossy(&cx.request.body)).await?;
    note(cx, "The world was replaced.").await?;
    Ok(json_of(&after))
}

async fn patch_world(cx: &Context) -> Answer {
    let patch = body::json_needed(content_type(cx), &cx.request.body, &[MERGE_PATCH])?;
    let after = world::patch(cx.store(), &patch).await?;
    note(cx, format!("The world was changed: {}.", world::touched(&patch))).await?;
    Ok(json_of(&after))
}

async fn reset(cx: &Context) -> Answer {
    cx.isolate.reset().await?;
    note(cx, "The world was reset.").await?;
    Ok(done())
}

async fn create_world(cx: &Context) -> Answer {
    let place = worlds::create(&cx.worlds, cx.chance(), small_body(cx)?)?;
    note(cx, format!("The world {} was made.", place.id)).await?;
    let address = cx.origin.path(&format!("/_standin/worlds/{}", place.id));
    Ok(HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((LOCATION, address))
        .json(place))
}

async fn delete_world(cx: &Context, id: &str) -> Answer {
    worlds::delete(&cx.worlds, id)?;
    note(cx, format!("The world {id} was deleted.")).await?;
    Ok(done())
}

async fn delete_worlds(cx: &Context) -> Answer {
    cx.worlds.delete_all();
    note(cx, "All isolated worlds were deleted.").await?;
    Ok(done())
}

async fn events(cx: &Context) -> Answer {
    let mut filter = Filter::read(&query(cx)?, cx.request.header("last-event-id"))?;
    let head = cx.request.method == actix_web::http::Method::HEAD;
    if cx.request.header(ACCEPT.as_str()).is_some_and(|wanted| wanted.contains("text/event-stream")) {
        let mut response = HttpResponse::Ok();
        response.insert_header((CONTENT_TYPE, "text/event-stream")).insert_header((CACHE_CONTROL, "no-store"));
        let news = watch::stream(&cx.isolate, filter).take(if head { 0 } else { usize::MAX });
        return Ok(response.streaming(news.map(|text| Ok::<_, std::io::Error>(Bytes::from(text)))));
    }
    if head {
        filter.wait = 0;
    }
    Ok(json_of(&watch::page(&cx.isolate, &filter).await?))
}

async fn flow(cx: &Context, name: &str) -> Answer {
    let (id, form) = name.rsplit_once('.').unwrap_or((name, ""));
    let found = flows::find(&cx.isolate, id).await?;
    let missing = || Refused::NotFound("There is no flow of that id; the journal keeps the newest only.".to_owned());
    let flow = found.ok_or_else(missing)?;
    match form {
        "" => Ok(json_of(&flow)),
        "svg" => Ok(drawn("image/svg+xml", flows::to_svg(&flow))),
        "mmd" => Ok(drawn("text/plain; charset=utf-8", flows::to_mermaid(&flow))),
        _ => Err(missing()),
    }
}

/// A diagram: nothing in it may run, also when it is opened by itself.
fn drawn(kind: &str, diagram: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(diagram)
}

async fn explain(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let question = Question::read(body, &cx.directory, cx.request.ip().parse().ok(), cx.now)?;
    let explanation = question.explain(&cx.directory, cx.now);
    cx.concerns(None, Some(question.upn.as_str()), Some(question.app()));
    let word = explanation.next.word();
    let code = explanation.code.map_or_else(String::new, |code| format!(" with AADSTS{code}"));
    let entry = Entry::new(cx.now, Kind::Control, format!("A dry run: a sign-in would lead to {word}{code}."));
    cx.journal(entry.with(explanation.because.clone())).await?;
    Ok(json_of(&explanation))
}

/// Where this server is, as far as it knows itself.
fn ours(cx: &Context) -> Ours<'_> {
    Ours {
        http: &cx.doors.http,
        https: &cx.doors.https,
        public_origin: cx.settings.public_origin.as_deref(),
        names: &cx.settings.allow_hosts,
        world: cx.isolate.id(),
    }
}

async fn sign_in(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    let order = Order::read(Some(body), &ours(cx))?;
    let place = place::place(cx).await?;
    note(cx, format!("A sign-in of {} was ordered.", crate::http::params::shorten(&order.user))).await?;
    let mut driven = SignIn::new(cx.worlds.clone(), &cx.settings.ca_pem, &order.url)
        .user(&order.user)
        .mfa(order.mfa)
        .register(order.register)
        .until_done(place);
    if let Some(password) = &order.password {
        driven = driven.password(password);
    }
    match driven.await {
        Ok(ended) => Ok(json_of(&ended)),
        Err(error) => Err(super::sign_in::not_signed_in(&error)),
    }
}

fn clock(cx: &Context) -> HttpResponse {
    json_of(&Face::of(cx.isolate.clock(), crate::time::system()))
}

async fn turn_clock(cx: &Context) -> Answer {
    let turn = Turn::read(body::json_needed(content_type(cx), &cx.request.body, &[])?)?;
    cx.isolate.turn_clock(|clock, system| turn.apply(clock, system));
    note(cx, "The clock was turned.").await?;
    Ok(clock(cx))
}

async fn reset_clock(cx: &Context) -> Answer {
    cx.isolate.turn_clock(|_, _| crate::time::Clock::Real);
    note(cx, "The clock shows the system's time again.").await?;
    Ok(clock(cx))
}

async fn revoke_sessions(cx: &Context) -> Answer {
    let params = query(cx)?;
    body::only(&params, &["user"])?;
    let user = params.get("user").map(Upn::new);
    if let Some(upn) = &user {
        accounts::named(&cx.directory, upn)?;
    }
    session::revoke(cx, user.as_ref()).await?;
    cx.concerns(None, user.as_ref().map(Upn::as_str), None);
    note(cx, if user.is_some() { "One person was signed out." } else { "Everybody was signed out." }).await?;
    Ok(done())
}

async fn rotate_keys(cx: &Context) -> Answer {
    let mut members = Members::of(small_body(cx)?, &["provider"]);
    let provider = members.text("provider");
    if provider.as_ref().is_some_and(|name| cx.directory.provider(name).is_none()) {
        members.mistake("provider", "There is no provider of that name.");
    }
    let provider = members.finish(provider)?;
    let (isolate, owner) = (cx.isolate.clone(), provider.clone());
    // Making a key takes a good part of a second: this thread has other requests to answer meanwhile.
    let rotated = web::block(move || isolate.keys().rotate(owner.as_deref().map_or(Owner::Entra, Owner::Provider)));
    let key = rotated.await.map_err(|error| Refused::Broken(error.to_string()))??;
    note(cx, format!("The signing key of {} was rotated.", provider.as_deref().unwrap_or("the Entra tenants"))).await?;
    Ok(json_of(&json!({ "kid": key.kid(), "provider": provider })))
}

//! Config in, listening server out: every mount on one screen, see `route`.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::net::{SocketAddr, TcpListener};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{Payload, Server, ServerHandle, ServiceRequest, ServiceResponse, fn_service};
use actix_web::web::Bytes;
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer};
use tokio::sync::Semaphore;

use crate::aadgraph;
use crate::arm;
use crate::config::{Config, Secret};
use crate::control;
use crate::federation;
use crate::graph;
use crate::http::body::{self, BadBody};
use crate::http::context::{About, Context};
use crate::http::origin::Origin;
use crate::http::outbound::Outbound;
use crate::http::path::Path;
use crate::http::request::{Proxy, Request};
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::oauth;
use crate::partner;
use crate::sample;
use crate::signin;
use crate::store::StoreError;
use crate::tls::LocalCa;
use crate::worlds::{Isolate, Worlds};

/// What the server was started with, as far as answering requests needs it.
#[derive(Debug)]
pub struct Settings {
    /// What the root world is called: `partner`, `plain`, or the name of its file.
    pub world: String,
    /// The one origin all addresses are built on, when it was fixed.
    pub public_origin: Option<String>,
    /// Whether `X-Forwarded-*` is believed.
    pub trust_proxy: bool,
    /// Who is signed in without any page.
    pub auto_sign_in: Option<Upn>,
    /// What the control API demands as a bearer token.
    pub control_token: Option<Secret>,
    /// Host names, besides loopback and the public URL's, under which the control API answers.
    pub allow_hosts: Vec<String>,
    /// The local CA's certificate, PEM.
    pub ca_pem: String,
}

/// Where a server listens, and what of that is shared by all its workers.
#[derive(Debug)]
pub struct Doors {
    /// Its addresses without TLS.
    pub http: Vec<SocketAddr>,
    /// Its addresses with TLS.
    pub https: Vec<SocketAddr>,
    /// Sign-ins to order take a place each while they are driven: every one has a thread.
    pub browsers: Arc<Semaphore>,
}

/// How many sign-ins are driven at once.
const BROWSERS: usize = 16;

/// A server that listens.
pub struct Listening {
    /// Stops it.
    pub handle: ServerHandle,
    /// Runs it.
    pub server: Server,
    /// Its addresses without TLS.
    pub http: Vec<SocketAddr>,
    /// Its addresses with TLS.
    pub https: Vec<SocketAddr>,
}

/// Binds every address and mounts every route.
pub fn listen(
    config: &Config,
    settings: Arc<Settings>,
    worlds: Arc<Worlds>,
    ca: &LocalCa,
) -> Result<Listening, ListenError> {
    let http = bind(&config.http)?;
    let https = bind(&config.https)?;
    let (http_addresses, https_addresses) = (addresses(&http), addresses(&https));
    let workers = config.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let doors = Arc::new(Doors {
        http: http_addresses.clone(),
        https: https_addresses.clone(),
        browsers: Arc::new(Semaphore::new(BROWSERS)),
    });
    let door = Arc::new(Door { settings, worlds, doors });
    let ca_pem = ca.certificate_pem().to_owned();
    let app = move || {
        let door = door.clone();
        let answer = move |request| serve(request, door.clone());
        App::new().app_data(Outbound::new(&ca_pem)).default_service(fn_service(answer))
    };
    let mut server = HttpServer::new(app).workers(workers).disable_signals().shutdown_timeout(1);
    for listener in http {
        server = server.listen(listener).map_err(ListenError::Start)?;
    }
    if !https.is_empty() {
        let tls = ca.server_config(&config.certificate_names()).map_err(|error| ListenError::Tls(error.to_string()))?;
        for listener in https {
            server = server.listen_rustls_0_23(listener, tls.clone()).map_err(ListenError::Start)?;
        }
    }
    let server = server.run();
    Ok(Listening { handle: server.handle(), server, http: http_addresses, https: https_addresses })
}

/// Why the server could not start listening.
#[derive(Debug)]
pub enum ListenError {
    /// An address could not be had.
    Bind(SocketAddr, std::io::Error),
    /// The certificate could not be made.
    Tls(String),
    /// The runtime refused.
    Start(std::io::Error),
}

impl std::fmt::Display for ListenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ListenError::Bind(address, error) => write!(f, "cannot listen on {address}: {error}"),
            ListenError::Tls(error) => write!(f, "cannot make the certificate for https: {error}"),
            ListenError::Start(error) => write!(f, "cannot start: {error}"),
        }
    }
}

fn bind(addresses: &[SocketAddr]) -> Result<Vec<TcpListener>, ListenError> {
    addresses
        .iter()
        .map(|address| TcpListener::bind(address).map_err(|error| ListenError::Bind(*address, error)))
        .collect()
}

fn addresses(listeners: &[TcpListener]) -> Vec<SocketAddr> {
    listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect()
}

/// What every worker shares.
struct Door {
    settings: Arc<Settings>,
    worlds: Arc<Worlds>,
    doors: Arc<Doors>,
}

/// The framework's request in, its response out: by hand, because there is one handler and nothing to look up for it.
fn serve(request: ServiceRequest, door: Arc<Door>) -> impl Future<Output = Result<ServiceResponse, Error>> {
    let (request, payload) = request.into_parts();
    async move {
        let response = answer(&request, payload, &door).await;
        Ok(ServiceResponse::new(request, response))
    }
}

/// Every request comes in here: its world is found, its body read, its answer journalled.
async fn answer(request: &HttpRequest, payload: Payload, door: &Door) -> HttpResponse {
    let path = Path::read(request.path());
    let (isolate, path) = match path.get(0) {
        Some("w") => (path.get(1).and_then(|id| door.worlds.get(id)), path.without_first(2)),
        _ => (Some(door.worlds.root().clone()), path),
    };
    let Some(isolate) = isolate else {
        let response = control::error::not_found("There is no world of that name.");
        return turned_away(door.worlds.root(), request, response).await;
    };
    let room = body::room(&path, || may_come_in(request, door, &isolate));
    let body = body::read(request, payload, room).await;
    let (body, bad) = body.map_or_else(|bad| (Bytes::new(), Some(bad)), |body| (body, None));
    match context(request, body, door, &isolate, path).await {
        Ok(context) => {
            let response = match bad {
                None => route(&context).await,
                Some(bad) => unread(&context, bad).await,
            };
            match note(&context, request, &response).await {
                Ok(()) => response,
                Err(error) => control::error::broken(&error),
            }
        }
        Err(response) => turned_away(&isolate, request, response).await,
    }
}

/// May whoever sends this call the control API? Asked before the body is read, of its head alone.
fn may_come_in(request: &HttpRequest, door: &Door, isolate: &Isolate) -> bool {
    let settings = &door.settings;
    let origin = Origin::of(request, isolate.base(), settings.public_origin.as_deref(), settings.trust_proxy);
    let head = Request::new(request, Path::read(request.path()), Bytes::new(), Proxy::Ignored);
    origin.is_some_and(|origin| control::routes::may_come_in(&head, &origin, settings))
}

/// What handlers need to know of a request, or the answer to one that no handler should see.
async fn context(
    request: &HttpRequest,
    body: Bytes,
    door: &Door,
    isolate: &Arc<Isolate>,
    path: Path,
) -> Result<Rc<Context>, HttpResponse> {
    let settings = &door.settings;
    let fixed = settings.public_origin.as_deref();
    let Some(origin) = Origin::of(request, isolate.base(), fixed, settings.trust_proxy) else {
        return Err(control::error::bad_request("The Host header names no host."));
    };
    let (_, directory) = isolate.store().directory().await.map_err(|error| control::error::broken(&error))?;
    Ok(Rc::new(Context {
        settings: settings.clone(),
        worlds: door.worlds.clone(),
        doors: door.doors.clone(),
        directory,
        now: isolate.now(),
        chance: OnceCell::new(),
        origin,
        request: Request::new(request, path, body, if settings.trust_proxy { Proxy::Trusted } else { Proxy::Ignored }),
        about: RefCell::new(About::default()),
        isolate: isolate.clone(),
    }))
}

/// Journals a request that reached no handler.
async fn turned_away(isolate: &Isolate, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    let entry = Entry::new(isolate.now(), Kind::Request, summary(request, &response));
    match isolate.journal(&entry).await {
        Ok(()) => response,
        Err(error) => control::error::broken(&error),
    }
}

/// Which room an address leads to. What is large is boxed, here and behind these doors: the framework sets room for the
/// largest of these aside for every request.
async fn route(cx: &Rc<Context>) -> HttpResponse {
    match cx.request.path.segments().as_slice() {
        [] => Box::pin(control::routes::front(cx)).await,
        ["console", "exceptions"] => Box::pin(control::routes::exceptions_page(cx)).await,
        ["console", "flows", id] => Box::pin(control::routes::flow_page(cx, id)).await,
        ["console", "phone"] => Box::pin(control::routes::phones_page(cx)).await,
        ["console", "phone", upn] => Box::pin(control::routes::phone_page(cx, upn)).await,
        ["_standin", rest @ ..] => Box::pin(control::routes::serve(cx, rest)).await,
        ["portal", rest @ ..] => Box::pin(partner::portal::routes::serve(cx, rest)).await,
        ["admin", rest @ ..] => Box::pin(partner::service::routes::admin(cx, rest)).await,
        ["exchange", rest @ ..] => Box::pin(partner::service::routes::exchange(cx, rest)).await,
        ["aadgraph", rest @ ..] => Box::pin(aadgraph::routes::serve(cx, rest)).await,
        ["arm", rest @ ..] => Box::pin(arm::routes::serve(cx, rest)).await,
        ["graph", rest @ ..] => Box::pin(graph::routes::serve(cx, rest)).await,
        ["idp", _, "login"] | [_, "login"] => Box::pin(signin::routes::form(cx)).await,
        ["partnercenter", rest @ ..] => Box::pin(partner::api::routes::serve(cx, rest)).await,
        ["sample-api", rest @ ..] => Box::pin(sample::routes::serve(cx, rest)).await,
        ["security-info"] => Box::pin(signin::routes::security_info(cx)).await,
        ["legacy", rest @ ..] => Box::pin(partner::legacy::routes::serve(cx, rest)).await,
        ["login.srf"] => Box::pin(federation::routes::login(cx)).await,
        ["federationmetadata", "saml20", "federationmetadata.xml"] => federation::routes::relying(cx),
        ["common", "federation", "externalauthprovider"] => Box::pin(federation::routes::external_answer(cx)).await,
        ["common", "sas", "endauth"] => Box::pin(signin::routes::poll(cx)).await,
        ["idp", name, rest @ ..] => Box::pin(oauth::routes::provider(cx, name, rest)).await,
        ["getuserrealm.srf"] => Box::pin(oauth::routes::user_realm_srf(cx)).await,
        ["oidc", "userinfo"] => Box::pin(oauth::routes::userinfo(cx)).await,
        ["device"] | ["common", "oauth2", "deviceauth"] => Box::pin(oauth::routes::device_page(cx)).await,
        [tenant, rest @ ..] => oauth::routes::tenant(cx, tenant, rest).await,
    }
}

/// The answer to a request whose body could not be read, in the shape of its address.
async fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    match cx.request.path.segments().as_slice() {
        ["_standin", rest @ ..] => Box::pin(control::routes::unread(cx, rest, bad)).await,
        [] | ["console", ..] => control::error::unread(bad),
        ["aadgraph", ..] => aadgraph::routes::unread(cx, bad),
        ["arm", ..] => arm::routes::unread(cx, bad),
        ["graph", ..] => graph::routes::unread(cx, bad),
        ["portal" | "admin" | "exchange", ..] => partner::notice::unread(cx, bad),
        ["legacy", ..] => partner::legacy::routes::unread(cx, bad),
        ["partnercenter", ..] => partner::api::routes::unread(cx, bad),
        rest => oauth::routes::unread(cx, rest, bad),
    }
}

/// One journal entry for every request; that somebody looked at what happened here, or waits for the phone, is not
/// news.
async fn note(cx: &Context, request: &HttpRequest, response: &HttpResponse) -> Result<(), StoreError> {
    let looks_on = matches!(cx.request.path.get(0), Some("_standin" | "console"));
    let waits = cx.request.path.is(&["common", "sas", "endauth"]) && response.status().is_success();
    // An application's page asks every few seconds whether somebody is still signed in.
    let watches = matches!((cx.request.path.get(1), cx.request.path.get(2)), (Some("oauth2"), Some("checksession")));
    if (looks_on || waits || (watches && response.status().is_success())) && request.method().is_safe() {
        return Ok(());
    }
    cx.journal(Entry::new(cx.now, Kind::Request, summary(request, response))).await
}

fn summary(request: &HttpRequest, response: &HttpResponse) -> String {
    let (path, status) = (printable(request.path()), response.status());
    [request.method().as_str(), " ", &path, " → ", status.as_str()].concat()
}

/// A path fit for the journal; nearly all are, so nearly none is copied.
fn printable(path: &str) -> Cow<'_, str> {
    if path.len() <= 200 && path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(path);
    }
    path.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::directory::Directory;
    use crate::directory::world::World;

    #[actix_web::test]
    async fn no_request_waits_in_a_room_made_for_the_largest() {
        let settings = Settings {
            world: String::new(),
            public_origin: None,
            trust_proxy: false,
            auto_sign_in: None,
            control_token: None,
            allow_hosts: Vec::new(),
            ca_pem: String::new(),
        };
        let facts = Arc::new(Directory::new(World::default()).unwrap());
        let doors = Arc::new(Doors { http: vec![], https: vec![], browsers: Arc::new(Semaphore::new(1)) });
        let door = Door { settings: Arc::new(settings), worlds: Arc::new(Worlds::new(facts, None)), doors };
        let size = size_of_val(&serve(TestRequest::default().to_srv_request(), Arc::new(door)));
        assert!(size < 1000, "{size} bytes");
    }
}

//! Config in, listening server out. `mounts` says which room an address leads to, `answer` what every request passes.

mod answer;
mod mounts;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::{Server, ServerHandle, fn_service};
use actix_web::{App, HttpServer};
use tokio::sync::Semaphore;

use crate::config::{Config, Secret};
use crate::http::outbound::Outbound;
use crate::http::request::Proxy;
use crate::http::trust::Trust;
use crate::id::Upn;
use crate::tls::LocalCa;
use crate::worlds::Worlds;
use answer::{Door, serve};

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
    /// Whose certificates it believes where it is a client; the local CA's is among them.
    pub trust: Arc<Trust>,
}

impl Settings {
    /// What is made of a proxy's headers.
    pub fn proxy(&self) -> Proxy {
        if self.trust_proxy { Proxy::Trusted } else { Proxy::Ignored }
    }
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
    /// Its addresses.
    pub doors: Arc<Doors>,
}

/// Binds every address and mounts every route.
pub fn listen(
    config: &Config,
    settings: Arc<Settings>,
    worlds: Arc<Worlds>,
    ca: Option<&LocalCa>,
) -> Result<Listening, ListenError> {
    let http = bind(&config.http)?;
    let https = bind(&config.https)?;
    let workers = config.workers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let doors = Arc::new(Doors {
        http: addresses(&http),
        https: addresses(&https),
        browsers: Arc::new(Semaphore::new(BROWSERS)),
    });
    let door = Arc::new(Door { settings, worlds, doors: doors.clone() });
    let trust = door.settings.trust.clone();
    let app = move || {
        let door = door.clone();
        let answer = move |request| serve(request, door.clone());
        App::new().app_data(Outbound::new(trust.clone())).default_service(fn_service(answer))
    };
    let mut server = HttpServer::new(app).workers(workers).disable_signals().shutdown_timeout(1);
    for listener in http {
        server = server.listen(listener).map_err(ListenError::Start)?;
    }
    if !https.is_empty() {
        let tls = match ca.map(|ca| ca.server_config(&config.certificate_names())) {
            Some(tls) => tls.map_err(|error| ListenError::Tls(error.to_string()))?,
            None => return Err(ListenError::Tls("there is no certificate authority".to_owned())),
        };
        for listener in https {
            server = server.listen_rustls_0_23(listener, tls.clone()).map_err(ListenError::Start)?;
        }
    }
    let server = server.run();
    Ok(Listening { handle: server.handle(), server, doors })
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

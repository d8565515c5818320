//! The library door: the binary, the tests here and other people's tests all start the server through it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;

use crate::browser::SignIn;
use crate::config::{Config, WorldSource};
use crate::directory::Directory;
use crate::directory::check::Problem;
use crate::directory::world;
use crate::http::trust::Trust;
use crate::id::Upn;
use crate::server::{self, Doors, ListenError, Settings};
use crate::time::{Span, Timestamp};
use crate::tls::{LocalCa, TlsError};
use crate::worlds::{Isolate, Worlds};

/// A running server. It stops when this is dropped.
pub struct Standin {
    handle: ServerHandle,
    doors: Arc<Doors>,
    worlds: Arc<Worlds>,
    settings: Arc<Settings>,
}

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The world has mistakes.
    World(Vec<Problem>),
    /// A file could not be read.
    File(std::io::Error),
    /// `auto_sign_in` names nobody.
    NobodyToSignIn(String),
    /// The local CA could not be had.
    Tls(TlsError),
    /// An address could not be had.
    Listen(ListenError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::World(problems) => {
                let list: Vec<String> = problems.iter().map(ToString::to_string).collect();
                write!(f, "the world has {} mistakes:\n{}", problems.len(), list.join("\n"))
            }
            StartError::File(error) => write!(f, "cannot read the world: {error}"),
            StartError::NobodyToSignIn(name) => write!(f, "auto sign-in: the world has no account {name}"),
            StartError::Tls(error) => write!(f, "{error}"),
            StartError::Listen(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl Standin {
    /// Starts a server and answers when it listens.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let directory = Arc::new(directory(&config.world)?);
        let auto_sign_in = auto_sign_in(&config, &directory)?;
        let ca = local_ca(&config)?;
        let settings = Arc::new(Settings {
            world: name(&config.world),
            public_origin: config.public_url.as_ref().map(|url| url.origin().ascii_serialization()),
            trust_proxy: config.trust_proxy,
            auto_sign_in,
            control_token: config.control_token.clone(),
            // Who names a host for the certificate has allowed it.
            allow_hosts: config.allow_hosts.iter().chain(&config.tls_names).cloned().collect(),
            trust: Arc::new(Trust::new(ca.as_ref().map(LocalCa::certificate_pem))),
        });
        let worlds = Arc::new(Worlds::new(directory, config.seed, config.control_token.as_ref()));
        let listening =
            server::listen(&config, settings.clone(), worlds.clone(), ca.as_ref()).map_err(StartError::Listen)?;
        tokio::spawn(listening.server);
        // Lets the server's task run once, so that it also answers callers who block this very thread.
        tokio::task::yield_now().await;
        Ok(Self { handle: listening.handle, doors: listening.doors, worlds, settings })
    }

    /// Where it listens without TLS.
    pub fn http_addresses(&self) -> &[SocketAddr] {
        &self.doors.http
    }

    /// Where it listens with TLS.
    pub fn https_addresses(&self) -> &[SocketAddr] {
        &self.doors.https
    }

    /// An address without TLS: `standin.http("/example.test/v2.0")`.
    pub fn http(&self, path: &str) -> String {
        address("http", &self.doors.http, path)
    }

    /// An address with TLS.
    pub fn https(&self, path: &str) -> String {
        address("https", &self.doors.https, path)
    }

    /// The local CA's certificate, PEM: what a client has to trust. A server without TLS may have none.
    pub fn ca_pem(&self) -> Option<&str> {
        self.settings.trust.ca_pem()
    }

    /// The root world's facts as they stand.
    pub async fn directory(&self) -> Result<Arc<Directory>, crate::store::StoreError> {
        self.worlds.root().store().directory().await.map(|(_, directory)| directory)
    }

    /// Signs somebody in as a browser would: `standin.sign_in(&url).user("alice@example.test").await?`.
    pub fn sign_in(&self, url: &str) -> SignIn {
        SignIn::new(self.worlds.clone(), self.settings.clone(), self.doors.clone(), url)
    }

    /// The root world's clock.
    pub fn clock(&self) -> ClockHandle {
        ClockHandle { isolate: self.worlds.root().clone() }
    }

    /// Stops the server and waits until it has.
    pub async fn stop(self) {
        self.handle.stop(true).await;
    }
}

impl Drop for Standin {
    fn drop(&mut self) {
        // The command is sent when the future is made; nobody needs to wait for the answer.
        drop(self.handle.stop(false));
    }
}

fn address(scheme: &str, listeners: &[SocketAddr], path: &str) -> String {
    match listeners.first() {
        Some(address) => format!("{scheme}://{}:{}{path}", host(address.ip()), address.port()),
        None => path.to_owned(),
    }
}

/// The name one reaches an address by. "localhost" rather than the number, where it leads there: certificates and client
/// libraries like it best, and passkeys and many cookie rules know no other.
pub(crate) fn host(ip: IpAddr) -> String {
    let local = ip == Ipv4Addr::LOCALHOST || ip == Ipv6Addr::LOCALHOST || ip.is_unspecified();
    match ip {
        _ if local => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// A world's clock, to be moved by a test.
#[derive(Clone, Debug)]
pub struct ClockHandle {
    isolate: Arc<Isolate>,
}

impl ClockHandle {
    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.isolate.turn_clock(|clock, _| clock.advanced(Span::from(by)));
    }

    /// Stops it.
    pub fn freeze(&self) {
        self.isolate.turn_clock(|clock, system| clock.frozen(system));
    }

    /// Sets it.
    pub fn set(&self, moment: Timestamp) {
        self.isolate.turn_clock(|clock, system| clock.set(moment, system));
    }

    /// What it says.
    pub fn now(&self) -> Timestamp {
        self.isolate.now()
    }
}

/// Who vouches for this server. Without TLS it needs nobody, and knows whom this installation's other servers have.
fn local_ca(config: &Config) -> Result<Option<LocalCa>, StartError> {
    let (dir, now) = (config.data_dir.as_deref(), crate::time::system().date_time());
    match config.https.is_empty() {
        true => Ok(LocalCa::find(dir, now)),
        false => LocalCa::open(dir, now).map(Some).map_err(StartError::Tls),
    }
}

fn directory(source: &WorldSource) -> Result<Directory, StartError> {
    let one = |problem| StartError::World(vec![problem]);
    let world = match source {
        WorldSource::Partner => world::partner().map_err(one)?,
        WorldSource::Plain => world::plain().map_err(one)?,
        WorldSource::File(path) => {
            let text = std::fs::read_to_string(path).map_err(StartError::File)?;
            world::read(&text).map_err(StartError::World)?
        }
        WorldSource::Inline(text) => world::read(text).map_err(StartError::World)?,
    };
    Directory::new(world).map_err(StartError::World)
}

fn name(source: &WorldSource) -> String {
    match source {
        WorldSource::Partner => "partner".to_owned(),
        WorldSource::Plain => "plain".to_owned(),
        // The rest of the path is nobody's business who only opens the front page.
        WorldSource::File(path) => path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        WorldSource::Inline(_) => "inline".to_owned(),
    }
}

fn auto_sign_in(config: &Config, directory: &Directory) -> Result<Option<Upn>, StartError> {
    let Some(name) = &config.auto_sign_in else { return Ok(None) };
    let upn = Upn::new(name);
    let known = directory.accounts_named(&upn).count() > 0;
    match known {
        true => Ok(Some(upn)),
        false => Err(StartError::NobodyToSignIn(name.clone())),
    }
}

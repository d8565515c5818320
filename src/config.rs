//! What was asked for, checked: flag > environment > world file > default, and every mistake at once.
//!
//! The three sources are read into one shape (`layers`), so that each setting is checked by one piece of code wherever
//! it came from, and its mistakes carry the name under which the user wrote it.

mod address;
mod check;
mod layers;
mod mistake;
mod server_file;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use url::Url;

use address::Hosts;
pub use layers::{Environment, Flags, Key};
pub use mistake::{Mistake, nearest};
pub use server_file::{OneOrMany, ServerFile};

pub use crate::directory::user::Secret;

/// How a server is to be started. The default is the library's: free ports on loopback, nothing kept, nothing printed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen without TLS; port 0 takes a free one; empty for not at all.
    pub http: Vec<SocketAddr>,
    /// Where to listen with TLS.
    pub https: Vec<SocketAddr>,
    /// More names for the certificate than this machine's own.
    pub tls_names: Vec<String>,
    pub world: WorldSource,
    pub state: State,
    /// The origin every address is built on, instead of the one each request came to.
    pub public_url: Option<Url>,
    /// Whether `X-Forwarded-*` is believed.
    pub trust_proxy: bool,
    /// Who is signed in without any page.
    pub auto_sign_in: Option<String>,
    /// Makes ids, codes and nonces the same in every run.
    pub seed: Option<u64>,
    /// What the control API demands as a bearer token.
    pub control_token: Option<Secret>,
    /// Host names, besides loopback and the public URL's, under which the control API answers.
    pub allow_hosts: Vec<String>,
    pub log: LogFormat,
    /// Threads that answer requests; `None` lets the server choose.
    pub workers: Option<usize>,
    /// Where the local CA is kept; `None` makes one for this process only.
    pub data_dir: Option<PathBuf>,
}

/// Which world the server starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorldSource {
    Partner,
    Plain,
    File(PathBuf),
    Inline(String),
}

/// Where records live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Memory,
}

/// What is written to standard error while the server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Off,
    Text,
    Json,
}

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

impl Default for Config {
    fn default() -> Self {
        let any_port = vec![SocketAddr::new(LOOPBACK, 0)];
        Self {
            http: any_port.clone(),
            https: any_port,
            tls_names: Vec::new(),
            world: WorldSource::Partner,
            state: State::Memory,
            public_url: None,
            trust_proxy: false,
            auto_sign_in: None,
            seed: None,
            control_token: None,
            allow_hosts: Vec::new(),
            log: LogFormat::Off,
            workers: None,
            data_dir: None,
        }
    }
}

impl Config {
    /// What `standin serve` does when nothing is asked for.
    pub fn for_command_line() -> Self {
        Self {
            http: vec![SocketAddr::new(LOOPBACK, 8400)],
            https: vec![SocketAddr::new(LOOPBACK, 8443)],
            log: LogFormat::Text,
            ..Self::default()
        }
    }

    /// Which world is asked for. A world file may hold settings of its own, so this is known before the rest.
    pub fn world_source(flags: &Flags, env: &Environment) -> Result<WorldSource, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let world = check::world(&layers::Layers::new(flags, env, None), &mut mistakes);
        if mistakes.is_empty() { Ok(world) } else { Err(mistakes) }
    }

    /// Everything that was asked for, or everything that is wrong with it. `server` is the world file's `[server]` table.
    pub fn from_flags(flags: &Flags, env: &Environment, server: Option<&ServerFile>) -> Result<Self, Vec<Mistake>> {
        let layers = layers::Layers::new(flags, env, server);
        let mut mistakes = env.misspelt();
        let config = check::all(&layers, Hosts::LookedUp, &mut mistakes);
        check::together(&layers, &config, &mut mistakes);
        if mistakes.is_empty() { Ok(config) } else { Err(mistakes) }
    }

    /// Everything that is wrong with a world's settings for the server, whatever flags and variables may say instead. Nobody
    /// is asked for the address of a host.
    pub fn mistakes_in(server: &ServerFile) -> Vec<Mistake> {
        let (flags, env) = (Flags::default(), Environment::default());
        let mut mistakes = Vec::new();
        check::all(&layers::Layers::new(&flags, &env, Some(server)), Hosts::Believed, &mut mistakes);
        mistakes
    }

    /// What is wrong with them only together, as long as no flag and no variable says otherwise.
    pub fn mistakes_between(server: &ServerFile) -> Vec<Mistake> {
        let (flags, env) = (Flags::default(), Environment::default());
        let server = server.with_any_port_where_none_is_said();
        let layers = layers::Layers::new(&flags, &env, Some(&server));
        let mut mistakes = Vec::new();
        let config = check::all(&layers, Hosts::Believed, &mut mistakes);
        let alone = mistakes.len();
        check::together(&layers, &config, &mut mistakes);
        mistakes.split_off(alone)
    }

    /// Who is to be signed in without any page, if that is a user name at all, and where it was written.
    pub fn signed_in_by_itself(
        flags: &Flags,
        env: &Environment,
        server: Option<&ServerFile>,
    ) -> Option<(String, String)> {
        check::signed_in_by_itself(&layers::Layers::new(flags, env, server))
    }

    /// Every name the certificate is to carry besides the machine's own: those asked for, the public URL's host, and
    /// the addresses listened on that are not loopback.
    pub fn certificate_names(&self) -> Vec<String> {
        let bound = self.https.iter().map(SocketAddr::ip);
        let bound = bound.filter(|ip| !ip.is_loopback() && !ip.is_unspecified()).map(|ip| ip.to_string());
        let public = self.public_url.as_ref().and_then(Url::host_str);
        let public = public.map(|host| host.trim_matches(['[', ']']).to_owned());
        self.tls_names.iter().cloned().chain(public).chain(bound).collect()
    }

    /// Whether anyone but this machine can reach the server.
    pub fn is_exposed(&self) -> bool {
        self.http.iter().chain(&self.https).any(|address| !address.ip().is_loopback())
    }
}

#[cfg(test)]
mod tests;

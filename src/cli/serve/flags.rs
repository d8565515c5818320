//! The flags of `serve`, as they are typed.

use clap::Args;

use crate::config::{Flags, Key};

/// Every value arrives as text and may be repeated, so that all mistakes can be told at once.
#[derive(Debug, Args)]
pub struct ServeFlags {
    /// Where to listen without TLS, or `off`; can be repeated; port 0 takes a free one [default: 127.0.0.1:8400]
    #[arg(long, value_name = "ADDRESS")]
    http: Vec<String>,
    /// Where to listen with TLS, or `off`; can be repeated [default: 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS")]
    https: Vec<String>,
    /// One more name for the certificate; can be repeated
    #[arg(long, value_name = "NAME")]
    tls_name: Vec<String>,
    /// The world to start with: partner, plain, or a TOML or JSON file [default: partner]
    #[arg(long, value_name = "WORLD")]
    world: Vec<String>,
    /// Where records are kept: memory [default: memory]
    #[arg(long, value_name = "STATE")]
    state: Vec<String>,
    /// The origin all addresses are built on [default: the scheme and Host of each request]
    #[arg(long, value_name = "URL")]
    public_url: Vec<String>,
    /// Believe X-Forwarded-Proto and X-Forwarded-Host
    #[arg(long)]
    trust_proxy: bool,
    /// Sign this user in without showing any page
    #[arg(long, value_name = "USER")]
    auto_sign_in: Vec<String>,
    /// Make ids, codes and nonces the same in every run
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    seed: Vec<String>,
    /// Demand this bearer token at the control API; better given as STANDIN_CONTROL_TOKEN, which `ps` does not show
    #[arg(long, value_name = "TOKEN")]
    control_token: Vec<String>,
    /// Answer the control API under this host name too; can be repeated
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// What is written to standard error: off, text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    log: Vec<String>,
    /// Threads that answer requests
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    workers: Vec<String>,
}

impl ServeFlags {
    pub(super) fn flags(&self) -> Flags {
        let trust_proxy = self.trust_proxy.then_some("true");
        Flags::default()
            .with(Key::Http, &self.http)
            .with(Key::Https, &self.https)
            .with(Key::TlsName, &self.tls_name)
            .with(Key::World, &self.world)
            .with(Key::State, &self.state)
            .with(Key::PublicUrl, &self.public_url)
            .with(Key::TrustProxy, trust_proxy)
            .with(Key::AutoSignIn, &self.auto_sign_in)
            .with(Key::Seed, &self.seed)
            .with(Key::ControlToken, &self.control_token)
            .with(Key::AllowHost, &self.allow_host)
            .with(Key::Log, &self.log)
            .with(Key::Workers, &self.workers)
    }
}

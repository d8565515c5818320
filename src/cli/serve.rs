//! `standin serve`: settings are settled, the server starts, and runs until it is told to stop.

use std::pin::pin;
use std::process::ExitCode;

use clap::Args;
use futures_util::future::select;
use tokio::task::LocalSet;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Config, Flags, Key, LogFormat, Mistake};
use crate::directory::Directory;
use crate::directory::tenant::{EntraTenant, TenantKind};
use crate::directory::user::User;
use crate::directory::world::World;
use crate::id::Upn;
use crate::tls::{LocalCa, Origin, user_data_dir};
use crate::{Standin, StartError};

use super::startup_block::{Account, Startup, startup_block};
use super::terminal::{self, Ink};
use super::{WRONG_USAGE, environment, failed, refuse, world_file};

pub(super) const AFTER_HELP: &str = "Each flag of `serve` is also an environment variable: --public-url is STANDIN_PUBLIC_URL, and where a flag may be \
     repeated, commas separate the values. A flag wins over its variable, and that over the world file's [server] table. \
     STANDIN_WORLD_INLINE takes a whole world file's text.";

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
    fn flags(&self) -> Flags {
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

pub(super) fn run(flags: &ServeFlags, mut mistakes: Vec<Mistake>) -> ExitCode {
    let config = match settle(&flags.flags(), &mut mistakes) {
        Some(config) if mistakes.is_empty() => config,
        _ => return refuse(&mistakes),
    };
    start_log(config.log);
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => LocalSet::new().block_on(&runtime, serve(config)),
        Err(error) => failed(&format!("the system gives no event loop: {error}")),
    }
}

/// The settings, or `None` after adding everything that is wrong with them, and with the world, to `mistakes`.
fn settle(flags: &Flags, mistakes: &mut Vec<Mistake>) -> Option<Config> {
    let env = environment();
    let server = world_file::server_table(flags, &env, mistakes);
    match Config::from_flags(flags, &env, server.as_ref()) {
        // Without TLS no CA has to be kept.
        Ok(config) if config.https.is_empty() => Some(config),
        Ok(config) => Some(Config { data_dir: user_data_dir(), ..config }),
        Err(wrong) => {
            mistakes.extend(wrong);
            None
        }
    }
}

fn start_log(format: LogFormat) {
    let ansi = Ink::for_stderr() == Ink::Colour;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(ansi);
    // The libraries below tell how they start and stop their threads; what goes wrong there still shows.
    let ours = Targets::new().with_default(LevelFilter::WARN).with_target("standin", LevelFilter::INFO);
    let log = tracing_subscriber::registry().with(ours);
    let started = match format {
        LogFormat::Off => return,
        LogFormat::Text => log.with(lines).try_init(),
        LogFormat::Json => log.with(lines.json()).try_init(),
    };
    if let Err(error) = started {
        terminal::complain(&format!("no log is written: {error}"));
    }
}

async fn serve(config: Config) -> ExitCode {
    let ca = certificate(&config);
    let standin = match Standin::start(config.clone()).await {
        Ok(standin) => standin,
        Err(error @ (StartError::World(_) | StartError::NobodyToSignIn(_))) => {
            terminal::complain(&error.to_string());
            return ExitCode::from(WRONG_USAGE);
        }
        Err(error) => return failed(&error.to_string()),
    };
    match standin.directory().await {
        Ok(directory) => terminal::say(&introduce(&standin, &config, &directory, ca)),
        Err(error) => return failed(&error.to_string()),
    }
    told_to_stop().await;
    standin.stop().await;
    ExitCode::SUCCESS
}

/// Where this user's local CA is, before the server uses it: a first start makes it here, and can then say so.
fn certificate(config: &Config) -> Option<(Option<String>, Origin)> {
    if config.https.is_empty() {
        return None;
    }
    let ca = LocalCa::open(config.data_dir.as_deref(), crate::time::system().date_time()).ok()?;
    Some((ca.path().map(|path| path.display().to_string()), ca.origin().clone()))
}

fn introduce(
    standin: &Standin,
    config: &Config,
    directory: &Directory,
    ca: Option<(Option<String>, Origin)>,
) -> String {
    let tenant = ordinary_domain(directory.world());
    let startup = Startup {
        version: env!("CARGO_PKG_VERSION"),
        http: standin.http_addresses(),
        https: standin.https_addresses(),
        public_url: config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/')),
        world: &world_file::name(&config.world),
        tenant,
        accounts: &story_accounts(directory.world(), tenant),
        ca: ca.as_ref().map(|(path, origin)| (path.as_deref(), origin)),
        control_is_open: config.is_exposed() && config.control_token.is_none(),
    };
    startup_block(&startup, Ink::for_stdout())
}

/// A domain of the tenant that most people need first: one that is neither partner nor customer.
fn ordinary_domain(world: &World) -> Option<&str> {
    let is_ordinary = |tenant: &&EntraTenant| tenant.kind == TenantKind::Ordinary;
    let tenant = world.tenants.values().find(is_ordinary).or(world.tenants.values().next())?;
    tenant.domains.first().map(String::as_str)
}

/// Who has a story, and the password to use: where a provider signs them in, the one there. The domain `first` comes first.
fn story_accounts(world: &World, first: Option<&str>) -> Vec<Account> {
    let own = world.users.iter().map(|(upn, user)| (upn, user.as_ref()));
    let at_providers = world.providers.values().flat_map(|provider| &provider.users);
    let elsewhere =
        |upn: &Upn| world.providers.values().find_map(|provider| provider.users.get(upn)?.password.as_ref());
    let told = |(upn, user): (&Upn, &User)| {
        let password = elsewhere(upn).or(user.password.as_ref()).filter(|_| !user.story.is_empty())?;
        Some((upn.clone(), password.reveal().to_owned()))
    };
    let mut accounts: Vec<(Upn, String)> = own.chain(at_providers).filter_map(told).collect();
    let place = |upn: &Upn| (Some(upn.domain()) != first, upn.domain().to_owned(), upn.as_str().to_owned());
    accounts.sort_by_key(|(upn, _)| place(upn));
    accounts.dedup();
    accounts.into_iter().map(|(upn, password)| Account { user_name: upn.as_str().to_owned(), password }).collect()
}

/// Ctrl-C, or what a container engine sends.
async fn told_to_stop() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        let interrupted = pin!(tokio::signal::ctrl_c());
        select(interrupted, pin!(terminate.recv())).await;
        return;
    }
    // Without signals the server runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

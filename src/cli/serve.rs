//! `standin serve`: settings are settled, the server starts, and runs until it is told to stop.

mod flags;
mod introduction;

use std::pin::pin;
use std::process::ExitCode;

use futures_util::future::select;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::LocalSet;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::terminal::{self, Ink};
use super::{WRONG_USAGE, environment, failed, refuse, world_file};
use crate::config::{Config, Flags, LogFormat, Mistake};
use crate::tls::user_data_dir;
use crate::{Standin, StartError};

pub use flags::ServeFlags;

pub(super) const AFTER_HELP: &str = "Each flag of `serve` is also an environment variable: --public-url is STANDIN_PUBLIC_URL, and where a flag may be \
     repeated, commas separate the values. A flag wins over its variable, and that over the world file's [server] table. \
     STANDIN_WORLD_INLINE takes a whole world file's text.";

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
    let world = world_file::of_a_file(flags, &env, mistakes);
    let server = world.as_ref().and_then(|world| world.server.as_ref());
    match Config::from_flags(flags, &env, server) {
        // Who is to be signed in by itself is looked for when the server starts, and not twice.
        Ok(config) if mistakes.is_empty() => return Some(Config { data_dir: user_data_dir(), ..config }),
        Ok(_) => {}
        Err(wrong) => {
            // What is wrong with the file's own settings was told with the rest of it.
            let is_told = |one: &Mistake| mistakes.iter().any(|told| told.to_string().ends_with(&one.to_string()));
            let untold: Vec<Mistake> = wrong.into_iter().filter(|one| !is_told(one)).collect();
            mistakes.extend(untold);
        }
    }
    mistakes.extend(world_file::nobody_to_sign_in(flags, &env, world.as_ref()));
    None
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
    let stop = told_to_stop();
    let certificate = introduction::certificate(&config);
    let standin = match Standin::start(config.clone()).await {
        Ok(standin) => standin,
        Err(error @ (StartError::World(_) | StartError::NobodyToSignIn(_))) => {
            terminal::complain(&error.to_string());
            return ExitCode::from(WRONG_USAGE);
        }
        Err(error) => return failed(&error.to_string()),
    };
    match standin.directory().await {
        Ok(directory) => terminal::say(&introduction::text(&standin, &config, &directory, certificate.as_ref())),
        Err(error) => return failed(&error.to_string()),
    }
    stop.await;
    standin.stop().await;
    ExitCode::SUCCESS
}

/// Ctrl-C, or what a container engine sends. It is listened for from the call on, not from when it is waited for: whoever has
/// read an address may stop the server at once.
#[cfg(unix)]
fn told_to_stop() -> impl Future<Output = ()> {
    let heard = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    async {
        match heard {
            [Ok(mut terminate), Ok(mut interrupt)] => {
                select(pin!(terminate.recv()), pin!(interrupt.recv())).await;
            }
            // Without signals the server runs until it is killed.
            [..] => std::future::pending().await,
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
async fn told_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

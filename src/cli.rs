//! What was typed? One file per subcommand; the exit code is 0, 1 (it failed) or 2 (it was asked wrongly, and nothing was done).

mod arguments;
mod completions;
mod healthcheck;
mod inspect;
mod partner_test;
mod serve;
mod sign_in;
mod startup_block;
mod terminal;
mod token;
mod totp;
mod trust;
mod world;
mod world_file;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Environment, Mistake};
use arguments::Parsed;

const WRONG_USAGE: u8 = 2;

/// Stands in for your identity provider: Microsoft Entra ID, the provider a domain federates to, and Partner Center.
#[derive(Debug, Parser)]
#[command(name = "standin", version, args_conflicts_with_subcommands = true, after_help = serve::AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::ServeFlags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server (also without any subcommand)
    #[command(after_help = serve::AFTER_HELP)]
    Serve(Box<serve::ServeFlags>),
    /// Print a world, check a file, or print the schema of such files
    #[command(subcommand)]
    World(world::Command),
    /// Mint a token with the development keys, without a server
    Token(Box<token::Arguments>),
    /// Read a token and say whether it is acceptable, and why
    Inspect(inspect::Arguments),
    /// Print the current code of an account's code app
    Totp(totp::Arguments),
    /// Sign somebody in at a running server without a browser, and print where it ends
    SignIn(sign_in::Arguments),
    /// Test whether an account, or a token, meets the partner security requirements
    PartnerTest(partner_test::Arguments),
    /// Say where the local CA's certificate is and how to trust it
    Trust(trust::Arguments),
    /// Ask a running server whether it is well
    Healthcheck(healthcheck::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
}

pub fn run(typed: Vec<OsString>) -> ExitCode {
    match arguments::parse(typed) {
        Parsed::Understood(cli) => cli.run(Vec::new()),
        // Only `serve` has settings of its own to check: its mistakes are told together with the misspelt flags.
        Parsed::Partly(cli, mistakes) => match cli.command {
            None | Some(Command::Serve(_)) => cli.run(mistakes),
            Some(_) => refuse(&mistakes),
        },
        Parsed::Answered(code) => code,
    }
}

impl Cli {
    fn run(self, mistakes: Vec<Mistake>) -> ExitCode {
        match self.command {
            None => serve::run(&self.serve, mistakes),
            Some(Command::Serve(flags)) => serve::run(&flags, mistakes),
            Some(Command::World(command)) => world::run(&command),
            Some(Command::Token(arguments)) => token::run(&arguments),
            Some(Command::Inspect(arguments)) => inspect::run(&arguments),
            Some(Command::Totp(arguments)) => totp::run(&arguments),
            Some(Command::SignIn(arguments)) => sign_in::run(&arguments),
            Some(Command::PartnerTest(arguments)) => partner_test::run(&arguments),
            Some(Command::Trust(arguments)) => trust::run(&arguments),
            Some(Command::Healthcheck(arguments)) => healthcheck::run(&arguments),
            Some(Command::Completions(arguments)) => completions::run(&arguments),
        }
    }
}

/// Tells everything that is wrong with the request.
fn refuse(mistakes: &[Mistake]) -> ExitCode {
    complain(mistakes, "nothing was done; `standin --help` lists what can be given")
}

fn complain(mistakes: &[Mistake], last: &str) -> ExitCode {
    for mistake in mistakes {
        terminal::complain(&mistake.to_string());
    }
    terminal::complain(last);
    ExitCode::from(WRONG_USAGE)
}

/// It was asked rightly, and did not work.
fn failed(why: &str) -> ExitCode {
    terminal::complain(why);
    ExitCode::FAILURE
}

/// This process's `STANDIN_…` variables.
fn environment() -> Environment {
    let text = |text: OsString| text.to_string_lossy().into_owned();
    Environment::new(std::env::vars_os().map(|(name, value)| (text(name), text(value))))
}

//! `standin completions SHELL`.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::{Cli, terminal};

#[derive(Debug, Args)]
pub struct Arguments {
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Cli::command(), "standin", &mut script);
    terminal::say(String::from_utf8_lossy(&script).trim_end());
    ExitCode::SUCCESS
}

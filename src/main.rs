//! The program: arguments become a configuration, and that is run. Nothing else happens here.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os().collect())
}

//! The program: arguments in, exit code out. Everything else is [`standin::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    standin::cli::run(std::env::args_os().collect())
}

//! Which arguments are not understood? All of them, where the parser alone would stop at the first.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::{Cli, WRONG_USAGE, refuse};
use crate::config::Mistake;

pub(super) enum Parsed {
    Understood(Cli),
    /// What is left when the unknown flags are taken out, and those flags.
    Partly(Cli, Vec<Mistake>),
    /// Help or a complaint has been printed.
    Answered(ExitCode),
}

pub(super) fn parse(mut typed: Vec<OsString>) -> Parsed {
    let mut mistakes = Vec::new();
    loop {
        match Cli::try_parse_from(&typed) {
            Ok(cli) if mistakes.is_empty() => return Parsed::Understood(cli),
            Ok(cli) => return Parsed::Partly(cli, mistakes),
            Err(error) => match take_unknown(&error, &mut typed) {
                Some(mistake) => mistakes.push(mistake),
                None if mistakes.is_empty() => return Parsed::Answered(answer(&error)),
                None => return Parsed::Answered(refuse(&mistakes)),
            },
        }
    }
}

/// Removes the flag that `error` is about, with its value; `None` when the error is about something else.
fn take_unknown(error: &Error, typed: &mut Vec<OsString>) -> Option<Mistake> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let unknown = text(error, ContextKind::InvalidArg).filter(|flag| flag.starts_with("--"))?;
    let is_it = |typed: &OsString| {
        let typed = typed.to_string_lossy();
        typed == unknown || typed.strip_prefix(&unknown).is_some_and(|rest| rest.starts_with('='))
    };
    let at = typed.iter().position(is_it)?;
    let flag = typed.remove(at);
    let has_value = !flag.to_string_lossy().contains('=');
    if has_value && typed.get(at).is_some_and(|next| !next.to_string_lossy().starts_with('-')) {
        typed.remove(at);
    }
    let right = text(error, ContextKind::SuggestedArg);
    Some(Mistake::new(unknown, "there is no such flag").suggesting(right))
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn answer(error: &Error) -> ExitCode {
    // Nobody is left to tell when the terminal is gone.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(WRONG_USAGE) } else { ExitCode::SUCCESS }
}

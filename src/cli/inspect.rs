//! `standin inspect TOKEN`: what does a token say, and is it acceptable?

mod judgement;

use std::fmt::Write as _;
use std::io::Read;
use std::process::ExitCode;

use clap::Args;

use super::terminal::{self, Ink};
use super::{WRONG_USAGE, failed, refuse, world_file};
use crate::keys::{KeyRing, KeySource};
use crate::token::jwt::{Unverified, decode_unverified};
use judgement::{Finding, Reader, Verdict};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The token, or `-` to read it from standard input
    token: String,
    /// Who is to accept it: what `aud` has to be [default: anybody in the world]
    #[arg(long, value_name = "AUDIENCE")]
    audience: Option<String>,
    /// The world it was issued in: partner, plain, or a file
    #[arg(long, value_name = "WORLD")]
    world: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let directory = match world_file::asked_for(arguments.world.as_deref()) {
        Ok(directory) => directory,
        Err(mistakes) => return refuse(&mistakes),
    };
    let token = match given(&arguments.token) {
        Ok(token) => token,
        Err(error) => return failed(&format!("the token cannot be read: {error}")),
    };
    let unverified = match decode_unverified(&token) {
        Ok(unverified) => unverified,
        Err(error) => {
            terminal::complain(&format!("this is not a token: {error}"));
            return ExitCode::from(WRONG_USAGE);
        }
    };
    let keys = KeyRing::new(KeySource::Development);
    let audience = arguments.audience.as_deref();
    let reader = Reader { directory: &directory, keys: &keys, audience, now: crate::time::system() };
    let findings = reader.judge(&token, &unverified);
    terminal::say(&report(&unverified, &findings, Ink::for_stdout()));
    if findings.iter().all(|finding| finding.verdict != Verdict::Fails) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Tokens are often pasted with the scheme in front of them.
fn given(token: &str) -> std::io::Result<String> {
    let mut text = token.to_owned();
    if token == "-" {
        text.clear();
        std::io::stdin().lock().read_to_string(&mut text)?;
    }
    let text = text.trim();
    Ok(text.strip_prefix("Bearer ").unwrap_or(text).trim().to_owned())
}

fn report(token: &Unverified, findings: &[Finding], ink: Ink) -> String {
    let mut report = String::new();
    for (title, part) in [("Header", &token.header), ("Claims", &token.claims)] {
        let json = serde_json::to_string_pretty(part).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(report, "{} {json}", ink.bold(title));
    }
    report.push('\n');
    for Finding { verdict, about, says } in findings {
        let mark = match verdict {
            Verdict::Holds => "ok   ".to_owned(),
            Verdict::Unclear => "?    ".to_owned(),
            Verdict::Fails => ink.warning("WRONG"),
        };
        let _ = writeln!(report, "  {mark} {} {says}", ink.dim(&format!("{about:<9}")));
    }
    let wrong: Vec<&str> = findings.iter().filter(|f| f.verdict == Verdict::Fails).map(|f| f.about).collect();
    let verdict = match wrong.as_slice() {
        [] => "Acceptable.".to_owned(),
        wrong => format!("Not acceptable: wrong {}.", wrong.join(", ")),
    };
    let _ = write!(report, "\n{}", ink.bold(&verdict));
    report
}

//! `standin totp USER|SECRET`: what does the code app show now? (RFC 6238)

use std::process::ExitCode;

use clap::Args;

use super::{failed, refuse, terminal, world_file};
use crate::directory::Directory;
use crate::directory::user::Secret;
use crate::id::Upn;
use crate::signin::mfa::totp;
use crate::time::Timestamp;

/// The letters of the shortest secret that a world takes: ten bytes.
const SHORTEST: usize = 16;

#[derive(Debug, Args)]
pub struct Arguments {
    /// A user name of the world, or a code app's secret in base32
    #[arg(value_name = "USER|SECRET")]
    of: String,
    /// The world the user is in: partner, plain, or a file
    #[arg(long, value_name = "WORLD")]
    world: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let is_user = arguments.of.contains('@');
    // A world that is named has to be there, also where nothing is looked up in it.
    let world = (is_user || arguments.world.is_some()).then(|| world_file::asked_for(arguments.world.as_deref()));
    let secret = match world {
        Some(Err(mistakes)) => return refuse(&mistakes),
        Some(Ok(directory)) if is_user => secret_of(&directory, &arguments.of),
        Some(Ok(_)) | None => Ok(arguments.of.clone()),
    };
    match secret.and_then(|secret| code(&secret, crate::time::system())) {
        Ok(code) => {
            terminal::say(&code);
            ExitCode::SUCCESS
        }
        Err(why) => failed(&why),
    }
}

/// The secret an account has registered, at its tenant or at the provider that verifies it.
fn secret_of(directory: &Directory, name: &str) -> Result<String, String> {
    let upn = Upn::new(name);
    let mut accounts = directory.accounts_named(&upn).peekable();
    if accounts.peek().is_none() {
        return Err(format!("the world has no account {name}"));
    }
    let secret = accounts.find_map(|account| account.user.methods.totp.as_ref());
    secret.map(|secret| secret.reveal().to_owned()).ok_or_else(|| format!("{name} has no code app"))
}

/// Secrets are shown in groups and in either case; apps take them all.
fn code(secret: &str, now: Timestamp) -> Result<String, String> {
    let compact: String = secret.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '=')).collect();
    if compact.is_empty() {
        return Err("an empty secret has no code".to_owned());
    }
    // What is shorter is more likely half a user name than a secret.
    if compact.len() < SHORTEST {
        return Err(format!(
            "that is neither a user name, which has an @, nor a secret, which has {SHORTEST} letters at least"
        ));
    }
    let shown = totp::code(&Secret::new(compact.to_ascii_uppercase()), now);
    shown.map(|(code, _)| code).ok_or_else(|| "that is neither a user name nor a secret in base32".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238 appendix B has eight digits of these; apps show the last six.
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (seconds, expected) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code(secret, Timestamp::from_seconds(seconds)).unwrap(), expected);
        }
    }

    #[test]
    fn a_secret_may_be_written_as_apps_show_it() {
        let at = Timestamp::from_seconds(59);
        for written in ["gezd gnbv gy3t qojq gezd gnbv gy3t qojq", "GEZDGNBV-GY3TQOJQ-GEZDGNBV-GY3TQOJQ=="] {
            assert_eq!(code(written, at).unwrap(), "287082");
        }
        for wrong in ["", "===", "0189", "not base32, though long enough!", "x", "alice", "GEZDGNBVGY3TQOJQG"] {
            assert!(code(wrong, at).is_err(), "{wrong}");
        }
    }
}

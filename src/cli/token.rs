//! `standin token`: mints a token offline, with the development keys that every root world has.

use std::process::ExitCode;

use clap::Args;
use serde_json::Value;
use url::Url;

use super::{environment, failed, refuse, terminal, world_file};
use crate::chance::Chance;
use crate::config::{Config, Flags, Mistake, nearest};
use crate::directory::app::TokenVersion;
use crate::http::origin::Origin;
use crate::keys::{KeyRing, KeySource};
use crate::time::Span;
use crate::token::forge::{Forge, ForgeError, Kind, Order, Signature};
use crate::token::jwt::Claims;

/// Every value arrives as text, so that all mistakes can be told at once.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Whom it is about, by user name [default: the application itself]
    #[arg(long)]
    user: Option<String>,
    /// To which application it is issued, by handle or client id
    #[arg(long)]
    app: String,
    /// What it opens, by handle, URI or client id [default: Microsoft Graph]
    #[arg(long)]
    resource: Option<String>,
    /// Who issues it, by id, domain or handle [default: the user's home, else the application's]
    #[arg(long)]
    tenant: Option<String>,
    /// Scopes, with spaces or commas between [default: all it could have]
    #[arg(long)]
    scope: Vec<String>,
    /// Roles, with commas between
    #[arg(long)]
    role: Vec<String>,
    /// How the user proved who they are, with commas between: pwd,mfa
    #[arg(long)]
    amr: Vec<String>,
    /// How long it lives, such as 1h or 15m; negative: it expired so long ago
    #[arg(long, default_value = "1h", allow_hyphen_values = true)]
    lifetime: String,
    /// The shape of the token: 1.0 or 2.0 [default: what the resource takes]
    #[arg(long, value_name = "VERSION")]
    ver: Option<String>,
    /// access or id
    #[arg(long, default_value = "access")]
    kind: String,
    /// valid, invalid, none or unknown_key
    #[arg(long, default_value = "valid")]
    signature: String,
    /// One more claim; the value is JSON, or else text; can be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    claim: Vec<String>,
    /// The server's address, which the issuer begins with [default: STANDIN_PUBLIC_URL, else https://localhost:8443]
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    /// The world: partner, plain, or a file
    #[arg(long, value_name = "WORLD")]
    world: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let mut mistakes = Vec::new();
    let order = arguments.order(&mut mistakes);
    let origin = arguments.origin(&mut mistakes);
    let directory = match world_file::asked_for(arguments.world.as_deref()) {
        Ok(directory) => directory,
        Err(wrong) => {
            mistakes.extend(wrong);
            return refuse(&mistakes);
        }
    };
    let keys = KeyRing::new(KeySource::Development);
    let chance = Chance::new(None, "");
    let forge =
        Forge { directory: &directory, keys: &keys, origin: &origin, chance: &chance, now: crate::time::system() };
    match forge.make(&order) {
        Ok(forged) if mistakes.is_empty() => {
            terminal::say(&forged.token);
            ExitCode::SUCCESS
        }
        Ok(_) => refuse(&mistakes),
        Err(ForgeError::Order(wrong)) => {
            mistakes.extend(wrong.into_iter().map(by_flag));
            refuse(&mistakes)
        }
        Err(error @ (ForgeError::Key(_) | ForgeError::Sign(_))) => failed(&error.to_string()),
    }
}

/// The order's words, as the command line has them.
fn by_flag(mistake: Mistake) -> Mistake {
    let flag = if mistake.at == "version" { "ver" } else { mistake.at.as_str() };
    Mistake { at: format!("--{flag}"), ..mistake }
}

impl Arguments {
    fn order(&self, mistakes: &mut Vec<Mistake>) -> Order {
        let mut wrong = |flag: &str, value: &str, words: &[&str]| {
            let says = format!("`{value}` is none of {}", words.join(", "));
            mistakes.push(Mistake::new(flag, says).suggesting(nearest(value, words.iter().copied())));
        };
        let kind = match self.kind.as_str() {
            "access" => Kind::Access,
            "id" => Kind::Id,
            other => {
                wrong("--kind", other, &["access", "id"]);
                Kind::default()
            }
        };
        let signature = match self.signature.as_str() {
            "valid" => Signature::Valid,
            "invalid" => Signature::Invalid,
            "none" => Signature::None,
            "unknown_key" => Signature::UnknownKey,
            other => {
                wrong("--signature", other, &["valid", "invalid", "none", "unknown_key"]);
                Signature::default()
            }
        };
        let version = match self.ver.as_deref() {
            None => None,
            Some("1.0") => Some(TokenVersion::V1),
            Some("2.0") => Some(TokenVersion::V2),
            Some(other) => {
                wrong("--ver", other, &["1.0", "2.0"]);
                None
            }
        };
        Order {
            kind,
            version,
            user: self.user.clone(),
            resource: self.resource.clone(),
            tenant: self.tenant.clone(),
            scopes: words(&self.scope),
            roles: Some(words(&self.role)).filter(|_| !self.role.is_empty()),
            amr: Some(words(&self.amr)).filter(|_| !self.amr.is_empty()),
            lifetime: self.lifetime(mistakes),
            claims: self.claims(mistakes),
            signature,
            ..Order::of(&self.app)
        }
    }

    fn lifetime(&self, mistakes: &mut Vec<Mistake>) -> Span {
        Span::parse(&self.lifetime).unwrap_or_else(|| {
            let says = format!("`{}` is not a length of time such as 1h, 15m or -5m", self.lifetime);
            mistakes.push(Mistake::new("--lifetime", says));
            Span::default()
        })
    }

    fn claims(&self, mistakes: &mut Vec<Mistake>) -> Claims {
        let mut claims = Claims::new();
        for claim in &self.claim {
            match claim.split_once('=') {
                Some((name, value)) if !name.is_empty() => {
                    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
                    claims.insert(name.to_owned(), value);
                }
                _ => mistakes.push(Mistake::new("--claim", format!("`{claim}` is not a name, `=` and a value"))),
            }
        }
        claims
    }

    fn origin(&self, mistakes: &mut Vec<Mistake>) -> Origin {
        let url = match &self.origin {
            Some(given) => match Url::parse(given) {
                Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => Some(url),
                _ => {
                    mistakes.push(Mistake::new("--origin", format!("`{given}` is not an http or https URL")));
                    None
                }
            },
            None => {
                Config::from_flags(&Flags::default(), &environment(), None).ok().and_then(|config| config.public_url)
            }
        };
        let scheme_host = url.map_or_else(|| USUAL_ORIGIN.to_owned(), |url| url.origin().ascii_serialization());
        Origin { scheme_host, base: String::new() }
    }
}

/// Where a server listens that was started without settings: what its start-up block shows as the authority.
const USUAL_ORIGIN: &str = "https://localhost:8443";

fn words(values: &[String]) -> Vec<String> {
    let split = |value: &String| value.split([',', ' ']).map(str::to_owned).collect::<Vec<_>>();
    values.iter().flat_map(split).filter(|word| !word.is_empty()).collect()
}

//! Is each setting what it has to be? Every check goes on after a mistake, so that all are told at once.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use super::address::{self, Hosts};
use super::layers::{Given, Key, Layers};
use super::mistake::{Mistake, nearest};
use super::{Config, LogFormat, Secret, State, WorldSource};
use crate::tls::is_dns_name;

pub(super) fn all(layers: &Layers<'_>, hosts: Hosts, mistakes: &mut Vec<Mistake>) -> Config {
    let default = Config::for_command_line();
    Config {
        http: listeners(layers, Key::Http, hosts, mistakes).unwrap_or(default.http),
        https: listeners(layers, Key::Https, hosts, mistakes).unwrap_or(default.https),
        tls_names: names(layers.get(Key::TlsName), Wildcard::Allowed, mistakes),
        world: world(layers, mistakes),
        state: one(layers, Key::State, mistakes, state).unwrap_or(default.state),
        public_url: one(layers, Key::PublicUrl, mistakes, public_url),
        trust_proxy: one(layers, Key::TrustProxy, mistakes, truth).unwrap_or(default.trust_proxy),
        auto_sign_in: one(layers, Key::AutoSignIn, mistakes, user_name),
        seed: one(layers, Key::Seed, mistakes, number),
        control_token: one(layers, Key::ControlToken, mistakes, control_token),
        allow_hosts: names(layers.get(Key::AllowHost), Wildcard::Refused, mistakes),
        log: one(layers, Key::Log, mistakes, log_format).unwrap_or(default.log),
        workers: one(layers, Key::Workers, mistakes, workers),
        data_dir: default.data_dir,
    }
}

/// Where to listen, without or with TLS; nothing where nobody says it.
fn listeners(layers: &Layers<'_>, key: Key, hosts: Hosts, mistakes: &mut Vec<Mistake>) -> Option<Vec<SocketAddr>> {
    let given = layers.get(key)?;
    let addresses = address::listeners(&given, hosts, mistakes);
    address::repeated(&addresses, &given.at, mistakes);
    Some(addresses)
}

/// What is wrong with the settings only together. Which ones come together is known when every source was asked: what one says
/// alone is no mistake as long as another may say otherwise.
pub(super) fn together(layers: &Layers<'_>, config: &Config, mistakes: &mut Vec<Mistake>) {
    let at = |key: Key| layers.get(key).map_or_else(|| key.flag(), |given| given.at);
    let (http_at, https_at) = (at(Key::Http), at(Key::Https));
    let are_read = !mistakes.iter().any(|mistake| mistake.at == http_at || mistake.at == https_at);
    if are_read && config.http.is_empty() && config.https.is_empty() {
        let at = format!("{http_at}, {https_at}");
        mistakes.push(Mistake::new(at, "both are off: there is nothing to listen on"));
    }
    address::shared(&config.http, &config.https, &https_at, mistakes);
}

/// What is wrong with one value, without where it stood.
struct Wrong {
    says: String,
    did_you_mean: Option<String>,
}

fn wrong<T>(says: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { says: says.into(), did_you_mean: None })
}

/// A setting that is given once.
fn one<T>(
    layers: &Layers<'_>,
    key: Key,
    mistakes: &mut Vec<Mistake>,
    parse: impl Fn(&str) -> Result<T, Wrong>,
) -> Option<T> {
    let given = layers.get(key)?;
    let [value] = given.values.as_slice() else {
        mistakes.push(Mistake::new(given.at, "can be given only once"));
        return None;
    };
    parse(value).map_err(|wrong| mistakes.push(Mistake::new(given.at, wrong.says).suggesting(wrong.did_you_mean))).ok()
}

pub(super) fn world(layers: &Layers<'_>, mistakes: &mut Vec<Mistake>) -> WorldSource {
    let inline = layers.get(Key::WorldInline);
    let named = layers.get(Key::World);
    match (inline, named) {
        (Some(inline), Some(named)) if layers.flag(Key::World).is_none() => {
            mistakes.push(Mistake::new(inline.at, format!("cannot be combined with {}", named.at)));
            WorldSource::Partner
        }
        (Some(inline), None) => WorldSource::Inline(inline.values.concat()),
        (_, Some(_)) => one(layers, Key::World, mistakes, world_name).unwrap_or(WorldSource::Partner),
        (None, None) => WorldSource::Partner,
    }
}

fn world_name(value: &str) -> Result<WorldSource, Wrong> {
    let path = PathBuf::from(value);
    match value {
        "partner" => Ok(WorldSource::Partner),
        "plain" => Ok(WorldSource::Plain),
        _ if path.is_file() => Ok(WorldSource::File(path)),
        _ => Err(Wrong {
            says: format!("`{value}` is neither a built-in world (partner, plain) nor a file"),
            did_you_mean: nearest(value, ["partner", "plain"]).map(str::to_owned),
        }),
    }
}

fn state(value: &str) -> Result<State, Wrong> {
    if value == "memory" {
        return Ok(State::Memory);
    }
    Err(Wrong {
        says: format!("`{value}` is not available: this version keeps its state in memory only"),
        did_you_mean: nearest(value, ["memory"]).map(str::to_owned),
    })
}

fn public_url(value: &str) -> Result<Url, Wrong> {
    let Ok(url) = Url::parse(value) else {
        let did_you_mean = Some(format!("https://{value}")).filter(|guess| Url::parse(guess).is_ok());
        return Err(Wrong { says: format!("`{value}` is not an URL"), did_you_mean });
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return wrong(format!("`{value}` is not an http or https URL"));
    }
    let origin = url.origin().ascii_serialization();
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !is_bare || !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong { says: "has to be an origin alone".to_owned(), did_you_mean: Some(origin) });
    }
    Ok(url)
}

fn truth(value: &str) -> Result<bool, Wrong> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => wrong(format!("`{value}` is neither true nor false")),
    }
}

fn user_name(value: &str) -> Result<String, Wrong> {
    match value.split_once('@') {
        Some((name, domain)) if !name.is_empty() && is_dns_name(domain) => Ok(value.to_owned()),
        _ => wrong(format!("`{value}` is not a user name such as alice@example.test")),
    }
}

/// A user name that somebody is to be signed in by, and where it was written.
pub(super) fn signed_in_by_itself(layers: &Layers<'_>) -> Option<(String, String)> {
    let at = layers.get(Key::AutoSignIn)?.at;
    Some((at, one(layers, Key::AutoSignIn, &mut Vec::new(), user_name)?))
}

fn number<T: FromStr>(value: &str) -> Result<T, Wrong> {
    value.parse().or_else(|_| wrong(format!("`{value}` is not a whole number from 0 to {}", u64::MAX)))
}

fn workers(value: &str) -> Result<usize, Wrong> {
    match value.parse() {
        Ok(count @ 1..=1024) => Ok(count),
        _ => wrong(format!("`{value}` is not a number from 1 to 1024")),
    }
}

/// The value stays out of the message: it is a secret, if a bad one.
fn control_token(value: &str) -> Result<Secret, Wrong> {
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Secret::new(value));
    }
    wrong("has to be visible ASCII without spaces, as it travels in a header")
}

fn log_format(value: &str) -> Result<LogFormat, Wrong> {
    match value {
        "off" => Ok(LogFormat::Off),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Wrong {
            says: format!("`{value}` is none of off, text, json"),
            did_you_mean: nearest(value, ["off", "text", "json"]).map(str::to_owned),
        }),
    }
}

enum Wildcard {
    Allowed,
    Refused,
}

/// Host names or IP addresses.
fn names(given: Option<Given>, wildcard: Wildcard, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    let Some(given) = given else {
        return Vec::new();
    };
    let is_name = |value: &str| match wildcard {
        Wildcard::Allowed => is_dns_name(value),
        Wildcard::Refused => is_dns_name(value) && !value.starts_with("*."),
    };
    let mut names = Vec::new();
    for value in given.values {
        if value.parse::<std::net::IpAddr>().is_ok() || is_name(&value) {
            names.push(value.to_ascii_lowercase());
        } else {
            mistakes.push(Mistake::new(&given.at, format!("`{value}` is neither a host name nor an IP address")));
        }
    }
    names
}

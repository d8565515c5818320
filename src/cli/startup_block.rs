//! What does one need to see when the server has started? Addresses, who can sign in, the console, and that this is a test double.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::terminal::Ink;
use crate::door::host;
use crate::tls::Origin;

/// What the block is made from.
pub(super) struct Startup<'a> {
    pub version: &'a str,
    pub http: &'a [SocketAddr],
    pub https: &'a [SocketAddr],
    pub public_url: Option<&'a str>,
    pub world: &'a str,
    /// A tenant to show an authority of.
    pub tenant: Option<&'a str>,
    pub accounts: &'a [Account],
    /// The CA's certificate and where it came from; `None` without TLS.
    pub ca: Option<(Option<&'a str>, &'a Origin)>,
    /// Others can reach the server, and the control API asks nobody who they are.
    pub control_is_open: bool,
}

/// Someone who can sign in with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub user_name: String,
    pub password: String,
}

/// A world of a thousand users still fits on one screen.
const MOST_DOMAINS: usize = 10;
const MOST_NAMES: usize = 8;

pub(super) fn startup_block(startup: &Startup<'_>, ink: Ink) -> String {
    let mut block = String::new();
    line(&mut block, &format!("{} {}", ink.bold("Standin"), ink.bold(startup.version)));
    line(&mut block, &ink.warning("A test double of an identity provider: never give it real accounts or secrets."));
    line(&mut block, "");
    addresses(&mut block, startup, ink);
    accounts(&mut block, startup.accounts, ink);
    certificate(&mut block, startup, ink);
    if startup.control_is_open {
        line(&mut block, "");
        let warning = "Others can reach this server, and its control API is open to them: set --control-token.";
        line(&mut block, &ink.warning(warning));
    }
    block.trim_end().to_owned()
}

fn line(block: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(block, "{text}");
}

fn addresses(block: &mut String, startup: &Startup<'_>, ink: Ink) {
    let https: Vec<String> = startup.https.iter().map(|address| url("https", address)).collect();
    let http: Vec<String> = startup.http.iter().map(|address| url("http", address)).collect();
    for (index, url) in https.iter().chain(&http).enumerate() {
        labelled(block, if index == 0 { "Listening" } else { "" }, &ink.bold(url), ink);
    }
    let public = startup.public_url.map(str::to_owned);
    // The plain address needs no trusted certificate, so the console opens in any browser.
    if let Some(origin) = public.as_ref().or(http.first()).or(https.first()) {
        labelled(block, "Console", &format!("{origin}/"), ink);
    }
    if let Some((origin, tenant)) = public.as_ref().or(https.first()).or(http.first()).zip(startup.tenant) {
        labelled(block, "Authority", &format!("{origin}/{tenant}/v2.0"), ink);
    }
    labelled(block, "World", startup.world, ink);
}

fn labelled(block: &mut String, label: &str, text: &str, ink: Ink) {
    line(block, &format!("  {} {text}", ink.dim(&format!("{label:<12}"))));
}

fn url(scheme: &str, address: &SocketAddr) -> String {
    let host = host(address.ip());
    match (scheme, address.port()) {
        ("http", 80) | ("https", 443) => format!("{scheme}://{host}"),
        (_, port) => format!("{scheme}://{host}:{port}"),
    }
}

/// Accounts by password, then by domain: one line each.
fn accounts(block: &mut String, accounts: &[Account], ink: Ink) {
    let mut domains = Vec::new();
    for account in accounts {
        let (name, domain) = account.user_name.split_once('@').unwrap_or((&account.user_name, ""));
        let of = (account.password.as_str(), domain);
        match domains.iter_mut().find(|(key, _)| *key == of) {
            Some((_, names)) => Vec::push(names, name),
            None => domains.push((of, vec![name])),
        }
    }
    domains.sort_by_key(|((password, _), _)| accounts.iter().position(|account| account.password == *password));
    let width = domains.iter().map(|((_, domain), _)| domain.chars().count() + 1).max().unwrap_or(0);
    let mut told = None;
    for ((password, domain), names) in domains.iter().take(MOST_DOMAINS) {
        if told != Some(password) {
            line(block, "");
            line(block, &format!("  Sign in with password {}", ink.bold(password)));
            told = Some(password);
        }
        let domain = format!("@{domain}");
        line(block, &format!("    {} {}", ink.dim(&format!("{domain:<width$}")), some_of(names)));
    }
    if domains.len() > MOST_DOMAINS {
        line(block, &format!("    and accounts of {} more domains: see the console", domains.len() - MOST_DOMAINS));
    }
}

fn some_of(names: &[&str]) -> String {
    let shown = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(" ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn certificate(block: &mut String, startup: &Startup<'_>, ink: Ink) {
    let Some((path, origin)) = startup.ca else {
        return;
    };
    line(block, "");
    let shown = path.unwrap_or("/_standin/ca.pem of this server");
    match origin {
        Origin::Found => labelled(block, "Certificate", &format!("{shown} (standin trust says how)"), ink),
        Origin::Made => {
            labelled(block, "Certificate", &format!("{shown}, made just now (standin trust says how)"), ink)
        }
        Origin::Renewed => {
            labelled(block, "Certificate", shown, ink);
            line(block, &ink.warning("  The local CA had expired. A new one was made, which has to be trusted again."));
        }
        Origin::ForThisProcess(_) => {
            labelled(block, "Certificate", "/_standin/ca.pem of this server, gone when it stops", ink);
        }
    }
}

#[cfg(test)]
mod tests;

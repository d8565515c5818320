//! May an application be answered at this address? (RFC 6749, 3.1.2; RFC 8252, 7.3; RFC 9700, 2.1)

use serde::{Deserialize, Serialize};
use url::Url;

use crate::directory::app::App;
use crate::directory::policy::ClientType;

/// The kind of platform a redirect address is registered for: it decides how codes may be redeemed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// A server-side application.
    Web,
    /// A single-page application.
    Spa,
    /// A desktop or mobile application.
    Native,
}

impl Platform {
    /// What conditional access calls a client of this platform.
    pub fn client_type(self) -> ClientType {
        match self {
            Platform::Web | Platform::Spa => ClientType::Browser,
            Platform::Native => ClientType::Mobile,
        }
    }
}

/// How two addresses are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Letter by letter (RFC 9700, 2.1).
    Exact,
    /// Likewise, except that no path and the path `/` are the same, as the real service has it.
    RootIsNoPath,
}

impl Comparison {
    /// Are these the same address?
    pub fn same(self, known: &str, requested: &str) -> bool {
        match self {
            Comparison::Exact => known == requested,
            Comparison::RootIsNoPath => known == requested || rootless(known) == rootless(requested),
        }
    }

    /// On this machine a native application takes whatever port is free (RFC 8252, 7.3).
    fn same_but_port(self, known: &str, requested: &str) -> bool {
        let (Some((scheme, host, rest)), Some((asked_scheme, asked_host, asked_rest))) =
            (portless(known), portless(requested))
        else {
            return false;
        };
        let same_rest = match self {
            Comparison::Exact => rest == asked_rest,
            Comparison::RootIsNoPath => rest == asked_rest || matches!((rest, asked_rest), ("" | "/", "" | "/")),
        };
        (scheme, host) == (asked_scheme, asked_host) && same_rest
    }
}

/// Which platform an address is registered for, if any.
pub fn registered(app: &App, requested: &str, by: Comparison) -> Option<Platform> {
    let uris = &app.redirect_uris;
    let named = |list: &[String]| list.iter().any(|known| by.same(known, requested));
    if named(&uris.spa) {
        return Some(Platform::Spa);
    }
    if named(&uris.web) {
        return Some(Platform::Web);
    }
    uris.native
        .iter()
        .any(|known| by.same(known, requested) || by.same_but_port(known, requested))
        .then_some(Platform::Native)
}

/// `http://localhost:3000/` without its last slash, when that slash is the whole path.
fn rootless(uri: &str) -> &str {
    let whole_path = |rest: &&str| {
        rest.split_once("://").is_some_and(|(_, host)| !host.is_empty() && !host.contains(['/', '\\', '?', '#']))
    };
    uri.strip_suffix('/').filter(whole_path).unwrap_or(uri)
}

/// Scheme, host, and the rest after the port, of an address on this machine.
///
/// Taken apart by the letter: an URL reader forgives line breaks, backslashes and more, and what it forgave
/// would go into our answer as it came.
fn portless(uri: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = uri.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let digits = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_port = |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(digits);
    let ours = |host: &&str| authority.strip_prefix(host).is_some_and(is_port);
    let host = ["localhost", "127.0.0.1", "[::1]"].into_iter().find(ours)?;
    Some((scheme, host, path))
}

/// Is this an address of this machine, to the letter: nothing in it that one reader takes otherwise than another?
pub fn on_this_machine(uri: &str) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"' | b'<' | b'>' | b'#');
    uri.bytes().all(plain) && portless(uri).is_some_and(|(scheme, ..)| matches!(scheme, "http" | "https"))
}

/// The origin of an address, as a browser sends it.
pub fn origin(uri: &str) -> Option<String> {
    Url::parse(uri).ok().map(|url| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::app::RedirectUris;

    fn app() -> App {
        App {
            redirect_uris: RedirectUris {
                web: vec!["http://localhost:3000/auth/callback".into(), "https://app.test/a/".into()],
                spa: vec!["http://localhost:3000".into()],
                native: vec!["http://localhost".into(), "myapp://auth".into()],
            },
            ..App::default()
        }
    }

    #[test]
    fn addresses_match_to_the_letter_but_for_the_root_and_the_port_of_native_ones() {
        let table = [
            ("http://localhost:3000/auth/callback", Some(Platform::Web)),
            ("http://localhost:3000/auth/callback/", None),
            ("http://localhost:3000/AUTH/callback", None),
            ("http://localhost:3001/auth/callback", None),
            ("https://app.test/a", None),
            ("http://localhost:3000/", Some(Platform::Spa)),
            ("http://localhost:51234", Some(Platform::Native)),
            ("http://localhost:51234/", Some(Platform::Native)),
            ("http://localhost:51234/x", None),
            ("https://localhost:51234", None),
            ("http://localhost.evil.test", None),
            ("http://localhost@evil.test/", None),
            ("http://user@localhost/", None),
            ("http://localhost:5#x", None),
            ("http://local\r\nhost:5", None),
            ("http://local\thost:5", None),
            (" http://localhost:5", None),
            ("http:\\\\localhost:5", None),
            ("http:localhost:5", None),
            ("http://LOCALHOST:5", None),
            ("http://l%6fcalhost:5", None),
            ("http://localhost:", None),
            ("http://localhost:+5", None),
            ("http://localhost:65536", None),
            ("http://localhost:5/..", None),
            ("myapp://auth", Some(Platform::Native)),
            ("", None),
        ];
        for (uri, expected) in table {
            assert_eq!(registered(&app(), uri, Comparison::RootIsNoPath), expected, "{uri}");
        }
    }

    #[test]
    fn the_standards_know_no_second_spelling_of_an_address() {
        let table = [
            ("http://localhost:3000/auth/callback", Some(Platform::Web)),
            ("https://app.test/a/", Some(Platform::Web)),
            ("https://app.test/a", None),
            ("http://localhost:3000", Some(Platform::Spa)),
            ("http://localhost:3000/", None),
            ("http://LOCALHOST:3000", None),
            ("http://localhost", Some(Platform::Native)),
            ("http://localhost:51234", Some(Platform::Native)),
            ("http://localhost:51234/", None),
            ("http://127.0.0.1:51234", None),
            ("myapp://auth", Some(Platform::Native)),
            ("myapp://auth/", None),
        ];
        for (uri, expected) in table {
            assert_eq!(registered(&app(), uri, Comparison::Exact), expected, "{uri}");
        }
    }

    #[test]
    fn only_a_slash_that_is_the_whole_path_makes_no_difference() {
        for (known, requested, same) in [
            ("https://app.test", "https://app.test/", true),
            ("https://app.test/", "https://app.test", true),
            ("https://app.test?x", "https://app.test?x/", false),
            ("https://app.test?x", "https://app.test/?x", false),
            ("https://app.test#x", "https://app.test#x/", false),
            ("https://app.test/a", "https://app.test/a/", false),
            ("https://app.test//", "https://app.test/", false),
            ("https://", "https:///", false),
            ("urn:a:b", "urn:a:b/", false),
        ] {
            assert_eq!(Comparison::RootIsNoPath.same(known, requested), same, "{known} {requested}");
            assert!(!Comparison::Exact.same(known, requested), "{known} {requested}");
        }
    }

    #[test]
    fn a_host_in_other_letters_is_read_in_the_form_that_travels() {
        assert_eq!(origin("https://xn--bcher-kva.test/x").as_deref(), Some("https://xn--bcher-kva.test"));
    }
}

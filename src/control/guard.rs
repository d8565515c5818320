//! Who may use the control API?
//!
//! A page of another site must not steer this server through its visitor's browser: it is told by `Origin` and
//! by Fetch Metadata. Nor may it do so under a name of its own that leads here (DNS rebinding): only known
//! hosts are answered. Whoever set a control token wants to see it.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::error::Refused;
use crate::server::Settings;

/// What a request says of where it comes from and where it thinks it goes.
#[derive(Clone, Debug, Default)]
pub struct Asker<'a> {
    /// Every host it names: usually one, but several headers can name one.
    pub hosts: Vec<&'a str>,
    /// Every `Origin` it carries.
    pub origins: Vec<&'a str>,
    /// Every `Sec-Fetch-Site` it carries.
    pub fetch_sites: Vec<&'a str>,
    /// Every `Sec-Fetch-Mode` it carries.
    pub fetch_modes: Vec<&'a str>,
    /// Every `Sec-Fetch-Dest` it carries.
    pub fetch_dests: Vec<&'a str>,
    /// The token behind `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
    /// The password behind `Authorization: Basic`: so a browser shows the token, once it was asked for it.
    pub password: Option<String>,
}

/// For whom something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// For whoever reaches the server.
    Anybody,
    /// For whoever has the control token, where there is one.
    TokenHolders,
}

/// Refuses whoever came under a name that is not ours.
pub fn by_a_known_host(asker: &Asker<'_>, settings: &Settings) -> Result<(), Refused> {
    let public =
        settings.public_origin.as_deref().and_then(|origin| origin.split_once("://")).map(|(_, host)| name(host));
    let known = |host: &str| {
        let host = name(host);
        let allowed = settings.allow_hosts.iter().any(|allowed| name(allowed) == host);
        !host.is_empty() && (is_loopback(&host) || allowed || public.as_deref() == Some(host.as_str()))
    };
    if !asker.hosts.is_empty() && asker.hosts.iter().copied().all(known) {
        return Ok(());
    }
    Err(Refused::Forbidden(
        "Here one asks by a loopback name, the public URL's host or one given by --allow-host.".to_owned(),
    ))
}

/// Refuses browsers that carry the request of another site. `ours` are the origins this request came to.
pub fn by_our_own_site(asker: &Asker<'_>, ours: &[String]) -> Result<(), Refused> {
    let told_by_browser = |site: &&str| matches!(*site, "same-origin" | "none");
    // A form on a page that sends no referrer has the origin `null`; the browser vouches for it otherwise.
    let vouched = asker.fetch_sites == ["same-origin"];
    let known = |origin: &&str| ours.iter().any(|own| own == origin) || (*origin == "null" && vouched);
    if asker.fetch_sites.iter().all(told_by_browser) && asker.origins.iter().all(known) {
        return Ok(());
    }
    Err(Refused::Forbidden("A browser sent this on behalf of another site.".to_owned()))
}

/// The same for a page to look at: also a link leads there that stands somewhere else, as in a test's report.
///
/// Differs: the control API itself is refused to every request of another site. Whoever follows a link sees the page; the
/// site that had it learns nothing of it and presses nothing on it.
pub fn by_our_own_site_or_a_link(asker: &Asker<'_>, ours: &[String]) -> Result<(), Refused> {
    let fills_the_window = asker.fetch_modes == ["navigate"] && asker.fetch_dests == ["document"];
    if fills_the_window && asker.origins.is_empty() {
        return Ok(());
    }
    by_our_own_site(asker, ours)
}

/// Refuses whoever lacks the control token, where there is one and it is needed.
///
/// A browser goes on showing what it was once told, also where a page of another site sends it: `by_our_own_site` comes first.
pub fn by_token(asker: &Asker<'_>, settings: &Settings, whom: Whom) -> Result<(), Refused> {
    let shown = || asker.bearer.into_iter().chain(asker.password.as_deref());
    match (whom, &settings.control_token) {
        (Whom::TokenHolders, Some(token)) if !shown().any(|shown| token.matches(shown)) => Err(Refused::TokenNeeded),
        (Whom::TokenHolders, Some(_) | None) | (Whom::Anybody, _) => Ok(()),
    }
}

/// How a host was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// Over TLS.
    Tls,
    /// Without.
    Plain,
}

/// The origin that a browser gives the pages of a host it reached so (RFC 6454, 6.2).
pub fn origin(host: &str, reached: Reached) -> String {
    let (scheme, port) = match reached {
        Reached::Tls => ("https", ":443"),
        Reached::Plain => ("http", ":80"),
    };
    let host = host.to_ascii_lowercase();
    format!("{scheme}://{}", host.strip_suffix(port).unwrap_or(&host))
}

/// A host's name without its port and last dot, in lower case; empty when it is no host.
fn name(host: &str) -> String {
    let (name, rest) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some(bracketed) => bracketed,
        // An address of IP version 6 may stand without brackets where there is no port, as in a flag.
        None if host.parse::<Ipv6Addr>().is_ok() => (host, ""),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = |port: &str| port.bytes().all(|digit| digit.is_ascii_digit());
    if !rest.is_empty() && !rest.strip_prefix(':').is_some_and(is_port) {
        return String::new();
    }
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn is_loopback(name: &str) -> bool {
    let by_name = name == "localhost" || name.ends_with(".localhost");
    let by_number = || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    by_name || by_number() || name.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use proptest::prelude::*;

    fn settings() -> Settings {
        Settings {
            world: String::new(),
            public_origin: Some("https://idp.test:9443".into()),
            trust_proxy: false,
            auto_sign_in: None,
            control_token: Some(Secret::new("swordfish")),
            allow_hosts: vec!["Standin".into()],
            trust: std::sync::Arc::new(crate::http::trust::Trust::new(None)),
        }
    }

    fn sent_to(hosts: &[&str]) -> bool {
        by_a_known_host(&Asker { hosts: hosts.to_vec(), ..Asker::default() }, &settings()).is_ok()
    }

    #[test]
    fn loopback_the_public_url_and_allowed_names_are_known_hosts() {
        for host in [
            "localhost",
            "LOCALHOST:8400",
            "localhost.:8400",
            "a.localhost",
            "127.0.0.1:8400",
            "127.8.9.1",
            "[::1]:8443",
            "[::1]",
            "::1",
            "idp.test",
            "idp.test:1",
            "standin:8400",
        ] {
            assert!(sent_to(&[host]), "{host}");
        }
    }

    #[test]
    fn any_other_host_may_be_somebody_elses_name_for_us() {
        for host in [
            "",
            "evil.test",
            "localhost.evil.test",
            "evillocalhost",
            "127.0.0.1.evil.test",
            "128.0.0.1",
            "0.0.0.0",
            "10.0.0.1:8400",
            "[::2]:8400",
            "[::1",
            "[::1]evil.test",
            "2130706433",
            "idp.test.evil.test",
            "localhost@evil.test",
            "localhost:evil.test",
            "localhost:80:80",
        ] {
            assert!(!sent_to(&[host]), "{host}");
        }
        assert!(!sent_to(&["localhost", "evil.test"]), "every name counts");
        assert!(!sent_to(&[]), "no name is no known name");
    }

    fn sent_by(origins: &[&str], fetch_sites: &[&str]) -> bool {
        let asker = Asker { origins: origins.to_vec(), fetch_sites: fetch_sites.to_vec(), ..Asker::default() };
        by_our_own_site(&asker, &["http://localhost:8400".to_owned()]).is_ok()
    }

    #[test]
    fn a_browser_may_speak_for_our_own_pages_only() {
        assert!(sent_by(&[], &[]), "a program, not a browser");
        assert!(sent_by(&["http://localhost:8400"], &["same-origin"]));
        assert!(sent_by(&[], &["none"]), "typed into the address bar");
        assert!(sent_by(&["null"], &["same-origin"]), "a form of ours, which sends no referrer");
        for (origins, fetch_sites) in [
            (&["http://evil.test"][..], &[][..]),
            (&["http://localhost:3000"], &["same-site"]),
            (&[], &["cross-site"]),
            (&[], &["same-site"]),
            (&["null"], &[]),
            (&["null"], &["none"]),
            (&["https://localhost:8400"], &[]),
            (&["http://localhost:8400", "http://evil.test"], &["same-origin"]),
            (&[], &["same-origin", "cross-site"]),
            (&[], &["something-new"]),
        ] {
            assert!(!sent_by(origins, fetch_sites), "{origins:?} {fetch_sites:?}");
        }
    }

    #[test]
    fn a_link_of_another_site_leads_to_a_page_and_nothing_else_of_it_does() {
        let looked_at = |origins: &[&'static str], site, mode, dest| {
            let asker = Asker {
                origins: origins.to_vec(),
                fetch_sites: vec![site],
                fetch_modes: vec![mode],
                fetch_dests: vec![dest],
                ..Asker::default()
            };
            by_our_own_site_or_a_link(&asker, &["http://localhost:8400".to_owned()]).is_ok()
        };
        assert!(looked_at(&[], "cross-site", "navigate", "document"));
        assert!(looked_at(&[], "same-origin", "cors", "empty"));
        for (origins, mode, dest) in [
            (&[][..], "navigate", "iframe"),
            (&[], "no-cors", "image"),
            (&[], "cors", "empty"),
            (&["http://evil.test"], "navigate", "document"),
        ] {
            assert!(!looked_at(origins, "cross-site", mode, dest), "{origins:?} {mode} {dest}");
        }
    }

    #[test]
    fn a_control_token_has_to_be_shown() {
        let by = |bearer| by_token(&Asker { bearer, ..Asker::default() }, &settings(), Whom::TokenHolders);
        assert_eq!(by(Some("swordfish")), Ok(()));
        for wrong in [None, Some(""), Some("swordfis"), Some("swordfish2"), Some("Swordfish")] {
            assert_eq!(by(wrong), Err(Refused::TokenNeeded), "{wrong:?}");
        }
        let typed = |password: &str| {
            let asker = Asker { password: Some(password.to_owned()), ..Asker::default() };
            by_token(&asker, &settings(), Whom::TokenHolders)
        };
        assert_eq!(
            (typed("swordfish"), typed("swordfis"), typed("")),
            (Ok(()), Err(Refused::TokenNeeded), Err(Refused::TokenNeeded))
        );
        let open = Settings { control_token: None, ..settings() };
        assert_eq!(by_token(&Asker::default(), &open, Whom::TokenHolders), Ok(()));
    }

    proptest! {
        #[test]
        fn no_name_under_a_strangers_domain_is_known(label in "[a-z0-9.:\\[\\]-]{0,30}") {
            let host = format!("{label}.evil.test");
            prop_assert!(!sent_to(&[&host]));
        }

        #[test]
        fn no_host_makes_the_guard_panic(host in "\\PC*") {
            let _ = is_loopback(&name(&host));
        }
    }
}

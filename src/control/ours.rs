//! Is an address one of this server, in this world? What an order may have driven.
//!
//! What the server listens on, its public URL, and the origin by which the caller came: addresses are built on that, and behind
//! a mapped port or a proxy nothing else is known of it. It is the caller's own word, which is no harm: whatever an address is
//! called, only this server is asked, at its own door.

use std::net::{IpAddr, SocketAddr};

use url::{Host, Url};

use crate::http::path::Path;

/// Where this server is, as far as it knows itself.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// Where it listens without TLS.
    pub http: &'a [SocketAddr],
    /// Where it listens with TLS.
    pub https: &'a [SocketAddr],
    /// The public URL's origin, when it was fixed.
    pub public_origin: Option<&'a str>,
    /// The origin by which the caller came.
    pub called: Option<&'a str>,
    /// Names that whoever started it said are its own.
    pub names: &'a [String],
    /// The world of the caller; empty for the root world.
    pub world: &'a str,
}

impl Ours<'_> {
    /// Is it an address of this server, and in the caller's world?
    pub fn holds(&self, url: &Url) -> bool {
        let in_world = match world_of(url) {
            Some(world) => !world.is_empty() && world == self.world,
            None => self.world.is_empty(),
        };
        in_world && (self.is_named(url) || self.is_listened_on(url))
    }

    fn is_named(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        [self.public_origin, self.called].into_iter().flatten().any(|own| own == origin)
    }

    fn is_listened_on(&self, url: &Url) -> bool {
        let listeners = match url.scheme() {
            "http" => self.http,
            "https" => self.https,
            _ => return false,
        };
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else { return false };
        listeners.iter().any(|address| address.port() == port && self.leads_to(&host, address.ip()))
    }

    fn leads_to(&self, host: &Host<&str>, listener: IpAddr) -> bool {
        let number = match host {
            Host::Domain(name) => {
                let loopback = *name == "localhost" || name.ends_with(".localhost");
                let given = self.names.iter().any(|own| own.eq_ignore_ascii_case(name));
                return given || (loopback && (listener.is_loopback() || listener.is_unspecified()));
            }
            Host::Ipv4(ip) => IpAddr::V4(*ip),
            Host::Ipv6(ip) => IpAddr::V6(*ip),
        };
        number == listener || (number.is_loopback() && listener.is_unspecified())
    }
}

/// The isolated world an address is in, as the server reads it; nothing for the root world.
pub fn world_of(url: &Url) -> Option<String> {
    let path = Path::read(url.path());
    (path.get(0)? == "w").then(|| path.get(1).unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(world: &str, url: &str) -> bool {
        let (http, https) = (["127.0.0.1:8400".parse().unwrap()], ["0.0.0.0:8443".parse().unwrap()]);
        let names = ["standin".to_owned()];
        let ours = Ours {
            http: &http,
            https: &https,
            public_origin: Some("https://login.test"),
            called: Some("http://mapped.test:9000"),
            names: &names,
            world,
        };
        ours.holds(&Url::parse(url).unwrap())
    }

    #[test]
    fn what_the_server_listens_on_is_ours_and_no_other_port() {
        for url in [
            "http://localhost:8400/x",
            "http://LOCALHOST:8400/x",
            "http://a.localhost:8400/x",
            "http://127.0.0.1:8400/x",
            "http://standin:8400/x",
            "https://localhost:8443/x",
            "https://127.8.9.1:8443/x",
            "https://login.test/x",
            "http://mapped.test:9000/x",
        ] {
            assert!(holds("", url), "{url}");
        }
        for url in [
            "http://localhost/x",
            "http://localhost:8401/x",
            "http://localhost:8443/x",
            "https://localhost:8400/x",
            "http://127.0.0.2:8400/x",
            "http://localhost:8400@elsewhere.test/x",
            "http://elsewhere.test:8400/x",
            "http://login.test/x",
            "https://mapped.test:9000/x",
            "http://mapped.test/x",
            "ftp://localhost:8400/x",
            "data:localhost:8400",
        ] {
            assert!(!holds("", url), "{url}");
        }
    }

    #[test]
    fn a_world_reaches_itself_and_no_other() {
        let at = |path: &str| format!("http://localhost:8400{path}");
        assert!(holds("a", &at("/w/a/common")) && holds("a", &at("/W/A/common")));
        for path in ["/common", "/w/b/common", "/w/a/../b/common", "/w/aa/common", "/w"] {
            assert!(!holds("a", &at(path)), "{path}");
        }
        for path in ["/w/a/common", "//w/a", "/%77/a/common", "/x/../w/a", "/W/a", "/w"] {
            assert!(!holds("", &at(path)), "{path}");
        }
    }
}

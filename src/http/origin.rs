//! What our own addresses begin with, as the caller sees them.
//!
//! The issuer of a token must have the origin that the client asked, or client libraries refuse it. So every
//! address is built on the request's scheme and host, unless a public URL was fixed at start-up.

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

use super::request::Proxy;

/// A scheme and host, and the base path of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `https://localhost:8443`
    pub scheme_host: String,
    /// Empty, or `/w/{world}`.
    pub base: String,
}

impl Origin {
    /// The origin a request came to, or nothing when its `Host` is no host.
    pub fn of(request: &HttpRequest, base: &str, fixed: Option<&str>, proxy: Proxy) -> Option<Self> {
        if let Some(fixed) = fixed {
            return Some(Self { scheme_host: fixed.to_owned(), base: base.to_owned() });
        }
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        // Asked in this order: looking a header up by its text costs more than all the rest here.
        let forwarded = |name| {
            let list = match proxy {
                Proxy::Trusted => header(name)?,
                Proxy::Ignored => return None,
            };
            Some(list.split(',').next().unwrap_or(list).trim())
        };
        let host = forwarded("x-forwarded-host")
            .or_else(|| request.uri().authority().map(|authority| authority.as_str()))
            .or_else(|| request.headers().get(HOST)?.to_str().ok())?;
        let scheme = match forwarded("x-forwarded-proto") {
            Some("https") => "https",
            Some(_) => "http",
            None if request.app_config().secure() => "https",
            None => "http",
        };
        is_host(host).then(|| {
            let mut scheme_host = [scheme, "://", without_default_port(scheme, host)].concat();
            scheme_host.make_ascii_lowercase();
            Self { scheme_host, base: base.to_owned() }
        })
    }

    /// An address of ours in full.
    pub fn url(&self, path: &str) -> String {
        [&self.scheme_host, &self.base, path].concat()
    }

    /// An address of ours from the root of the host.
    pub fn path(&self, path: &str) -> String {
        [&self.base, path].concat()
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.scheme_host.split_once("://").map_or("", |(_, host)| host)
    }

    /// Is it https?
    pub fn is_secure(&self) -> bool {
        self.scheme_host.starts_with("https:")
    }

    /// The path under which this world's cookies live.
    pub fn cookie_path(&self) -> &str {
        if self.base.is_empty() { "/" } else { &self.base }
    }
}

/// Letters, digits and what else a host and its port are made of: nothing that could end a header or open a tag.
fn is_host(host: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    !host.is_empty() && host.len() <= 255 && host.chars().all(fine)
}

fn without_default_port<'h>(scheme: &str, host: &'h str) -> &'h str {
    let port = if scheme == "https" { ":443" } else { ":80" };
    host.strip_suffix(port).filter(|rest| !rest.ends_with(':')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn of(host: &str, proxy: Proxy) -> Option<String> {
        let request = TestRequest::default()
            .insert_header(("Host", host))
            .insert_header(("X-Forwarded-Host", "proxy.test"))
            .insert_header(("X-Forwarded-Proto", "https"))
            .to_http_request();
        Origin::of(&request, "/w/a", None, proxy).map(|origin| origin.url("/x"))
    }

    #[test]
    fn the_origin_is_the_requests_own_unless_a_proxy_is_trusted() {
        assert_eq!(of("Localhost:8400", Proxy::Ignored).as_deref(), Some("http://localhost:8400/w/a/x"));
        assert_eq!(of("localhost:80", Proxy::Ignored).as_deref(), Some("http://localhost/w/a/x"));
        assert_eq!(of("localhost:8400", Proxy::Trusted).as_deref(), Some("https://proxy.test/w/a/x"));
    }

    #[test]
    fn a_host_that_is_no_host_is_refused() {
        for host in ["", "a b", "a/b", "a\"><script>", "a@b"] {
            assert_eq!(of(host, Proxy::Ignored), None, "{host}");
        }
    }
}

//! A request as handlers see it: taken apart once, in one place.

use std::cell::OnceCell;
use std::net::{IpAddr, SocketAddr};

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::params::{BadParams, Params};
use super::path::Path;

/// Whether what a proxy says of its client is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// It is.
    Trusted,
    /// It is not: anybody could say it.
    Ignored,
}

/// A request, taken apart.
#[derive(Debug)]
pub struct Request {
    /// Its verb.
    pub method: Method,
    /// Its path, without the world's prefix.
    pub path: Path,
    /// The host it was sent to, as HTTP/2 and requests in absolute form carry it; else see the `Host` header.
    pub authority: Option<String>,
    /// The query as it came.
    pub raw_query: String,
    /// What it says, once somebody asked.
    query: OnceCell<Result<Params, BadParams>>,
    /// As the framework has it: its headers are read there, not copied for every request.
    inner: HttpRequest,
    /// Its body, no larger than [`super::body::room`] lets it be.
    pub body: Bytes,
    /// What it says as a form, once somebody asked.
    form: OnceCell<Result<Params, BadParams>>,
    /// Whether what a proxy says is believed.
    proxy: Proxy,
    /// Where it came from, once somebody asked.
    ip: OnceCell<String>,
    /// Whether it came over TLS.
    pub secure: bool,
}

impl Request {
    /// Takes a request apart.
    pub fn new(request: &HttpRequest, path: Path, body: Bytes, proxy: Proxy) -> Self {
        Self {
            method: request.method().clone(),
            path,
            authority: request.uri().authority().map(|authority| authority.as_str().to_owned()),
            raw_query: request.query_string().to_owned(),
            inner: request.clone(),
            query: OnceCell::new(),
            body,
            form: OnceCell::new(),
            proxy,
            ip: OnceCell::new(),
            secure: request.app_config().secure(),
        }
    }

    /// Where it came from. Few answers need it, so few requests pay for its text.
    pub fn ip(&self) -> &str {
        self.ip.get_or_init(|| {
            self.forwarded_for()
                .or_else(|| Some(self.inner.peer_addr()?.ip()))
                .map_or_else(String::new, |ip| ip.to_string())
        })
    }

    /// The address a trusted proxy names: the last of `X-Forwarded-For`, if it is one. That is the one the proxy in
    /// front of this server saw and added; what stands before it is what the client said of itself.
    fn forwarded_for(&self) -> Option<IpAddr> {
        match self.proxy {
            Proxy::Trusted => {
                let last = self.all("x-forwarded-for").last()?.rsplit(',').next()?.trim();
                last.parse().or_else(|_| last.parse::<SocketAddr>().map(|peer| peer.ip())).ok()
            }
            Proxy::Ignored => None,
        }
    }

    /// What the worker that answers it keeps for all requests.
    pub fn shared<T: Clone + 'static>(&self) -> Option<T> {
        self.inner.app_data::<T>().cloned()
    }

    /// Its headers.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).and_then(|value| value.to_str().ok())
    }

    /// Every value of a header that came as text, in the order they came.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers().get_all(name).map(|value| value.to_str().unwrap_or_default())
    }

    /// The query's parameters.
    pub fn query(&self) -> Result<Params, BadParams> {
        self.query.get_or_init(|| Params::parse(self.raw_query.as_bytes())).clone()
    }

    /// This path with the query as it came.
    pub fn with_query(&self, path: &str) -> String {
        match self.raw_query.as_str() {
            "" => path.to_owned(),
            query => [path, "?", query].concat(),
        }
    }

    /// Does the body say it is a form?
    pub fn is_form(&self) -> bool {
        self.header(CONTENT_TYPE.as_str()).is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    }

    /// The form in the body.
    pub fn form(&self) -> Result<Params, BadParams> {
        self.form.get_or_init(|| Params::parse(&self.body)).clone()
    }

    /// The token behind `Authorization: Bearer`.
    pub fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    /// Name and password behind `Authorization: Basic`, still form-encoded as OAuth clients send them.
    pub fn basic(&self) -> Option<(String, String)> {
        let decoded = STANDARD.decode(self.credentials("basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (name, password) = text.split_once(':')?;
        Some((name.to_owned(), password.to_owned()))
    }

    /// Does `Authorization` say that a name and a password follow?
    pub fn says_basic(&self) -> bool {
        self.header(AUTHORIZATION.as_str())
            .and_then(|value| value.split_ascii_whitespace().next())
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic"))
    }

    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (given, rest) = self.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    #[test]
    fn only_what_the_trusted_proxy_added_is_believed() {
        let ip = |lines: &[&str], proxy| {
            let mut request = TestRequest::default().peer_addr("127.0.0.1:5000".parse().unwrap());
            for line in lines {
                request = request.append_header(("x-forwarded-for", *line));
            }
            Request::new(&request.to_http_request(), Path::read("/"), Bytes::new(), proxy).ip().to_owned()
        };
        for (lines, expected) in [
            (&["192.0.2.1"][..], "192.0.2.1"),
            (&["10.0.0.1, 192.0.2.1"], "192.0.2.1"),
            (&["10.0.0.1", "10.0.0.2,192.0.2.1"], "192.0.2.1"),
            (&["10.0.0.1, 192.0.2.1:443"], "192.0.2.1"),
            (&["10.0.0.1, 2001:db8::1"], "2001:db8::1"),
            (&["10.0.0.1, nonsense"], "127.0.0.1"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(ip(lines, Proxy::Trusted), expected, "{lines:?}");
            assert_eq!(ip(lines, Proxy::Ignored), "127.0.0.1", "{lines:?}");
        }
    }

    fn basic(header: &str) -> Option<(String, String)> {
        let value = actix_web::http::header::HeaderValue::from_str(header).ok()?;
        let request = TestRequest::default().insert_header((AUTHORIZATION, value)).to_http_request();
        Request::new(&request, Path::read("/"), Bytes::new(), Proxy::Ignored).basic()
    }

    #[test]
    fn only_a_name_and_a_password_are_basic_credentials() {
        assert_eq!(basic("Basic bmFtZTpwYXNzOndvcmQ="), Some(("name".into(), "pass:word".into())));
        assert_eq!(basic("bAsIc   Og=="), Some((String::new(), String::new())));
        for wrong in
            ["Basic", "Basic ", "Basic !", "Basic bmFtZQ==", "Basic /w==", "Bearer bmFtZTpw", "Basic bmFtZTpw=="]
        {
            assert_eq!(basic(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_a_client_encodes_is_read_and_nothing_makes_the_reader_panic(
            name in "[^:]{0,20}", password in ".{0,20}", header in "\\PC{0,60}"
        ) {
            let line = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
            prop_assert_eq!(basic(&line), Some((name, password)));
            let _ = basic(&header);
            let _ = basic(&format!("Basic {header}"));
        }
    }
}

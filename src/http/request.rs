//! A request as handlers see it: taken apart once, in one place.

use std::cell::OnceCell;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::web::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::params::{BadParams, Params};
use super::path::Path;

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
    /// As the framework has it: its headers are read there, not copied for every request.
    inner: HttpRequest,
    /// Its body, at most [`super::body::LIMIT`] bytes.
    pub body: Bytes,
    /// Where it came from, once somebody asked.
    ip: OnceCell<String>,
    /// Whether it came over TLS.
    pub secure: bool,
}

impl Request {
    /// Takes a request apart.
    pub fn new(request: &HttpRequest, path: Path, body: Bytes) -> Self {
        Self {
            method: request.method().clone(),
            path,
            authority: request.uri().authority().map(|authority| authority.as_str().to_owned()),
            raw_query: request.query_string().to_owned(),
            inner: request.clone(),
            body,
            ip: OnceCell::new(),
            secure: request.app_config().secure(),
        }
    }

    /// Where it came from. Few answers need it, so few requests pay for its text.
    pub fn ip(&self) -> &str {
        self.ip.get_or_init(|| self.inner.peer_addr().map_or_else(String::new, |peer| peer.ip().to_string()))
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
        Params::parse(self.raw_query.as_bytes())
    }

    /// Does the body say it is a form?
    pub fn is_form(&self) -> bool {
        self.header(CONTENT_TYPE.as_str()).is_some_and(|kind| {
            kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
    }

    /// The form in the body.
    pub fn form(&self) -> Result<Params, BadParams> {
        Params::parse(&self.body)
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

    fn basic(header: &str) -> Option<(String, String)> {
        let value = actix_web::http::header::HeaderValue::from_str(header).ok()?;
        let request = TestRequest::default().insert_header((AUTHORIZATION, value)).to_http_request();
        Request::new(&request, Path::read("/"), Bytes::new()).basic()
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

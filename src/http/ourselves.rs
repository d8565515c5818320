//! How does a part of this server that is itself a client call this server's addresses?
//!
//! Over a socket, as everybody does, and always by the loopback door: a public address may lead through a proxy that this
//! machine cannot reach. The host is named as the browser names it, because issuers follow it.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;

use actix_web::http::header::HOST;
use awc::http::Method;
use awc::{Client, ClientRequest};
use openidconnect::http::{Request, Response};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::Value;

use super::context::Context;
use crate::server::{Doors, Settings};

/// The most an answer may hold.
const LIMIT: usize = 1024 * 1024;

/// The header by which whoever drives a sign-in page by page says so: then pages are shown, also where the server was
/// started to sign somebody in without any.
pub const ATTENDED: &str = "standin-attended";

/// A client of this server.
pub struct Ourselves {
    client: Client,
    entrance: Entrance,
    /// How the browser names this server.
    scheme: &'static str,
    host: String,
}

/// The door at which this server calls itself.
#[derive(Debug)]
pub struct Entrance {
    door: SocketAddr,
    /// Scheme and host of the door.
    base: String,
}

/// How a browser reaches this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    /// Straight, without TLS.
    Plainly,
    /// Straight, over TLS.
    OverTls,
    /// By an address that was fixed, or that a proxy tells: then any door does.
    Indirectly,
}

impl Ourselves {
    /// A client that calls as the browser of this request would.
    pub fn new(cx: &Context) -> Result<Self, String> {
        let scheme = if cx.is_secure() { "https" } else { "http" };
        Ok(Self {
            client: cx.outbound().client()?,
            entrance: Entrance::new(&cx.settings, &cx.doors, scheme)?,
            scheme,
            host: cx.origin.host().to_owned(),
        })
    }
}

impl Entrance {
    /// The one for addresses of this scheme.
    pub fn new(settings: &Settings, doors: &Doors, scheme: &str) -> Result<Self, String> {
        let reached = match (settings.public_origin.is_some() || settings.trust_proxy, scheme) {
            (true, _) => Reached::Indirectly,
            (false, "https") => Reached::OverTls,
            (false, _) => Reached::Plainly,
        };
        let found = door(&doors.http, &doors.https, reached);
        let (scheme, door) = found.ok_or_else(|| "this server listens nowhere".to_owned())?;
        Ok(Self { door, base: format!("{scheme}://localhost:{}", door.port()) })
    }

    /// A request at this door for an address that the browser knows under this scheme and host.
    pub fn request(&self, client: &Client, method: Method, path: &str, (scheme, host): (&str, &str)) -> ClientRequest {
        // A connection kept open may have been closed at the other end by the time it is used again.
        let call = client.request(method, format!("{}{path}", self.base)).address(self.door).force_close();
        // Believed only where a proxy is, and then the proxy is what the browser sees.
        let call = call.insert_header(("x-forwarded-host", host)).insert_header(("x-forwarded-proto", scheme));
        call.insert_header((HOST, host))
    }
}

/// The door to call at.
fn door(http: &[SocketAddr], https: &[SocketAddr], reached: Reached) -> Option<(&'static str, SocketAddr)> {
    let plain = || http.first().map(|door| ("http", *door));
    let tls = || https.first().map(|door| ("https", *door));
    let (scheme, door) = match reached {
        Reached::Plainly => plain(),
        Reached::OverTls => tls(),
        Reached::Indirectly => plain().or_else(tls),
    }?;
    let ip = match door.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    Some((scheme, SocketAddr::new(ip, door.port())))
}

impl<'c> AsyncHttpClient<'c> for Ourselves {
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, io::Error>> + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}

impl Ourselves {
    /// What one of our addresses answers, in JSON, to a form that is posted there; whether it grants it or not.
    pub async fn posted(&self, address: &str, fields: &[(&str, &str)]) -> Result<Value, String> {
        let failed = |error: &dyn std::fmt::Display| format!("{address}: {error}");
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Request::post(address).header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(body.into_bytes()).map_err(|error| failed(&error))?;
        let answer = self.carry(request).await.map_err(|error| failed(&error))?;
        serde_json::from_slice(answer.body()).map_err(|error| failed(&error))
    }

    /// A document in JSON at one of our addresses.
    pub async fn json(&self, address: &str) -> Result<Value, String> {
        let request = Request::get(address).body(Vec::new()).map_err(|error| format!("{address}: {error}"))?;
        let answer = self.carry(request).await.map_err(|error| format!("{address}: {error}"))?;
        match answer.status().is_success() {
            true => serde_json::from_slice(answer.body()).map_err(|error| format!("{address}: {error}")),
            false => Err(format!("{address} answered {}", answer.status().as_u16())),
        }
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, io::Error> {
        let (parts, body) = request.into_parts();
        let failed = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
        let method = Method::from_bytes(parts.method.as_str().as_bytes()).map_err(|error| failed(&error))?;
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut call = self.entrance.request(&self.client, method, path, (self.scheme, &self.host));
        for (name, value) in &parts.headers {
            call = call.insert_header((name.as_str(), value.as_bytes()));
        }
        let mut answer = call.send_body(body).await.map_err(|error| failed(&error))?;
        let body = answer.body().limit(LIMIT).await.map_err(|error| failed(&error))?;
        let mut response = Response::builder().status(answer.status().as_u16());
        for (name, value) in answer.headers() {
            response = response.header(name.as_str(), value.as_bytes());
        }
        response.body(body.to_vec()).map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_is_the_one_the_browser_uses_and_any_where_that_is_not_known() {
        let (http, https) = (["0.0.0.0:8400".parse().unwrap()], ["[::]:8443".parse().unwrap()]);
        let told = |http: &[SocketAddr], https: &[SocketAddr], reached| {
            door(http, https, reached).map(|(scheme, door)| format!("{scheme}://{door}"))
        };
        let plain = Some("http://127.0.0.1:8400".to_owned());
        let tls = Some("https://[::1]:8443".to_owned());
        assert_eq!(told(&http, &https, Reached::Plainly), plain);
        assert_eq!(told(&http, &https, Reached::OverTls), tls);
        assert_eq!(told(&http, &https, Reached::Indirectly), plain);
        assert_eq!(told(&[], &https, Reached::Indirectly), tls);
        assert_eq!(told(&[], &https, Reached::Plainly), None);
        let bound = ["192.0.2.7:80".parse().unwrap()];
        assert_eq!(told(&bound, &[], Reached::Plainly), Some("http://192.0.2.7:80".to_owned()));
    }
}

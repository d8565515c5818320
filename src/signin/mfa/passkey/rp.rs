//! Whose credentials are these? A browser ties each to one host (Web Authentication, 5.1.2), and answers for one origin.

use url::Url;

/// The relying party: this server, as a browser sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rp {
    /// The host, without its port: what credentials are tied to.
    pub id: String,
    /// Scheme, host and port: where the page is.
    pub origin: String,
    /// What the browser calls it.
    pub name: String,
}

impl Rp {
    /// The relying party at an origin (`https://localhost:8443`). There is none where browsers know no credentials:
    /// at a network address in figures, and over plain http anywhere but on the same machine.
    pub fn at(origin: &str, name: &str) -> Option<Self> {
        let url = Url::parse(origin).ok()?;
        let host = url.domain()?;
        let is_secure = match url.scheme() {
            "https" => true,
            "http" => host == "localhost" || host.ends_with(".localhost"),
            _ => false,
        };
        let rp = || Self { id: host.to_owned(), origin: url.origin().ascii_serialization(), name: name.to_owned() };
        is_secure.then(rp)
    }
}

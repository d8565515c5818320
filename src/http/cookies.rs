//! What a browser is asked to remember (RFC 6265), and what it says it does.
//!
//! The names are those of the real pages. A world's cookies live under its own path, and their values are
//! looked up in its own store, so a cookie of one world means nothing in another.

use actix_web::http::header::HeaderMap;

use crate::time::Span;

/// Binds a flow to the browser that began it.
pub const BROWSER: &str = "buid";
/// The session at the tenants.
pub const SESSION: &str = "ESTSAUTH";
/// The same, kept after the browser is closed.
pub const PERSISTENT: &str = "ESTSAUTHPERSISTENT";
/// The session at a third-party provider.
pub const PROVIDER_SESSION: &str = "MSISAuth";
/// The same, kept after the browser is closed.
pub const PROVIDER_PERSISTENT: &str = "MSISAuthPersistent";

/// A browser that need not be asked for a second factor again for a while.
pub const REMEMBERED: &str = "ESTSMFA";

/// How long a value may be: ours are much shorter.
const LONGEST: usize = 256;

/// The value of a cookie, as the browser sent it; of several with one name the first, which has the longest path.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(actix_web::http::header::COOKIE)
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.trim_matches('"'))
        .filter(|value| !value.is_empty() && value.len() <= LONGEST && value.bytes().all(|b| b.is_ascii_graphic()))
}

/// Where a cookie is valid and over what it travels.
#[derive(Clone, Copy, Debug)]
pub struct Jar<'a> {
    /// The path it is sent to.
    pub path: &'a str,
    /// Whether this request came over TLS.
    pub secure: bool,
}

impl Jar<'_> {
    /// A `Set-Cookie` value; without `lives` it ends with the browser.
    ///
    /// Over TLS it also travels on posts from other sites, which `form_post` answers and hidden frames
    /// need. Without TLS browsers refuse such cookies, so there it is `Lax`.
    pub fn set(&self, name: &str, value: &str, lives: Option<Span>) -> String {
        let mut cookie = format!("{name}={value}; Path={}; HttpOnly", self.path);
        cookie.push_str(if self.secure { "; SameSite=None; Secure" } else { "; SameSite=Lax" });
        if let Some(span) = lives {
            cookie.push_str(&format!("; Max-Age={}", span.whole_seconds()));
        }
        cookie
    }

    /// A `Set-Cookie` value for pages that only links lead to: no post from another site carries it, and it ends with
    /// the browser.
    pub fn set_own(&self, name: &str, value: &str) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path={}; HttpOnly; SameSite=Lax{secure}", self.path)
    }

    /// A `Set-Cookie` value that makes the browser forget.
    pub fn clear(&self, name: &str) -> String {
        self.set(name, "", Some(Span::seconds(0)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{COOKIE, HeaderValue};
    use proptest::prelude::*;

    use super::*;

    fn headers(line: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_str(line) {
            headers.insert(COOKIE, value);
        }
        headers
    }

    #[test]
    fn the_first_cookie_of_a_name_counts() {
        let headers = headers("a=1; ESTSAUTH=inner; ESTSAUTH=outer; b=\"q\"");
        assert_eq!(read(&headers, SESSION), Some("inner"));
        assert_eq!(read(&headers, "b"), Some("q"));
        assert_eq!(read(&headers, "c"), None);
    }

    proptest! {
        #[test]
        fn no_cookie_line_makes_the_reader_panic(line in "\\PC*") {
            let headers = headers(&line);
            prop_assert!(read(&headers, SESSION).is_none_or(|value| value.len() <= LONGEST));
        }
    }
}

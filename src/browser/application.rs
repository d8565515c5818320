//! Which address is the application's, where a sign-in ends? The one that its authorize request names (RFC 6749, 4.1.1), also
//! where this server plays the application; and every page of an application that it plays.

use url::Url;

use crate::control::ours::world_of;
use crate::http::path::Path;
use crate::partner::site::Site;

/// Where the request that a sign-in begins with wants its answer; nothing when it is no authorize request, or leaves that open.
///
/// Requests on the way do not count: a tenant that sends somebody on to a provider is only that provider's application.
pub fn named(start: &Url) -> Option<Url> {
    if Path::read(start.path()).segments().last() != Some(&"authorize") {
        return None;
    }
    let (_, address) = start.query_pairs().find(|(name, _)| name == "redirect_uri")?;
    Url::parse(&address).ok()
}

/// Is this the application's address, whatever the answer adds to it?
pub fn answers_at(application: Option<&Url>, url: &Url) -> bool {
    application.is_some_and(|named| named.origin() == url.origin() && named.path() == url.path())
}

/// Is it a page of an application that this server plays: not one of a sign-in, so that its forms are somebody else's to fill in?
pub fn plays(url: &Url) -> bool {
    let path = Path::read(url.path());
    let path = if world_of(url).is_some() { path.without(0..2) } else { path };
    match path.segments().as_slice() {
        [] | ["console", ..] => true,
        [first, ..] => Site::lives_below(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse("http://localhost:8400").unwrap().join(path).unwrap()
    }

    #[test]
    fn the_first_authorize_request_names_the_application() {
        let asks = url(
            "/w/a/common/OAuth2/v2.0/Authorize?client_id=x&redirect_uri=http%3A%2F%2Flocalhost%3A8400%2Fportal%2Fcallback",
        );
        let named_here = named(&asks);
        assert!(answers_at(named_here.as_ref(), &url("/portal/callback?code=1#x")));
        for other in ["/portal", "/portal/callback/", "http://localhost:8401/portal/callback"] {
            assert!(!answers_at(named_here.as_ref(), &url(other)), "{other}");
        }
        for nothing in
            ["/portal?redirect_uri=http%3A%2F%2Fa", "/common/oauth2/authorize?client_id=x", "/authorize?redirect_uri=x"]
        {
            assert_eq!(named(&url(nothing)), None, "{nothing}");
        }
        assert!(!answers_at(None, &url("/portal/callback")));
    }

    #[test]
    fn pages_of_applications_are_known_by_their_address() {
        for own in ["/", "/w/a", "/portal/customers", "/w/a/Portal", "/admin/adatum.test", "/exchange"] {
            assert!(plays(&url(own)), "{own}");
        }
        for other in
            ["/common/login", "/idp/portal/login", "/login.srf", "/w/portal/common/login", "/portals", "/device"]
        {
            assert!(!plays(&url(other)), "{other}");
        }
    }
}

//! Who is signed out, who is told, and where does the browser go then?
//!
//! OpenID Connect RP-Initiated Logout 1.0 and Front-Channel Logout 1.0. Entra differs: it signs out without
//! asking whether that was meant, and asks which account when there are several.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::authorize::ResponseMode;
use super::redirect::{origin, registered, same};
use super::respond::address;
use crate::directory::app::App;
use crate::directory::tenant::{Family, Tenant};
use crate::directory::{Application, Directory};
use crate::http::params::Params;
use crate::id::{ObjectId, Upn};
use crate::signin::session::{Session, SignedIn};
use crate::token::jwt::Claims;

/// What a request to sign out says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logout {
    /// Where the browser should go afterwards.
    pub return_to: Option<String>,
    /// An id token that says who is meant, and by which application.
    pub id_token_hint: Option<String>,
    /// A name that says who is meant.
    pub logout_hint: Option<String>,
    /// The application.
    pub client_id: Option<String>,
    /// The application's own word for the request, handed back.
    pub state: Option<String>,
}

impl Logout {
    /// Reads the parameters.
    pub fn read(params: &Params) -> Self {
        let get = |name: &str| params.get(name).map(str::to_owned);
        Self {
            return_to: get("post_logout_redirect_uri"),
            id_token_hint: get("id_token_hint"),
            logout_hint: get("logout_hint"),
            client_id: get("client_id"),
            state: get("state"),
        }
    }
}

/// The signed-in account that an id token of this tenant or provider is about. The session's name decides where
/// the token has it; otherwise the account's object does.
pub fn named_by<'s>(
    directory: &Directory,
    tenant: Tenant<'_>,
    session: &'s Session,
    claims: &Claims,
) -> Option<&'s SignedIn> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if let Some(sid) = text("sid") {
        return session.accounts.iter().find(|account| account.sid == sid);
    }
    let object = ObjectId::parse(text("oid").or(text("sub"))?)?;
    session.accounts.iter().find(|account| {
        let guest = directory.guest(tenant, &account.upn).map(|guest| guest.id);
        let known = directory.home(&account.home).and_then(|home| directory.account_at(home, &account.upn));
        guest == Some(object) || known.is_some_and(|known| known.user.id == object)
    })
}

/// Whose session ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody who is meant is signed in.
    Nobody,
    /// This account's.
    One(Upn),
    /// Ask which account is meant.
    AskWhich,
    /// Ask whether signing out is meant at all; the account is the one to show.
    AskWhether(Upn),
}

/// Whom a request means to sign out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meant {
    /// It does not say.
    Unsaid,
    /// This account, which is signed in; `proved` by an id token of ours, or only named.
    SignedIn {
        /// Who.
        upn: Upn,
        /// Is there an id token?
        proved: bool,
    },
    /// Somebody who is not signed in here.
    SomebodyElse,
}

/// Decides whose session ends.
pub fn ending(family: Family, session: &Session, meant: &Meant) -> Ending {
    match (family, session.accounts.as_slice(), meant) {
        (_, [], _) => Ending::Nobody,
        (Family::Entra, _, Meant::SignedIn { upn, .. }) => Ending::One(upn.clone()),
        // A sign-out of somebody else must not end this one's session.
        (Family::Entra, _, Meant::SomebodyElse) => Ending::Nobody,
        (Family::Entra, [only], Meant::Unsaid) => Ending::One(only.upn.clone()),
        (Family::Entra, _, Meant::Unsaid) => Ending::AskWhich,
        (Family::Generic, _, Meant::SignedIn { upn, proved: true }) => Ending::One(upn.clone()),
        (Family::Generic, [first, ..], _) => Ending::AskWhether(first.upn.clone()),
    }
}

/// May the browser be sent to this address after signing out of this application? To any address it may be
/// answered at, and to the origin of one.
pub fn may_return(app: &App, requested: &str) -> bool {
    if registered(app, requested).is_some() {
        return true;
    }
    app.every_redirect_uri()
        .filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
        .filter_map(origin)
        .any(|origin| same(&origin, requested))
}

/// Of these applications, the first whose address it is.
pub fn whose<'d>(apps: impl IntoIterator<Item = Application<'d>>, requested: &str) -> Option<Application<'d>> {
    apps.into_iter().find(|app| may_return(app, requested))
}

/// The address to return to, with the application's `state`.
pub fn return_address(uri: &str, state: Option<&str>) -> String {
    match state {
        Some(state) => address(uri, ResponseMode::Query, &vec![("state".to_owned(), state.to_owned())]),
        None => uri.to_owned(),
    }
}

/// The addresses by which applications are told that a session ended (Front-Channel Logout 1.0, 2).
pub fn front_channel(directory: &Directory, ended: &SignedIn, issuer: &str) -> Vec<String> {
    let apps = ended.apps.iter().filter_map(|handle| directory.app_by_handle(handle));
    apps.filter_map(|app| {
        let mut url = Url::parse(app.front_channel_logout_uri.as_deref()?).ok()?;
        url.query_pairs_mut().append_pair("iss", issuer).append_pair("sid", &ended.sid);
        Some(url.into())
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::app::RedirectUris;

    fn session(names: &[&str]) -> Session {
        let account = |name: &&str| SignedIn {
            upn: Upn::new(name),
            home: "example".into(),
            auth_time: Default::default(),
            amr: Default::default(),
            sid: format!("sid of {name}"),
            apps: vec![],
            epoch: String::new(),
        };
        Session { accounts: names.iter().map(account).collect(), persistent: false }
    }

    fn meant(name: &str, proved: bool) -> Meant {
        Meant::SignedIn { upn: Upn::new(name), proved }
    }

    #[test]
    fn entra_signs_out_at_once_unless_it_has_to_ask_which_account() {
        let one = |name: &str| Ending::One(Upn::new(name));
        let table: [(&[&str], Meant, Ending); 7] = [
            (&[], Meant::Unsaid, Ending::Nobody),
            (&[], Meant::SomebodyElse, Ending::Nobody),
            (&["a"], Meant::Unsaid, one("a")),
            (&["a"], Meant::SomebodyElse, Ending::Nobody),
            (&["a", "b"], Meant::Unsaid, Ending::AskWhich),
            (&["a", "b"], meant("b", false), one("b")),
            (&["a", "b"], Meant::SomebodyElse, Ending::Nobody),
        ];
        for (signed_in, meant, expected) in table {
            assert_eq!(ending(Family::Entra, &session(signed_in), &meant), expected, "{signed_in:?} {meant:?}");
        }
    }

    #[test]
    fn a_provider_asks_unless_a_token_of_its_own_proves_who_is_meant() {
        let ask = Ending::AskWhether(Upn::new("a"));
        let signed_in = session(&["a"]);
        assert_eq!(ending(Family::Generic, &signed_in, &meant("a", true)), Ending::One(Upn::new("a")));
        for meant in [meant("a", false), Meant::Unsaid, Meant::SomebodyElse] {
            assert_eq!(ending(Family::Generic, &signed_in, &meant), ask, "{meant:?}");
        }
        assert_eq!(ending(Family::Generic, &session(&[]), &Meant::SomebodyElse), Ending::Nobody);
    }

    #[test]
    fn browsers_return_to_registered_addresses_and_their_origins_only() {
        let app = App {
            redirect_uris: RedirectUris {
                web: vec!["http://localhost:3000/auth/callback".into(), "https://app.test/a?x=1".into()],
                spa: vec![],
                native: vec!["myapp://auth".into()],
            },
            ..App::default()
        };
        let table = [
            ("http://localhost:3000/auth/callback", true),
            ("http://localhost:3000", true),
            ("http://localhost:3000/", true),
            ("https://app.test/a?x=1", true),
            ("https://app.test/", true),
            ("myapp://auth", true),
            ("https://app.test/a", false),
            ("https://app.test/b", false),
            ("http://localhost:3001", false),
            ("https://localhost:3000", false),
            ("http://localhost:3000@evil.test/", false),
            ("http://localhost:3000//", false),
            ("null", false),
            ("javascript:alert(1)", false),
            ("", false),
        ];
        for (uri, expected) in table {
            assert_eq!(may_return(&app, uri), expected, "{uri}");
        }
    }

    #[test]
    fn the_state_is_added_to_whatever_the_address_says_already() {
        assert_eq!(return_address("https://app.test/a?x=1", Some("a b&c")), "https://app.test/a?x=1&state=a%20b%26c");
        assert_eq!(return_address("http://localhost:3000", Some("s")), "http://localhost:3000?state=s");
        assert_eq!(return_address("http://localhost:3000", None), "http://localhost:3000");
    }
}

//! Who is signed out, who is told, and where does the browser go then?
//!
//! OpenID Connect RP-Initiated Logout 1.0 and Front-Channel Logout 1.0. Entra differs: it signs out without
//! asking whether that was meant, and asks which account when there are several.

pub mod hints;

use serde::{Deserialize, Serialize};
use url::Url;

use super::authorize::ResponseMode;
use super::redirect::{Comparison, origin, registered};
use super::respond::address;
use crate::directory::Directory;
use crate::directory::app::App;
use crate::directory::tenant::Family;
use crate::http::params::Params;
use crate::id::Upn;
use crate::signin::session::{Session, SignedIn};

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
    let by = Comparison::RootIsNoPath;
    if registered(app, requested, by).is_some() {
        return true;
    }
    app.every_redirect_uri()
        .filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
        .filter_map(origin)
        .any(|origin| by.same(&origin, requested))
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
mod tests;

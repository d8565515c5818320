//! Who is signed in in a browser, since when, and how it ends.
//!
//! A session holds every account signed in there. Its cookie's value changes whenever an account is added,
//! so a value planted before a sign-in is worth nothing after it.

use serde::{Deserialize, Serialize};

use super::factors::Factors;
use super::mfa::named;
use crate::directory::user::Secret;
use crate::directory::{AccountRef, Directory};
use crate::http::context::Context;
use crate::id::Upn;
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

/// A browser's session.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The accounts signed in, in the order they were.
    pub accounts: Vec<SignedIn>,
    /// Whether it outlives the browser.
    pub persistent: bool,
}

impl Record for Session {
    const KIND: &'static str = "session";
}

/// One account in a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Who.
    pub upn: Upn,
    /// The tenant or provider that verified them, by place.
    pub home: String,
    /// How and when they proved it.
    pub factors: Factors,
    /// The session's name in tokens.
    pub sid: String,
    /// The applications it was used for, by handle: they are told when it ends.
    pub apps: Vec<String>,
    /// What the revocations were when it began; see [`epoch`].
    pub epoch: String,
    /// The flow in which they proved it, for the diagram.
    #[serde(default)]
    pub flow: String,
}

impl SignedIn {
    /// Whose sign-in it is.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }
}

impl Session {
    /// This account, if it is signed in.
    pub fn account(&self, whose: AccountRef<'_>) -> Option<&SignedIn> {
        self.accounts.iter().find(|account| account.whose() == whose)
    }

    /// Adds an account, or renews it.
    pub fn sign_in(&mut self, account: SignedIn) {
        match self.accounts.iter_mut().find(|known| known.whose() == account.whose()) {
            Some(known) => {
                let mut apps = std::mem::take(&mut known.apps);
                apps.extend(account.apps.iter().filter(|app| !known.apps.contains(app)).cloned());
                let sid = std::mem::take(&mut known.sid);
                *known = SignedIn { apps, sid, ..account };
            }
            None => self.accounts.push(account),
        }
    }

    /// Notes that an account was used for an application. Was that news?
    pub fn use_for(&mut self, whose: AccountRef<'_>, app: &str) -> bool {
        let Some(account) = self.accounts.iter_mut().find(|account| account.whose() == whose) else { return false };
        let news = !account.apps.iter().any(|known| known == app);
        if news {
            account.apps.push(app.to_owned());
        }
        news
    }
}

/// A moment after which everything issued before counts as revoked: a word that changes with each revocation.
///
/// A word, not a time: under a frozen clock what comes before and after a revocation has the same time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Epoch(String);

impl Record for Epoch {
    const KIND: &'static str = "epoch";
}

/// Revocations are remembered as long as anything they could concern.
const EPOCH_LIVES: Span = Span::days(3650);
/// The key under which a revocation of everybody's sessions lies; no user name can be this.
const EVERYBODY: &str = "*";

/// The word that stands for everything that ended this person's sign-ins so far: revocations, a new password, and that
/// somebody else has the name now.
pub async fn epoch(
    store: &dyn Store,
    directory: &Directory,
    whose: AccountRef<'_>,
    now: Timestamp,
) -> Result<String, StoreError> {
    let all: Epoch = store.find(EVERYBODY, now).await?.unwrap_or_default();
    let own: Epoch = store.find(whose.upn.as_str(), now).await?.unwrap_or_default();
    Ok(all.0 + &own.0 + &mark(directory, whose))
}

/// What tells the account from another that came to have its name, or that got another password.
fn mark(directory: &Directory, whose: AccountRef<'_>) -> String {
    let Some(account) = whose.find(directory) else { return String::new() };
    let password = account.user.password.as_ref().map_or("", Secret::reveal);
    named(&format!("{} {password}", account.user.id))
}

/// Ends the sessions and refresh tokens of one person, or of everybody.
pub async fn revoke(cx: &Context, user: Option<&Upn>) -> Result<(), StoreError> {
    let word = Epoch(cx.chance().short());
    cx.store().keep(user.map_or(EVERYBODY, Upn::as_str), &word, cx.now, EPOCH_LIVES).await
}

/// The session behind a cookie's value, without the accounts whose sign-in was revoked.
pub async fn load(
    store: &dyn Store,
    directory: &Directory,
    value: Option<&str>,
    now: Timestamp,
) -> Result<Session, StoreError> {
    let Some(value) = value else { return Ok(Session::default()) };
    let Some(mut session) = store.find::<Session>(value, now).await? else { return Ok(Session::default()) };
    let mut valid = Vec::with_capacity(session.accounts.len());
    for account in session.accounts.drain(..) {
        if epoch(store, directory, account.whose(), now).await? == account.epoch {
            valid.push(account);
        }
    }
    session.accounts = valid;
    Ok(session)
}

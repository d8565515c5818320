//! The single argument of every handler: one world, one moment, one request.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use crate::chance::Chance;
use crate::directory::Directory;
use crate::http::cookies::Jar;
use crate::http::origin::Origin;
use crate::http::outbound::Outbound;
use crate::http::request::Request;
use crate::journal::{Entry, Kind};
use crate::keys::KeyRing;
use crate::oauth::desk::Desk;
use crate::refusal::Refusal;
use crate::server::{Doors, Settings};
use crate::store::{Store, StoreError};
use crate::time::{Span, Timestamp};
use crate::worlds::{Isolate, Worlds};

/// Everything a handler may need.
pub struct Context {
    /// What the server was started with.
    pub settings: Arc<Settings>,
    /// Where the server listens.
    pub doors: Arc<Doors>,
    /// All worlds of this server.
    pub worlds: Arc<Worlds>,
    /// The world this request is in.
    pub isolate: Arc<Isolate>,
    /// The world's facts, as they stood when the request came.
    pub directory: Arc<Directory>,
    /// The world's time when the request came: there is no other.
    pub now: Timestamp,
    /// The origin and base path that every address in an answer is built on.
    pub origin: Origin,
    /// The world's chance, once somebody asked.
    pub chance: OnceCell<Arc<Chance>>,
    /// The request.
    pub request: Request,
    /// What the request turned out to be about, for its journal entry.
    pub about: RefCell<About>,
    /// The id by which the client finds the request again, once it is known: see [`crate::oauth::error::correlation_id`].
    pub correlation: OnceCell<String>,
}

/// What a request turned out to be about.
#[derive(Debug, Default)]
pub struct About {
    /// The flow.
    pub flow: Option<String>,
    /// The person.
    pub user: Option<String>,
    /// The application.
    pub app: Option<String>,
}

impl Context {
    /// The world's records.
    pub fn store(&self) -> &dyn Store {
        self.isolate.store()
    }

    /// The world's chance.
    pub fn chance(&self) -> &Chance {
        self.chance.get_or_init(|| self.isolate.chance())
    }

    /// The world's keys.
    pub fn keys(&self) -> &KeyRing {
        self.isolate.keys()
    }

    /// The client for other servers.
    pub fn outbound(&self) -> Outbound {
        self.request.shared().unwrap_or_else(|| Outbound::new(self.settings.trust.clone()))
    }

    /// The world and the moment, without HTTP.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            directory: &self.directory,
            store: self.store(),
            keys: self.keys(),
            chance: self.chance(),
            origin: &self.origin,
            now: self.now,
            ip: self.request.ip(),
        }
    }

    /// Where cookies for the whole world live.
    pub fn jar(&self) -> Jar<'_> {
        Jar { path: self.origin.cookie_path(), secure: self.is_secure() }
    }

    /// Does the browser see this as https, whatever stands between?
    pub fn is_secure(&self) -> bool {
        self.origin.is_secure()
    }

    /// Notes what the request is about; what is already known stays.
    pub fn concerns(&self, flow: Option<&str>, user: Option<&str>, app: Option<&str>) {
        let mut about = self.about.borrow_mut();
        let keep = |slot: &mut Option<String>, value: Option<&str>| {
            if slot.is_none() {
                *slot = value.map(str::to_owned);
            }
        };
        keep(&mut about.flow, flow);
        keep(&mut about.user, user);
        keep(&mut about.app, app);
    }

    /// Writes to the world's journal, filling in what the request is known to be about.
    pub fn journal(&self, mut entry: Entry) -> impl Future<Output = Result<(), StoreError>> {
        let about = self.about.borrow();
        entry.flow = entry.flow.or_else(|| about.flow.clone());
        entry.user = entry.user.or_else(|| about.user.clone());
        entry.app = entry.app.or_else(|| about.app.clone());
        self.isolate.journal(entry)
    }

    /// Writes there that somebody is told no, and why.
    pub fn journal_refusal(&self, refusal: &Refusal) -> impl Future<Output = Result<(), StoreError>> {
        self.journal(refusal.entry(self.now, Kind::Error))
    }

    /// The moment so much later.
    pub fn after(&self, span: Span) -> Timestamp {
        self.now.plus(span)
    }
}

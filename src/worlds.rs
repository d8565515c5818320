//! Many worlds in one process: each has its own facts, records, clock, chance, keys and journal.
//!
//! The root world has no name and no prefix. Nothing below this file knows which world it is in.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, MutexGuard, watch};

use crate::chance::Chance;
use crate::directory::Directory;
use crate::directory::secrets::Secrets;
use crate::directory::user::Secret;
use crate::http::kept::Kept;
use crate::journal::Entry;
use crate::keys::{KeyRing, KeySource};
use crate::store::{Memory, Store, StoreError, Thought};
use crate::time::{Clock, Timestamp};

/// The list the journal is kept in.
const JOURNAL: &str = "journal";
/// How many entries the journal keeps.
const JOURNAL_KEEPS: usize = 5_000;
/// How many worlds may be alive at once.
const MOST_WORLDS: usize = 1_000;

/// One world, apart from all others.
#[derive(Debug)]
pub struct Isolate {
    id: String,
    base: String,
    starting: Arc<Directory>,
    store: Box<dyn Store>,
    clock: RwLock<Clock>,
    chance: RwLock<Arc<Chance>>,
    seed: Option<u64>,
    /// What the server itself knows and nobody may read.
    secrets: Arc<Secrets>,
    keys: KeyRing,
    documents: Kept,
    /// Whose turn it is to do what must not be done twice.
    turn: Mutex<()>,
    /// The number of the journal's last entry: who waits for news waits here.
    news: watch::Sender<u64>,
    /// It was deleted: who is still in it has nothing to wait for.
    over: AtomicBool,
}

impl Isolate {
    fn new(id: &str, starting: Arc<Directory>, seed: Option<u64>, secrets: Arc<Secrets>) -> Self {
        let source = match (id.is_empty(), seed) {
            (true, _) => KeySource::Development,
            (false, Some(seed)) => KeySource::Seeded { seed, world: id.to_owned() },
            (false, None) => KeySource::Fresh,
        };
        Self {
            id: id.to_owned(),
            base: if id.is_empty() { String::new() } else { format!("/w/{id}") },
            store: Box::new(Memory::new(starting.clone())),
            starting,
            clock: RwLock::default(),
            chance: RwLock::new(Arc::new(Chance::new(seed, id))),
            seed,
            secrets,
            keys: KeyRing::new(source),
            documents: Kept::default(),
            turn: Mutex::new(()),
            news: watch::Sender::new(0),
            over: AtomicBool::new(false),
        }
    }

    /// The name it goes by; empty for the root world.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What its addresses begin with; empty for the root world.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Its records.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// Its chance.
    pub fn chance(&self) -> Arc<Chance> {
        self.chance.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Its keys.
    pub fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Its public documents, as far as they were asked for.
    pub fn documents(&self) -> &Kept {
        &self.documents
    }

    /// Waits for one's turn, which ends when it is let go: who looks whether something was done, and else does it, must
    /// not be overtaken in between.
    pub async fn one_at_a_time(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// How its time relates to the system's.
    pub fn clock(&self) -> Clock {
        *self.clock.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes how its time relates to the system's.
    pub fn turn_clock(&self, change: impl FnOnce(Clock, Timestamp) -> Clock) {
        let mut clock = self.clock.write().unwrap_or_else(PoisonError::into_inner);
        *clock = change(*clock, crate::time::system());
    }

    /// Its time.
    pub fn now(&self) -> Timestamp {
        self.clock().now(crate::time::system())
    }

    /// Writes to its journal: here everything comes by, and here nobody's secret goes on.
    #[expect(
        clippy::manual_async_fn,
        reason = "every request waits here, and an `async fn` has room for its entry twice"
    )]
    pub fn journal(&self, entry: Entry) -> impl Future<Output = Result<(), StoreError>> {
        async move {
            let (_, directory) = self.store.directory().await?;
            let entry = entry.redacted(&[directory.secrets(), &self.secrets]).to_bytes();
            let seq = self.store.append(JOURNAL, entry, JOURNAL_KEEPS).await?;
            self.tell(seq);
            Ok(())
        }
    }

    /// The journal's entries after a number, oldest first.
    pub async fn entries(&self, after: u64, most: usize) -> Result<Vec<(u64, Entry)>, StoreError> {
        let items = self.store.read(JOURNAL, after, most).await?;
        let read = |(seq, item): (u64, Vec<u8>)| match Entry::from_bytes(&item) {
            Some(entry) => Ok((seq, entry)),
            None => Err(StoreError(format!("entry {seq} of the journal is not one"))),
        };
        items.into_iter().map(read).collect()
    }

    /// Tells when the journal grows.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Has it been deleted?
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// It is deleted: whoever waits for news is woken for the last time.
    fn end(&self) {
        self.over.store(true, Ordering::Release);
        self.news.send_modify(|_| ());
    }

    /// Wakes who waits for news, and keeps the number for who comes later. Mostly nobody waits, and going to look costs
    /// more than the entry: who begins to listen reads the journal afterwards, so nothing is missed.
    fn tell(&self, seq: u64) {
        self.news.send_if_modified(|last| {
            *last = seq;
            self.news.receiver_count() > 0
        });
    }

    /// Back to the starting facts: records, journal, clock, chance and keys as on the first day.
    pub async fn reset(&self) -> Result<(), StoreError> {
        let starting = async |_| Ok::<_, StoreError>(Thought::Become(Box::new((*self.starting).clone()), ()));
        self.store.change(starting).await?;
        self.store.clear().await?;
        self.turn_clock(|_, _| Clock::Real);
        self.keys.reset();
        *self.chance.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Chance::new(self.seed, &self.id));
        self.tell(0);
        Ok(())
    }
}

/// All worlds of a server.
#[derive(Debug)]
pub struct Worlds {
    root: Arc<Isolate>,
    others: RwLock<HashMap<String, Arc<Isolate>>>,
    seed: Option<u64>,
    secrets: Arc<Secrets>,
}

/// Why a world could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorldRefused {
    /// There is one of that name.
    Taken,
    /// There are too many.
    TooMany,
}

impl Worlds {
    /// The root world alone, of a server that keeps this secret, if any.
    pub fn new(starting: Arc<Directory>, seed: Option<u64>, secret: Option<&Secret>) -> Self {
        let secrets = Arc::new(Secrets::new(secret));
        let root = Arc::new(Isolate::new("", starting, seed, secrets.clone()));
        Self { root, others: RwLock::default(), seed, secrets }
    }

    /// The world without a prefix.
    pub fn root(&self) -> &Arc<Isolate> {
        &self.root
    }

    /// A world by its name.
    pub fn get(&self, id: &str) -> Option<Arc<Isolate>> {
        self.others.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The names of all worlds but the root.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.others.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect();
        ids.sort();
        ids
    }

    /// Makes a world.
    pub fn create(&self, id: &str, starting: Arc<Directory>) -> Result<Arc<Isolate>, WorldRefused> {
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if others.contains_key(id) {
            return Err(WorldRefused::Taken);
        }
        if others.len() >= MOST_WORLDS {
            return Err(WorldRefused::TooMany);
        }
        let isolate = Arc::new(Isolate::new(id, starting, self.seed, self.secrets.clone()));
        others.insert(id.to_owned(), isolate.clone());
        Ok(isolate)
    }

    /// Frees a world and all it holds. Was there one?
    pub fn delete(&self, id: &str) -> bool {
        let deleted = self.others.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(isolate) = &deleted {
            isolate.end();
        }
        deleted.is_some()
    }

    /// Frees every world but the root.
    pub fn delete_all(&self) {
        let deleted = std::mem::take(&mut *self.others.write().unwrap_or_else(PoisonError::into_inner));
        deleted.values().for_each(|isolate| isolate.end());
    }

    /// The facts the server started with.
    pub fn starting(&self) -> Arc<Directory> {
        self.root.starting.clone()
    }
}

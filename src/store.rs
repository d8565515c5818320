//! What is remembered: one [`Directory`] per world, short-lived records by key, and lists that only grow.
//!
//! A store belongs to one world. Records expire by the caller's clock, because a world's clock can be
//! frozen and moved; what must be used once is taken, and of two takers one gets nothing.

mod change;
mod memory;
#[cfg(test)]
mod tests;

use std::fmt;
use std::future::{Future, Ready};
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::Either;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::directory::Directory;
use crate::time::{Span, Timestamp};

pub use change::Thought;
pub use memory::Memory;

/// Room for a usual record, made at once instead of in steps.
const ROOM: usize = 1024;

/// What a store answers: at once when it can, else when it has.
pub type Answer<'a, T> =
    Either<Ready<Result<T, StoreError>>, Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>>;

/// The store of one world.
pub trait Store: Send + Sync + fmt::Debug {
    /// The facts as they stand, and the revision they stand at.
    fn directory(&self) -> Answer<'_, (u64, Arc<Directory>)>;
    /// Replaces the facts, unless somebody else did since `revision`: then nothing happens and the answer is no.
    fn commit(&self, revision: u64, directory: Directory) -> Answer<'_, bool>;
    /// Keeps a record until `expires`.
    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, expires: Timestamp) -> Answer<'a, ()>;
    /// Keeps a record until `expires`, unless one that has not expired by `now` lies there already: then nothing
    /// happens and the answer is no. Of several claimers one is told yes.
    fn claim<'a>(&'a self, key: &'a str, value: Vec<u8>, now: Timestamp, expires: Timestamp) -> Answer<'a, bool>;
    /// Keeps a record until `expires` in place of one that lies there and has not expired by `now`: where there is none,
    /// nothing happens and the answer is no. What was taken or removed meanwhile does not come back.
    fn replace<'a>(&'a self, key: &'a str, value: Vec<u8>, now: Timestamp, expires: Timestamp) -> Answer<'a, bool>;
    /// Reads a record, if it has not expired by `now`.
    fn get<'a>(&'a self, key: &'a str, now: Timestamp) -> Answer<'a, Option<Vec<u8>>>;
    /// Reads and removes a record: of several takers one gets it.
    fn take<'a>(&'a self, key: &'a str, now: Timestamp) -> Answer<'a, Option<Vec<u8>>>;
    /// Removes a record or a list.
    fn remove<'a>(&'a self, key: &'a str) -> Answer<'a, ()>;
    /// Adds to a list that keeps its last `keep` items; answers the item's number, counted from 1.
    fn append<'a>(&'a self, list: &'a str, item: Vec<u8>, keep: usize) -> Answer<'a, u64>;
    /// The items of a list numbered above `after`, oldest first, at most `most` of them.
    fn read<'a>(&'a self, list: &'a str, after: u64, most: usize) -> Answer<'a, Vec<(u64, Vec<u8>)>>;
    /// Forgets every record and list. The facts stay.
    fn clear(&self) -> Answer<'_, ()>;
}

/// The store broke. Nobody was told no: we failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store failed: {}", self.0)
    }
}

impl std::error::Error for StoreError {}

/// A kind of record: where it lies and how long.
pub trait Record: Serialize + DeserializeOwned {
    /// What its keys begin with.
    const KIND: &'static str;
}

/// Typed records over the raw store.
impl dyn Store + '_ {
    /// Keeps a record for a span.
    pub async fn keep<R: Record>(&self, id: &str, record: &R, now: Timestamp, span: Span) -> Result<(), StoreError> {
        self.put(&key::<R>(id), encode(record)?, now.plus(span)).await
    }

    /// Keeps a record for a span, if there is none yet. Was this the first?
    pub async fn claim_first<R: Record>(
        &self,
        id: &str,
        record: &R,
        now: Timestamp,
        span: Span,
    ) -> Result<bool, StoreError> {
        self.claim(&key::<R>(id), encode(record)?, now, now.plus(span)).await
    }

    /// Keeps a record for a span in place of the one there is, if there is one. Was there?
    pub async fn keep_on<R: Record>(
        &self,
        id: &str,
        record: &R,
        now: Timestamp,
        span: Span,
    ) -> Result<bool, StoreError> {
        self.replace(&key::<R>(id), encode(record)?, now, now.plus(span)).await
    }

    /// Reads a record.
    pub async fn find<R: Record>(&self, id: &str, now: Timestamp) -> Result<Option<R>, StoreError> {
        decode(self.get(&key::<R>(id), now).await?)
    }

    /// Reads and removes a record.
    pub async fn redeem<R: Record>(&self, id: &str, now: Timestamp) -> Result<Option<R>, StoreError> {
        decode(self.take(&key::<R>(id), now).await?)
    }

    /// Removes a record that was read before. Was it still there?
    pub async fn spend<R: Record>(&self, id: &str, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.take(&key::<R>(id), now).await?.is_some())
    }

    /// Removes a record.
    pub async fn forget<R: Record>(&self, id: &str) -> Result<(), StoreError> {
        self.remove(&key::<R>(id)).await
    }
}

fn key<R: Record>(id: &str) -> String {
    let mut key = String::with_capacity(R::KIND.len() + 1 + id.len());
    key.push_str(R::KIND);
    key.push('/');
    key.push_str(id);
    key
}

fn encode<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::with_capacity(ROOM);
    serde_json::to_writer(&mut bytes, record).map_err(|error| StoreError(error.to_string()))?;
    Ok(bytes)
}

fn decode<R: Record>(bytes: Option<Vec<u8>>) -> Result<Option<R>, StoreError> {
    match bytes {
        Some(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| StoreError(error.to_string())),
        None => Ok(None),
    }
}

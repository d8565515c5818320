//! Wrong guesses, counted per account and per thing guessed over all browsers and protocols; and what may be
//! used once only.

use super::factors::Factor;
use super::lock::locked_until;
use crate::id::Upn;
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// More are not needed to know how long a lock lasts.
const KEPT: usize = 32;
/// More uses than these are not remembered: far more than fit into the time in which they could be repeated.
const USES: usize = 64;

/// What is guessed: one thing of one account.
#[derive(Clone, Debug)]
pub struct Guessed(String);

impl Guessed {
    /// The account's password.
    pub fn password(home: &str, upn: &Upn) -> Self {
        Self(format!("wrong-passwords/{home}/{upn}"))
    }

    /// One of its second factors.
    pub fn factor(home: &str, upn: &Upn, factor: Factor) -> Self {
        Self(format!("wrong-codes/{home}/{upn}/{factor:?}"))
    }

    /// The wrong guesses since the last right one, oldest first.
    pub async fn wrong(&self, store: &dyn Store) -> Result<Vec<Timestamp>, StoreError> {
        let items = store.read(&self.0, 0, KEPT).await?;
        let moment = |item: Vec<u8>| Some(Timestamp::from_millis(i64::from_be_bytes(item.try_into().ok()?)));
        Ok(items.into_iter().filter_map(|(_, item)| moment(item)).collect())
    }

    /// Until when it is locked, if it is.
    pub async fn locked(&self, store: &dyn Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(locked_until(&self.wrong(store).await?, now))
    }

    /// One more wrong guess.
    pub async fn count(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        store.append(&self.0, now.millis().to_be_bytes().to_vec(), KEPT).await.map(|_| ())
    }

    /// A right one: what was wrong before is forgotten.
    pub async fn forget(&self, store: &dyn Store) -> Result<(), StoreError> {
        store.remove(&self.0).await
    }
}

/// Uses something up: of several who try, the first has it and everybody else has not.
pub async fn use_up(store: &dyn Store, home: &str, upn: &Upn, what: &str) -> Result<bool, StoreError> {
    let list = format!("used/{home}/{upn}");
    let own = store.append(&list, what.as_bytes().to_vec(), USES).await?;
    let uses = store.read(&list, 0, USES).await?;
    Ok(!uses.iter().any(|(number, item)| *number < own && item == what.as_bytes()))
}

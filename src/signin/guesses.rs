//! Wrong guesses, counted per account and per thing guessed over all browsers and protocols; and what may be
//! used once only.

use serde::{Deserialize, Serialize};

use super::factors::Factor;
use super::lock::locked_until;
use crate::directory::AccountRef;
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

/// More are not needed to know how long a lock lasts.
const KEPT: usize = 64;

/// How long it is remembered that a code was used: far longer than it could be repeated.
pub const CODES: Span = Span::days(1);
/// How long a temporary access pass that may be used once is remembered: no pass lives longer.
pub const PASSES: Span = Span::days(30);

/// What is guessed: one thing of one account.
#[derive(Clone, Debug)]
pub struct Guessed(String);

/// Whether one more guess may be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may. It counts as wrong unless [`Guessed::forget`] is called because it was right.
    Allowed(Vec<Timestamp>),
    /// It may not, right or wrong.
    Locked(Vec<Timestamp>),
}

impl Attempt {
    /// The wrong guesses that it was judged by, oldest first.
    pub fn before(&self) -> &[Timestamp] {
        match self {
            Attempt::Allowed(before) | Attempt::Locked(before) => before,
        }
    }

    /// May it not be looked at?
    pub fn is_locked(&self) -> bool {
        matches!(self, Attempt::Locked(_))
    }
}

impl Guessed {
    /// The account's password.
    pub fn password(AccountRef { home, upn }: AccountRef<'_>) -> Self {
        Self(format!("wrong-passwords/{home}/{upn}"))
    }

    /// One of its second factors.
    pub fn factor(AccountRef { home, upn }: AccountRef<'_>, factor: Factor) -> Self {
        Self(format!("wrong-codes/{home}/{upn}/{factor:?}"))
    }

    /// The wrong guesses since the last right one, oldest first.
    pub async fn wrong(&self, store: &dyn Store) -> Result<Vec<Timestamp>, StoreError> {
        Ok(self.numbered(store).await?.into_iter().map(|(_, at)| at).collect())
    }

    async fn numbered(&self, store: &dyn Store) -> Result<Vec<(u64, Timestamp)>, StoreError> {
        let items = store.read(&self.0, 0, KEPT).await?;
        let moment = |item: Vec<u8>| Some(Timestamp::from_millis(i64::from_be_bytes(item.try_into().ok()?)));
        Ok(items.into_iter().filter_map(|(number, item)| Some((number, moment(item)?))).collect())
    }

    /// May one more guess be looked at? It is counted first and judged by those that stand before it, so of many
    /// that come at once no more pass than of as many that come one after the other.
    ///
    /// Whoever finds it right calls [`Guessed::forget`]; whoever finds it wrong has nothing left to do.
    pub async fn attempt(&self, store: &dyn Store, now: Timestamp) -> Result<Attempt, StoreError> {
        let before = self.wrong(store).await?;
        if locked_until(&before, now).is_some() {
            // Already locked: this one does not make it longer.
            return Ok(Attempt::Locked(before));
        }
        let own = self.add(store, now).await?;
        let all = self.numbered(store).await?;
        let earlier = all.iter().filter(|(number, _)| *number < own).count();
        // So many came after it that those before it are gone: then all of them count.
        let crowded = all.first().is_some_and(|(first, _)| *first > 1) && earlier < KEPT / 2;
        let judged_by = if crowded { all.len() } else { earlier };
        let before: Vec<Timestamp> = all.into_iter().take(judged_by).map(|(_, at)| at).collect();
        Ok(match locked_until(&before, now) {
            Some(_) => Attempt::Locked(before),
            None => Attempt::Allowed(before),
        })
    }

    /// Until when it is locked, if it is.
    pub async fn locked(&self, store: &dyn Store, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(locked_until(&self.wrong(store).await?, now))
    }

    /// One more wrong guess, where it was not announced by [`Guessed::attempt`].
    pub async fn count(&self, store: &dyn Store, now: Timestamp) -> Result<(), StoreError> {
        self.add(store, now).await.map(|_| ())
    }

    async fn add(&self, store: &dyn Store, now: Timestamp) -> Result<u64, StoreError> {
        store.append(&self.0, now.millis().to_be_bytes().to_vec(), KEPT).await
    }

    /// A right one: what was wrong before is forgotten.
    pub async fn forget(&self, store: &dyn Store) -> Result<(), StoreError> {
        store.remove(&self.0).await
    }
}

/// Something that was used up.
#[derive(Serialize, Deserialize)]
struct Used;

impl Record for Used {
    const KIND: &'static str = "used";
}

/// Uses something up: of several who try, the first has it and everybody else has not, for as long as `span`.
pub async fn use_up(
    store: &dyn Store,
    AccountRef { home, upn }: AccountRef<'_>,
    what: &str,
    now: Timestamp,
    span: Span,
) -> Result<bool, StoreError> {
    store.claim_first(&format!("{home}/{upn}/{what}"), &Used, now, span).await
}

/// Was it used up?
pub async fn is_used_up(
    store: &dyn Store,
    AccountRef { home, upn }: AccountRef<'_>,
    what: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(store.find::<Used>(&format!("{home}/{upn}/{what}"), now).await?.is_some())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::{Directory, world};
    use crate::id::Upn;
    use crate::store::Memory;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000)
    }

    #[actix_web::test]
    async fn ten_guesses_are_looked_at_then_one_after_each_lock_and_a_right_one_ends_it() {
        let store: &dyn Store = &Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
        let mia = Upn::new("mia@example.test");
        let guessed = Guessed::factor(AccountRef { home: "example", upn: &mia }, Factor::Totp);
        let mut allowed = 0;
        for _ in 0..100 {
            allowed += usize::from(!guessed.attempt(store, now()).await.unwrap().is_locked());
        }
        assert_eq!(allowed, 10);
        let later = now().plus(Span::minutes(1));
        assert!(!guessed.attempt(store, later).await.unwrap().is_locked());
        assert!(guessed.attempt(store, later.plus(Span::minutes(1))).await.unwrap().is_locked(), "twice as long");
        guessed.forget(store).await.unwrap();
        assert_eq!(guessed.attempt(store, later).await.unwrap(), Attempt::Allowed(vec![]));
    }
}

//! Browsers that need not be asked for a second factor again for a while.
//!
//! Like a session's, the cookie's value is a new one whenever something is remembered: a value that somebody planted
//! in the browser before is worth nothing afterwards.

use serde::{Deserialize, Serialize};

use super::session;
use super::state::Remembered;
use crate::directory::{AccountRef, Directory};
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

/// What a browser is remembered for, kept under its cookie's value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Device {
    accounts: Vec<Known>,
}

impl Record for Device {
    const KIND: &'static str = "remembered";
}

/// One account that verified itself here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    #[serde(flatten)]
    remembered: Remembered,
    /// Until when its tenant let it be remembered then. The decision asks the tenant again.
    until: Timestamp,
    /// What the revocations were then: revoking somebody's sessions forgets their browsers too.
    epoch: String,
}

/// The cookie's value before, and the one after.
#[derive(Clone, Copy, Debug)]
pub struct Values<'v> {
    /// What the browser sent, if anything: it is good no more.
    pub old: Option<&'v str>,
    /// What it is given.
    pub fresh: &'v str,
}

/// Whom the browser behind a cookie's value is remembered for.
pub async fn load(
    store: &dyn Store,
    directory: &Directory,
    value: Option<&str>,
    now: Timestamp,
) -> Result<Vec<Remembered>, StoreError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let device = store.find::<Device>(value, now).await?.unwrap_or_default();
    let valid = still_known(store, directory, device, now).await?;
    Ok(valid.into_iter().map(|known| known.remembered).collect())
}

async fn still_known(
    store: &dyn Store,
    directory: &Directory,
    device: Device,
    now: Timestamp,
) -> Result<Vec<Known>, StoreError> {
    let mut valid = Vec::new();
    for known in device.accounts {
        if known.until > now && session::epoch(store, directory, known.remembered.whose(), now).await? == known.epoch {
            valid.push(known);
        }
    }
    Ok(valid)
}

/// Remembers a browser for one more account, whose revocations were these when it proved who it is, for so many days,
/// under a value of its own. Answers how long the value is good: as long as for the account that is remembered longest.
pub async fn keep(
    store: &dyn Store,
    directory: &Directory,
    values: Values<'_>,
    whose: AccountRef<'_>,
    epoch: &str,
    days: u32,
    now: Timestamp,
) -> Result<Span, StoreError> {
    let before = match values.old {
        Some(old) => store.redeem::<Device>(old, now).await?.unwrap_or_default(),
        None => Device::default(),
    };
    let mut accounts = still_known(store, directory, before, now).await?;
    accounts.retain(|known| known.remembered.whose() != whose);
    let remembered = Remembered { upn: whose.upn.clone(), home: whose.home.to_owned(), at: now };
    let until = now.plus(Span::days(i64::from(days)));
    accounts.push(Known { remembered, until, epoch: epoch.to_owned() });
    let last = accounts.iter().map(|known| known.until).max().unwrap_or(until);
    let lives = last.since(now);
    store.keep(values.fresh, &Device { accounts }, now, lives).await?;
    Ok(lives)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::world;
    use crate::id::Upn;
    use crate::store::Memory;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_700_000_000)
    }

    async fn names(store: &dyn Store, value: &str, now: Timestamp) -> Vec<String> {
        let (_, directory) = store.directory().await.unwrap();
        let known = load(store, &directory, Some(value), now).await.unwrap();
        known.into_iter().map(|known| known.upn.to_string()).collect()
    }

    #[actix_web::test]
    async fn a_value_is_good_until_the_next_and_as_long_as_its_longest_account() {
        let directory = Arc::new(Directory::new(world::plain().unwrap()).unwrap());
        let store: &dyn Store = &Memory::new(directory.clone());
        let (alice, bob) = (Upn::new("alice@example.test"), Upn::new("bob@example.test"));
        let whose = |upn, home| AccountRef { home, upn };
        let hers = session::epoch(store, &directory, whose(&alice, "example"), now()).await.unwrap();
        let his = session::epoch(store, &directory, whose(&bob, "fabrikam"), now()).await.unwrap();
        let first = Values { old: Some("planted"), fresh: "a" };
        let kept = keep(store, &directory, first, whose(&alice, "example"), &hers, 30, now()).await.unwrap();
        assert_eq!(kept, Span::days(30));
        assert_eq!(names(store, "planted", now()).await, Vec::<String>::new());
        let second = Values { old: Some("a"), fresh: "b" };
        let kept = keep(store, &directory, second, whose(&bob, "fabrikam"), &his, 1, now()).await.unwrap();
        assert_eq!(kept, Span::days(30));
        assert_eq!(names(store, "a", now()).await, Vec::<String>::new());
        assert_eq!(names(store, "b", now()).await, [alice.as_str(), bob.as_str()]);
        assert_eq!(names(store, "b", now().plus(Span::days(2))).await, [alice.as_str()]);
        assert_eq!(names(store, "b", now().plus(Span::days(30))).await, Vec::<String>::new());
    }
}

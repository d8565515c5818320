//! Browsers that need not be asked for a second factor again for a while.

use serde::{Deserialize, Serialize};

use super::session;
use super::state::Remembered;
use crate::id::Upn;
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
    /// What the revocations were then: revoking somebody's sessions forgets their browsers too.
    epoch: String,
}

/// Whom the browser behind a cookie's value is remembered for.
pub async fn load(store: &dyn Store, value: Option<&str>, now: Timestamp) -> Result<Vec<Remembered>, StoreError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let Some(device) = store.find::<Device>(value, now).await? else { return Ok(Vec::new()) };
    let mut valid = Vec::new();
    for known in device.accounts {
        if session::epoch(store, &known.remembered.upn, now).await? == known.epoch {
            valid.push(known.remembered);
        }
    }
    Ok(valid)
}

/// Remembers a browser for one more account, for so many days.
pub async fn keep(
    store: &dyn Store,
    value: &str,
    upn: &Upn,
    home: &str,
    days: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut device = store.find::<Device>(value, now).await?.unwrap_or_default();
    device.accounts.retain(|known| known.remembered.upn != *upn || known.remembered.home != home);
    let remembered = Remembered { upn: upn.clone(), home: home.to_owned(), at: now };
    device.accounts.push(Known { remembered, epoch: session::epoch(store, upn, now).await? });
    store.keep(value, &device, now, Span::days(i64::from(days))).await
}

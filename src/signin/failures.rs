//! Wrong passwords, counted per account over all browsers and protocols.

use super::password;
use crate::directory::Account;
use crate::id::Upn;
use crate::refusal::{Code, Refusal};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// More are not needed to know how long the lock lasts.
const KEPT: usize = 32;

/// Verifies a password and keeps count. The inner answer is the verdict; the outer, whether we could tell.
pub async fn verify(
    store: &dyn Store,
    home: &str,
    upn: &Upn,
    account: Option<Account<'_>>,
    candidate: &str,
    now: Timestamp,
) -> Result<Result<(), Refusal>, StoreError> {
    let list = format!("wrong-passwords/{home}/{upn}");
    let failures = read(store, &list).await?;
    let verdict = password::verify(account, candidate, &failures, now);
    match &verdict {
        Ok(()) if !failures.is_empty() => store.remove(&list).await?,
        Ok(()) => {}
        Err(refusal) if refusal.code == Code::WrongPassword => {
            store.append(&list, now.millis().to_be_bytes().to_vec(), KEPT).await?;
        }
        Err(_) => {}
    }
    Ok(verdict)
}

async fn read(store: &dyn Store, list: &str) -> Result<Vec<Timestamp>, StoreError> {
    let items = store.read(list, 0, KEPT).await?;
    let moment = |item: Vec<u8>| Some(Timestamp::from_millis(i64::from_be_bytes(item.try_into().ok()?)));
    Ok(items.into_iter().filter_map(|(_, item)| moment(item)).collect())
}

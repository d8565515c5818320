//! Wrong passwords, counted per account over all browsers and protocols.

use super::guesses::Guessed;
use super::password;
use crate::directory::Account;
use crate::id::Upn;
use crate::refusal::{Code, Refusal};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Verifies a password and keeps count. The inner answer is the verdict; the outer, whether we could tell.
pub async fn verify(
    store: &dyn Store,
    home: &str,
    upn: &Upn,
    account: Option<Account<'_>>,
    candidate: &str,
    now: Timestamp,
) -> Result<Result<(), Refusal>, StoreError> {
    let guessed = Guessed::password(home, upn);
    let failures = guessed.wrong(store).await?;
    let verdict = password::verify(account, candidate, &failures, now);
    match &verdict {
        Ok(()) if !failures.is_empty() => guessed.forget(store).await?,
        Ok(()) => {}
        Err(refusal) if refusal.code == Code::WrongPassword => guessed.count(store, now).await?,
        Err(_) => {}
    }
    Ok(verdict)
}

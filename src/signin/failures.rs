//! Wrong passwords, counted per account over all browsers and protocols.

use super::guesses::Guessed;
use super::password;
use crate::directory::{Account, AccountRef};
use crate::refusal::{Code, Refusal};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// Verifies a password and keeps count. The inner answer is the verdict; the outer, whether we could tell.
pub async fn verify(
    store: &dyn Store,
    whose: AccountRef<'_>,
    account: Option<Account<'_>>,
    candidate: &str,
    now: Timestamp,
) -> Result<Result<(), Refusal>, StoreError> {
    let guessed = Guessed::password(whose);
    let attempt = guessed.attempt(store, now).await?;
    let verdict = password::verify(account, candidate, attempt.before(), now);
    match &verdict {
        Err(refusal) if matches!(refusal.code, Code::WrongPassword | Code::Locked) => {}
        // It was right, whatever else is wrong with the account; or there is nothing to be guessed.
        Ok(()) | Err(_) => guessed.forget(store).await?,
    }
    Ok(verdict)
}

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
    let attempt = guessed.attempt(store, now).await?;
    let verdict = password::verify(account, candidate, attempt.before(), now);
    match &verdict {
        Err(refusal) if matches!(refusal.code, Code::WrongPassword | Code::Locked) => {}
        // It was right, whatever else is wrong with the account; or there is nothing to be guessed.
        Ok(()) | Err(_) => guessed.forget(store).await?,
    }
    Ok(verdict)
}

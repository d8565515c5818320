//! What a sign-in changes in the directory: a method registered, terms accepted, a state moved on.

use crate::directory::user::User;
use crate::id::Upn;
use crate::store::{Store, StoreError, TRIES};

/// Changes one account where it lives.
pub async fn change(store: &dyn Store, home: &str, upn: &Upn, change: impl Fn(&mut User)) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        let (revision, directory) = store.directory().await?;
        // Whoever is gone by now has nothing to change.
        let Some(home) = directory.at(home) else { return Ok(()) };
        if store.commit(revision, directory.with_account(home, upn, &change)).await? {
            return Ok(());
        }
    }
    Err(StoreError("the world changes too fast to write this down".into()))
}

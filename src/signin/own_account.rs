//! What a sign-in changes in the directory: a method registered, terms accepted, a state moved on.

use std::sync::Arc;

use crate::directory::Directory;
use crate::directory::user::User;
use crate::id::Upn;
use crate::store::{Store, StoreError, Thought};

/// Changes one account where it lives.
pub async fn change(store: &dyn Store, home: &str, upn: &Upn, change: impl Fn(&mut User)) -> Result<(), StoreError> {
    let think = async |directory: Arc<Directory>| {
        Ok(match directory.at(home) {
            Some(home) => Thought::Become(Box::new(directory.with_account(home, upn, &change)), ()),
            // Whoever is gone by now has nothing to change.
            None => Thought::Keep(()),
        })
    };
    store.change(think).await
}

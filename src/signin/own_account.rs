//! What a sign-in changes in the directory: a method registered, terms accepted, a state moved on.

use std::sync::Arc;

use crate::directory::tenant::Tenant;
use crate::directory::user::User;
use crate::directory::{AccountRef, Directory};
use crate::store::{Store, StoreError, Thought};

/// Changes one account where it lives.
pub async fn change(store: &dyn Store, whose: AccountRef<'_>, change: impl Fn(&mut User)) -> Result<(), StoreError> {
    change_at_home(store, whose, |_, user| change(user)).await.map(|_| ())
}

/// The same where it depends on its home, as that is by then. Answers what the change that was written down says of
/// itself; nothing where there is no such account any more.
pub async fn change_at_home<T>(
    store: &dyn Store,
    whose: AccountRef<'_>,
    change: impl Fn(Tenant<'_>, &mut User) -> T,
) -> Result<Option<T>, StoreError> {
    let think = async |directory: Arc<Directory>| {
        // Whoever is gone by now has nothing to change.
        let Some(home) = directory.at(whose.home) else { return Ok(Thought::Keep(None)) };
        let mut said = None;
        let changed = directory.with_account(home, whose.upn, |user| said = Some(change(home, user)));
        Ok(Thought::Become(Box::new(changed), said))
    };
    store.change(think).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::policy::PerUserMfa;
    use crate::directory::world;
    use crate::id::Upn;
    use crate::store::Memory;

    #[actix_web::test]
    async fn a_change_is_judged_on_the_account_as_it_is_when_it_is_written() {
        let store: &dyn Store = &Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
        let (alice, nobody) = (Upn::new("alice@example.test"), Upn::new("nobody@example.test"));
        let alice = AccountRef { home: "example", upn: &alice };
        let read = |_: Tenant<'_>, user: &mut User| user.per_user_mfa.replace(PerUserMfa::Enforced);
        change(store, alice, |user| user.per_user_mfa = Some(PerUserMfa::Disabled)).await.unwrap();
        assert_eq!(change_at_home(store, alice, read).await.unwrap(), Some(Some(PerUserMfa::Disabled)));
        assert_eq!(change_at_home(store, alice, read).await.unwrap(), Some(Some(PerUserMfa::Enforced)));
        assert_eq!(change_at_home(store, AccountRef { upn: &nobody, ..alice }, read).await.unwrap(), None);
        assert_eq!(change_at_home(store, AccountRef { home: "gone", ..alice }, read).await.unwrap(), None);
    }
}

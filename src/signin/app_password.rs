//! Who may have passwords for clients that know no second factor, and is this one?
//!
//! Follows "Enforce multifactor authentication with legacy applications using app passwords": made by the system, shown
//! once, up to forty for each account, verified by the tenant also where another provider signs the account in.

use std::cell::Cell;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::mfa::offered::allows;
use super::mfa::required::per_user_state;
use super::own_account;
use crate::chance::Chance;
use crate::directory::policy::{MethodKind, PerUserMfa};
use crate::directory::tenant::Tenant;
use crate::directory::user::{AppPassword, Secret, User};
use crate::directory::{Account, AccountRef};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// How many an account can have.
pub const MOST: usize = 40;
/// How many letters one has.
const LETTERS: usize = 16;
/// The longest name one can have.
pub const LONGEST_NAME: usize = 100;

/// Why an account can have none, or no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cannot {
    /// It is a third-party provider's account.
    Elsewhere,
    /// The tenant does not allow them.
    NotAllowed,
    /// Nothing more than a password is asked of the account, so it needs none.
    NotNeeded,
    /// It has as many as it can have.
    Full,
}

impl Cannot {
    /// The sentence for whoever asked.
    pub fn text(self) -> &'static str {
        match self {
            Cannot::Elsewhere => "App passwords belong to accounts of Entra tenants; a third-party provider has none.",
            Cannot::NotAllowed => "The tenant does not allow app passwords: its allowed methods do not name them.",
            Cannot::NotNeeded => {
                "An app password is for accounts whose multi-factor authentication is enabled or enforced: this one can \
                 go on with its own password."
            }
            Cannot::Full => "The account has forty app passwords, which is as many as it can have. Revoke one first.",
        }
    }
}

/// A new app password: shown this once.
#[derive(Clone, Debug)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// The password itself.
    pub password: Secret,
}

/// May this account have app passwords, and use those it has?
pub fn may_use(account: &Account<'_>) -> Result<(), Cannot> {
    if let Tenant::Provider { .. } = account.home {
        return Err(Cannot::Elsewhere);
    }
    if !allows(account.home, MethodKind::AppPassword) {
        return Err(Cannot::NotAllowed);
    }
    match per_user_state(account) {
        PerUserMfa::Enabled | PerUserMfa::Enforced => Ok(()),
        PerUserMfa::Disabled => Err(Cannot::NotNeeded),
    }
}

/// The app password that this is, by its id. Clients and people put spaces between its letters.
pub fn matching<'u>(user: &'u User, candidate: &str) -> Option<(&'u str, &'u AppPassword)> {
    let typed: String = candidate.chars().filter(|c| !c.is_whitespace()).collect();
    let hash = hash(&typed);
    let same = |known: &AppPassword| verify_slices_are_equal(known.hash.as_bytes(), hash.as_bytes()).is_ok();
    user.app_passwords.iter().find(|(_, known)| same(known)).map(|(id, known)| (id.as_str(), known))
}

// Nobody chose these letters, so nobody can guess them by trying likely ones: a plain digest keeps them.
fn hash(password: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, password.as_bytes()))
}

/// Makes one for an account and keeps its hash.
pub async fn make(
    store: &dyn Store,
    chance: &Chance,
    account: &Account<'_>,
    name: &str,
    now: Timestamp,
) -> Result<Result<Made, Cannot>, StoreError> {
    if let Err(cannot) = may_use(account) {
        return Ok(Err(cannot));
    }
    let made =
        Made { id: chance.uuid().to_string(), password: Secret::new(chance.letters(LETTERS).to_ascii_lowercase()) };
    let kept = AppPassword { name: name.to_owned(), hash: hash(made.password.reveal()), created: Some(now) };
    // Counted where it is kept: of two made at once, the last free place is one's.
    let fits = Cell::new(false);
    own_account::change(store, AccountRef { home: &account.home.place(), upn: account.upn }, |user| {
        fits.set(user.app_passwords.len() < MOST);
        if fits.get() {
            user.app_passwords.insert(made.id.clone(), kept.clone());
        }
    })
    .await?;
    Ok(if fits.get() { Ok(made) } else { Err(Cannot::Full) })
}

/// Revokes one. Was there one of that id?
pub async fn revoke(store: &dyn Store, account: &Account<'_>, id: &str) -> Result<bool, StoreError> {
    let known = |user: &User| user.app_passwords.keys().find(|known| known.eq_ignore_ascii_case(id)).cloned();
    let gone = Cell::new(false);
    own_account::change(store, AccountRef { home: &account.home.place(), upn: account.upn }, |user| {
        gone.set(known(user).is_some_and(|id| user.app_passwords.remove(&id).is_some()));
    })
    .await?;
    Ok(gone.get())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::{Directory, world};
    use crate::id::Upn;
    use crate::store::Memory;

    const MIA: &str = "mia@example.test";

    fn directory(change: impl FnOnce(&mut world::World)) -> Directory {
        let mut world = world::partner().unwrap();
        change(&mut world);
        Directory::new(world).unwrap()
    }

    #[test]
    fn r_61_only_accounts_that_need_them_in_a_tenant_that_allows_them_have_any() {
        let some = directory(|world| {
            let fabrikam = world.tenants.get_mut("fabrikam").unwrap();
            fabrikam.per_user_mfa = PerUserMfa::Enabled;
            let contoso = world.tenants.get_mut("contoso").unwrap();
            contoso.allowed_methods = Some(vec![MethodKind::Totp]);
        });
        let verdict = |directory: &Directory, upn: &str| may_use(&directory.account(&Upn::new(upn)).unwrap());
        for (upn, expected) in [
            (MIA, Ok(())),
            ("john@fabrikam.test", Ok(())),
            ("jane@contoso.test", Err(Cannot::NotAllowed)),
            ("alice@example.test", Err(Cannot::NotNeeded)),
        ] {
            assert_eq!(verdict(&some, upn), expected, "{upn}");
        }
        let local = some.provider("local").unwrap();
        assert_eq!(may_use(&some.account_at(local, &Upn::new("mia@local.test")).unwrap()), Err(Cannot::Elsewhere));
    }

    #[actix_web::test]
    async fn r_61_what_was_made_is_known_by_its_hash_until_it_is_revoked() {
        let store: &dyn Store = &Memory::new(Arc::new(directory(|_| {})));
        let chance = Chance::new(Some(7), "");
        let mut last = None;
        for number in 0..=MOST {
            let (_, directory) = store.directory().await.unwrap();
            let account = directory.account(&Upn::new(MIA)).unwrap();
            let made = make(store, &chance, &account, "Outlook", Timestamp::default()).await.unwrap();
            assert_eq!(made.is_ok(), number < MOST, "{number}");
            last = made.ok().or(last);
        }
        let made = last.unwrap();
        let (_, directory) = store.directory().await.unwrap();
        let account = directory.account(&Upn::new(MIA)).unwrap();
        let spaced = format!(" {} {}\t", &made.password.reveal()[..4], &made.password.reveal()[4..]);
        assert_eq!(matching(account.user, &spaced).unwrap().0, made.id);
        assert!(matching(account.user, &made.password.reveal().to_uppercase()).is_none());
        assert!(matching(account.user, "").is_none() && matching(account.user, "Password1!").is_none());
        let written = directory.world().to_toml();
        assert!(!written.contains(made.password.reveal()), "only the hash is kept");

        assert!(revoke(store, &account, &made.id.to_uppercase()).await.unwrap());
        assert!(!revoke(store, &account, &made.id).await.unwrap());
        let (_, directory) = store.directory().await.unwrap();
        let account = directory.account(&Upn::new(MIA)).unwrap();
        assert!(matching(account.user, made.password.reveal()).is_none());
        assert_eq!(account.user.app_passwords.len(), MOST - 1);
    }
}

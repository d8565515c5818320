//! Whom does a name mean, and what does their code app show?
//!
//! An account of a tenant and one of a provider may share a name: they are one person, with one phone.

use serde::Serialize;

use super::body;
use super::error::Refused;
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::signin::mfa::totp;
use crate::time::Timestamp;

/// What a code app shows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// The code.
    pub code: String,
    /// Until when it is shown.
    pub valid_until: Timestamp,
}

/// The accounts of a name: an Entra tenant's own first, then those of providers.
pub fn named<'d>(directory: &'d Directory, upn: &Upn) -> Result<Vec<Account<'d>>, Refused> {
    let accounts: Vec<Account<'d>> = directory.accounts_named(upn).collect();
    if accounts.is_empty() { Err(Refused::NotFound(nobody(directory, upn))) } else { Ok(accounts) }
}

/// There is no account of this name; perhaps of that.
pub fn nobody(directory: &Directory, upn: &Upn) -> String {
    body::nobody("account", upn.as_str(), names(directory))
}

/// Every name there is.
pub fn names(directory: &Directory) -> impl Iterator<Item = &str> {
    let world = directory.world();
    let elsewhere = world.providers.values().flat_map(|provider| provider.users.keys());
    world.users.keys().chain(elsewhere).map(Upn::as_str)
}

/// What the code app of this name shows: the first account's that has one, since a federated account has its own at
/// its provider.
pub fn code(directory: &Directory, upn: &Upn, now: Timestamp) -> Result<Shown, Refused> {
    let accounts = named(directory, upn)?;
    let missing = || Refused::NotFound(format!("{upn} has no code app registered."));
    accounts.iter().find_map(|account| shown(account, now)).ok_or_else(missing)
}

/// What the code app of one account shows, if it has one.
pub fn shown(account: &Account<'_>, now: Timestamp) -> Option<Shown> {
    let (code, valid_until) = totp::code(account.user.methods.totp.as_ref()?, now)?;
    Some(Shown { code, valid_until })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;

    fn of(upn: &str) -> Result<Shown, String> {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        code(&directory, &Upn::new(upn), Timestamp::from_seconds(59)).map_err(|refused| refused.message())
    }

    #[test]
    fn the_code_is_that_of_the_account_that_has_a_code_app() {
        // Trent's account at Wingtip is federated: his code app is registered at the provider.
        for upn in ["jane@contoso.test", "Trent@wingtip.test", "mia@local.test"] {
            let shown = of(upn).unwrap();
            assert_eq!((shown.code.len(), shown.valid_until), (6, Timestamp::from_seconds(60)), "{upn}");
        }
        assert_ne!(of("jane@contoso.test").unwrap().code, of("hana@contoso.test").unwrap().code);
    }

    #[test]
    fn who_has_no_code_app_or_no_account_is_told_so() {
        assert_eq!(of("alice@example.test"), Err("alice@example.test has no code app registered.".to_owned()));
        let told = of("mia@exmaple.test").unwrap_err();
        assert_eq!(told, "There is no account 'mia@exmaple.test'; did you mean 'mia@example.test'?");
        assert_eq!(of("x"), Err("There is no account 'x'.".to_owned()));
    }
}

//! Which methods may be registered and used?

use crate::directory::policy::MethodKind;
use crate::directory::tenant::Tenant;
use crate::directory::user::AccessPass;
use crate::directory::{Account, Directory};
use crate::signin::factors::Factor;
use crate::time::Timestamp;

/// The second factors a tenant's house rules allow, in the order of the list.
pub fn allowed(home: Tenant<'_>) -> impl Iterator<Item = MethodKind> {
    MethodKind::FACTORS.into_iter().filter(move |kind| allows(home, *kind))
}

/// Do a tenant's house rules allow this method?
pub fn allows(home: Tenant<'_>, kind: MethodKind) -> bool {
    match home {
        Tenant::Entra { facts, .. } => match &facts.allowed_methods {
            Some(named) => named.contains(&kind),
            // Both policies come without a licence, and so without texts, calls and keys.
            None if facts.security_defaults || facts.admins_baseline => {
                matches!(kind, MethodKind::Push | MethodKind::Totp)
            }
            None => true,
        },
        Tenant::Provider { .. } => kind != MethodKind::AppPassword,
    }
}

/// What an account can prove now: what it has registered and may use, the one it is asked for first in front.
pub fn usable(account: &Account<'_>, now: Timestamp) -> Vec<Factor> {
    let pass = account.user.methods.access_pass.as_ref().filter(|pass| pass.is_good(now));
    let pass = pass.map(|_: &AccessPass| Factor::AccessPass);
    pass.into_iter().chain(registered(account).into_iter().filter_map(Factor::of)).collect()
}

/// What an account can be asked for: what it can prove itself, and last what an external provider says of it.
pub fn askable(directory: &Directory, account: &Account<'_>, now: Timestamp) -> Vec<Factor> {
    let external = (!directory.external_methods(account).is_empty()).then_some(Factor::External);
    usable(account, now).into_iter().chain(external).collect()
}

/// What an account has registered and may use, the default in front.
pub fn registered(account: &Account<'_>) -> Vec<MethodKind> {
    let methods = &account.user.methods;
    let mut kinds: Vec<MethodKind> = methods.kinds().filter(|kind| allows(account.home, *kind)).collect();
    // A stable sort: the default moves to the front, the others stay in order.
    kinds.sort_by_key(|kind| methods.default != Some(*kind));
    kinds
}

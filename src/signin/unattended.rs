//! Who is signed in where nobody is at the pages?
//!
//! A server can be started to sign one account in by itself. It counts wherever that account is known; elsewhere, as in
//! a world that does not have it, pages are shown as usual.

use super::factors::First;
use super::identify::known_at;
use super::state::{ConsentAnswer, Demand, Evidence, FirstProof};
use crate::directory::Directory;
use crate::directory::domain::Realm;
use crate::id::Upn;
use crate::journal::Because;
use crate::time::Timestamp;

/// What is taken as proven of the account that signs in by itself; nothing where it is not known.
pub fn taken_as_proven(directory: &Directory, upn: &Upn, demand: &Demand, now: Timestamp) -> Evidence {
    let Some(account) = known_at(directory, &demand.authority, upn) else { return Evidence::default() };
    let with = match directory.realm(account.home, account.upn.domain()) {
        Realm::Managed => First::Password,
        Realm::Federated(_) => First::Federated,
    };
    Evidence {
        chosen: Some(upn.clone()),
        first: Some(FirstProof { upn: upn.clone(), with, at: now }),
        of: Some(upn.clone()),
        unattended: true,
        stay: Some(false),
        consent: Some(if demand.for_everyone { ConsentAnswer::ForEveryone } else { ConsentAnswer::ForMe }),
        ..Evidence::default()
    }
}

/// Why nobody is asked for anything.
pub fn because() -> Because {
    Because::new("unattended", "the server was started to sign this account in without any page")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;
    use crate::signin::state::Authority;

    #[test]
    fn an_account_signs_in_by_itself_where_it_is_known_and_as_it_would_with_pages() {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        let provider = |name: &str| Authority::Provider(name.to_owned());
        let adatum = || Authority::Tenant("adatum".to_owned());
        for (upn, authority, first) in [
            ("alice@example.test", Authority::Common, Some(First::Password)),
            ("trent@wingtip.test", Authority::Common, Some(First::Federated)),
            ("trent@wingtip.test", adatum(), Some(First::Federated)),
            ("trent@wingtip.test", provider("wingtip"), Some(First::Password)),
            ("alice@local.test", provider("local"), Some(First::Password)),
            ("alice@local.test", Authority::Organizations, None),
            ("alice@example.test", provider("local"), None),
            ("nobody@example.test", Authority::Common, None),
        ] {
            let demand = Demand::new(authority, "example-web");
            let evidence = taken_as_proven(&directory, &Upn::new(upn), &demand, Timestamp::from_seconds(0));
            assert_eq!(evidence.first.map(|shown| shown.with), first, "{upn} at {:?}", demand.authority);
            assert_eq!(evidence.unattended, first.is_some(), "{upn} at {:?}", demand.authority);
        }
    }
}

//! What does the start-up block tell of this server and its world?

use crate::Standin;
use crate::cli::startup_block::{Account, Startup, startup_block};
use crate::cli::terminal::Ink;
use crate::cli::world_file;
use crate::config::Config;
use crate::directory::Directory;
use crate::directory::tenant::{EntraTenant, TenantKind};
use crate::directory::user::User;
use crate::directory::world::World;
use crate::id::Upn;
use crate::tls::{LocalCa, Origin};

/// Where to find the certificate to trust.
pub(super) struct Certificate {
    path: Option<String>,
    origin: Origin,
}

/// Where this user's local CA is, before the server uses it: a first start makes it here, and can then say so.
pub(super) fn certificate(config: &Config) -> Option<Certificate> {
    if config.https.is_empty() {
        return None;
    }
    let ca = LocalCa::open(config.data_dir.as_deref(), crate::time::system().date_time()).ok()?;
    Some(Certificate { path: ca.path().map(|path| path.display().to_string()), origin: ca.origin().clone() })
}

/// The start-up block of a server that has started.
pub(super) fn text(
    standin: &Standin,
    config: &Config,
    directory: &Directory,
    certificate: Option<&Certificate>,
) -> String {
    let tenant = ordinary_domain(directory.world());
    let startup = Startup {
        version: env!("CARGO_PKG_VERSION"),
        http: standin.http_addresses(),
        https: standin.https_addresses(),
        public_url: config.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/')),
        world: &world_file::name(&config.world),
        tenant,
        accounts: &story_accounts(directory.world(), tenant),
        ca: certificate.map(|certificate| (certificate.path.as_deref(), &certificate.origin)),
        control_is_open: config.is_exposed() && config.control_token.is_none(),
    };
    startup_block(&startup, Ink::for_stdout())
}

/// A domain of the tenant that most people need first: one that is neither partner nor customer.
fn ordinary_domain(world: &World) -> Option<&str> {
    let is_ordinary = |tenant: &&EntraTenant| tenant.kind == TenantKind::Ordinary;
    let tenant = world.tenants.values().find(is_ordinary).or(world.tenants.values().next())?;
    tenant.domains.first().map(String::as_str)
}

/// Who has a story, and the password to use: where a provider signs them in, the one there. The domain `first` comes first.
fn story_accounts(world: &World, first: Option<&str>) -> Vec<Account> {
    let own = world.users.iter().map(|(upn, user)| (upn, user.as_ref()));
    let at_providers = world.providers.values().flat_map(|provider| &provider.users);
    let elsewhere =
        |upn: &Upn| world.providers.values().find_map(|provider| provider.users.get(upn)?.password.as_ref());
    let told = |(upn, user): (&Upn, &User)| {
        let password = elsewhere(upn).or(user.password.as_ref()).filter(|_| !user.story.is_empty())?;
        Some((upn.clone(), password.reveal().to_owned()))
    };
    let mut accounts: Vec<(Upn, String)> = own.chain(at_providers).filter_map(told).collect();
    let place = |upn: &Upn| (Some(upn.domain()) != first, upn.domain().to_owned(), upn.as_str().to_owned());
    accounts.sort_by_key(|(upn, _)| place(upn));
    accounts.dedup();
    accounts.into_iter().map(|(upn, password)| Account { user_name: upn.as_str().to_owned(), password }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;

    #[test]
    fn whoever_has_a_story_is_shown_with_the_password_that_works() {
        let world = world::partner().unwrap();
        let accounts = story_accounts(&world, Some("example.test"));
        let password = |name: &str| {
            let of_that_name = accounts.iter().filter(|account| account.user_name == name);
            of_that_name.map(|account| account.password.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(password("alice@example.test"), ["Password1!"]);
        // His tenant has a password for him too, but his provider is the one that asks.
        assert_eq!(password("trent@wingtip.test"), ["Wingtip1!"]);
        assert_eq!(accounts[0].user_name, "alice@example.test");
    }

    #[test]
    fn the_authority_shown_is_the_ordinary_tenants() {
        assert_eq!(ordinary_domain(&world::partner().unwrap()), Some("example.test"));
        let partners = "[tenants.a]\nkind = \"partner\"\ndomains = [\"a.test\"]\n";
        assert_eq!(ordinary_domain(&world::read(partners).unwrap()), Some("a.test"));
        assert_eq!(ordinary_domain(&World::default()), None);
    }
}

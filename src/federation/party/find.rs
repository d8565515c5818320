//! Who calls itself this, here?

use std::borrow::Cow;

use super::{Asks, Party, Replies, apps, unknown};
use crate::directory::tenant::Tenant;
use crate::directory::{Application, Directory};
use crate::federation::parties::{self, MICROSOFT_ONLINE, MICROSOFT_ONLINE_APP};
use crate::http::origin::Origin;
use crate::http::params::shorten;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

/// The handle of the application that stands for whoever is on localhost, among the platform's.
const ANY_ON_LOCALHOST: &str = "any-on-localhost";

impl<'d> Party<'d> {
    /// Whoever calls itself this at a tenant or provider.
    pub fn find(
        directory: &'d Directory,
        origin: &Origin,
        authority: &Authority,
        asks: Asks,
        name: &str,
    ) -> Result<Self, Refusal> {
        match authority {
            Authority::Provider(handle) => at_provider(directory, origin, handle, asks, name),
            Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
                at_entra(directory, authority, asks, name)
            }
        }
    }
}

fn at_provider<'d>(
    directory: &'d Directory,
    origin: &Origin,
    provider: &str,
    asks: Asks,
    name: &str,
) -> Result<Party<'d>, Refusal> {
    let registered_here = || apps(directory).filter(|app| app.home == provider && asks.names(app, name));
    if name == MICROSOFT_ONLINE
        && let Some(app) = directory.app_by_handle(MICROSOFT_ONLINE_APP)
    {
        // Tenants of other worlds go by the same name, and are answered where that is registered for them.
        let others = registered_here().flat_map(|app| asks.replies(app.facts())).cloned();
        let replies = std::iter::once(parties::login_address(origin)).chain(others).collect();
        return Ok(Party { app, name: name.to_owned(), replies: Replies::Registered(Cow::Owned(replies)) });
    }
    if let Some(app) = registered_here().next() {
        return Ok(registered(app, asks, name));
    }
    let open = match directory.provider(provider) {
        Some(Tenant::Provider { facts, .. }) => facts.any_localhost_service_provider,
        Some(Tenant::Entra { .. }) | None => false,
    };
    match directory.app_by_handle(ANY_ON_LOCALHOST).filter(|_| open) {
        Some(app) => Ok(Party { app, name: name.to_owned(), replies: Replies::OnThisMachine }),
        None => Err(unknown(name, "at this provider")),
    }
}

fn at_entra<'d>(directory: &'d Directory, authority: &Authority, asks: Asks, name: &str) -> Result<Party<'d>, Refusal> {
    let called =
        || apps(directory).filter(|app| directory.tenant_by_handle(&app.home).is_some() && asks.names(app, name));
    match authority {
        Authority::Tenant(handle) => {
            let own = called().find(|app| app.home == *handle).or_else(|| called().find(|app| app.multi_tenant));
            own.map(|app| registered(app, asks, name)).ok_or_else(|| unknown(name, "in this tenant"))
        }
        Authority::Common | Authority::Organizations | Authority::Consumers | Authority::Provider(_) => {
            match called().find(|app| app.multi_tenant) {
                Some(app) => Ok(registered(app, asks, name)),
                None if called().next().is_some() => Err(Code::SingleTenantApp.because(format!(
                    "The application '{}' serves one tenant only: its address has to name that tenant.",
                    shorten(name)
                ))),
                None => Err(unknown(name, "in any tenant")),
            }
        }
    }
}

fn registered<'d>(app: Application<'d>, asks: Asks, name: &str) -> Party<'d> {
    let own = asks.name(app.facts()).unwrap_or(name).to_owned();
    Party { app, name: own, replies: Replies::Registered(Cow::Borrowed(asks.replies(app.facts()))) }
}

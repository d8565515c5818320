//! Who verifies people, and by which house rules: an Entra tenant or a third-party provider.
//!
//! To the sign-in engine both are one thing, [`Tenant`], speaking one of two dialects.

mod billing;
mod entra;
mod lifetimes;
mod provider;

use crate::id::TenantId;

pub use billing::{Address, Billing};
pub use entra::{EntraTenant, Guest, TenantKind};
pub use lifetimes::TokenLifetimes;
pub use provider::{Answer, Provider, ProviderMfa, Relay, Strictness};

/// Which rules of the wire a tenant follows where standards and Entra differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Microsoft Entra ID.
    Entra,
    /// The standards.
    Generic,
}

/// The region every tenant of Entra ID says it is in.
pub const REGION: &str = "WW";

/// What a provider's place begins with; no handle has a slash.
pub const PROVIDER_MARK: &str = "idp/";

/// Whoever verifies people: what the sign-in engine calls a tenant.
#[derive(Clone, Copy, Debug)]
pub enum Tenant<'d> {
    /// A tenant of Microsoft Entra ID.
    Entra {
        /// Its handle in the world.
        handle: &'d str,
        /// What the world says of it.
        facts: &'d EntraTenant,
    },
    /// A third-party provider.
    Provider {
        /// Its handle in the world, and its name in addresses.
        handle: &'d str,
        /// What the world says of it.
        facts: &'d Provider,
    },
}

impl PartialEq for Tenant<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.family() == other.family() && self.handle() == other.handle()
    }
}

impl<'d> Tenant<'d> {
    /// Its handle in the world.
    pub fn handle(&self) -> &'d str {
        match *self {
            Tenant::Entra { handle, .. } | Tenant::Provider { handle, .. } => handle,
        }
    }

    /// What records call it. A tenant and a provider may share a handle, so a provider's is marked.
    pub fn place(&self) -> String {
        match *self {
            Tenant::Entra { handle, .. } => handle.to_owned(),
            Tenant::Provider { handle, .. } => format!("{PROVIDER_MARK}{handle}"),
        }
    }

    /// The name shown to people.
    pub fn name(&self) -> &'d str {
        let name = match *self {
            Tenant::Entra { facts, .. } => facts.name.as_str(),
            Tenant::Provider { facts, .. } => facts.name.as_str(),
        };
        if name.is_empty() { self.handle() } else { name }
    }

    /// Its id; a provider has one too, for the records, though no token shows it.
    pub fn id(&self) -> TenantId {
        match *self {
            Tenant::Entra { facts, .. } => facts.id,
            Tenant::Provider { handle, .. } => TenantId::derived(&["provider", handle]),
        }
    }

    /// Whose rules of the wire it follows.
    pub fn family(&self) -> Family {
        match self {
            Tenant::Entra { .. } => Family::Entra,
            Tenant::Provider { .. } => Family::Generic,
        }
    }

    /// How long what is issued here lives.
    pub fn lifetimes(&self) -> &'d TokenLifetimes {
        match *self {
            Tenant::Entra { facts, .. } => &facts.token_lifetimes,
            Tenant::Provider { facts, .. } => &facts.token_lifetimes,
        }
    }

    /// Is "Stay signed in?" asked?
    pub fn offers_to_stay_signed_in(&self) -> bool {
        match *self {
            Tenant::Entra { facts, .. } => facts.stay_signed_in,
            Tenant::Provider { facts, .. } => facts.stay_signed_in,
        }
    }

    /// Does an unknown user name look like a wrong password?
    pub fn hides_unknown_users(&self) -> bool {
        match *self {
            Tenant::Entra { facts, .. } => facts.hide_unknown_users,
            // A provider asks for both on one page and never says which was wrong.
            Tenant::Provider { .. } => true,
        }
    }
}

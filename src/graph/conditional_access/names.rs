//! What does an id stand for? The world names things by handle, this interface by id: here one becomes the other.
//!
//! Only what the tenant can see is found by its id.

use uuid::{Uuid, uuid};

use crate::directory::Directory;
use crate::directory::policy::Strength;
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::graph::caller::Caller;
use crate::graph::error::Refused;
use crate::http::params::shorten;
use crate::id::{ClientId, ObjectId, Upn};

/// The id and name of a strength that every tenant has.
fn built_in(strength: Strength) -> (Uuid, &'static str) {
    match strength {
        Strength::Mfa => (uuid!("00000000-0000-0000-0000-000000000002"), "Multifactor authentication"),
        Strength::Passwordless => (uuid!("00000000-0000-0000-0000-000000000003"), "Passwordless MFA"),
        Strength::PhishingResistant => (uuid!("00000000-0000-0000-0000-000000000004"), "Phishing-resistant MFA"),
    }
}

/// The names of one tenant's things.
#[derive(Clone, Copy, Debug)]
pub struct Names<'d> {
    directory: &'d Directory,
    home: &'d str,
    tenant: &'d EntraTenant,
}

impl<'d> Names<'d> {
    /// The names as a caller sees them.
    pub fn of(directory: &'d Directory, caller: &Caller<'d>) -> Self {
        Self { directory, home: caller.home, tenant: caller.tenant }
    }

    /// The names in a tenant.
    pub fn within(directory: &'d Directory, home: &'d str, tenant: &'d EntraTenant) -> Self {
        Self { directory, home, tenant }
    }

    fn place(&self) -> Tenant<'d> {
        Tenant::Entra { handle: self.home, facts: self.tenant }
    }

    /// The tenant.
    pub fn tenant(&self) -> &'d EntraTenant {
        self.tenant
    }

    /// An account's id here: its own, a guest's, or for anybody else the one at home.
    pub fn user_id(&self, upn: &Upn) -> String {
        let guest = self.tenant.guests.get(upn).map(|guest| guest.id);
        let id = guest.or_else(|| Some(self.directory.account(upn)?.user.id));
        id.map_or_else(|| upn.to_string(), |id| id.to_string())
    }

    /// The account of this id here.
    pub fn user(&self, at: &str, id: &str) -> Result<Upn, Refused> {
        let found = ObjectId::parse(id).and_then(|id| {
            let own = self.directory.account_by_id(id).filter(|account| account.home == self.place());
            let guest = || self.tenant.guests.iter().find(|(_, guest)| guest.id == id).map(|(upn, _)| upn);
            own.map(|account| account.upn).or_else(guest)
        });
        found.cloned().ok_or_else(|| unknown(at, "user", id))
    }

    /// A group's id.
    pub fn group_id(&self, handle: &str) -> String {
        self.tenant.groups.get(handle).map_or_else(|| handle.to_owned(), |group| group.id.to_string())
    }

    /// The group of this id.
    pub fn group(&self, at: &str, id: &str) -> Result<String, Refused> {
        let wanted = ObjectId::parse(id);
        let found = self.tenant.groups.iter().find(|(_, group)| Some(group.id) == wanted);
        found.map(|(handle, _)| handle.clone()).ok_or_else(|| unknown(at, "group", id))
    }

    /// A role's template. A partner's agents are no directory role: for them one is made.
    pub fn role_id(role: Role) -> String {
        let made = || ObjectId::derived(&["role", role.title()]).0;
        role.template().unwrap_or_else(made).to_string()
    }

    /// The role of this template.
    pub fn role(at: &str, id: &str) -> Result<Role, Refused> {
        let found = Role::ALL.iter().copied().find(|role| Self::role_id(*role).eq_ignore_ascii_case(id));
        found.ok_or_else(|| {
            let id = shorten(id);
            Refused::bad(format!("{at}: the role '{id}' is not one that accounts of this world can have."))
        })
    }

    /// An application's id: its client id, or what the policy calls one that this world does not know.
    pub fn app_id(&self, name: &str) -> String {
        let known = self.directory.app_by_handle(name).filter(|app| self.is_seen(&app.client_id, app.handle));
        known.map_or_else(|| name.to_owned(), |app| app.client_id.to_string())
    }

    /// Does this client id lead to this application?
    fn is_seen(&self, id: &ClientId, handle: &str) -> bool {
        self.directory.entra_app(id).is_some_and(|app| app.handle == handle)
    }

    /// The application of this client id, by its handle; Microsoft has many that no world knows, and so ids stay ids.
    pub fn app(&self, at: &str, id: &str) -> Result<String, Refused> {
        let known = self.directory.entra_app(&ClientId::new(id)).map(|app| app.handle.to_owned());
        known.or_else(|| ObjectId::parse(id).map(|id| id.to_string())).ok_or_else(|| unknown(at, "application", id))
    }

    /// A named location's id.
    pub fn location_id(&self, handle: &str) -> String {
        self.tenant.named_locations.get(handle).map_or_else(|| handle.to_owned(), |place| place.id.to_string())
    }

    /// The named location of this id.
    pub fn location(&self, at: &str, id: &str) -> Result<String, Refused> {
        let wanted = ObjectId::parse(id);
        let found = self.tenant.named_locations.iter().find(|(_, place)| Some(place.id) == wanted);
        found.map(|(handle, _)| handle.clone()).ok_or_else(|| unknown(at, "named location", id))
    }

    /// An authentication strength's id.
    pub fn strength_id(&self, name: &str) -> String {
        let known = Strength::named(name).map(|strength| built_in(strength).0);
        known.unwrap_or_else(|| ObjectId::derived(&["authentication strength", self.home, name]).0).to_string()
    }

    /// The name an authentication strength is shown by.
    pub fn strength_title<'n>(&self, name: &'n str) -> &'n str {
        Strength::named(name).map_or(name, |strength| built_in(strength).1)
    }

    /// The strength of this id, or without an id of this name.
    pub fn strength(&self, at: &str, id: Option<&str>, title: Option<&str>) -> Result<String, Refused> {
        let own = self.tenant.authentication_strengths.keys().map(String::as_str);
        let mut known = Strength::NAMES.into_iter().chain(own);
        let found = match (id, title) {
            (Some(id), _) => known.find(|name| self.strength_id(name).eq_ignore_ascii_case(id)),
            // The built-in ones had other names once.
            (None, Some(title)) => known.find(|name| {
                let meant = Strength::named(title).filter(|_| Strength::NAMES.contains(name));
                self.strength_title(name).eq_ignore_ascii_case(title)
                    || (meant.is_some() && meant == Strength::named(name))
            }),
            (None, None) => return Err(Refused::bad(format!("{at} needs an id."))),
        };
        let named = || unknown(at, "authentication strength", id.or(title).unwrap_or_default());
        found.map(str::to_owned).ok_or_else(named)
    }

    /// The id of the terms of use, of which a tenant has one set here.
    pub fn terms_id(&self) -> String {
        ObjectId::derived(&["terms of use", self.home]).to_string()
    }
}

fn unknown(at: &str, what: &str, id: &str) -> Refused {
    Refused::bad(format!("{at}: there is no {what} '{}' in this tenant.", shorten(id)))
}

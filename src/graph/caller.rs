//! Who is asking? A person through an application, or an application by itself.

use uuid::Uuid;

use super::error::Refused;
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::directory::{Account, Application, Directory};
use crate::id::ObjectId;
use crate::keys::KeyRing;
use crate::oauth::scope::GRAPH;
use crate::oauth::userinfo::{BearerError, entra_account};
use crate::time::Timestamp;
use crate::token::bearer::{self, AccessToken, Shapes, Takes, text, words};
use crate::token::jwt::Claims;

/// Who is asking, where, through which application.
#[derive(Clone, Debug)]
pub struct Caller<'d> {
    /// What the token says.
    pub claims: Claims,
    /// The handle of the tenant the token is of: nothing outside it can be seen.
    pub home: &'d str,
    /// What the world says of it.
    pub tenant: &'d EntraTenant,
    /// The application.
    pub app: Application<'d>,
    /// Who.
    pub who: Who<'d>,
}

/// A person or an application.
#[derive(Clone, Debug)]
pub enum Who<'d> {
    /// A person: what they may do is bounded by their roles, and by the scopes of the token.
    Person(Person<'d>),
    /// An application by itself, with these roles of Graph's.
    Application(Vec<String>),
}

/// The person behind a token.
#[derive(Clone, Debug)]
pub struct Person<'d> {
    /// The account.
    pub account: Account<'d>,
    /// Its object in this tenant.
    pub object: ObjectId,
    /// What it is here.
    pub belongs: Belongs,
    /// What it may administer here.
    pub roles: Vec<Role>,
    /// What the token opens.
    pub scopes: Vec<String>,
    /// Did it prove a second factor for this token?
    pub proved_mfa: bool,
}

/// What a person is in the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belongs {
    /// One of its own.
    Member,
    /// Invited.
    Guest,
    /// Nobody: it administers the tenant for a partner.
    Elsewhere,
}

impl<'d> Caller<'d> {
    /// Whoever holds this token, if it is good for Microsoft Graph now.
    pub fn of(directory: &'d Directory, keys: &KeyRing, token: Option<&str>, now: Timestamp) -> Result<Self, Refused> {
        let token = token.filter(|token| !token.is_empty()).ok_or(BearerError::Missing)?;
        let takes = Takes { resources: &[GRAPH], shapes: Shapes::V1 };
        Self::bearing(directory, bearer::read(directory, keys, token, now, takes).map_err(BearerError::from)?)
    }

    /// Whoever holds a token that is good for the resource it is for.
    pub fn bearing(directory: &'d Directory, token: AccessToken<'d>) -> Result<Self, Refused> {
        let Tenant::Entra { handle: home, facts: tenant } = token.tenant else {
            return Err(Refused::Token("The token's issuer is not a tenant of this world."));
        };
        let who = match text(&token.claims, "scp") {
            Some(scopes) => Who::Person(person(directory, token.tenant, &token.claims, scopes)?),
            None => Who::Application(words(&token.claims, "roles").map(str::to_owned).collect()),
        };
        Ok(Self { claims: token.claims, home, tenant, app: token.app, who })
    }

    /// The tenant, as the directory has it.
    pub fn place(&self) -> Tenant<'d> {
        Tenant::Entra { handle: self.home, facts: self.tenant }
    }

    /// The person, when it is one.
    pub fn person(&self) -> Option<&Person<'d>> {
        match &self.who {
            Who::Person(person) => Some(person),
            Who::Application(_) => None,
        }
    }

    /// How the journal calls it.
    pub fn name(&self) -> &str {
        self.person().map_or(self.app.handle, |person| person.account.upn.as_str())
    }
}

fn person<'d>(
    directory: &'d Directory,
    tenant: Tenant<'d>,
    claims: &Claims,
    scopes: &str,
) -> Result<Person<'d>, Refused> {
    let gone = || Refused::Token("The token is not about a person who is still here.");
    let object = text(claims, "oid").and_then(ObjectId::parse).ok_or_else(gone)?;
    let here = entra_account(directory, tenant, object);
    // A delegated administrator has no object here: what it may do stands in the token alone.
    let account = here.or_else(|| directory.account_by_id(object)).filter(|account| account.user.enabled);
    let account = account.ok_or_else(gone)?;
    let (belongs, roles) = match (here, directory.guest(tenant, account.upn)) {
        (None, _) => (Belongs::Elsewhere, templates(claims)),
        (Some(_), Some(guest)) => (Belongs::Guest, guest.roles.clone()),
        (Some(_), None) => (Belongs::Member, account.user.roles.clone()),
    };
    let scopes = scopes.split_ascii_whitespace().map(str::to_owned).collect();
    let proved_mfa = words(claims, "amr").any(|word| word == "mfa");
    Ok(Person { account, object, belongs, roles, scopes, proved_mfa })
}

fn templates(claims: &Claims) -> Vec<Role> {
    words(claims, "wids").filter_map(|word| Uuid::try_parse(word).ok().and_then(Role::of_template)).collect()
}

#[cfg(test)]
mod tests;

//! Who calls the Partner Center API? A person of the partner's own tenant through an application, or an application by
//! itself.

use super::error::Refused;
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, Tenant, TenantKind};
use crate::directory::{Account, Application, Directory};
use crate::http::origin::Origin;
use crate::id::ObjectId;
use crate::keys::KeyRing;
use crate::oauth::userinfo::{AAD_GRAPH, entra_account};
use crate::partner::usage::Proven;
use crate::time::Timestamp;
use crate::token::bearer::{self, AccessToken, NotGood, Shapes, Takes, text, words};
use crate::token::jwt::Claims;

/// The handle of the API among the platform's applications.
pub const API: &str = "partner-center-api";

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller<'d> {
    /// What the token says.
    pub claims: Claims,
    /// The partner tenant's handle.
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
    /// A person.
    Person(Person<'d>),
    /// An application by itself: its service principal.
    Application(ObjectId),
}

/// The person behind a token.
#[derive(Clone, Debug)]
pub struct Person<'d> {
    /// The account.
    pub account: Account<'d>,
    /// Its object in the partner tenant.
    pub object: ObjectId,
    /// What it is there.
    pub roles: Vec<Role>,
    /// Does the token say that it proved a second factor?
    pub proved_mfa: bool,
    /// May the application do whatever the person may?
    pub impersonates: bool,
}

impl<'d> Caller<'d> {
    /// Whoever holds this token, if it is good here now.
    pub fn of(
        directory: &'d Directory,
        keys: &KeyRing,
        origin: &Origin,
        token: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let token = token.filter(|token| !token.is_empty()).ok_or(Refused::NoToken)?;
        let takes = Takes { resources: &[API, AAD_GRAPH], shapes: Shapes::Both(origin) };
        let token = bearer::read(directory, keys, token, now, takes)?;
        let Tenant::Entra { handle: home, facts: tenant } = token.tenant else { return Err(NotGood::Issuer.into()) };
        let acts = acts(&token)?;
        // Before anybody is looked for: a partner's agent has no account where the customer is at home.
        if tenant.kind != TenantKind::Partner {
            let name = token.tenant.name();
            return Err(Refused::Denied(format!("the token is of {name}, which is no partner tenant.")));
        }
        let who = who(directory, &token, acts)?;
        Ok(Self { claims: token.claims, home, tenant, app: token.app, who })
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

    /// Its object in the partner tenant.
    pub fn object(&self) -> ObjectId {
        match &self.who {
            Who::Person(person) => person.object,
            Who::Application(object) => *object,
        }
    }

    /// What it had proven.
    pub fn proven(&self) -> Proven {
        match &self.who {
            Who::Person(person) if person.proved_mfa => Proven::Mfa,
            Who::Person(_) => Proven::NoMfa,
            Who::Application(_) => Proven::AppOnly,
        }
    }
}

/// For whom an application acts, as its token has it.
#[derive(Clone, Copy)]
enum Acts<'t> {
    /// For itself.
    ForItself,
    /// For a person, in these scopes.
    ForAPerson(&'t str),
}

fn acts<'t>(token: &'t AccessToken<'_>) -> Result<Acts<'t>, Refused> {
    match text(&token.claims, "scp") {
        None => Ok(Acts::ForItself),
        // Applications by themselves come with tokens for the older Graph, as the reference has it; people do not.
        Some(_) if token.resource.handle != API => Err(NotGood::Audience.into()),
        Some(scopes) => Ok(Acts::ForAPerson(scopes)),
    }
}

fn who<'d>(directory: &'d Directory, token: &AccessToken<'d>, acts: Acts<'_>) -> Result<Who<'d>, Refused> {
    let scopes = match acts {
        Acts::ForItself => return Ok(Who::Application(token.app.service_principal(token.tenant))),
        Acts::ForAPerson(scopes) => scopes,
    };
    let object = text(&token.claims, "oid").and_then(ObjectId::parse);
    let account = object.and_then(|object| entra_account(directory, token.tenant, object));
    let (Some(object), Some(account)) = (object, account.filter(|account| account.user.enabled)) else {
        return Err(Refused::Stale("the token is not about a person who is still here."));
    };
    let guest = directory.guest(token.tenant, account.upn);
    Ok(Who::Person(Person {
        account,
        object,
        roles: guest.map_or(&account.user.roles, |guest| &guest.roles).clone(),
        proved_mfa: words(&token.claims, "amr").any(|word| word == "mfa"),
        impersonates: scopes.split_ascii_whitespace().any(|scope| scope == "user_impersonation"),
    }))
}

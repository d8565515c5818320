//! What is an Entra access token for: which resource, under which name, with which scopes?

use crate::directory::Application;
use crate::oauth::desk::{Denied, Desk};
use crate::oauth::dialect::Dialect;
use crate::oauth::grant::{Grant, Parties};
use crate::oauth::scope;
use crate::refusal::Code;

/// What an Entra access token is for.
pub(super) struct AccessOf<'d> {
    pub resource: Application<'d>,
    pub audience: String,
    pub scopes: Vec<String>,
}

pub(super) fn access_of<'d>(
    desk: &Desk<'d>,
    grant: &Grant,
    parties: &Parties<'d>,
    dialect: Dialect,
) -> Result<AccessOf<'d>, Denied> {
    let (handle, asked) = grant.requested.resource();
    let Some(resource) = desk.directory.app_by_handle(handle) else {
        return Err(Code::ResourceNotFound.because("The resource of this grant no longer exists.").into());
    };
    scope::check_enabled(resource, dialect)?;
    let mut scopes = scope::granted(desk.directory, parties.app, parties.tenant, parties.account.upn, resource, asked);
    if handle == scope::GRAPH {
        // Graph's tokens also name OpenID Connect's scopes: its userinfo endpoint reads them.
        let own = grant.requested.oidc.iter().filter(|scope| *scope != "offline_access");
        scopes.extend(own.cloned());
    }
    // An application that asks for all of itself gets its token also where it exposes nothing.
    let itself = handle == parties.app.handle;
    if scopes.is_empty() && !(itself && asked.iter().any(|scope| scope == scope::DEFAULT)) {
        return Err(Code::ConsentRequired
            .because(format!(
                "Nobody has consented to any permission of {} for the application {}. Send an interactive authorization request.",
                resource.title(),
                parties.app.title()
            ))
            .into());
    }
    let uri = resource.identifier_uri().filter(|_| !itself);
    let own_name = || uri.unwrap_or(resource.client_id.as_str()).to_owned();
    let audience = grant.requested.audience.clone().unwrap_or_else(own_name);
    Ok(AccessOf { resource, audience, scopes })
}

impl AccessOf<'_> {
    /// The response's `scope`: v2 names them in full, or as they were asked for; v1 as they are.
    pub fn answer(&self, dialect: Dialect, grant: &Grant) -> String {
        if dialect == Dialect::EntraV1 {
            return self.scopes.join(" ");
        }
        let spelt = |scope: &str| grant.requested.spelt(&self.audience, scope);
        let own = |scope: &String| scope::OIDC.contains(&scope.as_str());
        let theirs = self.scopes.iter().filter(|scope| !own(scope)).map(|scope| spelt(scope));
        let ours = grant.requested.oidc.iter().filter(|scope| *scope != "offline_access").cloned();
        let mut all: Vec<String> = theirs.chain(ours).collect();
        let asked_default = grant.requested.resource().1.iter().any(|scope| scope == scope::DEFAULT);
        if asked_default {
            all.push(spelt(scope::DEFAULT));
        }
        all.join(" ")
    }
}

//! An application acts for itself (RFC 6749, 4.4).

use super::{Granted, TokenRequest};
use crate::directory::app::TokenVersion;
use crate::directory::policy::PolicyVerdict;
use crate::directory::tenant::Tenant;
use crate::directory::{Application, Directory};
use crate::http::params::shorten;
use crate::keys::Owner;
use crate::oauth::desk::Denied;
use crate::oauth::dialect::{Dialect, TokenSet};
use crate::oauth::scope::{self, DEFAULT, Requested};
use crate::refusal::{Code, Refusal};
use crate::signin::consent::is_present;
use crate::signin::tenant_access::app_serves;
use crate::time::Span;
use crate::token::claim_set::ClaimSet;
use crate::token::claims::{Issue, app_only};
use crate::token::jwt::{self, Typ};

/// Issues a token about nobody.
pub async fn issue(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    request.caller.must_have_proven_itself()?;
    let Some(tenant) = request.tenant() else {
        return Err(Code::TenantNotNamed
            .because(
                "No tenant-identifying information found in either the request or implied by any provided credentials.",
            )
            .into());
    };
    let app = request.caller.app;
    let uti = request.desk.chance.short();
    let issue = Issue {
        directory: request.desk.directory,
        origin: request.desk.origin,
        tenant,
        app,
        proof: request.caller.proof,
        now: request.desk.now,
        lifetime: app.token_lifetime.unwrap_or(tenant.lifetimes().access),
        uti: &uti,
        ip: request.desk.ip,
    };
    let said = match request.dialect {
        Dialect::EntraV1 | Dialect::EntraV2 => at_entra(request, tenant, issue)?,
        Dialect::Generic => at_provider(request, tenant, &issue)?,
    };
    let key = request.desk.keys.current(Owner::from(tenant))?;
    let set = TokenSet {
        access_token: jwt::sign(&key, said.typ, &said.claims)?,
        scope: said.scope.filter(|scope| !scope.is_empty()),
        expires_in: said.lives.whole_seconds(),
        expires_on: request.desk.now.plus(said.lives).seconds(),
        not_before: request.desk.now.seconds(),
        resource: said.resource,
        ..TokenSet::default()
    };
    Ok(Granted {
        body: request.dialect.token_response(set),
        second_factor: false,
        policies: PolicyVerdict::NotApplied,
        because: Vec::new(),
        summary: format!("token for the application {} itself", app.handle),
    })
}

/// What the token says, and what is said of it.
struct Said {
    typ: Typ,
    claims: ClaimSet,
    scope: Option<String>,
    resource: String,
    lives: Span,
}

fn at_entra<'a>(request: &TokenRequest<'a>, tenant: Tenant<'a>, issue: Issue<'_>) -> Result<Said, Refusal> {
    let app = request.caller.app;
    let (resource, audience) = resource(request)?;
    present(request.desk.directory, app, tenant)?;
    assigned(app, resource)?;
    let lives = resource.token_lifetime.unwrap_or(tenant.lifetimes().access);
    let typ = match resource.token_version {
        TokenVersion::V1 => Typ::JwtWithX5t,
        TokenVersion::V2 => Typ::Jwt,
    };
    let claims = app_only::entra(&Issue { lifetime: lives, ..issue }, resource, &audience);
    Ok(Said { typ, claims, scope: None, resource: audience, lives })
}

fn at_provider(request: &TokenRequest<'_>, tenant: Tenant<'_>, issue: &Issue<'_>) -> Result<Said, Refusal> {
    let params = request.params;
    let audience = params.get("resource").unwrap_or(request.caller.app.client_id.as_str()).to_owned();
    let words =
        own_scope(scope::read(request.desk.directory, tenant.family(), params.get("scope").unwrap_or_default())?)?;
    let claims = app_only::generic(issue, &audience, &words);
    Ok(Said { typ: Typ::AtJwt, claims, scope: Some(words), resource: audience, lives: issue.lifetime })
}

/// What an application may be given of what it asks for itself: nothing that tells of a person. The answer says what
/// was left of it; where nothing is, it could not say so, and the request is refused (RFC 6749, 3.3).
fn own_scope(asked: Requested) -> Result<String, Refusal> {
    let some = !asked.oidc.is_empty();
    let words: Vec<String> = asked.oidc.into_iter().filter(|word| !scope::OIDC.contains(&word.as_str())).collect();
    match some && words.is_empty() {
        true => Err(Code::BadScope.because(
            "The scopes openid, profile, email and offline_access are about a person, and this grant has none. Ask for others, or for no scope.",
        )),
        false => Ok(words.join(" ")),
    }
}

/// The one resource, and its name as the request wrote it.
fn resource<'a>(request: &TokenRequest<'a>) -> Result<(Application<'a>, String), Refusal> {
    let directory = request.desk.directory;
    if request.dialect == Dialect::EntraV1 {
        let name = request.need("resource")?;
        let resource = directory.resource(name).ok_or_else(|| unknown(name))?;
        scope::check_enabled(resource, request.dialect)?;
        return Ok((resource, name.to_owned()));
    }
    let text = request.need("scope")?;
    // MSAL for Go and Java send OpenID Connect's own along with everything they ask for.
    let words = text.split_ascii_whitespace().filter(|word| !scope::OIDC.contains(word));
    let uris: Option<Vec<&str>> = words.map(all_of).collect();
    let uri = match uris.as_deref() {
        Some([uri]) => *uri,
        Some([_, _, ..]) => {
            return Err(Code::ScopesOfTwoResources
                .because("Provided value for the input parameter scope is not valid: name one resource."));
        }
        Some([]) | None => return Err(default_needed(text)),
    };
    let resource = directory.resource(uri).ok_or_else(|| unknown(uri))?;
    scope::check_enabled(resource, request.dialect)?;
    let written = if uri.contains(':') { uri } else { resource.identifier_uri().unwrap_or(uri) };
    Ok((resource, written.to_owned()))
}

/// The resource of which a word of the scope asks for everything.
fn all_of(word: &str) -> Option<&str> {
    word.rsplit_once('/').filter(|(_, last)| *last == DEFAULT).map(|(uri, _)| uri)
}

fn unknown(name: &str) -> Refusal {
    Code::ResourceNotFound
        .because(format!("The resource principal named {} was not found in the tenant.", shorten(name)))
}

fn default_needed(text: &str) -> Refusal {
    Code::DefaultScopeNeeded.because(format!(
        "The provided value for scope {} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
        shorten(text)
    ))
}

/// Has the application a place in this tenant? At home always; elsewhere once somebody has consented there.
fn present(directory: &Directory, app: Application<'_>, tenant: Tenant<'_>) -> Result<(), Refusal> {
    app_serves(app, tenant)?;
    match is_present(directory, app, tenant) {
        true => Ok(()),
        false => Err(Code::AppNotFound.because(format!(
            "Application with identifier '{}' was not found in the directory '{}'. An administrator there has to consent to it first.",
            app.client_id,
            tenant.name()
        ))),
    }
}

fn assigned(app: Application<'_>, resource: Application<'_>) -> Result<(), Refusal> {
    let has_role = app.facts().app_permissions.get(resource.handle).is_some_and(|roles| !roles.is_empty());
    match resource.assignment_required && !has_role {
        true => Err(Code::AppNotAssigned.because(format!(
            "Application '{}' is not assigned to a role for the application '{}'.",
            app.client_id, resource.client_id
        ))),
        false => Ok(()),
    }
}

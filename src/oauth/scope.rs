//! What is asked for: scopes of one resource, and OpenID Connect's own.
//!
//! Entra writes a scope as the resource's URI, a slash, and the scope's name; a bare name belongs to
//! Microsoft Graph. `{resource}/.default` means all that was agreed to.

use serde::{Deserialize, Serialize};

use crate::directory::app::{ConsentKind, Scope};
use crate::directory::tenant::{Family, Tenant};
use crate::directory::{Application, Directory};
use crate::id::{ClientId, Upn};
use crate::oauth::dialect::Dialect;
use crate::refusal::{Code, Refusal};
use crate::signin::consent::is_agreed;
use crate::signin::state::Permission;

/// The handle of Microsoft Graph among the platform's applications.
pub const GRAPH: &str = "graph";
/// The word for all that was agreed to.
pub const DEFAULT: &str = ".default";
/// More scopes than any honest request has.
const MOST: usize = 100;

/// OpenID Connect's own scopes.
pub const OIDC: [&str; 4] = ["openid", "profile", "email", "offline_access"];

/// What a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// OpenID Connect's own scopes, in the order they came.
    pub oidc: Vec<String>,
    /// Resources by handle, with the scopes asked of each, in the order they came.
    pub resources: Vec<(String, Vec<String>)>,
    /// The first resource's URI as the request wrote it: v1 tokens repeat it in `aud`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// The first resource as the request wrote it before its scopes, empty for a bare word: client libraries look their
    /// tokens up by the very words they asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
}

impl Requested {
    /// Is this OpenID Connect scope among them?
    pub fn has(&self, scope: &str) -> bool {
        self.oidc.iter().any(|known| known == scope)
    }

    /// The one resource a token is for: what is asked of it. Without any, it is Microsoft Graph.
    pub fn resource(&self) -> (&str, &[String]) {
        match self.resources.first() {
            Some((handle, scopes)) => (handle, scopes),
            None => (GRAPH, &[]),
        }
    }

    /// The resource a token is for that names none.
    pub fn unnamed(&self) -> Option<String> {
        self.resources.is_empty().then(|| GRAPH.to_owned())
    }

    /// The name of a scope as this request would write it; `resource` is what the resource is called by itself.
    pub fn spelt(&self, resource: &str, scope: &str) -> String {
        match self.prefix.as_deref() {
            Some("") => scope.to_owned(),
            Some(prefix) => format!("{prefix}/{scope}"),
            None => format!("{}/{scope}", resource.trim_end_matches('/')),
        }
    }

    /// Does an application mean itself, by another name than its client id?
    fn is_for_itself_by_uri(&self, app: Application<'_>) -> bool {
        let by_uri = self.audience.as_deref().is_some_and(|name| ClientId::new(name) != app.client_id);
        by_uri && self.resource().0 == app.handle
    }

    fn add(&mut self, resource: &str, scope: &str) {
        let at = match self.resources.iter().position(|(known, _)| known == resource) {
            Some(at) => at,
            None => {
                self.resources.push((resource.to_owned(), Vec::new()));
                self.resources.len() - 1
            }
        };
        if let Some((_, scopes)) = self.resources.get_mut(at)
            && !scopes.iter().any(|known| known == scope)
        {
            scopes.push(scope.to_owned());
        }
    }

    /// Does `.default`, which is all there is, stand beside what is only some of it?
    fn mixes_default(&self) -> bool {
        let scopes = || self.resources.iter().flat_map(|(_, scopes)| scopes);
        scopes().any(|scope| scope == DEFAULT) && scopes().any(|scope| scope != DEFAULT)
    }

    /// What has to be consented before this can be given; `.default` stands for itself.
    pub fn permissions(&self) -> Vec<Permission> {
        let own = self.oidc.iter().map(|scope| Permission { resource: None, scope: scope.clone() });
        let theirs = self.resources.iter().flat_map(|(handle, scopes)| {
            scopes.iter().map(|scope| Permission { resource: Some(handle.clone()), scope: scope.clone() })
        });
        own.chain(theirs).collect()
    }
}

/// Reads `scope`, as requests for people's tokens have it.
pub fn read(directory: &Directory, tenant: Family, text: &str) -> Result<Requested, Refusal> {
    let mut requested = Requested::default();
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    if words.len() > MOST || words.iter().any(|word| !word.bytes().all(is_scope_byte)) {
        return Err(bad_scope(text));
    }
    for word in words {
        if OIDC.contains(&word) {
            if !requested.has(word) {
                requested.oidc.push(word.to_owned());
            }
            continue;
        }
        match tenant {
            // A provider knows no resources: its scopes are plain words of its own.
            Family::Generic => requested.oidc.push(word.to_owned()),
            Family::Entra => add_entra(directory, &mut requested, word)?,
        }
    }
    if requested.mixes_default() {
        return Err(Code::BadScope.because(format!(
            "The provided value for the input parameter 'scope' is not valid: .default cannot be combined with \
             resource-specific scopes, as in '{}'.",
            crate::http::params::shorten(text)
        )));
    }
    Ok(requested)
}

/// RFC 6749, 3.3: printable ASCII without space, quote and backslash.
fn is_scope_byte(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

fn bad_scope(text: &str) -> Refusal {
    let text = crate::http::params::shorten(text);
    Code::BadScope.because(format!("The scope '{text}' is malformed."))
}

fn add_entra(directory: &Directory, requested: &mut Requested, word: &str) -> Result<(), Refusal> {
    let (prefix, resource, scope) = match word.rsplit_once('/') {
        Some((uri, scope)) => (uri, directory.resource(uri), scope),
        None => ("", directory.app_by_handle(GRAPH), word),
    };
    let Some(resource) = resource else { return Err(unknown_resource(if prefix.is_empty() { word } else { prefix })) };
    check_enabled(resource, Dialect::EntraV2)?;
    let first = requested.resources.is_empty();
    if first && prefix.contains(':') {
        requested.audience = Some(prefix.to_owned());
    }
    if scope.is_empty() {
        return Err(bad_scope(word));
    }
    // `https://graph.microsoft.com/openid` is how some clients write OpenID Connect's own.
    if OIDC.contains(&scope) && resource.handle == GRAPH {
        if !requested.has(scope) {
            requested.oidc.push(scope.to_owned());
        }
        return Ok(());
    }
    if first {
        requested.prefix = Some(prefix.to_owned());
    }
    let known = resource.facts().scopes.keys().find(|known| known.eq_ignore_ascii_case(scope));
    match known {
        Some(known) => requested.add(resource.handle, known),
        None if scope == DEFAULT => requested.add(resource.handle, DEFAULT),
        None => {
            return Err(Code::ScopeNotOnResource.because(format!(
                "The application asked for the scope '{scope}', which the resource '{}' does not have.",
                resource.title()
            )));
        }
    }
    Ok(())
}

fn unknown_resource(name: &str) -> Refusal {
    let name = crate::http::params::shorten(name);
    Code::ResourceNotFound.because(format!("The resource principal named {name} was not found in the tenant."))
}

/// Reads v1's `resource`.
pub fn resource(directory: &Directory, name: &str) -> Result<Requested, Refusal> {
    let Some(resource) = directory.resource(name) else { return Err(unknown_resource(name)) };
    check_enabled(resource, Dialect::EntraV1)?;
    Ok(Requested {
        resources: vec![(resource.handle.to_owned(), vec![DEFAULT.to_owned()])],
        audience: Some(name.to_owned()),
        ..Requested::default()
    })
}

/// Nobody gets tokens for a resource that is switched off; the older endpoints have a number of their own for that.
pub fn check_enabled(resource: Application<'_>, dialect: Dialect) -> Result<(), Refusal> {
    if !resource.disabled {
        return Ok(());
    }
    let name = resource.identifier_uri().unwrap_or(resource.client_id.as_str());
    Err(match dialect {
        Dialect::EntraV1 => Code::ResourceUnavailable.because(format!("Resource '{name}' is disabled.")),
        Dialect::EntraV2 | Dialect::Generic => Code::ResourceDisabled.because(format!(
            "The service principal for resource '{name}' is disabled. No tokens are issued for it until an administrator enables it again."
        )),
    })
}

/// An application that asks for a token for itself names itself by its client id.
///
/// A scope that is spelled out passes under its URI too, as long as it is named: people report of the real service that
/// sign-ins with one go well, and that a refresh which leaves it to be understood does not
/// (Softeria/ms-365-mcp-server issue 502, DuendeArchive/IdentityModel issue 528).
pub fn check_itself(app: Application<'_>, requested: &Requested) -> Result<(), Refusal> {
    let all = requested.resource().1.iter().any(|scope| scope == DEFAULT);
    if all && requested.is_for_itself_by_uri(app) { Err(for_itself(app)) } else { Ok(()) }
}

/// The same where a request names no resource, and the one that was named before is meant.
pub fn check_itself_understood(app: Application<'_>, before: &Requested) -> Result<(), Refusal> {
    if before.is_for_itself_by_uri(app) { Err(for_itself(app)) } else { Ok(()) }
}

fn for_itself(app: Application<'_>) -> Refusal {
    Code::TokenForItself.because(format!(
        "Application '{}' ({}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.",
        app.client_id,
        app.title()
    ))
}

/// The scopes of a resource that a token gets: those asked for, or all that were agreed to.
pub fn granted(
    directory: &Directory,
    app: Application<'_>,
    tenant: Tenant<'_>,
    user: &Upn,
    resource: Application<'_>,
    asked: &[String],
) -> Vec<String> {
    let offered = &resource.facts().scopes;
    let agreed = |scope: &str, known: Option<&Scope>| {
        app.first_party
            || known.is_some_and(|known| known.consent == ConsentKind::Nobody)
            || is_agreed(directory, app, tenant, Some(user), Some(resource.handle), scope)
    };
    if !asked.is_empty() && !asked.iter().any(|scope| scope == DEFAULT) {
        return asked.iter().filter(|scope| agreed(scope, offered.get(scope.as_str()))).cloned().collect();
    }
    if resource.handle == app.handle {
        // Nobody has to agree to what an application may do with itself.
        return offered.keys().cloned().collect();
    }
    let everything_registered = app.facts().permissions.get(resource.handle);
    match app.first_party && everything_registered.is_none() {
        // Microsoft's own clients are trusted with one scope everywhere, and register none.
        true => {
            offered.keys().filter(|scope| *scope == "user_impersonation" || *scope == "User.Read").cloned().collect()
        }
        false => {
            let agreed = offered.iter().filter(|(scope, known)| agreed(scope, Some(known)));
            agreed.map(|(scope, _)| scope.clone()).collect()
        }
    }
}

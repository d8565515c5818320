//! A grant becomes tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::desk::{Denied, Desk};
use super::dialect::{Dialect, TokenSet};
use super::grant::{Grant, Parties, RefreshRecord};
use super::redirect::Platform;
use super::scope;
use crate::directory::Application;
use crate::directory::tenant::Family;
use crate::keys::Owner;
use crate::refusal::Code;
use crate::time::{Span, Timestamp};
use crate::token::claims::entra::{self, IdToken};
use crate::token::claims::{Issue, Person, Proof, generic};
use crate::token::jwt::{self, Typ};

/// How much longer than it is good a record is kept, so that "expired" can be told from "unknown".
pub const REMEMBERED: Span = Span::days(30);

/// What to issue for a grant.
#[derive(Clone, Copy)]
pub struct Order<'a> {
    /// Which rules the answer follows.
    pub dialect: Dialect,
    /// How the application proved itself.
    pub proof: Proof,
    /// Is a refresh token given?
    pub refresh: Refresh,
    /// Is `client_info` wanted?
    pub client_info: bool,
    /// Claims this request asks for, besides the grant's own.
    pub claims: Option<&'a Value>,
    /// The code that comes along, for `c_hash`.
    pub code: Option<&'a str>,
    /// Which tokens.
    pub tokens: Which,
    /// Do they travel in an address?
    pub in_address: bool,
}

/// Whether a refresh token is given, and how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// None.
    No,
    /// One with a life of its own.
    New,
    /// One that ends when the one before it would have.
    Until(Timestamp),
}

/// Which tokens are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// An access token.
    pub access: bool,
    /// An id token.
    pub id: bool,
}

/// Issues tokens for a grant.
pub async fn issue(desk: &Desk<'_>, grant: &Grant, order: Order<'_>) -> Result<TokenSet, Denied> {
    let parties = grant.parties(desk.directory)?;
    let key = desk.keys.current(Owner::from(parties.tenant))?;
    let uti = desk.chance.short();
    let person = Person {
        account: parties.account,
        object: grant.object,
        amr: &grant.amr,
        auth_time: grant.auth_time,
        sid: &grant.sid,
    };
    let issue = Issue {
        directory: desk.directory,
        origin: desk.origin,
        tenant: parties.tenant,
        app: parties.app,
        proof: order.proof,
        now: desk.now,
        lifetime: parties.tenant.lifetimes().id,
        uti: &uti,
        ip: desk.ip,
    };
    let claims = order.claims.or(grant.claims.as_ref());
    let mut set = TokenSet::default();
    if order.tokens.access {
        let lifetime =
            |resource: &Application<'_>| resource.token_lifetime.unwrap_or(parties.tenant.lifetimes().access);
        let (typ, body, scope, resource, lives) = match parties.tenant.family() {
            Family::Entra => {
                let access = access_of(desk, grant, &parties)?;
                let lives = lifetime(&access.resource);
                let issue = Issue { lifetime: lives, ..issue };
                let body = entra::access(
                    &issue,
                    &person,
                    &entra::Access {
                        resource: access.resource,
                        audience: &access.audience,
                        scopes: &access.scopes,
                        claims,
                    },
                );
                let typ = match access.resource.token_version {
                    crate::directory::app::TokenVersion::V1 => Typ::JwtWithX5t,
                    crate::directory::app::TokenVersion::V2 => Typ::Jwt,
                };
                (typ, body, access.answer(order.dialect, grant), access.audience, lives)
            }
            Family::Generic => {
                let lives = lifetime(&parties.app);
                let audience = parties.app.client_id.to_string();
                let issue = Issue { lifetime: lives, ..issue };
                let body = generic::access(&issue, &person, &audience, &grant.requested.oidc, &grant.id);
                (Typ::AtJwt, body, grant.requested.oidc.join(" "), audience, lives)
            }
        };
        set.access_token = jwt::sign(&key, typ, &body)?;
        set.scope = Some(scope);
        set.resource = resource;
        set.expires_in = lives.whole_seconds();
        set.not_before = desk.now.seconds();
        set.expires_on = desk.now.plus(lives).seconds();
    }
    if order.tokens.id {
        let lifetime = parties.app.token_lifetime.unwrap_or(parties.tenant.lifetimes().id);
        let c_hash = order.code.map(jwt::half_hash);
        let at_hash = (order.tokens.access && (order.in_address || !order.dialect.is_entra()))
            .then(|| jwt::half_hash(&set.access_token));
        let id = IdToken {
            nonce: grant.nonce.as_deref(),
            email: grant.requested.has("email"),
            profile: grant.requested.has("profile"),
            auth_time: grant.wants_auth_time,
            c_hash: c_hash.as_deref(),
            at_hash: at_hash.as_deref(),
            claims,
            in_address: order.in_address,
        };
        let (typ, body) = order.dialect.id_token(&Issue { lifetime, ..issue }, &person, &id);
        set.id_token = Some(jwt::sign(&key, typ, &body)?);
    }
    set.refresh_token = refresh_token(desk, grant, &parties, order.refresh).await?;
    if order.client_info {
        set.client_info = Some(client_info(&parties));
    }
    Ok(set)
}

/// What an Entra access token is for.
struct AccessOf<'d> {
    resource: Application<'d>,
    audience: String,
    scopes: Vec<String>,
}

fn access_of<'d>(desk: &Desk<'d>, grant: &Grant, parties: &Parties<'d>) -> Result<AccessOf<'d>, Denied> {
    let (handle, asked) = grant.requested.resource();
    let Some(resource) = desk.directory.app_by_handle(handle) else {
        return Err(Code::ResourceNotFound.because("The resource of this grant no longer exists.").into());
    };
    let mut scopes = scope::granted(desk.directory, parties.app, parties.tenant, parties.account.upn, resource, asked);
    if handle == scope::GRAPH {
        // Graph's tokens also name OpenID Connect's scopes: its userinfo endpoint reads them.
        let own = grant.requested.oidc.iter().filter(|scope| *scope != "offline_access");
        scopes.extend(own.cloned());
    }
    if scopes.is_empty() {
        return Err(Code::ConsentRequired
            .because(format!(
                "Nobody has consented to any permission of {} for the application {}. Send an interactive authorization request.",
                resource.title(),
                parties.app.title()
            ))
            .into());
    }
    let own_name = || resource.identifier_uri().unwrap_or(resource.client_id.as_str()).to_owned();
    let audience = grant.requested.audience.clone().unwrap_or_else(own_name);
    Ok(AccessOf { resource, audience, scopes })
}

impl AccessOf<'_> {
    /// The response's `scope`: v2 names them in full, v1 as they are.
    fn answer(&self, dialect: Dialect, grant: &Grant) -> String {
        if dialect == Dialect::EntraV1 {
            return self.scopes.join(" ");
        }
        let prefix = self.audience.trim_end_matches('/');
        let own = |scope: &String| scope::OIDC.contains(&scope.as_str());
        let theirs = self.scopes.iter().filter(|scope| !own(scope)).map(|scope| format!("{prefix}/{scope}"));
        let ours = grant.requested.oidc.iter().filter(|scope| *scope != "offline_access").cloned();
        let mut all: Vec<String> = theirs.chain(ours).collect();
        let asked_default = grant.requested.resource().1.iter().any(|scope| scope == scope::DEFAULT);
        if asked_default {
            all.push(format!("{prefix}/{}", scope::DEFAULT));
        }
        all.join(" ")
    }
}

async fn refresh_token(
    desk: &Desk<'_>,
    grant: &Grant,
    parties: &Parties<'_>,
    refresh: Refresh,
) -> Result<Option<String>, Denied> {
    let lifetimes = parties.tenant.lifetimes();
    let expires = match refresh {
        Refresh::No => return Ok(None),
        Refresh::Until(moment) => moment,
        Refresh::New => desk.now.plus(match grant.platform {
            Platform::Spa => lifetimes.spa_refresh,
            Platform::Web | Platform::Native => lifetimes.refresh,
        }),
    };
    let token = desk.chance.secret();
    let record = RefreshRecord { grant: grant.clone(), expires };
    let kept = expires.plus(REMEMBERED).since(desk.now);
    desk.store.keep(&token, &record, desk.now, kept).await?;
    Ok(Some(token))
}

/// Whose account it is, at home: what client libraries key their caches by.
fn client_info(parties: &Parties<'_>) -> String {
    let text = format!(r#"{{"uid":"{}","utid":"{}"}}"#, parties.account.user.id, parties.account.home.id());
    URL_SAFE_NO_PAD.encode(text)
}

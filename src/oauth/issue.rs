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
use crate::directory::app::TokenVersion;
use crate::directory::tenant::{Family, Tenant};
use crate::federation::{relay, say};
use crate::keys::{Owner, SigningKey};
use crate::refusal::Code;
use crate::time::{Span, Timestamp};
use crate::token::claims::entra::{self, IdToken};
use crate::token::claims::{Issue, Person, Proof, SignInBehind, generic};
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
    let amr = match parties.tenant {
        Tenant::Provider { facts, .. } => relay::amr(facts.relay, &grant.factors),
        Tenant::Entra { .. } => grant.factors.amr(),
    };
    let press = Press {
        desk,
        grant,
        parties: &parties,
        order: &order,
        key: &key,
        issue: Issue {
            directory: desk.directory,
            origin: desk.origin,
            tenant: parties.tenant,
            app: parties.app,
            proof: order.proof,
            now: desk.now,
            lifetime: parties.tenant.lifetimes().id,
            uti: &uti,
            ip: desk.ip,
        },
        person: Person {
            account: parties.account,
            object: grant.object,
            amr: &amr,
            auth_time: grant.factors.at,
            mfa_time: grant.factors.mfa_at(),
            contexts: &grant.contexts,
            sid: &grant.sid,
            sign_in: Some(SignInBehind { factors: &grant.factors, epoch: &grant.epoch, grant: &grant.id }),
        },
        claims: order.claims.or(grant.claims.as_ref()),
    };
    let mut set = TokenSet::default();
    if order.tokens.access {
        press.access_token(&mut set)?;
    }
    if order.tokens.id {
        set.id_token = Some(press.id_token(&set)?);
    }
    set.refresh_token = refresh_token(desk, grant, &parties, order.refresh).await?;
    if order.client_info {
        set.client_info = Some(client_info(&parties));
    }
    Ok(set)
}

/// Everything a token is made from, held ready.
struct Press<'a> {
    desk: &'a Desk<'a>,
    grant: &'a Grant,
    parties: &'a Parties<'a>,
    order: &'a Order<'a>,
    key: &'a SigningKey,
    issue: Issue<'a>,
    person: Person<'a>,
    claims: Option<&'a Value>,
}

impl Press<'_> {
    fn access_token(&self, set: &mut TokenSet) -> Result<(), Denied> {
        let lives = match self.parties.tenant.family() {
            Family::Entra => self.entra_access_token(set)?,
            Family::Generic => self.generic_access_token(set)?,
        };
        set.expires_in = lives.whole_seconds();
        set.not_before = self.desk.now.seconds();
        set.expires_on = self.desk.now.plus(lives).seconds();
        Ok(())
    }

    fn entra_access_token(&self, set: &mut TokenSet) -> Result<Span, Denied> {
        let access = access_of(self.desk, self.grant, self.parties)?;
        let lifetime = self.access_lifetime(&access.resource);
        let body = entra::access(
            &Issue { lifetime, ..self.issue },
            &self.person,
            &entra::Access {
                resource: access.resource,
                audience: &access.audience,
                scopes: &access.scopes,
                claims: self.claims,
            },
        );
        let typ = match access.resource.token_version {
            TokenVersion::V1 => Typ::JwtWithX5t,
            TokenVersion::V2 => Typ::Jwt,
        };
        set.access_token = jwt::sign(self.key, typ, &body)?;
        set.scope = Some(access.answer(self.order.dialect, self.grant));
        set.resource = access.audience;
        Ok(lifetime)
    }

    fn generic_access_token(&self, set: &mut TokenSet) -> Result<Span, Denied> {
        let lifetime = self.access_lifetime(&self.parties.app);
        let audience = self.parties.app.client_id.to_string();
        let scopes = &self.grant.requested.oidc;
        let issue = Issue { lifetime, ..self.issue };
        let body = generic::access(&issue, &self.person, &audience, scopes, &self.grant.id);
        set.access_token = jwt::sign(self.key, Typ::AtJwt, &body)?;
        set.scope = Some(scopes.join(" "));
        set.resource = audience;
        Ok(lifetime)
    }

    fn access_lifetime(&self, resource: &Application<'_>) -> Span {
        resource.token_lifetime.unwrap_or(self.parties.tenant.lifetimes().access)
    }

    fn id_token(&self, set: &TokenSet) -> Result<String, Denied> {
        let order = self.order;
        let hashed = order.tokens.access && (order.in_address || !order.dialect.is_entra());
        let (c_hash, at_hash) = (order.code.map(jwt::half_hash), hashed.then(|| jwt::half_hash(&set.access_token)));
        let id = IdToken {
            nonce: self.grant.nonce.as_deref(),
            email: self.grant.requested.has("email"),
            profile: self.grant.requested.has("profile"),
            auth_time: self.grant.wants_auth_time,
            c_hash: c_hash.as_deref(),
            at_hash: at_hash.as_deref(),
            claims: self.claims,
            in_address: order.in_address,
        };
        let lifetime = self.parties.app.token_lifetime.unwrap_or(self.parties.tenant.lifetimes().id);
        let (typ, mut body) = order.dialect.id_token(&Issue { lifetime, ..self.issue }, &self.person, &id);
        match self.parties.tenant {
            Tenant::Entra { .. } => Ok(jwt::sign(self.key, typ, &body)?),
            // A provider may be set up to answer wrongly (R-14).
            Tenant::Provider { handle, facts } => {
                relay::bend(facts.answer, &mut body, self.desk.now);
                let key =
                    say::key(self.desk.keys, handle, facts.answer).map_err(|not| Denied::Broken(not.to_string()))?;
                Ok(jwt::sign(&key, typ, &body)?)
            }
        }
    }
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

/// A refresh token for a grant alone: where it is to be good for more than the tokens that come with it.
pub async fn renew(desk: &Desk<'_>, grant: &Grant, refresh: Refresh) -> Result<Option<String>, Denied> {
    refresh_token(desk, grant, &grant.parties(desk.directory)?, refresh).await
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

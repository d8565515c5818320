//! A grant becomes tokens.

mod access;
mod press;
mod refresh;
mod saml;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::desk::{Denied, Desk};
use super::dialect::{Dialect, TokenSet};
use super::family;
use super::grant::{Grant, Issued, Parties};
use crate::directory::tenant::{Family, Tenant};
use crate::federation::assertion::Version;
use crate::federation::relay;
use crate::keys::Owner;
use crate::signin::factors::Amr;
use crate::time::Span;
use crate::token::claims::{Issue, Person, Proof, SignInBehind};
use press::Press;
use refresh::refresh_token;

pub use refresh::{REMEMBERED, Refresh, renew};

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
    /// How the access token is written.
    pub form: Form,
    /// Do they travel in an address?
    pub in_address: bool,
}

/// Which tokens are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Which {
    /// An access token.
    pub access: bool,
    /// An id token.
    pub id: bool,
}

/// How an access token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a JSON Web Token.
    Jwt,
    /// As a SAML assertion.
    Saml(Version),
}

/// Issues tokens for a grant.
pub async fn issue(desk: &Desk<'_>, grant: &Grant, order: Order<'_>) -> Result<TokenSet, Denied> {
    let parties = grant.parties(desk.directory)?;
    let mut set = TokenSet::default();
    if order.tokens.access || order.tokens.id {
        sign(desk, grant, &parties, order, &mut set)?;
    }
    if order.tokens.access && parties.tenant.family() == Family::Generic {
        desk.store.keep(&grant.id, &Issued, desk.now, Span::seconds(set.expires_in)).await?;
    }
    set.family = family::number(parties.app);
    set.refresh_token = refresh_token(desk, grant, &parties, order.refresh).await?;
    if order.client_info {
        set.client_info = Some(client_info(&parties));
    }
    Ok(set)
}

/// Adds the tokens that are signed.
fn sign(
    desk: &Desk<'_>,
    grant: &Grant,
    parties: &Parties<'_>,
    order: Order<'_>,
    set: &mut TokenSet,
) -> Result<(), Denied> {
    let key = desk.keys.current(Owner::from(parties.tenant))?;
    let uti = desk.chance.short();
    let amr = match parties.tenant {
        Tenant::Provider { facts, .. } => relay::amr(facts.relay, &grant.factors),
        Tenant::Entra { .. } => grant.factors.amr(),
    };
    let press = Press {
        desk,
        grant,
        parties,
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
        person: person(grant, parties, &amr),
        claims: order.claims.or(grant.claims.as_ref()),
    };
    if order.tokens.access {
        press.access_token(set)?;
    }
    if order.tokens.id {
        set.id_token = Some(press.id_token(set)?);
    }
    Ok(())
}

/// Whom the tokens are about.
fn person<'a>(grant: &'a Grant, parties: &Parties<'a>, amr: &'a Amr) -> Person<'a> {
    Person {
        account: parties.account,
        object: grant.object,
        amr,
        auth_time: grant.factors.at,
        mfa_time: grant.factors.mfa_at(),
        contexts: &grant.contexts,
        sid: &grant.sid,
        sign_in: Some(SignInBehind {
            factors: &grant.factors,
            presence: grant.presence,
            epoch: &grant.epoch,
            grant: &grant.id,
        }),
    }
}

/// Whose account it is, at home: what client libraries key their caches by.
fn client_info(parties: &Parties<'_>) -> String {
    let text = format!(r#"{{"uid":"{}","utid":"{}"}}"#, parties.account.user.id, parties.account.home.id());
    URL_SAFE_NO_PAD.encode(text)
}

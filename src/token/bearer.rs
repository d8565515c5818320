//! Is this access token good here? One of ours, in its time, from a tenant of this world, for this resource: what every
//! protected API of Entra's asks first (RFC 6750, 3.1; RFC 8725).

use std::sync::Arc;

use serde_json::Value;

use super::issuer::{issuer_v1, issuer_v2};
use super::jwt::{self, Claims, JwtError};
use crate::directory::tenant::Tenant;
use crate::directory::{Application, Directory};
use crate::http::origin::Origin;
use crate::id::{ClientId, TenantId};
use crate::keys::{KeyError, KeyRing, Owner};
use crate::time::{Span, Timestamp};

/// An access token of an Entra tenant that is ours and still good, whomever it is about.
#[derive(Clone, Debug)]
pub struct AccessToken<'d> {
    /// What it says.
    pub claims: Claims,
    /// Who issued it.
    pub tenant: Tenant<'d>,
    /// To which application.
    pub app: Application<'d>,
    /// The resource it is for.
    pub resource: Application<'d>,
}

/// Which tokens an API takes.
#[derive(Clone, Copy, Debug)]
pub struct Takes<'a> {
    /// For which resources, by their handles.
    pub resources: &'a [&'a str],
    /// Of which shapes.
    pub shapes: Shapes<'a>,
}

/// Which shapes of tokens an API takes.
#[derive(Clone, Copy, Debug)]
pub enum Shapes<'a> {
    /// The older one only.
    V1,
    /// The newer one too, whose issuer is on this origin.
    Both(&'a Origin),
    /// The newer one too, whose issuer is on this host, by whichever of its doors it was asked for: one port is plain and
    /// another TLS, and a client may come to the one with what it got at the other.
    AnyDoor(&'a Origin),
}

/// Why a token is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGood {
    /// It cannot be read, or is signed in a way that is not accepted.
    Unreadable,
    /// It names a key that this world does not have.
    UnknownKey,
    /// The key it names did not sign it.
    Signature,
    /// It is not valid yet.
    TooEarly,
    /// It has expired.
    Expired,
    /// No tenant of this world issued it.
    Issuer,
    /// It is for another resource.
    Audience,
    /// The application it was issued to is gone.
    AppGone,
}

impl NotGood {
    /// The sentence for the bearer.
    pub fn text(self) -> &'static str {
        match self {
            NotGood::Unreadable => "The token cannot be read, or is not signed with RS256 or PS256.",
            NotGood::UnknownKey => "The token is signed with a key that is not known here.",
            NotGood::Signature => "The token's signature is not ours.",
            NotGood::TooEarly => "The token is not valid yet.",
            NotGood::Expired => "The token has expired.",
            NotGood::Issuer => "The token's issuer is not a tenant of this world.",
            NotGood::Audience => "The token's audience is another resource.",
            NotGood::AppGone => "The token was issued to an application that is gone.",
        }
    }
}

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It is not good.
    NotGood(NotGood),
    /// We broke: there is no key to check it with.
    Broken(KeyError),
}

impl From<NotGood> for NotTaken {
    fn from(why: NotGood) -> Self {
        NotTaken::NotGood(why)
    }
}

impl From<KeyError> for NotTaken {
    fn from(error: KeyError) -> Self {
        NotTaken::Broken(error)
    }
}

impl From<JwtError> for NotGood {
    fn from(error: JwtError) -> Self {
        match error {
            JwtError::Malformed(_) | JwtError::Algorithm => NotGood::Unreadable,
            JwtError::UnknownKey => NotGood::UnknownKey,
            JwtError::Signature => NotGood::Signature,
        }
    }
}

/// The claims of a token that one of our own keys signed.
pub fn signed(keys: &KeyRing, owner: Owner<'_>, token: &str) -> Result<Claims, NotTaken> {
    let published = keys.published(owner)?;
    let find = |head: &jwt::Unverified| {
        let named = head.header("kid");
        published.iter().filter(|key| named == Some(key.kid())).map(|key| Arc::clone(key.public())).collect()
    };
    Ok(jwt::verify(token, find).map_err(NotGood::from)?)
}

/// Is a token within its time?
pub fn within_its_time(claims: &Claims, now: Timestamp, skew: Span) -> Result<(), NotGood> {
    let moment = |name: &str| claims.get(name).and_then(Value::as_i64).map(Timestamp::from_seconds);
    if moment("nbf").is_some_and(|begins| now.plus(skew) < begins) {
        return Err(NotGood::TooEarly);
    }
    match moment("exp").is_some_and(|ends| now < ends.plus(skew)) {
        true => Ok(()),
        false => Err(NotGood::Expired),
    }
}

/// A text claim.
pub fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(Value::as_str)
}

/// The words of a claim that is a list of them.
pub fn words<'c>(claims: &'c Claims, name: &str) -> impl Iterator<Item = &'c str> {
    claims.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The claims of a token that a tenant of this world issued, while it is valid, and that tenant.
pub fn issued<'d>(
    directory: &'d Directory,
    keys: &KeyRing,
    token: &str,
    now: Timestamp,
    shapes: Shapes<'_>,
) -> Result<(Claims, Tenant<'d>), NotTaken> {
    let claims = in_time(keys, token, now)?;
    let tenant = issuer(directory, &claims, shapes)?;
    Ok((claims, tenant))
}

fn in_time(keys: &KeyRing, token: &str, now: Timestamp) -> Result<Claims, NotTaken> {
    let claims = signed(keys, Owner::Entra, token)?;
    within_its_time(&claims, now, Span::default())?;
    Ok(claims)
}

/// The tenant of this world that issued a token, if it did.
pub fn issuer<'d>(directory: &'d Directory, claims: &Claims, shapes: Shapes<'_>) -> Result<Tenant<'d>, NotGood> {
    let tenant = text(claims, "tid").and_then(TenantId::parse).and_then(|id| directory.tenant_by_id(id));
    let issuer = text(claims, "iss").unwrap_or_default();
    let tenant = tenant.filter(|tenant| match shapes {
        Shapes::V1 => issuer == issuer_v1(*tenant),
        Shapes::Both(origin) => issuer == issuer_v1(*tenant) || issuer == issuer_v2(origin, *tenant),
        Shapes::AnyDoor(origin) => {
            issuer == issuer_v1(*tenant) || doorless(issuer) == doorless(&issuer_v2(origin, *tenant))
        }
    });
    tenant.ok_or(NotGood::Issuer)
}

/// The host and the path of an address, without scheme and port.
fn doorless(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let (authority, path) = rest.split_at(rest.find('/')?);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        Some(_) | None => authority,
    };
    Some((host, path))
}

/// Reads an access token.
pub fn read<'d>(
    directory: &'d Directory,
    keys: &KeyRing,
    token: &str,
    now: Timestamp,
    takes: Takes<'_>,
) -> Result<AccessToken<'d>, NotTaken> {
    let claims = in_time(keys, token, now)?;
    // What is for somebody else may have the form that they take: that is not what is wrong with it here.
    let resource = text(&claims, "aud").and_then(|audience| directory.resource(audience));
    let resource = resource.filter(|app| takes.resources.contains(&app.handle)).ok_or(NotGood::Audience)?;
    let tenant = issuer(directory, &claims, takes.shapes)?;
    let client = text(&claims, "appid").or_else(|| text(&claims, "azp"));
    let app = client.and_then(|id| directory.entra_app(&ClientId::new(id))).ok_or(NotGood::AppGone)?;
    Ok(AccessToken { claims, tenant, app, resource })
}

#[cfg(test)]
mod tests;

//! Is this token good, and may it be ended? RFC 7662 (introspection) and RFC 7009 (revocation), at a provider.
//!
//! An application ends its own tokens only: to end another's is refused, and the token stays what it was (RFC 7009, 2.1).
//! It learns about its own, and about those that are for it as a resource; of all others, that they are not good.

use serde_json::{Map, Value};

use super::desk::Desk;
use super::grant::{Issued, RefreshRecord, Revoked};
use super::issue::REMEMBERED;
use super::userinfo::{BearerError, Holder, holder, provider_token};
use crate::directory::tenant::{Family, Tenant};
use crate::directory::{Account, AccountRef, Application};
use crate::signin::session;
use crate::store::{Store, StoreError};
use crate::time::{Span, Timestamp};
use crate::token::bearer::text;
use crate::token::claims::generic;
use crate::token::issuer::issuer_generic;
use crate::token::jwt::Claims;

/// A token of this provider that is still good.
enum Known {
    /// An access token.
    Access(Claims),
    /// A refresh token.
    Refresh(Box<RefreshRecord>),
}

/// What a token is to the application that shows it.
enum Held {
    /// Its own, and good.
    Own(Known),
    /// Another application's, good, and meant for this one to be shown (RFC 7662, 2.2 leaves to us who may ask).
    MeantForIt(Claims),
    /// Another application's, and good.
    Others,
    /// Good for nothing, whoever's it was.
    Spent,
}

/// What became of a token that was to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It was good and is no more.
    Ended,
    /// There was nothing to end: a client cannot do anything about that, so it is no error (RFC 7009, 2.2).
    NothingToEnd,
    /// It is another application's.
    Refused,
}

/// What the provider says about a token (RFC 7662, 2.2).
pub async fn introspect(
    desk: &Desk<'_>,
    provider: Tenant<'_>,
    caller: Application<'_>,
    token: &str,
) -> Result<Map<String, Value>, StoreError> {
    Ok(match held(desk, provider, caller, token).await? {
        Held::Own(Known::Access(claims)) | Held::MeantForIt(claims) => {
            match holder(desk.directory, provider, &claims) {
                Some(Holder { account, .. }) if !sign_in_ended(desk, account, &claims).await? => {
                    about_access(account, &claims)
                }
                Some(_) | None => not_good(),
            }
        }
        Held::Own(Known::Refresh(record)) => about_refresh(desk, provider, caller, &record),
        Held::Others | Held::Spent => not_good(),
    })
}

fn not_good() -> Map<String, Value> {
    Map::from_iter([("active".to_owned(), Value::Bool(false))])
}

/// Was the sign-in that a provider's token came of ended since, by a revocation or a new password, or forgotten by a reset?
/// Tenants' tokens are good here until they end.
pub async fn sign_in_ended(desk: &Desk<'_>, account: Option<Account<'_>>, claims: &Claims) -> Result<bool, StoreError> {
    let Some((account, then)) = account.zip(text(claims, generic::EPOCH)) else { return Ok(false) };
    if account.home.family() != Family::Generic {
        return Ok(false);
    }
    let home = account.home.place();
    let whose = AccountRef { home: &home, upn: account.upn };
    let epoch = session::epoch(desk.store, desk.directory, whose, desk.now).await?;
    let grant = text(claims, "gid").unwrap_or_default();
    Ok(generic::epoch(&epoch) != then || desk.store.find::<Issued>(grant, desk.now).await?.is_none())
}

/// Ends a token: a refresh token with all that came of its grant.
pub async fn revoke(
    desk: &Desk<'_>,
    provider: Tenant<'_>,
    caller: Application<'_>,
    token: &str,
) -> Result<Revocation, StoreError> {
    match held(desk, provider, caller, token).await? {
        Held::Own(Known::Access(claims)) => {
            let left = claims.get("exp").and_then(Value::as_i64).map_or(0, |ends| ends - desk.now.seconds());
            end(desk, text(&claims, "jti").unwrap_or_default(), Span::seconds(left)).await?;
        }
        Held::Own(Known::Refresh(record)) => {
            // It stays where it is: whoever shows it again is told that it was revoked.
            end(desk, &record.grant.id, REMEMBERED).await?;
        }
        Held::MeantForIt(_) | Held::Others => return Ok(Revocation::Refused),
        Held::Spent => return Ok(Revocation::NothingToEnd),
    }
    Ok(Revocation::Ended)
}

async fn end(desk: &Desk<'_>, id: &str, remembered: Span) -> Result<(), StoreError> {
    desk.store.keep(id, &Revoked, desk.now, remembered).await
}

/// Finds a token, and whose it is.
async fn held(desk: &Desk<'_>, provider: Tenant<'_>, caller: Application<'_>, token: &str) -> Result<Held, StoreError> {
    match provider_token(desk.keys, desk.origin, provider, token, desk.now) {
        Ok(claims) => {
            let own = text(&claims, "client_id") == Some(caller.client_id.as_str());
            return Ok(match is_revoked(desk.store, &claims, desk.now).await? {
                true => Held::Spent,
                false if own => Held::Own(Known::Access(claims)),
                false if names(&claims, caller) => Held::MeantForIt(claims),
                false => Held::Others,
            });
        }
        Err(BearerError::Broken(error)) => return Err(StoreError(error.to_string())),
        // It may be a refresh token.
        Err(BearerError::Missing | BearerError::Malformed(_) | BearerError::Invalid(_) | BearerError::Scope(_)) => {}
    }
    let Some(record) = desk.store.find::<RefreshRecord>(token, desk.now).await? else { return Ok(Held::Spent) };
    Ok(match is_good(desk, provider, &record).await? {
        false => Held::Spent,
        true if record.grant.app == caller.handle => Held::Own(Known::Refresh(Box::new(record))),
        true => Held::Others,
    })
}

/// Is this application the resource that a token is for, by its client id or one of its URIs?
fn names(claims: &Claims, caller: Application<'_>) -> bool {
    let audience = text(claims, "aud").unwrap_or_default();
    audience == caller.client_id.as_str() || caller.identifier_uris.iter().any(|uri| uri == audience)
}

/// Would this refresh token still be redeemed here?
async fn is_good(desk: &Desk<'_>, provider: Tenant<'_>, record: &RefreshRecord) -> Result<bool, StoreError> {
    let grant = &record.grant;
    Ok(grant.tenant == provider.place()
        && desk.now < record.expires
        && desk.store.find::<Revoked>(&grant.id, desk.now).await?.is_none()
        && session::epoch(desk.store, desk.directory, grant.whose(), desk.now).await? == grant.epoch
        && grant.parties(desk.directory).is_ok())
}

/// Was this access token ended, or the grant that it came of?
pub async fn is_revoked(store: &dyn Store, claims: &Claims, now: Timestamp) -> Result<bool, StoreError> {
    for id in ["jti", "gid"].into_iter().filter_map(|name| text(claims, name)) {
        if store.find::<Revoked>(id, now).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn about_access(account: Option<Account<'_>>, claims: &Claims) -> Map<String, Value> {
    const TOLD: [&str; 8] = ["scope", "client_id", "exp", "iat", "sub", "aud", "iss", "jti"];
    let mut about = Map::from_iter([("active".to_owned(), Value::Bool(true))]);
    for name in TOLD {
        if let Some(value) = claims.get(name) {
            about.insert(name.to_owned(), value.clone());
        }
    }
    about.insert("token_type".into(), "Bearer".into());
    if let Some(account) = account {
        about.insert("username".into(), account.upn.as_str().into());
    }
    about
}

fn about_refresh(
    desk: &Desk<'_>,
    provider: Tenant<'_>,
    caller: Application<'_>,
    record: &RefreshRecord,
) -> Map<String, Value> {
    let grant = &record.grant;
    Map::from_iter([
        ("active".to_owned(), Value::Bool(true)),
        ("scope".to_owned(), grant.requested.oidc.join(" ").into()),
        ("client_id".to_owned(), caller.client_id.as_str().into()),
        ("exp".to_owned(), record.expires.seconds().into()),
        ("sub".to_owned(), grant.object.to_string().into()),
        ("iss".to_owned(), issuer_generic(desk.origin, provider.handle()).into()),
        ("username".to_owned(), grant.upn.as_str().into()),
    ])
}

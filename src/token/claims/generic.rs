//! A third-party provider's tokens about people: OpenID Connect Core, 2, and RFC 9068.

use super::entra::IdToken;
use super::{Issue, Person, issuer_generic, put_own, words};
use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::token::jwt::Claims;

/// An access token.
pub fn access(issue: &Issue<'_>, person: &Person<'_>, audience: &str, scopes: &[String], grant: &str) -> Claims {
    let mut claims = Claims::new();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant).into());
    claims.insert("sub".into(), person.object.to_string().into());
    claims.insert("aud".into(), audience.into());
    claims.insert("client_id".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("jti".into(), issue.uti.into());
    claims.insert("scope".into(), scopes.join(" ").into());
    claims.insert("auth_time".into(), person.auth_time.seconds().into());
    // Which grant it came of: revoking that ends this token too.
    claims.insert("gid".into(), grant.into());
    put_own(&mut claims, person);
    claims
}

/// An id token. Unlike Entra's it always tells how and when (`amr`, `auth_time`), and what of that was asked for (`acr`).
pub fn id(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> Claims {
    let mut claims = Claims::new();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant).into());
    claims.insert("sub".into(), person.object.to_string().into());
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("auth_time".into(), person.auth_time.seconds().into());
    claims.insert("amr".into(), words(person.amr.words()));
    claims.insert("sid".into(), person.sid.into());
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            claims.insert(name.into(), value.into());
        }
    };
    put("acr", id.acr);
    put("nonce", id.nonce);
    put("c_hash", id.c_hash);
    put("at_hash", id.at_hash);
    put_scoped(&mut claims, person, id.profile, id.email);
    if issue.app.handle == MICROSOFT_ONLINE_APP && !person.account.user.immutable_id.is_empty() {
        // How a tenant that federates to this provider knows the account.
        claims.insert("immutable_id".into(), person.account.user.immutable_id.as_str().into());
    }
    put_own(&mut claims, person);
    claims
}

/// The claims behind the scopes `profile` and `email` (OpenID Connect Core, 5.4).
pub fn put_scoped(claims: &mut Claims, person: &Person<'_>, profile: bool, email: bool) {
    let user = person.account.user;
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            claims.insert(name.into(), value.into());
        }
    };
    if profile {
        put("name", Some(&person.account.title()));
        put("given_name", user.given_name.as_deref());
        put("family_name", user.family_name.as_deref());
        put("preferred_username", Some(person.account.upn.as_str()));
    }
    if email {
        put("email", Some(user.mail.as_deref().unwrap_or(person.account.upn.as_str())));
        claims.insert("email_verified".into(), true.into());
    }
}

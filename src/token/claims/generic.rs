//! A third-party provider's tokens about people: OpenID Connect Core, 2, and RFC 9068.

use serde_json::Value;

use super::entra::IdToken;
use super::{Issue, Person, blank, opaque, put_own, words};
use crate::federation::parties::MICROSOFT_ONLINE_APP;
use crate::oauth::claims_parameter;
use crate::token::claim_set::ClaimSet;
use crate::token::issuer::issuer_generic;

/// What an access token allows.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    /// For whom.
    pub audience: &'a str,
    /// What.
    pub scopes: &'a [String],
    /// The grant it came of.
    pub grant: &'a str,
    /// What userinfo was asked to tell besides.
    pub told: Vec<&'a str>,
}

/// The claim by which userinfo knows what it was asked to tell, one by one.
pub const TOLD: &str = "userinfo_claims";

/// The claim by which introspection and userinfo know what the revocations were.
pub const EPOCH: &str = "gep";

/// What the revocations were, as a token says it.
pub fn epoch(epoch: &str) -> String {
    opaque(&["epoch", epoch])
}

/// An access token.
pub fn access(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> ClaimSet {
    let Access { audience, scopes, grant, told } = access;
    let mut claims = blank();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant.handle()).into());
    claims.insert("sub".into(), person.object.to_string().into());
    claims.insert("aud".into(), (*audience).into());
    claims.insert("client_id".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("jti".into(), issue.uti.into());
    claims.insert("scope".into(), scopes.join(" ").into());
    claims.insert("auth_time".into(), person.auth_time.seconds().into());
    // Which grant it came of: revoking that ends this token too.
    claims.insert("gid".into(), (*grant).into());
    if let Some(behind) = person.sign_in {
        claims.insert(EPOCH.into(), epoch(behind.epoch).into());
    }
    if !told.is_empty() {
        claims.insert(TOLD.into(), told.clone().into());
    }
    put_own(&mut claims, person);
    claims
}

/// An id token. Unlike Entra's it always tells how and when (`amr`, `auth_time`), and what of that was asked for (`acr`).
pub fn id(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> ClaimSet {
    let mut claims = blank();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant.handle()).into());
    claims.insert("sub".into(), person.object.to_string().into());
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("auth_time".into(), person.auth_time.seconds().into());
    claims.insert("amr".into(), words(person.amr.words()));
    claims.insert("sid".into(), person.sid.into());
    let mut put = |name: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            claims.insert(name.into(), value.into());
        }
    };
    put("acr", id.acr);
    put("nonce", id.nonce);
    put("c_hash", id.c_hash);
    put("at_hash", id.at_hash);
    let asked: Vec<&str> = claims_parameter::named(id.claims, "id_token").collect();
    put_told(&mut claims, person, |name, scope| {
        asked.contains(&name) || if scope == "profile" { id.profile } else { id.email }
    });
    if issue.app.handle == MICROSOFT_ONLINE_APP && !person.account.user.immutable_id.is_empty() {
        // How a tenant that federates to this provider knows the account.
        claims.insert("immutable_id".into(), person.account.user.immutable_id.as_str().into());
    }
    put_own(&mut claims, person);
    claims
}

/// The scope that tells this claim about a person (OpenID Connect Core, 5.4).
pub fn scope_of(claim: &str) -> Option<&'static str> {
    match claim {
        "name" | "given_name" | "family_name" | "preferred_username" => Some("profile"),
        "email" | "email_verified" => Some("email"),
        _ => None,
    }
}

/// What is known about a person, as far as it is to be told: asked by claim and the scope that tells it.
pub fn put_told(claims: &mut ClaimSet, person: &Person<'_>, is_told: impl Fn(&str, &str) -> bool) {
    let user = person.account.user;
    let (title, upn) = (person.account.title(), person.account.upn.as_str());
    let known: [(&'static str, Option<Value>); 6] = [
        ("name", Some(title.into())),
        ("given_name", user.given_name.as_deref().map(Value::from)),
        ("family_name", user.family_name.as_deref().map(Value::from)),
        ("preferred_username", Some(upn.into())),
        ("email", Some(user.mail.as_deref().unwrap_or(upn).into())),
        ("email_verified", Some(true.into())),
    ];
    for (name, value) in known {
        if let (Some(scope), Some(value)) = (scope_of(name), value)
            && is_told(name, scope)
        {
            claims.insert(name.into(), value);
        }
    }
}

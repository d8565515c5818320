//! Tokens about nobody: an application acting for itself.

use serde_json::Value;

use super::{Issue, opaque};
use crate::directory::Application;
use crate::directory::app::TokenVersion;
use crate::oauth::scope::GRAPH;
use crate::token::issuer::{issuer_generic, issuer_v1, issuer_v2};
use crate::token::jwt::Claims;

/// The role template of an application in the directory.
const APPLICATION: &str = "0997a1d0-0d1d-4acb-b408-d5ca73121e90";

/// An Entra access token for an application itself.
pub fn entra(issue: &Issue<'_>, resource: Application<'_>, audience: &str) -> Claims {
    let roles = roles(issue, resource);
    let object = issue.app.service_principal(issue.tenant).to_string();
    let rh = format!("0.{}.", opaque(&["rh", &issue.tenant.id().to_string(), issue.app.client_id.as_str()]));
    let aio = opaque(&["aio", issue.uti]);
    let tid = issue.tenant.id().to_string();
    let client = issue.app.client_id.as_str();
    let mut claims = Claims::new();
    let mut put = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    match resource.facts().token_version {
        TokenVersion::V1 => {
            let issuer = issuer_v1(issue.tenant);
            put("aud", audience.into());
            put("iss", issuer.clone().into());
            times(issue, &mut put);
            put("aio", aio.into());
            put("appid", client.into());
            put("appidacr", issue.proof.digit().into());
            put("idp", issuer.into());
            put("idtyp", "app".into());
            put("oid", object.clone().into());
            put("rh", rh.into());
            if !roles.is_empty() {
                put("roles", roles.into());
            }
            put("sub", object.into());
            put("tid", tid.into());
            put("uti", issue.uti.into());
            put("ver", "1.0".into());
            if resource.handle == GRAPH {
                put("wids", vec![APPLICATION].into());
            }
        }
        TokenVersion::V2 => {
            put("aud", resource.client_id.as_str().into());
            put("iss", issuer_v2(issue.origin, issue.tenant).into());
            times(issue, &mut put);
            put("aio", aio.into());
            put("azp", client.into());
            put("azpacr", issue.proof.digit().into());
            put("oid", object.clone().into());
            put("rh", rh.into());
            if !roles.is_empty() {
                put("roles", roles.into());
            }
            put("sub", object.into());
            put("tid", tid.into());
            put("uti", issue.uti.into());
            put("ver", "2.0".into());
        }
    }
    claims
}

/// The roles it was given as an application: where it is at home, and where an administrator has agreed to all that it was
/// registered with. Scopes alone, agreed to for people, give it none.
fn roles(issue: &Issue<'_>, resource: Application<'_>) -> Vec<Value> {
    let (app, tenant) = (issue.app, issue.tenant.handle());
    let given = app.first_party || app.home == tenant || app.consented.iter().any(|place| place == tenant);
    let named = app.facts().app_permissions.get(resource.handle).into_iter().flatten();
    named.filter(|_| given).map(|role| Value::from(role.as_str())).collect()
}

fn times(issue: &Issue<'_>, put: &mut impl FnMut(&str, Value)) {
    let now = issue.now.seconds();
    put("iat", now.into());
    put("nbf", now.into());
    put("exp", issue.now.plus(issue.lifetime).seconds().into());
}

/// A third-party provider's access token for an application itself (RFC 9068).
pub fn generic(issue: &Issue<'_>, audience: &str, scope: &str) -> Claims {
    let mut claims = Claims::new();
    claims.insert("iss".into(), issuer_generic(issue.origin, issue.tenant.handle()).into());
    claims.insert("sub".into(), issue.app.client_id.as_str().into());
    claims.insert("aud".into(), audience.into());
    claims.insert("client_id".into(), issue.app.client_id.as_str().into());
    claims.insert("iat".into(), issue.now.seconds().into());
    claims.insert("exp".into(), issue.now.plus(issue.lifetime).seconds().into());
    claims.insert("jti".into(), issue.uti.into());
    if !scope.is_empty() {
        claims.insert("scope".into(), scope.into());
    }
    claims
}

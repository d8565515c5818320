//! Does a signed assertion stand for this application (RFC 7523, Entra's certificate credentials and
//! federated identity credentials; OpenID Connect Core, 9)?

mod once;

use std::sync::Arc;

use serde_json::Value;

use super::desk::{Denied, Desk};
use crate::directory::Application;
use crate::directory::app::App;
use crate::directory::tenant::Tenant;
use crate::http::outbound::Outbound;
use crate::keys::PublicKey;
use crate::refusal::{Code, Refusal};
use crate::time::{Span, Timestamp};
use crate::token::issuer::issuer_generic;
use crate::token::jwt::{self, Claims, JwtError, Unverified};

/// The audience of federated credentials that name none.
const EXCHANGE: &str = "api://AzureADTokenExchange";
/// Clocks may disagree by this much.
const LEEWAY: Span = Span::minutes(5);

/// Whom an assertion claims to stand for, before anything is checked.
pub fn subject(token: &str) -> Option<String> {
    jwt::decode_unverified(token).ok()?.claims.get("sub")?.as_str().map(str::to_owned)
}

/// Checks an assertion: signed by one of the application's certificates, or by an issuer it trusts.
pub async fn check(
    desk: &Desk<'_>,
    app: Application<'_>,
    tenant: Option<Tenant<'_>>,
    token: &str,
    outbound: &Outbound,
) -> Result<(), Denied> {
    let unverified = jwt::decode_unverified(token).map_err(malformed)?;
    let issuer = text(&unverified.claims, "iss");
    if issuer.eq_ignore_ascii_case(app.client_id.as_str()) {
        let claims = by_certificate(desk, app, tenant, token)?;
        return match tenant {
            Some(Tenant::Provider { handle, .. }) => once::shown(desk, handle, &app, &claims).await,
            // Differs from OpenID Connect Core, 9, as the real service does: it asks for no `jti`, and takes an
            // assertion until it ends.
            Some(Tenant::Entra { .. }) | None => Ok(()),
        };
    }
    by_other_issuer(desk, app, token, &unverified, outbound).await
}

fn malformed(error: JwtError) -> Refusal {
    Code::ClientAssertionSignature.because(format!("The client assertion cannot be read: {error}."))
}

fn by_certificate(
    desk: &Desk<'_>,
    app: Application<'_>,
    tenant: Option<Tenant<'_>>,
    token: &str,
) -> Result<Claims, Refusal> {
    let claims = jwt::verify(token, |head| certificates(&app, head)).map_err(|error| match error {
        JwtError::UnknownKey => Code::ClientAssertionSignature
            .because("The certificate with the client assertion's thumbprint is not registered for the application."),
        JwtError::Malformed(_) | JwtError::Algorithm | JwtError::Signature => {
            Code::ClientAssertionSignature.because(format!("Client assertion failed signature validation: {error}."))
        }
    })?;
    check_times(&claims, desk.now)?;
    if !text(&claims, "sub").eq_ignore_ascii_case(app.client_id.as_str()) {
        return Err(
            Code::ClientAssertionWrong.because("The client assertion's 'sub' is not the application's client id.")
        );
    }
    if !audiences(&claims).iter().any(|audience| is_ours(desk, tenant, audience)) {
        return Err(Code::ClientAssertionWrong.because("The client assertion's 'aud' is not this token endpoint."));
    }
    Ok(claims)
}

/// The application's certificates that an assertion's header may mean.
fn certificates(app: &App, head: &Unverified) -> Vec<Arc<PublicKey>> {
    let means = |key: &PublicKey| {
        let by = |name: &str, thumbprint: Option<&str>| {
            head.header(name).map(|named| Some(bare_base64(named).as_str()) == thumbprint)
        };
        by("x5t#S256", key.x5t_s256()).or(by("x5t", key.x5t())).or(by("kid", key.x5t())).unwrap_or(true)
    };
    let keys = app.certificates.values().filter_map(|one| PublicKey::from_certificate_pem(&one.pem).ok());
    keys.filter(|key| means(key)).map(Arc::new).collect()
}

/// Libraries write thumbprints in either alphabet of base64, padded or not.
fn bare_base64(text: &str) -> String {
    text.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Our token endpoints, under any name of the tenant, and our issuers.
fn is_ours(desk: &Desk<'_>, tenant: Option<Tenant<'_>>, audience: &str) -> bool {
    match tenant {
        // The standards compare letter by letter (RFC 7523, 3).
        Some(provider @ Tenant::Provider { .. }) => {
            let issuer = issuer_generic(desk.origin, provider.handle());
            audience.strip_prefix(&issuer).is_some_and(|rest| matches!(rest, "" | "/token"))
        }
        Some(Tenant::Entra { .. }) | None => is_a_tenants(desk, audience),
    }
}

fn is_a_tenants(desk: &Desk<'_>, audience: &str) -> bool {
    let Some(path) = audience.strip_prefix(&desk.origin.url("/")) else { return audience == desk.origin.url("") };
    let path = path.trim_end_matches('/').to_ascii_lowercase();
    let (name, rest) = path.split_once('/').unwrap_or((&path, ""));
    let known = matches!(name, "common" | "organizations") || desk.directory.tenant(name).is_some();
    known && matches!(rest, "" | "v2.0" | "oauth2/token" | "oauth2/v2.0/token")
}

async fn by_other_issuer(
    desk: &Desk<'_>,
    app: Application<'_>,
    token: &str,
    unverified: &Unverified,
    outbound: &Outbound,
) -> Result<(), Denied> {
    let issuer = text(&unverified.claims, "iss").to_owned();
    let trusted: Vec<_> = app.facts().federated_credentials.values().filter(|one| one.issuer == issuer).collect();
    if trusted.is_empty() {
        return Err(Code::NoFederatedIssuer
            .because(format!(
                "No matching federated identity record found for the assertion's issuer '{}'.",
                crate::http::params::shorten(&issuer)
            ))
            .into());
    }
    let keys = outbound.keys_of(&issuer).await.map_err(|reason| {
        Code::ClientAssertionSignature
            .because(format!("The keys of the assertion's issuer could not be read: {reason}."))
    })?;
    let claims = jwt::verify(token, |head| {
        let named = head.header("kid");
        keys.iter().filter(|key| named.is_none() || key.kid() == named).cloned().collect()
    })
    .map_err(|error| {
        Code::ClientAssertionSignature.because(format!("The assertion failed signature validation: {error}."))
    })?;
    check_times(&claims, desk.now)?;
    let audiences = audiences(&claims);
    let subject = text(&claims, "sub");
    let for_us: Vec<_> = trusted
        .into_iter()
        .filter(|one| audiences.iter().any(|audience| audience == one.audience.as_deref().unwrap_or(EXCHANGE)))
        .collect();
    if for_us.is_empty() {
        return Err(Code::NoFederatedAudience
            .because("No matching federated identity record found for the assertion's audience.")
            .into());
    }
    if !for_us.iter().any(|one| one.subject == subject) {
        return Err(Code::NoFederatedSubject
            .because(format!(
                "No matching federated identity record found for the assertion's subject '{}'.",
                crate::http::params::shorten(subject)
            ))
            .into());
    }
    Ok(())
}

fn check_times(claims: &Claims, now: Timestamp) -> Result<(), Refusal> {
    let moment = |name: &str| claims.get(name).and_then(crate::token::jwt::moment);
    let Some(expires) = moment("exp") else {
        return Err(Code::ClientAssertionExpired.because("The client assertion has no 'exp'."));
    };
    let outside = |what: &str, at: Timestamp| {
        Err(Code::ClientAssertionExpired.because(format!(
            "The client assertion is not within its valid time range: it {what} {at}, and it is {now} here."
        )))
    };
    match moment("nbf").filter(|begins| now.plus(LEEWAY) < *begins) {
        Some(begins) => outside("begins", begins),
        None if expires.plus(LEEWAY) <= now => outside("ends", expires),
        None => Ok(()),
    }
}

fn text<'c>(claims: &'c Claims, name: &str) -> &'c str {
    claims.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn audiences(claims: &Claims) -> Vec<String> {
    match claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

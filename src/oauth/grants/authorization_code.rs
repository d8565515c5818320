//! A code becomes tokens, once (RFC 6749, 4.1.3; RFC 7636).

use super::{Granted, TokenRequest, check_revoked, decide_for};
use crate::directory::Application;
use crate::http::params::shorten;
use crate::oauth::cors;
use crate::oauth::desk::{Denied, Desk};
use crate::oauth::grant::{CodeRecord, Grant, Redeemed, Revoked};
use crate::oauth::issue::{self, REMEMBERED};
use crate::oauth::pkce;
use crate::oauth::redirect::Platform;
use crate::oauth::scope::Requested;
use crate::oauth::subject::Subject;
use crate::refusal::{Code, Refusal};
use crate::signin::consent;
use crate::store::StoreError;

/// Redeems a code.
pub async fn redeem(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    let code = request.need("code")?;
    let record = find(request, code).await?;
    complete(request, &record)?;
    let (asked, claims) = (request.requested()?, request.claims()?);
    take(request, code, &record).await?;
    check(request, &record)?;
    let mut grant = record.grant;
    if let Some(asked) = asked {
        consented(request, &grant, &asked)?;
        grant.requested = together(request, grant.requested, asked);
    }
    // Between the sign-in and now the world may have changed, and this request can name other resources and ask for more
    // than the sign-in did. Where the browser was counts, not the application's server.
    let there = Desk { ip: &record.ip, ..request.desk };
    let done = decide_for(request, &there, &grant)?;
    grant.contexts = done.contexts;
    let set = issue::issue(&request.desk, &grant, request.order(&grant, claims.as_ref())).await?;
    Ok(Granted {
        body: request.dialect.token_response(set),
        second_factor: grant.factors.mfa_at().is_some(),
        policies: done.policies,
        summary: format!("tokens for {} from a code, amr {}", grant.upn, grant.factors.amr().words().join(" ")),
        because: done.because,
    })
}

fn subject(record: &CodeRecord) -> Subject {
    Subject::of(&record.grant, Some(record.grant.tenant.clone()))
}

/// Finds a code, unless it is another application's, or its person's sessions were ended. This is looked at before the code
/// is taken: afterwards, whoever shows it a second time revokes what comes of it, which must not take it from the one whose
/// it is.
async fn find(request: &TokenRequest<'_>, code: &str) -> Result<CodeRecord, Denied> {
    let desk = &request.desk;
    let Some(record) = desk.store.find::<CodeRecord>(code, desk.now).await? else {
        return Err(spent(request, code).await?.into());
    };
    request.is_about(subject(&record));
    if record.grant.app != request.caller.app.handle {
        return Err(Code::InvalidGrant
            .because("The provided authorization code was issued to another application.")
            .into());
    }
    check_revoked(desk, &record.grant).await?;
    // It stays where it is, and is said to have expired again.
    if desk.now >= record.expires {
        return Err(Code::CodeExpired
            .because("The provided authorization code has expired. Send a new interactive request.")
            .into());
    }
    Ok(record)
}

/// What the sign-in asked for and what the code's redemption asks for.
///
/// Differs from RFC 6749, as the real service does: OpenID Connect's scopes may come with either request, and
/// libraries rely on it. The resource is the one named last.
fn together(request: &TokenRequest<'_>, before: Requested, asked: Requested) -> Requested {
    if !request.dialect.is_entra() {
        return before;
    }
    let mut both = before;
    for scope in asked.oidc {
        if !both.has(&scope) {
            both.oidc.push(scope);
        }
    }
    if !asked.resources.is_empty() {
        both.resources = asked.resources;
        both.audience = asked.audience;
        both.prefix = asked.prefix;
    }
    both
}

/// Takes the code's record: of two redeemers one gets it. The other, and everybody after, is told why not.
async fn take(request: &TokenRequest<'_>, code: &str, record: &CodeRecord) -> Result<(), Denied> {
    let desk = &request.desk;
    // Remembered before it is taken: whoever comes in between must not hear that there never was one.
    let redeemed = Redeemed { grant: record.grant.id.clone(), subject: subject(record) };
    desk.store.keep(code, &redeemed, desk.now, REMEMBERED).await?;
    match desk.store.spend::<CodeRecord>(code, desk.now).await? {
        true => Ok(()),
        false => Err(spent(request, code).await?.into()),
    }
}

/// Why there is no such code: it never was one, or it was redeemed.
async fn spent(request: &TokenRequest<'_>, code: &str) -> Result<Refusal, StoreError> {
    let desk = &request.desk;
    let Some(redeemed) = desk.store.find::<Redeemed>(code, desk.now).await? else {
        return Ok(Code::InvalidGrant.because("The provided authorization code is not valid."));
    };
    // Whoever shows a code a second time may have stolen it: what came of it ends (RFC 6749, 4.1.2).
    desk.store.keep(&redeemed.grant, &Revoked, desk.now, REMEMBERED).await?;
    request.is_about(redeemed.subject);
    Ok(Code::CodeAlreadyRedeemed
        .because("OAuth2 Authorization code was already redeemed. Retry with a new valid code."))
}

/// Is the request one that could redeem the code: asked at the right place, by an application that proved itself, with all
/// that belongs to it? Whoever forgot something still has the code.
fn complete(request: &TokenRequest<'_>, record: &CodeRecord) -> Result<(), Refusal> {
    request.check_place(&record.asked_at, &record.grant, "authorization code")?;
    check_platform(request, record.grant.platform)?;
    if record.named_redirect && request.params.get("redirect_uri").is_none() {
        return Err(Refusal::missing("redirect_uri"));
    }
    match (&record.challenge, request.params.get("code_verifier")) {
        (Some(_), None) => Err(Code::WrongCodeVerifier
            .because("The authorization request had a code_challenge; the request body must contain 'code_verifier'.")),
        (Some(_), Some(_)) | (None, _) => Ok(()),
    }
}

/// Does it say what the code was given for? Whoever says something else has had the one try there is.
fn check(request: &TokenRequest<'_>, record: &CodeRecord) -> Result<(), Refusal> {
    match request.params.get("redirect_uri") {
        Some(uri) if !request.dialect.comparison().same(&record.redirect_uri, uri) => {
            return Err(Code::RedirectMismatch.because(
                "The reply address does not match the reply address provided when requesting the authorization code.",
            ));
        }
        Some(_) | None => {}
    }
    check_verifier(request, record)
}

fn check_platform(request: &TokenRequest<'_>, platform: Platform) -> Result<(), Refusal> {
    if !request.dialect.is_entra() {
        return Ok(());
    }
    match (platform, request.origin) {
        (Platform::Spa, origin) => check_page(request.caller.app, origin),
        (Platform::Web | Platform::Native, Some(origin)) => Err(cross_origin(origin)),
        (Platform::Web, None) if request.caller.app.is_confidential() || !request.caller.app.public_client => {
            request.caller.must_have_proven_itself()
        }
        (Platform::Web | Platform::Native, None) => Ok(()),
    }
}

/// What was given to a page is redeemed by pages of the application only.
pub fn check_page(app: Application<'_>, origin: Option<&str>) -> Result<(), Refusal> {
    match origin {
        None => Err(Code::SpaNeedsOrigin.because(
            "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
        )),
        Some(origin) if !cors::is_spa_origin(app.facts(), origin) => Err(cross_origin(origin)),
        Some(_) => Ok(()),
    }
}

fn cross_origin(origin: &str) -> Refusal {
    Code::CrossOriginNotSpa.because(format!(
        "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '{}'.",
        shorten(origin)
    ))
}

fn check_verifier(request: &TokenRequest<'_>, record: &CodeRecord) -> Result<(), Refusal> {
    let wrong = |why| Err(Code::WrongCodeVerifier.because(why));
    match (&record.challenge, request.params.get("code_verifier")) {
        (_, None) => Ok(()),
        (_, Some(verifier)) if !pkce::is_verifier(verifier) => {
            wrong("The code_verifier has the wrong size or characters: it is 43 to 128 letters, digits, or any of -._~")
        }
        // A verifier for a request that had no challenge: somebody may have stripped it (RFC 9700, 2.1.1).
        (None, Some(_)) => wrong("A code_verifier was sent, but the authorization request had no code_challenge."),
        (Some(challenge), Some(verifier)) if challenge.is_answered_by(verifier) => Ok(()),
        (Some(_), Some(_)) => {
            wrong("The Code_Verifier does not match the code_challenge supplied in the authorization request.")
        }
    }
}

fn consented(request: &TokenRequest<'_>, grant: &Grant, asked: &Requested) -> Result<(), Refusal> {
    let parties = grant.parties(request.desk.directory)?;
    let wanted = asked.permissions();
    let missing =
        consent::missing_permissions(request.desk.directory, parties.app, parties.tenant, Some(&grant.upn), &wanted);
    if missing.is_empty() {
        return Ok(());
    }
    let scopes: Vec<&str> = missing.iter().map(|one| one.scope.as_str()).collect();
    Err(Code::ConsentRequired.because(format!(
        "{} has not consented to the application's use of: {}. Send an interactive authorization request.",
        grant.upn,
        scopes.join(" ")
    )))
}

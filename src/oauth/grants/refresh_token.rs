//! A refresh token becomes tokens: for another resource or another tenant too, with the evidence of the
//! sign-in it came of.

use super::again::over;
use super::{Again, Granted, Proven, TokenRequest, authorization_code, check_revoked, decide_again};
use crate::directory::policy::PolicyVerdict;
use crate::directory::tenant::Family;
use crate::journal::Because;
use crate::oauth::asks;
use crate::oauth::authorize;
use crate::oauth::desk::Denied;
use crate::oauth::family;
use crate::oauth::grant::{Grant, Redeemed, RefreshRecord, Revoked};
use crate::oauth::issue::{self, Order, REMEMBERED, Refresh};
use crate::oauth::redirect::Platform;
use crate::oauth::scope::{self, Requested};
use crate::oauth::subject::Subject;
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Asks, Authenticated, Authority};
use crate::time::Timestamp;

/// Redeems a refresh token.
pub async fn redeem(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    let token = request.need("refresh_token")?;
    let record = find(request, token).await?;
    request.is_about(subject(request, &record.grant));
    check(request, &record)?;
    check_revoked(&request.desk, &record.grant).await?;
    let Renewed { grant, next, policies, because } = renewed(request, record.grant)?;
    let claims = request.claims()?;
    let order = Order { refresh: Refresh::No, ..request.order(&grant, claims.as_ref()) };
    let mut set = issue::issue(&request.desk, &grant, order).await?;
    set.refresh_token = issue::renew(&request.desk, &next, lives(&next, record.expires)).await?;
    if request.dialect.rotates_refresh_tokens() {
        retire(request, token, &grant).await?;
    }
    Ok(Granted {
        body: request.dialect.token_response(set),
        second_factor: grant.factors.mfa_at().is_some(),
        summary: format!(
            "tokens for {} from a refresh token, amr {}",
            grant.upn,
            grant.factors.amr().words().join(" ")
        ),
        policies,
        because,
    })
}

/// Whom this is about: at the tenant and for the resource that are asked for now.
fn subject(request: &TokenRequest<'_>, grant: &Grant) -> Subject {
    let before = Subject::of(grant, Some(request.place_or(&grant.tenant)));
    let asked = request.requested().ok().flatten().and_then(|asked| asked.resources.into_iter().next());
    Subject { resource: asked.map(|(handle, _)| handle).or(before.resource), ..before }
}

/// What was decided again.
struct Renewed {
    /// What the grant is good for now.
    grant: Grant,
    /// What the next refresh token will be good for.
    next: Grant,
    /// What conditional access said.
    policies: PolicyVerdict,
    /// Why.
    because: Vec<Because>,
}

fn renewed(request: &TokenRequest<'_>, grant: Grant) -> Result<Renewed, Refusal> {
    let requested = narrowed(request, &grant.requested)?;
    let done = decided(request, &grant, &requested)?;
    if done.tenant == grant.tenant && done.object != grant.object {
        return Err(Code::InvalidGrant.because("The account of this grant no longer exists."));
    }
    let app = request.caller.app.handle.to_owned();
    let before = Grant { app, tenant: done.tenant, object: done.object, contexts: done.contexts, nonce: None, ..grant };
    // What was proven stays proven; the tokens say of it what counts by now.
    let grant = Grant { requested, factors: done.factors, ..before.clone() };
    let next = match request.dialect.is_entra() {
        true => Grant { requested: grant.requested.clone(), ..before },
        // A new refresh token is good for as much as the old one was (RFC 6749, 6).
        false => before,
    };
    Ok(Renewed { grant, next, policies: done.policies, because: done.because })
}

/// What this request asks must be satisfied. The contexts that the sign-in satisfied are kept as long as they are:
/// one that no longer is is left out of the tokens, and whoever needs it sends the client back for it.
fn decided(request: &TokenRequest<'_>, grant: &Grant, requested: &Requested) -> Result<Authenticated, Refusal> {
    let own = asks::in_claims(request.claims()?.as_ref());
    let earlier = asks::in_claims(grant.claims.as_ref());
    let own = Asks { mfa: own.mfa.or(earlier.mfa), ..own };
    let proven = Proven { upn: &grant.upn, home: grant.home.clone(), factors: grant.factors.clone() };
    let decide = |contexts: Vec<String>| {
        let again = Again {
            authority: place(request, grant),
            app: request.caller.app,
            requested,
            asks: Asks { contexts, ..own.clone() },
            client: grant.client,
            presence: grant.presence,
        };
        // Where other grants are sent back for a second factor, a refresh token is over.
        decide_again(&request.desk, &proven, again).map_err(|refusal| over(refusal, Code::MfaTooOld))
    };
    let all = decide(asks::union(&own.contexts, &grant.contexts));
    let lost = |context: &&String| !own.contexts.contains(context);
    if all.is_ok() || !grant.contexts.iter().any(|context| lost(&context)) {
        return all;
    }
    let mut contexts = own.contexts.clone();
    for context in grant.contexts.iter().filter(lost) {
        let more = asks::union(&contexts, std::slice::from_ref(context));
        if decide(more.clone()).is_ok() {
            contexts = more;
        }
    }
    decide(contexts)
}

/// A page's refresh token ends when the first one would have; others live anew.
fn lives(grant: &Grant, expires: Timestamp) -> Refresh {
    match grant.platform {
        Platform::Spa => Refresh::Until(expires),
        Platform::Web | Platform::Native => Refresh::New,
    }
}

/// What is asked of the old grant: the same again, or something else within what was agreed to.
fn narrowed(request: &TokenRequest<'_>, granted: &Requested) -> Result<Requested, Refusal> {
    let Some(mut asked) = request.requested()? else {
        scope::check_itself_understood(request.caller.app, granted)?;
        return Ok(granted.clone());
    };
    if !request.dialect.is_entra() {
        return match asked.oidc.iter().all(|scope| granted.has(scope)) {
            true => Ok(asked),
            false => Err(Code::BadScope.because("The scope exceeds what was granted.")),
        };
    }
    if asked.resources.is_empty() {
        scope::check_itself_understood(request.caller.app, granted)?;
        asked.resources = granted.resources.clone();
        asked.audience = granted.audience.clone();
        asked.prefix = granted.prefix.clone();
    }
    // The next refresh token must be good for as much as this one.
    if granted.has("offline_access") && !asked.has("offline_access") {
        asked.oidc.push("offline_access".into());
    }
    Ok(asked)
}

/// The tenant the tokens are for: the one the address names, else the grant's own. Work accounts have none at the address
/// of personal ones.
pub fn place(request: &TokenRequest<'_>, grant: &Grant) -> Authority {
    match request.authority {
        Authority::Tenant(_) | Authority::Provider(_) | Authority::Consumers => request.authority.clone(),
        Authority::Common | Authority::Organizations => Authority::Tenant(grant.tenant.clone()),
    }
}

async fn find(request: &TokenRequest<'_>, token: &str) -> Result<RefreshRecord, Denied> {
    let desk = &request.desk;
    if let Some(record) = desk.store.find::<RefreshRecord>(token, desk.now).await? {
        return Ok(record);
    }
    let Some(redeemed) = desk.store.find::<Redeemed>(token, desk.now).await? else {
        return Err(Code::InvalidGrant.because(
            "The provided refresh token is not valid: it never was one, or has expired so long ago that nothing is known of it any more.",
        ).into());
    };
    // Somebody else has used it: it leaked, so everything that came of it ends (RFC 9700, 4.14.2).
    desk.store.keep(&redeemed.grant, &Revoked, desk.now, REMEMBERED).await?;
    request.is_about(redeemed.subject);
    Err(Code::InvalidGrant.because(
        "The provided refresh token was used before, and another was given for it. As it may have leaked, all that came of its sign-in was revoked.",
    ).into())
}

fn check(request: &TokenRequest<'_>, record: &RefreshRecord) -> Result<(), Refusal> {
    let grant = &record.grant;
    let app = request.caller.app;
    let family = request.desk.directory.at(&grant.home).map(|home| home.family());
    let same_family = family == Some(if request.dialect.is_entra() { Family::Entra } else { Family::Generic });
    if !same_family {
        return Err(Code::InvalidGrant.because(OTHER_APP));
    }
    check_client(request, grant)?;
    authorize::serves(app, request.authority, request.tenant())?;
    if request.desk.now >= record.expires {
        return Err(match grant.platform {
            Platform::Spa => Code::SpaRefreshTokenExpired.because(
                "The refresh token was issued to a single page app, and therefore has a fixed, limited lifetime, which is over. A new interactive sign-in is needed.",
            ),
            Platform::Web | Platform::Native => {
                Code::RefreshTokenExpired.because("The refresh token has expired due to inactivity.")
            }
        });
    }
    match (request.dialect.is_entra(), grant.platform) {
        (true, Platform::Spa) => authorization_code::check_page(app, request.origin),
        (true, Platform::Web) if app.is_confidential() => request.caller.must_have_proven_itself(),
        (true, Platform::Web | Platform::Native) | (false, _) => Ok(()),
    }
}

/// Why most refresh tokens that are good for nothing are.
const OTHER_APP: &str = "The provided refresh token was issued to another application.";

/// A refresh token is good for the application that it was issued to, and among Microsoft's family for all of them.
fn check_client(request: &TokenRequest<'_>, grant: &Grant) -> Result<(), Refusal> {
    let app = request.caller.app;
    if grant.app == app.handle {
        return Ok(());
    }
    let familys = request.desk.directory.app_by_handle(&grant.app).is_some_and(family::is_member);
    match (request.dialect.is_entra() && familys, family::is_member(app)) {
        (true, true) => Ok(()),
        // Client libraries try a family's token to find out whether an application belongs to it.
        (true, false) => Err(Refusal { suberror: Some("client_mismatch"), ..Code::InvalidGrant.because(OTHER_APP) }),
        (false, _) => Err(Code::InvalidGrant.because(OTHER_APP)),
    }
}

/// Takes the used token away; of two users one has already got new tokens, and the other's copy is remembered.
async fn retire(request: &TokenRequest<'_>, token: &str, grant: &Grant) -> Result<(), Denied> {
    let desk = &request.desk;
    // Remembered before it is taken: whoever comes in between must not hear that there never was one.
    let redeemed = Redeemed { grant: grant.id.clone(), subject: subject(request, grant) };
    desk.store.keep(token, &redeemed, desk.now, REMEMBERED).await?;
    match desk.store.spend::<RefreshRecord>(token, desk.now).await? {
        true => Ok(()),
        false => Err(Code::InvalidGrant
            .because("The provided refresh token was used at the same time by somebody else.")
            .into()),
    }
}

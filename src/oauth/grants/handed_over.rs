//! What is common to the grants in which an application hands somebody's proof over: a password, or what a provider
//! said. Who may, what is asked for, and the tokens that come of it.

use super::{Granted, TokenRequest};
use crate::id::Upn;
use crate::oauth::authorize;
use crate::oauth::desk::Denied;
use crate::oauth::dialect::Dialect;
use crate::oauth::grant::Grant;
use crate::oauth::issue;
use crate::oauth::redirect::Platform;
use crate::oauth::scope::Requested;
use crate::oauth::subject::Subject;
use crate::refusal::Refusal;
use crate::signin::log::Way;
use crate::signin::session;
use crate::signin::state::Authenticated;

/// Is the application served here, and is it public or proven?
pub fn may_use(request: &TokenRequest<'_>) -> Result<(), Refusal> {
    let app = request.caller.app;
    authorize::serves(app, request.authority, request.tenant())?;
    match app.public_client && !app.is_confidential() {
        true => Ok(()),
        false => request.caller.must_have_proven_itself(),
    }
}

/// What is asked for, which has to be said.
pub fn requested(request: &TokenRequest<'_>) -> Result<Requested, Refusal> {
    if let Some(requested) = request.requested()? {
        return Ok(requested);
    }
    let name = match request.dialect {
        Dialect::EntraV1 => "resource",
        Dialect::EntraV2 | Dialect::Generic => "scope",
    };
    Err(Refusal::missing(name))
}

/// Notes who signs in by what was handed over. Answers the flow that this is.
pub fn is_about(request: &TokenRequest<'_>, upn: &Upn, requested: &Requested) -> String {
    let desk = &request.desk;
    let home = desk.directory.tenant_by_domain(upn.domain());
    let flow = desk.chance.short();
    request.is_about(Subject {
        upn: upn.clone(),
        place: request.tenant().or(home).map(|tenant| tenant.place()),
        flow: flow.clone(),
        resource: Some(requested.resource().0.to_owned()),
        way: Way::HandedOver,
    });
    flow
}

/// The tokens for somebody who was signed in by what was handed over.
pub async fn tokens(
    request: &TokenRequest<'_>,
    done: Authenticated,
    requested: Requested,
    flow: &str,
    by: &'static str,
) -> Result<Granted, Denied> {
    let (desk, app) = (&request.desk, request.caller.app);
    let epoch = session::epoch(desk.store, desk.directory, done.whose(), desk.now).await?;
    let (sid, id) = (desk.chance.uuid().to_string(), desk.chance.short());
    let grant = Grant {
        requested,
        platform: if app.is_confidential() { Platform::Web } else { Platform::Native },
        ..Grant::new(&done, app.handle, &sid, flow, id, epoch)
    };
    let claims = request.claims()?;
    let set = issue::issue(desk, &grant, request.order(&grant, claims.as_ref())).await?;
    Ok(Granted {
        body: request.dialect.token_response(set),
        summary: format!("tokens for {} from {by}", done.upn),
        second_factor: done.factors.mfa_at().is_some(),
        policies: done.policies,
        because: done.because,
    })
}

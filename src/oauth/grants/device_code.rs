//! A device code becomes tokens, once somebody approved it elsewhere (RFC 8628, 3.4).

use super::{Granted, TokenRequest, check_revoked, decide_for};
use crate::oauth::desk::Denied;
use crate::oauth::device;
use crate::oauth::issue;
use crate::refusal::Code;
use crate::signin::state::Authority;
use crate::signin::tenant_access::no_personal_accounts;

/// Redeems a device code. Clients send it as `device_code` or, older ones, as `code`.
pub async fn redeem(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    let app = request.caller.app;
    if !app.public_client {
        request.caller.must_have_proven_itself()?;
    }
    // Before the code is spent: whoever polls at the right address still gets the tokens.
    if *request.authority == Authority::Consumers {
        return Err(no_personal_accounts().into());
    }
    let code = match request.params.get("device_code").or(request.params.get("code")) {
        Some(code) => code,
        None => request.need("device_code")?,
    };
    let desk = &request.desk;
    let approved = match device::approved(desk.store, code, app.handle, desk.now).await? {
        Ok(approved) => approved,
        Err(refusal) => {
            let spent_on = device::spent_on(desk.store, code, app.handle, desk.now).await?;
            spent_on.into_iter().for_each(|subject| request.is_about(subject));
            return Err(refusal.into());
        }
    };
    request.is_about(approved.subject());
    request.check_place(&approved.asked_at, &approved.grant, "device code")?;
    let mut grant = device::take(desk.store, code, approved, desk.now).await??;
    check_revoked(desk, &grant).await?;
    if grant.parties(desk.directory)?.app.handle != app.handle {
        return Err(Code::BadDeviceCode.because("The device code is another application's.").into());
    }
    // Between the approval and now the policies may have changed, or the network the device is in be another.
    let done = decide_for(request, desk, &grant)?;
    grant.contexts = done.contexts;
    let claims = request.claims()?;
    let set = issue::issue(desk, &grant, request.order(&grant, claims.as_ref())).await?;
    Ok(Granted {
        body: request.dialect.token_response(set),
        second_factor: grant.factors.mfa_at().is_some(),
        policies: done.policies,
        summary: format!("tokens for {} from a device code", grant.upn),
        because: done.because,
    })
}

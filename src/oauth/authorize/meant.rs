//! Whom does a request insist on? `id_token_hint` (OpenID Connect Core, 3.1.2.1) and the claim `sub` (5.5.1).

use serde_json::Value;

use crate::directory::tenant::Tenant;
use crate::http::params::Params;
use crate::id::{ObjectId, Upn};
use crate::oauth::claims_parameter;
use crate::oauth::desk::Desk;
use crate::oauth::logout::hints;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

/// The one person who may be answered for, if a request names one. Entra passes over what it cannot read.
pub(super) fn meant(
    desk: &Desk<'_>,
    authority: &Authority,
    params: &Params,
    claims: Option<&Value>,
) -> Result<Option<Upn>, Refusal> {
    let hint = params.get("id_token_hint");
    let hinted = hint.and_then(|token| hints::account(desk, authority, token));
    let Some(Tenant::Provider { facts, .. }) = authority.tenant(desk.directory) else { return Ok(hinted) };
    if hint.is_some() && hinted.is_none() {
        return Err(Code::InputInvalid.because("The parameter 'id_token_hint' is not an id token of this provider."));
    }
    let Some(subject) = claims_parameter::subject(claims) else { return Ok(hinted) };
    let object = ObjectId::parse(subject);
    let named = facts.users.iter().find(|(_, user)| Some(user.id) == object).map(|(upn, _)| upn);
    match (named, hinted) {
        (Some(named), Some(hinted)) if *named != hinted => Err(nobody()),
        (Some(named), _) => Ok(Some(named.clone())),
        (None, _) => Err(nobody()),
    }
}

fn nobody() -> Refusal {
    Code::NoSession.because("The request insists on a person that nobody who signs in here can be.")
}

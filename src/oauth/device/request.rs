//! What does a device ask for, and what is it handed? RFC 8628, 3.1 and 3.2.

use serde::Serialize;
use serde_json::Value;

use super::{DeviceRecord, DeviceState, INTERVAL};
use crate::directory::tenant::{Family, TokenLifetimes};
use crate::http::params::Params;
use crate::oauth::asks;
use crate::oauth::authorize::application;
use crate::oauth::claims_parameter;
use crate::oauth::desk::Desk;
use crate::oauth::dialect::Dialect;
use crate::oauth::scope::{self, OIDC, Requested};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;
use crate::time::Span;

/// Reads a device's request.
pub fn read(desk: &Desk<'_>, authority: Authority, dialect: Dialect, params: &Params) -> Result<DeviceRecord, Refusal> {
    let app = application(desk, &authority, authority.tenant(desk.directory), params)?;
    let requested = match dialect {
        Dialect::EntraV1 => requested_v1(desk, params)?,
        Dialect::EntraV2 | Dialect::Generic => requested_v2(desk, dialect, params)?,
    };
    scope::check_itself(app, &requested)?;
    let claims = claims_parameter::read(params)?;
    let lives = match authority.tenant(desk.directory) {
        Some(tenant) => tenant.lifetimes().device_code,
        None => TokenLifetimes::default().device_code,
    };
    Ok(DeviceRecord {
        authority,
        app: app.handle.to_owned(),
        requested,
        asks: asks::read(params, claims.as_ref()),
        claims,
        user_code: desk.chance.user_code(),
        flow: desk.chance.short(),
        expires: desk.now.plus(lives),
        state: DeviceState::Pending,
    })
}

/// The older address names a resource, and gives what belongs to a sign-in unasked.
fn requested_v1(desk: &Desk<'_>, params: &Params) -> Result<Requested, Refusal> {
    let requested = params.get("resource").map(|name| scope::resource(desk.directory, name)).transpose()?;
    let oidc = OIDC.iter().map(|scope| (*scope).to_owned()).collect();
    Ok(Requested { oidc, ..requested.unwrap_or_default() })
}

fn requested_v2(desk: &Desk<'_>, dialect: Dialect, params: &Params) -> Result<Requested, Refusal> {
    if params.has("resource") && dialect.is_entra() {
        return Err(Refusal::resource_at_v2());
    }
    let text = params.get("scope").ok_or_else(|| Refusal::missing("scope"))?;
    let family = if dialect.is_entra() { Family::Entra } else { Family::Generic };
    let requested = scope::read(desk.directory, family, text)?;
    match requested.resources.len() {
        0 | 1 => Ok(requested),
        _ => Err(Code::ScopesOfTwoResources.because("The scope names more than one resource; a token is for one.")),
    }
}

/// What a device is handed (RFC 8628, 3.2). The older address spells one name differently and writes numbers
/// as strings.
#[derive(Serialize)]
pub struct Handout {
    user_code: String,
    device_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_url: Option<String>,
    expires_in: Value,
    interval: Value,
    message: String,
}

/// Writes down what a device is handed.
pub fn handout(record: &DeviceRecord, device_code: String, address: &str, lives: Span, dialect: Dialect) -> Handout {
    let v1 = dialect == Dialect::EntraV1;
    let number = |number: i64| if v1 { Value::from(number.to_string()) } else { Value::from(number) };
    let address_if = |wanted: bool| wanted.then(|| address.to_owned());
    Handout {
        user_code: record.user_code.clone(),
        device_code,
        verification_uri: address_if(!v1),
        verification_url: address_if(v1),
        expires_in: number(lives.whole_seconds()),
        interval: number(INTERVAL),
        message: format!(
            "To sign in, open {address} in a web browser and enter the code {} to authenticate.",
            record.user_code
        ),
    }
}

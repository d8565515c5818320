//! A finished sign-in becomes the authorize endpoint's answer.

use super::authorize::{Authorization, ResponseMode};
use super::desk::{Denied, Desk};
use super::error::{self, Traces};
use super::grant::{CodeRecord, Grant};
use super::issue::{self, Form, Order, REMEMBERED, Refresh, Which};
use crate::directory::tenant::TokenLifetimes;
use crate::refusal::{Code, Refusal};
use crate::signin::session::SignedIn;
use crate::signin::state::Authenticated;
use crate::time::Timestamp;
use crate::token::claims::Proof;

/// Parameters that go back to the application.
pub type Fields = Vec<(String, String)>;

fn field(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// The answer to a request that was carried out.
pub async fn success(
    desk: &Desk<'_>,
    request: &Authorization,
    done: &Authenticated,
    by: &SignedIn,
    flow: &str,
) -> Result<Fields, Denied> {
    check_meant(request, done)?;
    let record = record(desk, request, done, by, flow);
    let code = match request.response.code {
        true => Some(code(desk, &record).await?),
        false => None,
    };
    let which = Which { access: request.response.token, id: request.response.id_token };
    let order = Order {
        dialect: request.dialect,
        proof: Proof::Public,
        refresh: Refresh::No,
        client_info: request.client_info,
        claims: None,
        code: code.as_deref(),
        tokens: which,
        form: Form::Jwt,
        in_address: request.reply.mode != ResponseMode::FormPost,
    };
    let set = issue::issue(desk, &record.grant, order).await?;
    let mut fields = Fields::new();
    if let Some(code) = code {
        fields.push(field("code", code));
    }
    if which.access {
        fields.push(field("access_token", set.access_token));
        fields.push(field("token_type", "Bearer"));
        fields.push(field("expires_in", set.expires_in.to_string()));
        fields.extend(set.scope.map(|scope| field("scope", scope)));
    }
    fields.extend(set.id_token.map(|token| field("id_token", token)));
    fields.extend(set.client_info.map(|info| field("client_info", info)));
    if request.client_data {
        fields.push(field("clientdata", client_data(desk)));
    }
    fields.extend(request.reply.state.clone().map(|state| field("state", state)));
    fields.push(field("session_state", by.sid.as_str()));
    Ok(fields)
}

/// What MSAL.js reads of an answer for its telemetry: the kind of account (`e` for a work account), an error and its
/// suberror, the cloud's host, and the boundary that the caller's data stays within, of which nothing is told here.
fn client_data(desk: &Desk<'_>) -> String {
    format!("e|||{}|", desk.origin.host())
}

/// The hint of an id token is more than a suggestion (OpenID Connect Core, 3.1.2.1 and 3.1.2.2).
///
/// Differs at Entra: whoever signs in is answered for there, whatever the hint says.
fn check_meant(request: &Authorization, done: &Authenticated) -> Result<(), Refusal> {
    match &request.meant {
        Some(meant) if *meant != done.upn && !request.dialect.is_entra() => {
            Err(Code::NoSession.because("Somebody else has signed in than the one whom the request insists on."))
        }
        Some(_) | None => Ok(()),
    }
}

/// What a code of this sign-in stands for.
fn record(desk: &Desk<'_>, request: &Authorization, done: &Authenticated, by: &SignedIn, flow: &str) -> CodeRecord {
    let tenant = request.authority.tenant(desk.directory);
    let lifetime = tenant.map_or_else(|| TokenLifetimes::default().code, |tenant| tenant.lifetimes().code);
    CodeRecord {
        grant: Grant {
            requested: request.requested.clone(),
            platform: request.platform,
            nonce: request.nonce.clone(),
            wants_auth_time: request.wants_auth_time,
            acr: request.acr.clone(),
            claims: request.claims.clone(),
            ..Grant::new(done, &request.app, &by.sid, flow, desk.chance.short(), by.epoch.clone())
        },
        redirect_uri: request.reply.uri.clone(),
        named_redirect: request.named_redirect,
        challenge: request.challenge.clone(),
        asked_at: request.authority.clone(),
        ip: desk.ip.to_owned(),
        expires: desk.now.plus(lifetime),
    }
}

async fn code(desk: &Desk<'_>, record: &CodeRecord) -> Result<String, Denied> {
    let code = desk.chance.secret();
    let kept: Timestamp = record.expires.plus(REMEMBERED);
    desk.store.keep(&code, record, desk.now, kept.since(desk.now)).await?;
    Ok(code)
}

/// The answer to a request that was not.
pub fn failure(
    request_dialect: super::dialect::Dialect,
    state: Option<&str>,
    refusal: &Refusal,
    traces: &Traces,
    now: Timestamp,
) -> Fields {
    let mut fields = vec![field("error", request_dialect.authorize_error(refusal.code).as_str())];
    if request_dialect.is_entra() {
        fields.push(field("error_description", error::description(refusal, traces, now)));
        fields.push(field("error_uri", error::page_of(refusal)));
        if refusal.cancelled {
            fields.push(field("error_subcode", "cancel"));
        }
        fields.extend(refusal.suberror().map(|suberror| field("suberror", suberror)));
        fields.extend(refusal.claims.clone().map(|claims| field("claims", claims)));
    } else {
        fields.push(field("error_description", error::plain(refusal)));
    }
    fields.extend(state.map(|state| field("state", state)));
    fields
}

/// An address with parameters added to its query or fragment.
pub fn address(uri: &str, mode: ResponseMode, fields: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        query.append_pair(name, value);
    }
    // Spaces as %20: fragments are often read by code that does not know `+`.
    let query = query.finish().replace('+', "%20");
    let joint = match mode {
        ResponseMode::Fragment => "#",
        ResponseMode::Query | ResponseMode::FormPost if uri.contains('?') => "&",
        ResponseMode::Query | ResponseMode::FormPost => "?",
    };
    format!("{uri}{joint}{query}")
}

//! The standards: RFC 6749, RFC 9700 and OpenID Connect Core, as a third-party provider speaks them.

use serde_json::{Map, Value};

use super::{Pkce, TokenSet};
use crate::directory::app::App;
use crate::refusal::Code;

/// The standards know fewer words than Entra.
pub(super) fn token_error(code: Code) -> &'static str {
    match code.error_v2() {
        // A client nobody knows has failed to prove itself (RFC 6749, 5.2).
        _ if matches!(code, Code::AppNotFound | Code::AppDisabled) => "invalid_client",
        "invalid_resource" => "invalid_target",
        "interaction_required" | "login_required" | "bad_verification_code" => "invalid_grant",
        "authorization_declined" => "access_denied",
        "invalid_instance" => "invalid_request",
        "invalid_client" if code == Code::ScopeNotOnResource => "invalid_scope",
        word => word,
    }
}

pub(super) fn token_status(code: Code) -> u16 {
    match token_error(code) {
        "invalid_client" => 401,
        _ => code.status(),
    }
}

pub(super) fn authorize_error(code: Code) -> &'static str {
    match (code, code.error_v2()) {
        (Code::ConsentRequired, _) => "consent_required",
        (Code::SeveralSessions, _) => "account_selection_required",
        (Code::AccountDisabled | Code::NotAssigned, _) => "access_denied",
        (_, "invalid_grant") => "interaction_required",
        (_, "invalid_resource") => "invalid_target",
        (_, "invalid_client") => "unauthorized_client",
        (_, word) => word,
    }
}

/// OAuth lets a client with one address leave it out (RFC 6749, 3.1.2.3), OpenID Connect does not (Core, 3.1.2.1).
pub(super) fn needs_redirect(scope: &str) -> bool {
    scope.split_ascii_whitespace().any(|word| word == "openid")
}

/// Public clients must use PKCE, and nobody may send the verifier itself (RFC 9700, 2.1.1).
pub(super) fn pkce(app: &App) -> Pkce {
    Pkce { required: !app.is_confidential(), plain_allowed: false }
}

pub(super) fn token_response(set: TokenSet) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("access_token".into(), set.access_token.into());
    body.insert("token_type".into(), "Bearer".into());
    body.insert("expires_in".into(), set.expires_in.into());
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            body.insert(name.into(), value.into());
        }
    };
    put("scope", set.scope);
    put("refresh_token", set.refresh_token);
    put("id_token", set.id_token);
    body
}

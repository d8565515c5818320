//! The standards: RFC 6749, RFC 9700 and OpenID Connect Core, as a third-party provider speaks them.

use serde_json::{Map, Value};

use super::{Pkce, TokenSet};
use crate::directory::app::App;
use crate::refusal::{Code, Word};

/// The standards know fewer words than Entra.
pub(super) fn token_error(code: Code) -> Word {
    match (code, code.error_v2()) {
        // A client nobody knows has failed to prove itself (RFC 6749, 5.2).
        (Code::AppNotFound | Code::AppDisabled, _) => Word::InvalidClient,
        (Code::ScopeNotOnResource, _) => Word::InvalidScope,
        (_, Word::InvalidResource) => Word::InvalidTarget,
        (_, Word::InteractionRequired | Word::LoginRequired | Word::BadVerificationCode) => Word::InvalidGrant,
        (_, Word::AuthorizationDeclined) => Word::AccessDenied,
        (_, Word::InvalidInstance) => Word::InvalidRequest,
        (_, word) => word,
    }
}

pub(super) fn token_status(code: Code) -> u16 {
    match token_error(code) {
        Word::InvalidClient => 401,
        _ => code.status(),
    }
}

pub(super) fn authorize_error(code: Code) -> Word {
    match (code, code.error_v2()) {
        (Code::ConsentRequired, _) => Word::ConsentRequired,
        (Code::SeveralSessions, _) => Word::AccountSelectionRequired,
        (Code::AccountDisabled | Code::NotAssigned, _) => Word::AccessDenied,
        (_, Word::InvalidGrant) => Word::InteractionRequired,
        (_, Word::InvalidResource) => Word::InvalidTarget,
        (_, Word::InvalidClient) => Word::UnauthorizedClient,
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

//! Entra's newer endpoints.

use serde_json::{Map, Value};

use super::TokenSet;
use crate::refusal::{Code, Word};

pub(super) fn token_error(code: Code) -> Word {
    code.error_v2()
}

/// At the authorize endpoint there is no grant to be invalid: what a person could mend is "interaction required".
pub(super) fn authorize_error(code: Code) -> Word {
    match (code, code.error_v2()) {
        (Code::ConsentRequired, _) => Word::ConsentRequired,
        (Code::SessionRevoked, _) => Word::LoginRequired,
        (_, Word::InvalidGrant) => Word::InteractionRequired,
        (_, word) => word,
    }
}

pub(super) fn token_response(set: TokenSet) -> Map<String, Value> {
    let shared_with = set.shared_with();
    let mut body = Map::new();
    body.insert("token_type".into(), "Bearer".into());
    if let Some(scope) = set.scope {
        body.insert("scope".into(), scope.into());
    }
    body.insert("expires_in".into(), set.expires_in.into());
    body.insert("ext_expires_in".into(), set.expires_in.into());
    body.insert("access_token".into(), set.access_token.into());
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            body.insert(name.into(), value.into());
        }
    };
    put("issued_token_type", set.issued_token_type.map(str::to_owned));
    put("refresh_token", set.refresh_token);
    put("foci", shared_with.map(str::to_owned));
    put("id_token", set.id_token);
    put("client_info", set.client_info);
    body
}

//! Entra's older endpoints: every number of a token response is a string, and there is a `resource`.

use serde_json::{Map, Value};

use super::TokenSet;
use crate::refusal::{Code, Word};

pub(super) fn token_error(code: Code) -> Word {
    code.error_v1()
}

pub(super) fn token_response(set: TokenSet) -> Map<String, Value> {
    let shared_with = set.shared_with();
    let mut body = Map::new();
    body.insert("token_type".into(), "Bearer".into());
    if let Some(scope) = set.scope {
        body.insert("scope".into(), scope.into());
    }
    body.insert("expires_in".into(), set.expires_in.to_string().into());
    body.insert("ext_expires_in".into(), set.expires_in.to_string().into());
    body.insert("expires_on".into(), set.expires_on.to_string().into());
    body.insert("not_before".into(), set.not_before.to_string().into());
    body.insert("resource".into(), set.resource.into());
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

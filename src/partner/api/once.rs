//! Was this very request made before? A client that heard no answer asks again with the same `MS-RequestId`, and is told
//! what it would have been told ("Partner Center REST headers": the id ensures idempotency).
//!
//! Only what creates something is remembered: all else can be done twice without harm.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::caller::Caller;
use crate::store::Record;
use crate::time::Span;

/// So long is it remembered: longer than any client goes on asking.
pub const REMEMBERED: Span = Span::hours(1);

/// What was created, as the caller was told of it.
#[derive(Serialize, Deserialize)]
pub struct Made(pub Value);

impl Record for Made {
    const KIND: &'static str = "partner-center-made";
}

/// The name of a request: the same caller, address and body under the same id are the same request.
pub fn name(caller: &Caller<'_>, path: &[&str], body: &[u8], request_id: &str) -> String {
    let object = caller.object().to_string();
    let path = path.join("/");
    let head = [object.as_str(), caller.app.handle, &path, request_id, ""].join("\n");
    URL_SAFE_NO_PAD.encode(digest(&SHA256, &[head.as_bytes(), body].concat()))
}

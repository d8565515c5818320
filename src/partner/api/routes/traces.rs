//! By which ids is a request found again?

use actix_web::http::header::HeaderName;
use uuid::Uuid;

use crate::http::context::Context;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
pub(super) const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");

/// The ids by which a request is found again, and what else its answer's head says.
pub(super) struct Traces {
    pub request_id: String,
    pub correlation_id: String,
    pub vector: String,
    /// What somebody who asked is told of the second factor.
    pub compliant: Option<bool>,
}

impl Traces {
    /// Those the caller gave it, else new ones.
    pub fn new(cx: &Context) -> Self {
        let id = |name: &HeaderName| sent_id(cx, name).unwrap_or_else(|| cx.chance().uuid()).to_string();
        let vector: String = cx.chance().short().chars().take(16).collect();
        Self {
            request_id: id(&REQUEST_ID),
            correlation_id: id(&CORRELATION_ID),
            vector: format!("{vector}.0"),
            compliant: None,
        }
    }
}

/// An id that the caller gave its request.
pub(super) fn sent_id(cx: &Context, name: &HeaderName) -> Option<Uuid> {
    cx.request.header(name.as_str()).and_then(|text| Uuid::try_parse(text.trim()).ok())
}

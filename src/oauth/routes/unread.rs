//! What is somebody told whose body could not be read? The same as for any other mistake at that address.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::answer::{self, Readers};
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::oauth::dialect::Dialect;
use crate::refusal::Code;
use crate::signin;

/// The answer on a page, for addresses that browsers visit.
pub fn on_page(cx: &Context, bad: BadBody) -> HttpResponse {
    let refusal = Code::RequestMalformed.because(bad.text());
    with_status(signin::routes::error_page(cx, &refusal, None), bad)
}

/// The answer as JSON, for addresses that programs call.
pub fn as_json(cx: &Context, dialect: Dialect, bad: BadBody) -> HttpResponse {
    let refusal = Code::RequestMalformed.because(bad.text());
    with_status(answer::refused(cx, &refusal, dialect, Readers::Nobody), bad)
}

fn with_status(mut response: HttpResponse, bad: BadBody) -> HttpResponse {
    if let Ok(status) = StatusCode::from_u16(bad.status()) {
        response.head_mut().status = status;
    }
    response
}

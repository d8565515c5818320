//! How is a browser sent on? RFC 9110, 15.4: nobody may keep where it was sent, since addresses carry codes and hints.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderName, HeaderValue, LOCATION};

const NOT_KEPT: (HeaderName, HeaderValue) = (CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// What was asked for goes on there.
pub fn found(to: &str) -> HttpResponse {
    redirect(StatusCode::FOUND, to)
}

/// What was sent has been taken in; what came of it is to be seen there.
pub fn see_other(to: &str) -> HttpResponse {
    redirect(StatusCode::SEE_OTHER, to)
}

fn redirect(status: StatusCode, to: &str) -> HttpResponse {
    HttpResponse::build(status).insert_header((LOCATION, to)).insert_header(NOT_KEPT).finish()
}

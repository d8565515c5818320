//! Which headers does an HTML page travel with?
//!
//! The policy follows Content Security Policy Level 3: nothing is loaded from elsewhere, and style and script
//! count only with this response's nonce, so that a stranger's words on a page stay words.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};

/// A page. `nonce` is the one on its `style` and `script` elements, drawn for this response alone.
pub fn html(status: StatusCode, nonce: &str, body: String) -> HttpResponse {
    page(status, content_security_policy(nonce, "'none'"), body)
}

/// A page without anything to press, which other sites' pages may have in a frame.
pub fn framed(status: StatusCode, nonce: &str, body: String) -> HttpResponse {
    page(status, content_security_policy(nonce, "http: https:"), body)
}

fn page(status: StatusCode, policy: String, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        // An address of ours may hold a code or a hint of who signs in, so others see the origin at most.
        .insert_header((REFERRER_POLICY, HeaderValue::from_static("strict-origin")))
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .body(body)
}

/// No `form-action`: browsers apply it to the redirects after a form too, and those lead to applications.
/// Frames may lead anywhere, because sign-out tells each application in a hidden one. Script may ask only us: whether
/// a request on the phone was approved, or a session is still there.
fn content_security_policy(nonce: &str, ancestors: &str) -> String {
    format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self' data:; \
         connect-src 'self'; frame-src http: https:; base-uri 'none'; frame-ancestors {ancestors}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_allows_its_own_style_and_script_and_no_others() {
        let page = html(StatusCode::BAD_REQUEST, "abc", "<!doctype html>".into());
        let header = |name| page.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = header(CONTENT_SECURITY_POLICY);
        assert_eq!(page.status(), StatusCode::BAD_REQUEST);
        assert!(policy.starts_with("default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc';"), "{policy}");
        assert!(policy.contains("; connect-src 'self';"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("form-action"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!((header(CACHE_CONTROL), header(REFERRER_POLICY)), ("no-store", "strict-origin"));
    }

    #[test]
    fn a_page_for_a_frame_differs_in_who_may_have_it_alone() {
        let policy = |page: HttpResponse| {
            let header = page.headers().get(CONTENT_SECURITY_POLICY).and_then(|value| value.to_str().ok());
            header.unwrap_or_default().to_owned()
        };
        let alone = policy(html(StatusCode::OK, "abc", String::new()));
        let framed = policy(framed(StatusCode::OK, "abc", String::new()));
        assert_eq!(alone.replace("frame-ancestors 'none'", "frame-ancestors http: https:"), framed);
        assert_ne!(alone, framed);
    }
}

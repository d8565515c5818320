//! The documents by which applications are set up for SAML and WS-Federation.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;

use crate::federation::metadata::{self, Described};
use crate::federation::xml::{Element, Sealed, sign, write};
use crate::http::context::Context;
use crate::keys::{Owner, SigningKey};
use crate::oauth::discovery::Document;
use crate::refusal::{Code, Refusal};
use crate::signin::routes::error_page;
use crate::signin::state::Authority;

/// Which protocols a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// SAML 2.0 alone.
    Saml,
    /// SAML 2.0 and WS-Federation.
    Federation,
}

impl Kind {
    fn of<'a>(self, described: &'a Described<'_>) -> Element<'a> {
        match self {
            Kind::Saml => described.saml(),
            Kind::Federation => described.federation(),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Saml => "saml",
            Kind::Federation => "federation",
        }
    }
}

/// A tenant's.
pub(super) fn tenant(cx: &Rc<Context>, authority: &Authority, name: &str) -> HttpResponse {
    let tenant = authority.tenant(&cx.directory);
    // As in all documents, a tenant goes by its id, also when it was asked for by domain.
    let name = tenant.map_or_else(|| name.to_owned(), |tenant| tenant.id().to_string());
    published(cx, Owner::Entra, |keys| {
        let document = Document::Federation(name.clone(), Kind::Federation.word(), kids(keys));
        let described = || Described::tenant(&cx.origin, &name, tenant, keys);
        xml(TENANTS_TYPE, kept(cx, document, || signed(keys, Kind::Federation.of(&described()))))
    })
}

/// A provider's.
pub(super) fn provider(cx: &Rc<Context>, name: &str, kind: Kind) -> HttpResponse {
    published(cx, Owner::Provider(name), |keys| {
        let document = Document::Federation(format!("idp/{name}"), kind.word(), kids(keys));
        let described = || Described::provider(&cx.origin, name, keys);
        xml(PROVIDERS_TYPE, kept(cx, document, || signed(keys, kind.of(&described()))))
    })
}

/// What tenants say to the providers that they trust.
pub fn relying(cx: &Rc<Context>) -> HttpResponse {
    published(cx, Owner::Entra, |keys| {
        let document = Document::Federation(String::new(), "relying", kids(keys));
        xml(TENANTS_TYPE, kept(cx, document, || signed(keys, metadata::relying(&cx.origin, keys))))
    })
}

/// As Entra serves it, and as the standard has it (SAML 2.0 metadata, 4.1.1), which AD FS follows.
const TENANTS_TYPE: HeaderValue = HeaderValue::from_static("application/xml; charset=utf-8");
const PROVIDERS_TYPE: HeaderValue = HeaderValue::from_static("application/samlmetadata+xml");

fn published(
    cx: &Rc<Context>,
    owner: Owner<'_>,
    answer: impl FnOnce(&[Arc<SigningKey>]) -> HttpResponse,
) -> HttpResponse {
    if !matches!(cx.request.method, Method::GET | Method::HEAD) {
        return error_page(cx, &Refusal::wrong_verb("GET, HEAD", &cx.request.method), None);
    }
    match cx.keys().published(owner) {
        Ok(keys) => answer(&keys),
        Err(error) => {
            tracing::error!("{error}");
            error_page(cx, &Code::Broken.because("There is no key to sign with."), None)
        }
    }
}

fn kids(keys: &[Arc<SigningKey>]) -> Vec<String> {
    keys.iter().map(|key| key.kid().to_owned()).collect()
}

/// Signing takes its time, so it is done once for each origin and each set of keys.
fn kept(cx: &Context, document: Document, write: impl FnOnce() -> String) -> Bytes {
    cx.isolate.documents().or_write(document, &cx.origin.scheme_host, || write().into_bytes())
}

/// A key that does not sign leaves the document as it is: who checks the signature sees that.
fn signed(keys: &[Arc<SigningKey>], element: Element<'_>) -> String {
    let signed = keys.first().and_then(|key| sign(key, &element).ok());
    signed.map_or_else(|| write(&element), Sealed::into_text)
}

fn xml(kind: HeaderValue, text: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "max-age=86400, private"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}

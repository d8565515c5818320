//! Public documents: metadata, keys, and what discovery probes ask.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer::{self, Readers};
use super::no_such_tenant;
use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::keys::{Owner, SigningKey};
use crate::oauth::dialect::Dialect;
use crate::oauth::discovery::{self, AuthorityName, Document, Served};
use crate::oauth::error;
use crate::refusal::{Code, Refusal};

/// Answers with a document, or with what stands in its way.
pub(super) fn public(
    cx: &Context,
    dialect: Dialect,
    make: impl FnOnce() -> Result<HttpResponse, Refusal>,
) -> HttpResponse {
    match cx.request.method {
        Method::OPTIONS => answer::preflight(cx, Readers::All),
        Method::GET | Method::HEAD => make().unwrap_or_else(|refusal| metadata_refused(cx, &refusal, dialect)),
        _ => answer::wrong_verb(cx, "GET, HEAD, OPTIONS", dialect),
    }
}

/// Metadata addresses call an unknown tenant by a word of its own.
fn metadata_refused(cx: &Context, refusal: &Refusal, dialect: Dialect) -> HttpResponse {
    if !matches!(refusal.code, Code::UnknownTenant | Code::TenantMalformed) {
        return answer::refused(cx, refusal, dialect, Readers::All);
    }
    let traces = error::Traces::new(cx);
    let mut body = error::body(refusal, dialect, &traces, cx.now);
    body.insert("error".into(), "invalid_tenant".into());
    answer::private(400, &body, dialect, &traces, Readers::All)
}

fn authority_name(cx: &Context, name: &str) -> Result<AuthorityName, Refusal> {
    AuthorityName::find(name, &cx.directory).ok_or_else(|| no_such_tenant(name))
}

/// A tenant's metadata.
pub fn metadata(cx: &Context, name: &str, dialect: Dialect) -> HttpResponse {
    public(cx, dialect, || {
        let name = authority_name(cx, name)?;
        let document = Document::Metadata(dialect, name);
        Ok(match dialect {
            Dialect::EntraV1 => answer::kept(cx, document, || discovery::entra_v1(&cx.origin, name)),
            Dialect::EntraV2 | Dialect::Generic => answer::kept(cx, document, || discovery::entra_v2(&cx.origin, name)),
        })
    })
}

/// A tenant's keys: the same for all tenants of a world.
pub fn keys(cx: &Context, name: &str, dialect: Dialect) -> HttpResponse {
    public(cx, dialect, || {
        authority_name(cx, name)?;
        Ok(match cx.keys().published(Owner::Entra) {
            Ok(keys) => match dialect {
                Dialect::EntraV1 => answer::kept(cx, key_set(dialect, &keys), || discovery::jwks_v1(&keys)),
                Dialect::EntraV2 | Dialect::Generic => {
                    answer::kept(cx, key_set(dialect, &keys), || discovery::jwks_v2(&cx.origin, &keys))
                }
            },
            Err(error) => answer::broken(cx, &error, dialect),
        })
    })
}

fn key_set(dialect: Dialect, keys: &[Arc<SigningKey>]) -> Document {
    Document::Keys(dialect, keys.iter().map(|key| key.kid().to_owned()).collect())
}

/// A provider's metadata.
pub fn provider_metadata(cx: &Context, name: &str) -> HttpResponse {
    public(cx, Dialect::Generic, || {
        let Some(Tenant::Provider { handle, facts }) = cx.directory.provider(name) else {
            return Ok(answer::no_such_provider(name));
        };
        let served = Served::by(&cx.directory, handle, facts);
        let document = Document::ProviderMetadata(handle.to_owned(), served);
        Ok(answer::kept(cx, document, || discovery::generic(&cx.origin, handle, served)))
    })
}

/// A provider's keys.
pub fn provider_keys(cx: &Context, name: &str) -> HttpResponse {
    public(cx, Dialect::Generic, || {
        Ok(match cx.keys().published(Owner::Provider(name)) {
            Ok(keys) => answer::kept(cx, key_set(Dialect::Generic, &keys), || discovery::jwks_generic(&keys)),
            Err(error) => answer::broken(cx, &error, Dialect::Generic),
        })
    })
}

/// Which cloud does an authority belong to?
pub fn instance(cx: &Context) -> HttpResponse {
    public(cx, Dialect::EntraV2, || {
        let query = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
        let Some(asked) = query.get("authorization_endpoint") else {
            return Err(Refusal::missing("authorization_endpoint"));
        };
        Ok(answer::document(cx, &discovery::instance(&cx.origin, asked, query.get("api-version"))?))
    })
}

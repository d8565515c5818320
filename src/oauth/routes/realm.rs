//! Who verifies the person behind a name? Every form in which libraries and pages ask that.

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::answer::{self, Readers};
use super::documents::public;
use super::{authority, is};
use crate::federation::outside::Ask;
use crate::federation::provider::{Addresses, behind};
use crate::http::context::Context;
use crate::id::Upn;
use crate::oauth::dialect::Dialect;
use crate::oauth::user_realm::{self, CredentialTypeRequest};
use crate::refusal::Code;

/// Who verifies the people of a user name's domain?
pub async fn user_realm(cx: &Context, tenant: &str, login: Option<&str>) -> HttpResponse {
    let query = cx.request.query().ok();
    let asked = login.or_else(|| query.as_ref().and_then(|query| query.get("user").or(query.get("login"))));
    let provider = provider(cx, asked).await;
    public(cx, Dialect::EntraV2, || {
        authority(cx, tenant)?;
        let query = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
        let Some(login) = asked else {
            return Err(Code::BodyParameterMissing.because("The request must contain the following parameter: 'user'."));
        };
        Ok(match query.get("api-version") {
            None | Some("1.0") => answer::document(&user_realm::realm_v1(&cx.directory, provider.as_ref(), login)),
            Some(_) => answer::document(&user_realm::realm_v2(&cx.directory, provider.as_ref(), login)),
        })
    })
}

/// Where the provider of a federated domain is. One elsewhere says so itself, if it can be asked.
async fn provider(cx: &Context, login: Option<&str>) -> Option<Addresses> {
    let (_, trust) = user_realm::federation_of(&cx.directory, &Upn::new(login?))?;
    match &trust.provider {
        Some(handle) => Some(Addresses::here(&cx.origin, handle, trust.protocol)),
        None => {
            let found = behind(&cx.desk(), &cx.outbound(), trust, Ask::IfForgotten).await;
            found.ok()?.ok().map(|provider| provider.addresses)
        }
    }
}

/// The same question in the form old tools ask it.
pub async fn user_realm_srf(cx: &Context) -> HttpResponse {
    let params = match cx.request.method {
        Method::OPTIONS => return answer::preflight(cx, Readers::All),
        Method::GET | Method::HEAD => cx.request.query(),
        Method::POST => cx.request.form(),
        _ => return answer::wrong_verb(cx, "GET, POST, OPTIONS", Dialect::EntraV2),
    };
    match params {
        Ok(params) => match params.get("login") {
            Some(login) => {
                let provider = provider(cx, Some(login)).await;
                match params.get("xml") {
                    Some("1") => answer::xml(user_realm::realm_info(&cx.directory, provider.as_ref(), login)),
                    _ => answer::document(&user_realm::realm_srf(&cx.directory, provider.as_ref(), login)),
                }
            }
            None => answer::refused(
                cx,
                &Code::BodyParameterMissing.because("The request must contain the following parameter: 'login'."),
                Dialect::EntraV2,
                Readers::All,
            ),
        },
        Err(bad) => answer::refused(cx, &Code::RequestMalformed.because(bad.text()), Dialect::EntraV2, Readers::All),
    }
}

/// How can somebody of this name sign in?
pub async fn credential_type(cx: &Context) -> HttpResponse {
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, Readers::All);
    }
    if !is(cx, &[Method::POST]) {
        return answer::wrong_verb(cx, "POST", Dialect::EntraV2);
    }
    match serde_json::from_slice::<CredentialTypeRequest>(&cx.request.body) {
        Ok(request) => {
            let provider = provider(cx, Some(&request.username)).await;
            let elsewhere = user_realm::sign_in_elsewhere(&cx.directory, provider.as_ref(), &request.username);
            answer::document(&user_realm::credential_type(&cx.directory, &request, elsewhere))
        }
        Err(_) => answer::refused(
            cx,
            &Code::RequestMalformed.because("The body is not the JSON this address takes."),
            Dialect::EntraV2,
            Readers::All,
        ),
    }
}

//! Who verifies the person behind a name? Every form in which libraries and pages ask that.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};

use super::answer::{self, Readers};
use super::documents::public;
use super::{authority, is};
use crate::federation::outside::Ask;
use crate::federation::provider::{Addresses, behind};
use crate::http::context::Context;
use crate::id::Upn;
use crate::oauth::dialect::Dialect;
use crate::oauth::user_realm::{self, CredentialTypeRequest};
use crate::refusal::{Code, Refusal};

/// Who verifies the people of a user name's domain?
pub async fn user_realm(cx: &Context, tenant: &str, login: Option<&str>) -> HttpResponse {
    let question = match question(cx, tenant, login) {
        Ok(question) => question,
        Err(refusal) => return public(cx, Dialect::EntraV2, || Err(refusal)),
    };
    let Question { login, version } = &question;
    answered(cx, login, |provider| {
        public(cx, Dialect::EntraV2, || {
            Ok(match version.as_deref() {
                None | Some("1.0") => answer::document(cx, &user_realm::realm_v1(&cx.directory, provider, login)),
                Some(_) => answer::document(cx, &user_realm::realm_v2(&cx.directory, provider, login)),
            })
        })
    })
    .await
}

/// Whom it is about, and in which form the answer is wanted.
struct Question {
    login: String,
    version: Option<String>,
}

fn question(cx: &Context, tenant: &str, login: Option<&str>) -> Result<Question, Refusal> {
    authority(cx, tenant)?;
    let query = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
    let Some(login) = login.or(query.get("user")).or(query.get("login")) else {
        return Err(Refusal::missing("user"));
    };
    Ok(Question { login: login.to_owned(), version: query.get("api-version").map(str::to_owned) })
}

/// Answers a question about a name whose provider may have to be asked where it is. What depends on somebody else's word
/// is kept by nobody.
async fn answered(cx: &Context, login: &str, answer: impl FnOnce(Option<&Addresses>) -> HttpResponse) -> HttpResponse {
    let Some((_, trust)) = user_realm::federation_of(&cx.directory, &Upn::new(login)) else { return answer(None) };
    if let Some(handle) = &trust.provider {
        return answer(Some(&Addresses::here(&cx.origin, handle, trust.protocol)));
    }
    if !is(cx, &[Method::GET, Method::HEAD, Method::POST]) {
        return answer(None);
    }
    match behind(&cx.desk(), &cx.outbound(), trust, Ask::IfForgotten).await {
        Ok(found) => {
            let mut response = answer(found.ok().map(|provider| provider.addresses).as_ref());
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => answer::broken(cx, &error, Dialect::EntraV2),
    }
}

/// The same question in the form old tools ask it.
pub async fn user_realm_srf(cx: &Context) -> HttpResponse {
    let params = match cx.request.method {
        Method::OPTIONS => return answer::preflight(cx, Readers::All),
        Method::GET | Method::HEAD => cx.request.query(),
        Method::POST => cx.request.form(),
        _ => return answer::wrong_verb(cx, "GET, HEAD, POST, OPTIONS", Dialect::EntraV2),
    };
    let params = match params {
        Ok(params) => params,
        Err(bad) => return refused(cx, &Code::RequestMalformed.because(bad.text())),
    };
    let Some(login) = params.get("login") else { return refused(cx, &Refusal::missing("login")) };
    answered(cx, login, |provider| match params.get("xml") {
        Some("1") => answer::xml(user_realm::realm_info(&cx.directory, provider, login)),
        _ => answer::document(cx, &user_realm::realm_srf(&cx.directory, provider, login)),
    })
    .await
}

/// How can somebody of this name sign in?
pub async fn credential_type(cx: &Context) -> HttpResponse {
    if is(cx, &[Method::OPTIONS]) {
        return answer::preflight(cx, Readers::All);
    }
    if !is(cx, &[Method::POST]) {
        return answer::wrong_verb(cx, "POST", Dialect::EntraV2);
    }
    let Ok(request) = serde_json::from_slice::<CredentialTypeRequest>(&cx.request.body) else {
        return refused(cx, &Code::RequestMalformed.because("The body is not the JSON this address takes."));
    };
    answered(cx, &request.username, |provider| {
        let elsewhere = user_realm::sign_in_elsewhere(&cx.directory, provider, &request.username);
        answer::document(cx, &user_realm::credential_type(&cx.directory, &request, elsewhere))
    })
    .await
}

fn refused(cx: &Context, refusal: &Refusal) -> HttpResponse {
    answer::refused(cx, refusal, Dialect::EntraV2, Readers::All)
}

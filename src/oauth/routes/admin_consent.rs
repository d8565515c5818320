//! The addresses an application sends an administrator to, and the way back.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::{authority, is};
use crate::http::context::Context;
use crate::http::redirect::found;
use crate::oauth::admin_consent::{self, AdminConsent, Asked};
use crate::oauth::error::{self, Traces};
use crate::refusal::{Code, Refusal};
use crate::signin::flow::Resume;
use crate::signin::routes::{Handed, begin, error_page, turned_away};
use crate::signin::state::{Authenticated, Demand};

/// Takes a request, and begins the sign-in of an administrator.
pub async fn start(cx: &Rc<Context>, name: &str, asked: Asked) -> HttpResponse {
    match read(cx, name, asked) {
        Ok((request, demand)) => begin(cx, demand, Resume::AdminConsent(Box::new(request))).await,
        Err(refusal) => turned_away(cx, &refusal).await,
    }
}

fn read(cx: &Context, name: &str, asked: Asked) -> Result<(AdminConsent, Demand), Refusal> {
    if !is(cx, &[Method::GET, Method::HEAD]) {
        return Err(Refusal::wrong_verb("GET, HEAD", &cx.request.method));
    }
    let params = cx.request.query().map_err(|bad| Code::RequestMalformed.because(bad.text()))?;
    admin_consent::read(&cx.desk(), authority(cx, name)?, asked, &params)
}

/// An administrator agreed; the consent is written down already.
pub fn consented(cx: &Rc<Context>, request: &AdminConsent, done: &Authenticated) -> Handed {
    match cx.directory.tenant_by_handle(&done.tenant) {
        Some(tenant) => Ok(found(&admin_consent::success(request, tenant))),
        None => Err(Code::UnknownTenant.because("The tenant is gone.")),
    }
}

/// Nobody agreed.
pub fn refused(cx: &Rc<Context>, request: &AdminConsent, refusal: &Refusal, flow: &str) -> HttpResponse {
    let description = error::description(refusal, &Traces::new(cx), cx.now);
    match admin_consent::failure(request, refusal, &description) {
        Some(address) => found(&address),
        None => error_page(cx, refusal, Some(flow)),
    }
}

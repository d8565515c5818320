use std::rc::Rc;
use actix_web::HttpResponse;
use crate::http::context::Context;
use crate::oauth::admin_consent::AdminConsent;
use crate::oauth::device::DeviceSignIn;
use crate::refusal::Refusal;
use crate::signin::state::Authenticated;
use crate::store::StoreError;
pub async fn userinfo(_: &Rc<Context>) -> HttpResponse { HttpResponse::NotFound().finish() }
pub async fn device_page(_: &Rc<Context>) -> HttpResponse { HttpResponse::NotFound().finish() }
pub async fn device_signed_in(_: &Rc<Context>, _: DeviceSignIn, _: &Authenticated, _: &str, _: &str) -> Result<HttpResponse, StoreError> { Ok(HttpResponse::NotFound().finish()) }
pub fn admin_consented(_: &Rc<Context>, _: &AdminConsent, _: &Authenticated) -> HttpResponse { HttpResponse::NotFound().finish() }
pub fn admin_consent_refused(_: &Rc<Context>, _: &AdminConsent, _: &Refusal, _: &str) -> HttpResponse { HttpResponse::NotFound().finish() }
pub async fn device_refused(_: &Rc<Context>, _: &DeviceSignIn, _: &Refusal, _: &str) -> HttpResponse { HttpResponse::NotFound().finish() }

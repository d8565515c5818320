//! Has the phone answered? What the page that waits for it asks by script.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;

use super::{broken, under_way};
use crate::http::context::Context;
use crate::signin::mfa::phone;
use crate::store::StoreError;

/// The answer, in the words of the real page.
pub async fn poll(cx: &Rc<Context>) -> HttpResponse {
    match waiting(cx).await {
        Ok(word) => {
            let body =
                serde_json::json!({ "Success": word == "Success", "ResultValue": word, "Retry": word == PENDING });
            HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body)
        }
        Err(error) => broken(cx, &error),
    }
}

/// The word for a request that waits on the phone.
const PENDING: &str = "AuthenticationPending";

async fn waiting(cx: &Rc<Context>) -> Result<&'static str, StoreError> {
    let query = cx.request.query().unwrap_or_default();
    let found = under_way(cx, query.get("flowtoken")).await?;
    let message = found.ok().and_then(|(_, sign_in)| sign_in.evidence.talk.challenge?.message);
    let Some(message) = message else { return Ok("SASValidationFailed") };
    let message = phone::find(cx.store(), &message, cx.now).await?;
    Ok(match message.map(|message| message.state_at(cx.now)) {
        Some(phone::State::Waiting) => PENDING,
        Some(phone::State::Approved) => "Success",
        Some(phone::State::Denied) => "PhoneAppDenied",
        Some(phone::State::Reported) => "PhoneAppFraud",
        Some(phone::State::Expired) | None => "PhoneAppNoResponse",
    })
}

//! The reviewer's page in the console: the requests there are, and the buttons that decide them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::admission::{admit, may_look};
use super::message::{Answer, not_our_form, own_form, page, query};
use super::no_token;
use crate::control::exceptions::page::{ExceptionsPage, Surroundings};
use crate::control::guard::Whom;
use crate::http::context::Context;
use crate::http::redirect::see_other;
use crate::partner::exceptions::{self as engine, Cannot, Decision};
use crate::time::Timestamp;

/// The page; a form of it is a decision.
pub async fn exceptions_page(cx: &Context) -> HttpResponse {
    let answer = if cx.request.method == "POST" { pressed(cx).await } else { shown(cx) };
    answer.unwrap_or_else(|refused| no_token::refused(cx, &refused))
}

fn shown(cx: &Context) -> Answer {
    may_look(cx, &["GET", "HEAD", "POST"], Whom::TokenHolders)?;
    let told = query(cx)?.get("told").and_then(told).map(str::to_owned);
    let nonce = cx.chance().short();
    let around =
        Surroundings { nonce: nonce.clone(), base: cx.origin.base.clone(), version: env!("CARGO_PKG_VERSION") };
    page(StatusCode::OK, &nonce, &ExceptionsPage::new(around, &cx.directory, cx.now, told))
}

/// What the page says of the button that was pressed, by the word in its address.
fn told(word: &str) -> Option<&'static str> {
    match word {
        "approve" => Some("The request was approved."),
        "deny" => Some("The request was denied."),
        "withdraw" => Some("The exception was withdrawn."),
        "over" => Some("That request has been answered already."),
        "passed" => Some("An exception cannot end before it begins: that day has passed."),
        "gone" => Some("There is no such request any more."),
        _ => None,
    }
}

async fn pressed(cx: &Context) -> Answer {
    admit(cx, Whom::TokenHolders).await?;
    let form = own_form(cx)?;
    let (Some(id), Some(word)) = (form.get("id"), form.get("decision")) else { return Err(not_our_form()) };
    let until = match form.get("until") {
        Some(day) => Some(Timestamp::parse(&format!("{day}T00:00:00Z")).ok_or_else(not_our_form)?),
        None => None,
    };
    let decision = match word {
        "approve" => Decision::Approve(until),
        "deny" => Decision::Deny,
        "withdraw" => Decision::Withdraw,
        _ => return Err(not_our_form()),
    };
    let told = match engine::decide(cx.store(), id, decision, cx.now).await? {
        Ok((id, request)) => {
            cx.journal(engine::decided_entry(&id, &request, cx.now)).await?;
            word
        }
        Err(Cannot::Unknown) => "gone",
        Err(Cannot::Over(_) | Cannot::Granted) => "over",
        Err(Cannot::EndPassed) => "passed",
    };
    Ok(see_other(&cx.origin.path(&format!("/console/exceptions?told={told}"))))
}

//! The reviewer's page in the console: the requests there are, and the buttons that decide them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use askama::Template;

use super::{Answer, admit, asker, html, query};
use crate::control::error::{self, Refused};
use crate::control::exceptions::page::{ExceptionsPage, Surroundings};
use crate::control::guard;
use crate::http::context::Context;
use crate::http::params::Params;
use crate::partner::exceptions::{self as engine, Cannot, Decision};
use crate::time::Timestamp;

/// The page; a form of it is a decision.
pub async fn exceptions_page(cx: &Context) -> HttpResponse {
    let answer = if cx.request.method == "POST" { pressed(cx).await } else { shown(cx) };
    answer.unwrap_or_else(|refused| error::render(&refused))
}

fn shown(cx: &Context) -> Answer {
    let asker = asker(&cx.request);
    guard::by_a_known_host(&asker, &cx.settings)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(&["GET", "HEAD", "POST"]));
    }
    guard::by_token(&asker, &cx.settings)?;
    let told = query(cx)?.get("told").and_then(told).map(str::to_owned);
    let nonce = cx.chance().short();
    let around =
        Surroundings { nonce: nonce.clone(), base: cx.origin.base.clone(), version: env!("CARGO_PKG_VERSION") };
    let page = ExceptionsPage::new(around, &cx.directory, cx.now, told);
    let text = page.render().map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(html(StatusCode::OK, &nonce, text))
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
    admit(cx, false).await?;
    let unreadable = || Refused::unreadable("This address takes the forms of its own page.");
    let form = if cx.request.is_form() { cx.request.form() } else { Ok(Params::default()) };
    let form = form.map_err(|_| unreadable())?;
    let (Some(id), Some(word)) = (form.get("id"), form.get("decision")) else { return Err(unreadable()) };
    let until = match form.get("until") {
        Some(day) => Some(Timestamp::parse(&format!("{day}T00:00:00Z")).ok_or_else(unreadable)?),
        None => None,
    };
    let decision = match word {
        "approve" => Decision::Approve(until),
        "deny" => Decision::Deny,
        "withdraw" => Decision::Withdraw,
        _ => return Err(unreadable()),
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
    let address = cx.origin.path(&format!("/console/exceptions?told={told}"));
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-store")).finish())
}

//! The virtual phone in a browser: the page of one, the list of all, and the answers its owner presses.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use askama::Template;

use super::inbox::given;
use super::{Answer, admit, asker, html, query};
use crate::control::accounts;
use crate::control::error::{self, Refused};
use crate::control::guard;
use crate::control::inbox;
use crate::control::phone::{self, NoPhone, PhonePage, PhonesPage, Surroundings, Told};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::id::Upn;
use crate::signin::mfa::phone::{self as engine, TooLate};

/// All phones that have something, and a way to every other.
pub async fn phones_page(cx: &Context) -> HttpResponse {
    phones(cx).await.unwrap_or_else(|refused| error::render(&refused))
}

/// One phone; a form of it is an answer.
pub async fn phone_page(cx: &Context, name: &str) -> HttpResponse {
    let upn = Upn::new(name);
    let answer = if cx.request.method == "POST" { pressed(cx, &upn).await } else { shown(cx, &upn).await };
    answer.unwrap_or_else(|refused| error::render(&refused))
}

/// Who may look: whoever may use the control API, also from a link that another site's page has.
fn may_look(cx: &Context, verbs: &'static [&'static str]) -> Result<(), Refused> {
    let asker = asker(&cx.request);
    guard::by_a_known_host(&asker, &cx.settings)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(verbs));
    }
    guard::by_token(&asker, &cx.settings)
}

fn surroundings(cx: &Context) -> Surroundings {
    Surroundings {
        nonce: cx.chance().short(),
        base: cx.origin.base.clone(),
        version: env!("CARGO_PKG_VERSION"),
        seen: *cx.isolate.news().borrow(),
        stands_still: cx.isolate.clock().is_frozen(),
        now: cx.now,
    }
}

async fn phones(cx: &Context) -> Answer {
    may_look(cx, &["GET", "HEAD"])?;
    if let Some(name) = query(cx)?.get("user") {
        return Ok(to(cx, &Upn::new(name), None));
    }
    let around = surroundings(cx);
    let messages = engine::inbox(cx.store(), None, cx.now).await?;
    drawn(StatusCode::OK, &around.nonce.clone(), &PhonesPage::new(around, &cx.directory, &messages))
}

async fn shown(cx: &Context, upn: &Upn) -> Answer {
    may_look(cx, &["GET", "HEAD", "POST"])?;
    let around = surroundings(cx);
    let nonce = around.nonce.clone();
    let Ok(accounts) = accounts::named(&cx.directory, upn) else {
        return drawn(StatusCode::NOT_FOUND, &nonce, &NoPhone::new(around, &cx.directory, upn));
    };
    let messages = engine::inbox(cx.store(), Some(upn), cx.now).await?;
    let told = query(cx)?.get("told").and_then(Told::read);
    drawn(StatusCode::OK, &nonce, &PhonePage::new(around, &accounts, &messages, told))
}

fn drawn(status: StatusCode, nonce: &str, page: &impl Template) -> Answer {
    let text = page.render().map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(html(status, nonce, text))
}

/// A button was pressed: the answer is given, and the phone shown again.
async fn pressed(cx: &Context, upn: &Upn) -> Answer {
    admit(cx, false).await?;
    let unreadable = || Refused::unreadable("This address takes the forms of its own page.");
    let form = if cx.request.is_form() { cx.request.form() } else { Ok(Params::default()) };
    let form = form.map_err(|_| unreadable())?;
    let (Some(id), Some(word)) = (form.get("id"), form.get("answer")) else { return Err(unreadable()) };
    let number = form.get("number").and_then(inbox::digits);
    let reply = inbox::read(word, number.clone()).ok_or_else(unreadable)?;
    let found = inbox::find(cx.store(), id, cx.now).await?.filter(|message| message.user == *upn);
    let Some(message) = found else { return Ok(to(cx, upn, Some(Told::Gone))) };
    if message.kind == engine::Kind::Push && word == "approve" && number.is_none() {
        return Ok(to(cx, upn, Some(Told::NumberMissing)));
    }
    let told = given(cx, &message, reply).await?.err().map(|why| match why {
        TooLate::WrongNumber => Told::WrongNumber,
        TooLate::Answered => Told::Answered,
        TooLate::Expired => Told::Expired,
        TooLate::NotAnswerable => Told::NotAnswerable,
        TooLate::Unknown => Told::Gone,
    });
    Ok(to(cx, upn, told))
}

/// Leads to a phone, which then says this.
fn to(cx: &Context, upn: &Upn, told: Option<Told>) -> HttpResponse {
    let told = told.map_or_else(String::new, |told| format!("?told={}", told.word()));
    let address = format!("{}{told}", cx.origin.path(&phone::address(upn)));
    HttpResponse::SeeOther().insert_header((LOCATION, address)).insert_header((CACHE_CONTROL, "no-store")).finish()
}

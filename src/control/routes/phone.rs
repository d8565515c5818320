//! The virtual phone in a browser: the page of one, the list of all, and the answers its owner presses.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;

use super::admission::{admit, may_look};
use super::inbox::given;
use super::message::{Answer, not_our_form, own_form, page, query};
use super::no_token;
use crate::control::accounts;
use crate::control::guard::Whom;
use crate::control::inbox;
use crate::control::phone::{self, NoPhone, PhonePage, PhonesPage, Surroundings, Told};
use crate::http::context::Context;
use crate::http::redirect::see_other;
use crate::id::Upn;
use crate::signin::mfa::phone::{self as engine, TooLate};

/// All phones that have something, and a way to every other.
pub async fn phones_page(cx: &Context) -> HttpResponse {
    phones(cx).await.unwrap_or_else(|refused| no_token::refused(cx, &refused))
}

/// One phone; a form of it is an answer.
pub async fn phone_page(cx: &Context, name: &str) -> HttpResponse {
    let upn = Upn::new(name);
    let answer = if cx.request.method == "POST" { pressed(cx, &upn).await } else { shown(cx, &upn).await };
    answer.unwrap_or_else(|refused| no_token::refused(cx, &refused))
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
    may_look(cx, &["GET", "HEAD"], Whom::TokenHolders)?;
    if let Some(name) = query(cx)?.get("user") {
        return Ok(to(cx, &Upn::new(name), None));
    }
    let around = surroundings(cx);
    let messages = engine::inbox(cx.store(), None, cx.now).await?;
    page(StatusCode::OK, &around.nonce.clone(), &PhonesPage::new(around, &cx.directory, &messages))
}

async fn shown(cx: &Context, upn: &Upn) -> Answer {
    may_look(cx, &["GET", "HEAD", "POST"], Whom::TokenHolders)?;
    let around = surroundings(cx);
    let nonce = around.nonce.clone();
    let Ok(accounts) = accounts::named(&cx.directory, upn) else {
        return page(StatusCode::NOT_FOUND, &nonce, &NoPhone::new(around, &cx.directory, upn));
    };
    let messages = engine::inbox(cx.store(), Some(upn), cx.now).await?;
    let told = query(cx)?.get("told").and_then(Told::read);
    page(StatusCode::OK, &nonce, &PhonePage::new(around, &accounts, &messages, told))
}

/// A button was pressed: the answer is given, and the phone shown again.
async fn pressed(cx: &Context, upn: &Upn) -> Answer {
    admit(cx, Whom::TokenHolders).await?;
    let form = own_form(cx)?;
    let (Some(id), Some(word)) = (form.get("id"), form.get("answer")) else { return Err(not_our_form()) };
    let number = form.get("number").and_then(inbox::digits);
    let reply = inbox::read(word, number.clone()).ok_or_else(not_our_form)?;
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
    see_other(&address)
}

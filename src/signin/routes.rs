//! Forms in, pages and redirects out: the sign-in as a browser sees it.
//!
//! ```text
//! begin            a protocol begins a sign-in
//! take_in          what somebody did is taken into account: second_factor, wizard, codes, passkeys, messages, external
//!                  for what concerns a factor; proven: what it means that one was
//! advance          what happens next is decided and done
//! show             the page that asks; show_factor: those of verification and registration; page: what every page has
//! ended            were somebody's sessions ended meanwhile
//! finish           the end of it, and back to the protocol; browser: what the browser remembers
//! poll             has the phone answered
//! security_info    an account sees and changes its own methods; app_passwords
//! shown            what a page was shown for
//! ```

mod advance;
mod app_passwords;
mod begin;
mod browser;
mod codes;
mod ended;
mod external;
mod finish;
mod messages;
mod page;
mod passkeys;
mod poll;
mod proven;
mod second_factor;
mod security_info;
mod show;
mod show_factor;
pub mod shown;
mod take_in;
mod wizard;

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::flow::SignIn;
use super::input;
use crate::http::context::Context;
use crate::http::cookies;
use crate::refusal::{Code, Refusal};
use crate::store::StoreError;
use advance::{Token, advance, decide, facts, facts_of, remembered_here, scene};
use ended::forget_if_ended;
use take_in::take_in;

pub use begin::{begin, unattended};
pub use browser::{Cookies, current_session, end_session, session_cookie, set_cookies};
pub use external::vouched;
pub use finish::Handed;
pub use page::{broken, error_page, note_turned_away, plain_frame, post, render, render_signed_out, turned_away};
pub use poll::poll;
pub use security_info::page as security_info;
pub use show::tiles;

/// The form of a sign-in page. Whose page it was is kept with the sign-in, whatever address it is sent to.
pub async fn form(cx: &Rc<Context>) -> HttpResponse {
    if cx.request.method != Method::POST {
        return turned_away(cx, &Refusal::wrong_verb("POST", &cx.request.method)).await;
    }
    let Ok(form) = cx.request.form() else {
        return turned_away(cx, &Code::RequestMalformed.because("The form is malformed.")).await;
    };
    let (token, mut sign_in) = match under_way(cx, form.get("flowToken")).await {
        Ok(Ok(found)) => found,
        Ok(Err(refusal)) => return turned_away(cx, &refusal).await,
        Err(error) => return broken(cx, &error),
    };
    cx.concerns(Some(&sign_in.flow), None, Some(&sign_in.demand.app));
    let Some(input) = input::read(&form, sign_in.asked) else {
        return turned_away(cx, &Code::RequestMalformed.because("The form says nothing this page asks.")).await;
    };
    let answered = match forget_if_ended(cx, &mut sign_in).await {
        Ok(None) => take_in(cx, sign_in, &token, input).await,
        Ok(ended) => advance(cx, sign_in, Token::Known(&token), ended).await,
        Err(error) => Err(error),
    };
    answer(cx, answered, Cookies::new())
}

/// A sign-in under way and its flow token; or why there is none.
type UnderWay = Result<(String, SignIn), Refusal>;

/// The sign-in behind a form's hidden field, if it is this browser's and not over.
async fn under_way(cx: &Context, token: Option<&str>) -> Result<UnderWay, StoreError> {
    let Some(token) = token.filter(|token| token.len() < 100) else { return Ok(Err(over())) };
    let browser = cookies::read(cx.request.headers(), cookies::BROWSER);
    let found = cx.store().find::<SignIn>(token, cx.now).await?;
    let ours = found.filter(|sign_in| browser == Some(&sign_in.browser));
    Ok(match ours {
        None => Err(over()),
        Some(late) if late.is_over(cx.now) => {
            cx.concerns(Some(&late.flow), None, Some(&late.demand.app));
            cx.correlation.get_or_init(|| late.correlation.clone());
            Err(expired(&late))
        }
        Some(sign_in) => Ok((token.to_owned(), sign_in)),
    })
}

/// The sign-in that a browser comes back to from elsewhere, as far as what was proven before still counts.
pub async fn resumed(cx: &Context, token: &str) -> Result<Result<SignIn, Refusal>, StoreError> {
    let mut sign_in = match under_way(cx, Some(token)).await? {
        Ok((_, sign_in)) => sign_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    forget_if_ended(cx, &mut sign_in).await?;
    Ok(Ok(sign_in))
}

/// It goes on with what was brought back.
pub async fn continued(cx: &Rc<Context>, sign_in: SignIn, token: &str) -> HttpResponse {
    answer(cx, advance(cx, sign_in, Token::Known(token), None).await, Cookies::new())
}

/// The refusal of a form or an answer whose sign-in is not there any more.
fn over() -> Refusal {
    Code::FlowTokenInvalid.because(
        "This sign-in is over, has expired, or belongs to another browser. One that expired more than a day ago is not remembered. Go back to the application and begin again.",
    )
    .because("flow token", "no sign-in of this browser waits for this form")
}

/// The same where it is known to have taken too long.
fn expired(sign_in: &SignIn) -> Refusal {
    Code::FlowTokenInvalid.because(format!(
        "This sign-in has expired: it began at {}, and may take an hour. Go back to the application and begin again.",
        sign_in.started
    ))
    .because("flow token", "a sign-in may take an hour, and this one took longer")
}

/// What a handler answers with: a response, or that the store broke.
type Answered = Result<(HttpResponse, Cookies), StoreError>;

/// What a page says beside its question: what was wrong with the answer before.
type Complaint = Option<String>;

fn answer(cx: &Context, answered: Answered, mut cookies: Cookies) -> HttpResponse {
    match answered {
        Ok((mut response, more)) => {
            cookies.extend(more);
            set_cookies(&mut response, &cookies);
            response
        }
        Err(error) => broken(cx, &error),
    }
}

//! How does a sign-in begin, and what is proven before anybody is asked?

use std::rc::Rc;

use actix_web::HttpResponse;

use super::advance::Token;
use super::{Cookies, advance, answer};
use crate::http::context::Context;
use crate::http::cookies;
use crate::http::ourselves::ATTENDED;
use crate::oauth::error::correlation_of_flow;
use crate::signin::flow::{Resume, SignIn};
use crate::signin::state::{Asked, Demand, Evidence};
use crate::signin::unattended::taken_as_proven;

/// Begins a sign-in for a protocol.
pub async fn begin(cx: &Rc<Context>, demand: Demand, resume: Resume) -> HttpResponse {
    let mut cookies = Cookies::new();
    let browser = match cookies::read(cx.request.headers(), cookies::BROWSER) {
        Some(known) => known.to_owned(),
        None => {
            let fresh = cx.chance().short();
            cookies.push(cx.jar().set(cookies::BROWSER, &fresh, None));
            fresh
        }
    };
    let evidence = unattended(cx, &demand);
    let flow = cx.chance().short();
    let correlation = correlation_of_flow(cx, &flow);
    let (asked, started) = (Asked::Username, cx.now);
    let sign_in = SignIn { flow, correlation, browser, demand, resume, evidence, asked, started };
    let token = cx.chance().secret();
    answer(cx, advance(cx, sign_in, Token::Fresh(&token), None).await, cookies)
}

/// What is taken as proven where the server was started to sign somebody in without pages, unless a driver is there, which
/// names its own person.
pub fn unattended(cx: &Context, demand: &Demand) -> Evidence {
    match &cx.settings.auto_sign_in {
        Some(upn) if cx.request.header(ATTENDED).is_none() => taken_as_proven(&cx.directory, upn, demand, cx.now),
        Some(_) | None => Evidence::default(),
    }
}

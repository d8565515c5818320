//! The requirements test run for an account, the way the cmdlet does it: sign in, redeem the code, look at the token.

use serde_json::Value;

use super::about::ours;
use super::message::{Answer, content_type, json_of};
use super::place;
use crate::browser::SignIn;
use crate::control::body;
use crate::control::error::Refused;
use crate::control::partner_test::{self, CLIENT_ID, Outcome, REDIRECT, SCOPE, Test};
use crate::control::sign_in::not_signed_in;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};

/// The largest answer of the token endpoint that is read.
const LIMIT: usize = 256 * 1024;

pub(super) async fn run(cx: &Context) -> Answer {
    let test = Test::read(body::json_needed(content_type(cx), &cx.request.body, &[])?)?;
    outcome(cx, test).await.map(|outcome| json_of(&outcome))
}

/// What the test finds; journalled.
pub(crate) async fn outcome(cx: &Context, test: Test) -> Result<Outcome, Refused> {
    let outcome = match test {
        Test::Token(token) => partner_test::of_token(&token)?,
        Test::Account { .. } => partner_test::of_token(&signed_in(cx, test).await?)?,
    };
    let because = outcome.reasons().iter().map(|reason| Because::new("R-73", reason.clone())).collect();
    let entry = Entry::new(cx.now, Kind::Control, outcome.summary()).about(outcome.user()).with(because);
    cx.journal(entry).await?;
    Ok(outcome)
}

/// The access token that an account gets.
async fn signed_in(cx: &Context, test: Test) -> Result<String, Refused> {
    let Test::Account { user, password, mfa, register } = test else {
        return Err(Refused::Broken("a token needs no sign-in".to_owned()));
    };
    let broken = |error: &dyn std::fmt::Display| Refused::Broken(error.to_string());
    let base = partner_test::base(&cx.origin, &ours(cx)).ok_or_else(|| broken(&"this server listens nowhere"))?;
    let url = partner_test::authorize(&base).map_err(|error| broken(&error))?;
    let place = place::place(cx).await?;
    let driven =
        SignIn::new(cx.worlds.clone(), cx.settings.trust.clone(), url.as_str()).user(&user).mfa(mfa).register(register);
    let driven = match &password {
        Some(password) => driven.password(password),
        None => driven,
    };
    let ended = driven.until_done(place).await.map_err(|error| not_signed_in(&error))?;
    match ended.parameter("code") {
        Some(code) => redeemed(cx, &base, &code).await,
        None => {
            let why = ended.parameter("error_description").or_else(|| ended.parameter("error")).unwrap_or_default();
            Err(Refused::Conflict(format!("The sign-in was refused: {why}")))
        }
    }
}

/// What the code is exchanged for, over the server's own address as every client would.
async fn redeemed(cx: &Context, base: &url::Url, code: &str) -> Result<String, Refused> {
    let broken = |error: &dyn std::fmt::Display| Refused::Broken(error.to_string());
    let at = base.join("organizations/oauth2/v2.0/token").map_err(|error| broken(&error))?;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("code", code),
    ];
    let client = cx.outbound().client().map_err(|error| broken(&error))?;
    let mut response = client.post(at.as_str()).force_close().send_form(&form).await.map_err(|error| broken(&error))?;
    let body = response.body().limit(LIMIT).await.map_err(|error| broken(&error))?;
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    match answer["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => {
            let why = answer["error_description"].as_str().unwrap_or("the token endpoint gave no token");
            Err(Refused::Conflict(format!("The sign-in was refused: {why}")))
        }
    }
}

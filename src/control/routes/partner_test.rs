//! The requirements test run for an account, the way the cmdlet does it: sign in, redeem the code, look at the token.

use super::message::{Answer, content_type, json_of};
use super::place;
use crate::browser::SignIn;
use crate::control::body;
use crate::control::error::Refused;
use crate::control::partner_test::{self, CLIENT_ID, Outcome, REDIRECT, SCOPE, Test};
use crate::control::sign_in::not_signed_in;
use crate::http::context::Context;
use crate::http::ourselves::Ourselves;
use crate::journal::{Because, Entry, Kind};

pub(super) async fn run(cx: &Context) -> Answer {
    let test = Test::read(body::json_needed(content_type(cx), &cx.request.body, &[])?)?;
    outcome(cx, test).await.map(|outcome| json_of(&outcome))
}

/// What the test finds; journalled.
pub(crate) async fn outcome(cx: &Context, test: Test) -> Result<Outcome, Refused> {
    let outcome = match test {
        Test::Token(token) => partner_test::of_token(&cx.directory, &token)?,
        Test::Account { .. } => partner_test::of_token(&cx.directory, &signed_in(cx, test).await?)?,
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
    let url = partner_test::authorize(&cx.origin).map_err(|_| {
        let named = &cx.origin.scheme_host;
        Refused::Conflict(format!("Nobody can sign in at {named}, the name by which this was asked."))
    })?;
    let place = place::place(cx).await?;
    let driven = SignIn::new(cx.worlds.clone(), cx.settings.clone(), cx.doors.clone(), url.as_str())
        .called(&cx.origin.scheme_host)
        .user(&user)
        .mfa(mfa)
        .register(register);
    let driven = match &password {
        Some(password) => driven.password(password),
        None => driven,
    };
    let ended = driven.until_done(place).await.map_err(|error| not_signed_in(&error))?;
    match ended.parameter("code") {
        Some(code) => redeemed(cx, &code).await,
        None => {
            let why = ended.parameter("error_description").or_else(|| ended.parameter("error")).unwrap_or_default();
            Err(Refused::Conflict(format!("The sign-in was refused: {why}")))
        }
    }
}

/// What the code is exchanged for, over the server's own address as every client would.
async fn redeemed(cx: &Context, code: &str) -> Result<String, Refused> {
    let at = cx.origin.url("/organizations/oauth2/v2.0/token");
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPE),
        ("code", code),
    ];
    let ourselves = Ourselves::new(cx).map_err(Refused::Broken)?;
    let answer = ourselves.posted(&at, &form).await.map_err(Refused::Broken)?;
    match answer["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => {
            let why = answer["error_description"].as_str().unwrap_or("the token endpoint gave no token");
            Err(Refused::Conflict(format!("The sign-in was refused: {why}")))
        }
    }
}

//! `standin partner-test`: are the partner security requirements met? Prints `pass` or `fail`, as the cmdlet
//! `Test-PartnerSecurityRequirement` does, and the reasons beside it.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value};
use url::Url;

use super::sign_in::token_needed;
use super::{environment, failed, refuse, terminal};
use crate::config::{Config, Flags, Secret};
use crate::http::outbound::Outbound;
use crate::http::trust::Trust;
use crate::partner::requirements::{Findings, Verdict, Whose, examine};
use crate::tls::{LocalCa, user_data_dir};
use crate::token::jwt::decode_unverified;

/// How long a sign-in may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub struct Arguments {
    /// The running server; of an isolated world with its /w/NAME
    #[arg(default_value = "http://localhost:8400")]
    url: Url,
    /// Who signs in
    #[arg(long, required_unless_present = "token")]
    user: Option<String>,
    /// With which password; the world's own when left out
    #[arg(long, requires = "user")]
    password: Option<String>,
    /// What to do about a second factor: auto, deny, timeout or wrong
    #[arg(long, requires = "user")]
    mfa: Option<String>,
    /// Which method to register when one has to be: auto, push, totp, sms, call or passkey
    #[arg(long, requires = "user")]
    register: Option<String>,
    /// Test this access token instead of signing in, or `-` to read it from standard input; no server is asked
    #[arg(long, conflicts_with = "user")]
    token: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let found = match &arguments.token {
        Some(token) => of_token(token),
        None => of_account(arguments),
    };
    match found {
        Ok(Told { word, reasons }) => {
            terminal::say(&word);
            for reason in reasons {
                terminal::complain(&reason);
            }
            if word == Verdict::Pass.word() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(Failed::Told(code)) => code,
        Err(Failed::Because(why)) => failed(&why),
    }
}

/// What is printed.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    word: String,
    reasons: Vec<String>,
}

enum Failed {
    /// It has been said why.
    Told(ExitCode),
    Because(String),
}

fn of_token(token: &str) -> Result<Told, Failed> {
    let mut text = token.to_owned();
    if token == "-" {
        text.clear();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        read.map_err(|error| Failed::Because(format!("the token cannot be read: {error}")))?;
    }
    let text = text.trim();
    let unverified = decode_unverified(text.strip_prefix("Bearer ").unwrap_or(text).trim())
        .map_err(|error| Failed::Because(format!("this is not a token: {error}")))?;
    let Findings { result, reasons, .. } = examine(&unverified.claims, Whose::Partners);
    Ok(Told { word: result.word().to_owned(), reasons })
}

fn of_account(arguments: &Arguments) -> Result<Told, Failed> {
    let config = Config::from_flags(&Flags::default(), &environment(), None);
    let config = config.map_err(|mistakes| Failed::Told(refuse(&mistakes)))?;
    let asked = actix_web::rt::System::new().block_on(ask(arguments, config.control_token.as_ref()));
    asked.and_then(|answer| told(&answer)).map_err(Failed::Because)
}

async fn ask(arguments: &Arguments, token: Option<&Secret>) -> Result<Value, String> {
    let ca = LocalCa::open(user_data_dir().as_deref(), crate::time::system().date_time());
    let ca = ca.map_err(|error| error.to_string())?;
    let client = Outbound::new(Arc::new(Trust::new(Some(ca.certificate_pem())))).client()?;
    let call = format!("{}/_standin/partner-test", arguments.url.as_str().trim_end_matches('/'));
    let mut request = client.post(&call).timeout(PATIENCE);
    if let Some(token) = token {
        request = request.bearer_auth(token.reveal());
    }
    let sent = request.send_json(&body(arguments)).await;
    let mut response = sent.map_err(|error| format!("{call}: {error}"))?;
    response.json().await.map_err(|_| format!("{call} does not answer like a Standin"))
}

fn body(arguments: &Arguments) -> Value {
    let given = [
        ("user", &arguments.user),
        ("password", &arguments.password),
        ("mfa", &arguments.mfa),
        ("register", &arguments.register),
    ];
    let members = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.as_deref()?.into())));
    Value::Object(members.collect::<Map<_, _>>())
}

/// What the server found; or why it could not be tested.
fn told(answer: &Value) -> Result<Told, String> {
    if let Some(word) = answer["result"].as_str() {
        let reasons = answer["reasons"].as_array().into_iter().flatten();
        let reasons = reasons.filter_map(Value::as_str).map(str::to_owned).collect();
        return Ok(Told { word: word.to_owned(), reasons });
    }
    if let Some(why) = token_needed(&answer["error"]) {
        return Err(why.to_owned());
    }
    Err(answer["error"]["message"].as_str().unwrap_or("the server did not say why").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_printed_is_the_verdict_and_its_reasons_or_why_there_is_none() {
        let found = told(&json!({"result": "fail", "evidence": ["pwd"], "reasons": ["a", "b"]})).unwrap();
        assert_eq!(found, Told { word: "fail".into(), reasons: vec!["a".into(), "b".into()] });
        assert_eq!(told(&json!({"error": {"message": "no"}})), Err("no".to_owned()));
        let closed = told(&json!({"error": {"code": "unauthorized", "message": "no"}}));
        assert!(closed.unwrap_err().contains("STANDIN_CONTROL_TOKEN"));
        assert!(told(&json!(null)).is_err());
    }
}

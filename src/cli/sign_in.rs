//! `standin sign-in URL --user NAME`: a sign-in without a browser, at a running server.
//!
//! It asks that server's own control API, so that what happens is what the pages do.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value};
use url::Url;

use super::{environment, failed, refuse, terminal};
use crate::config::{Config, Flags, Secret};
use crate::http::outbound::Outbound;
use crate::http::trust::Trust;
use crate::tls::{LocalCa, user_data_dir};

/// How long a sign-in may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub struct Arguments {
    /// The authorize address of a running server, as an application would open it
    url: Url,
    /// Who signs in
    #[arg(long)]
    user: String,
    /// With which password; the world's own when left out
    #[arg(long)]
    password: Option<String>,
    /// What to do about a second factor: auto, deny, timeout or wrong
    #[arg(long)]
    mfa: Option<String>,
    /// Which method to register when one has to be: auto, push, totp, sms, call or passkey
    #[arg(long)]
    register: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> ExitCode {
    let config = match Config::from_flags(&Flags::default(), &environment(), None) {
        Ok(config) => config,
        Err(mistakes) => return refuse(&mistakes),
    };
    match actix_web::rt::System::new().block_on(drive(arguments, config.control_token.as_ref())) {
        Ok(end) => {
            terminal::say(&end);
            ExitCode::SUCCESS
        }
        Err(why) => failed(&why),
    }
}

async fn drive(arguments: &Arguments, token: Option<&Secret>) -> Result<String, String> {
    let ca = LocalCa::open(user_data_dir().as_deref(), crate::time::system().date_time());
    let ca = ca.map_err(|error| error.to_string())?;
    let client = Outbound::new(Arc::new(Trust::new(Some(ca.certificate_pem())))).client()?;
    let call = control_call(&arguments.url);
    let mut request = client.post(call.as_str()).timeout(PATIENCE);
    if let Some(token) = token {
        request = request.bearer_auth(token.reveal());
    }
    let sent = request.send_json(&body(arguments)).await;
    let mut response = sent.map_err(|error| format!("{call}: {error}"))?;
    let answer: Value = response.json().await.map_err(|_| format!("{call} does not answer like a Standin"))?;
    told(&answer)
}

/// The control call of the world the address is in.
fn control_call(url: &Url) -> Url {
    let mut call = url.clone();
    let mut segments = url.path().split('/').skip(1);
    let base = match (segments.next(), segments.next()) {
        (Some("w"), Some(world)) => format!("/w/{world}"),
        _ => String::new(),
    };
    call.set_path(&format!("{base}/_standin/sign-in"));
    call.set_query(None);
    call.set_fragment(None);
    call
}

fn body(arguments: &Arguments) -> Value {
    let mut body = Map::new();
    body.insert("url".into(), arguments.url.as_str().into());
    body.insert("user".into(), arguments.user.as_str().into());
    let more = [("password", &arguments.password), ("mfa", &arguments.mfa), ("register", &arguments.register)];
    for (name, value) in more {
        if let Some(value) = value {
            body.insert(name.into(), value.as_str().into());
        }
    }
    Value::Object(body)
}

/// Where the sign-in ended; or why it did not.
fn told(answer: &Value) -> Result<String, String> {
    if let Some(location) = answer.get("location").and_then(Value::as_str) {
        return Ok(location.to_owned());
    }
    if let Some(form) = answer.get("form") {
        return Ok(form.to_string());
    }
    let error = &answer["error"];
    if let Some(why) = token_needed(error) {
        return Err(why.to_owned());
    }
    let details = error["details"].as_array().into_iter().flatten();
    let lines = details.filter_map(|one| Some(format!("{}: {}", one["target"].as_str()?, one["message"].as_str()?)));
    let lines: Vec<String> = lines.collect();
    let message = error["message"].as_str().unwrap_or("the server did not say why").to_owned();
    Err(if lines.is_empty() { message } else { lines.join("\n") })
}

/// What to do where the server says that its control API is not open to everybody.
pub(super) fn token_needed(error: &Value) -> Option<&'static str> {
    let needed = error["code"] == "unauthorized";
    needed.then_some("the server was started with a control token: set STANDIN_CONTROL_TOKEN to the same one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_call_goes_to_the_world_the_address_is_in() {
        let call = |url: &str| control_call(&Url::parse(url).unwrap()).to_string();
        assert_eq!(call("http://localhost:8400/a/authorize?x=1#y"), "http://localhost:8400/_standin/sign-in");
        assert_eq!(call("https://localhost:8443/w/one/a/authorize"), "https://localhost:8443/w/one/_standin/sign-in");
    }

    #[test]
    fn what_is_printed_is_where_it_ended_or_every_reason_why_not() {
        assert_eq!(told(&json!({"location": "http://l/?code=1", "steps": []})).unwrap(), "http://l/?code=1");
        let refused = json!({"error": {"code": "invalid", "message": "There are 2 mistakes; nothing was changed.",
            "details": [{"target": "mfa", "message": "no"}, {"target": "user", "message": "who"}]}});
        assert_eq!(told(&refused).unwrap_err(), "mfa: no\nuser: who");
        let closed = json!({"error": {"code": "unauthorized", "message": "no"}});
        assert!(told(&closed).unwrap_err().contains("STANDIN_CONTROL_TOKEN"));
        assert!(told(&json!({})).is_err());
    }
}

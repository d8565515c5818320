//! The secure application model, from the partner's side: one person signs in once, with a second factor, and the
//! partner's service goes on from there, customer by customer, with nobody at a keyboard.
//!
//! ```sh
//! cargo run --example secure_application_model
//! ```
//!
//! It starts a server of its own with the built-in world, so there is nothing to prepare. Against the real service the
//! steps are the same; see Microsoft's "Enable the secure application model framework".

#![allow(clippy::print_stdout)]

use std::error::Error;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use standin::{Config, Standin};
use url::form_urlencoded::Serializer;

const APP: &str = "0b9ea4bb-631f-46bd-b6db-c7f7053c2b22";
const SECRET: &str = "partner-secret";
const REDIRECT: &str = "http://localhost:3000/auth/callback";
const PARTNER_CENTER: &str = "https://api.partnercenter.microsoft.com";
const GRAPH: &str = "https://graph.microsoft.com";

type Outcome<T> = Result<T, Box<dyn Error>>;

#[actix_web::main]
async fn main() -> Outcome<()> {
    let standin = Standin::start(Config::default()).await?;

    println!("1. Jane, an admin agent, signs in once: a password, then a code.");
    let code = consent(&standin).await?;
    let tokens = token(
        &standin,
        "contoso.test",
        &[
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("resource", PARTNER_CENTER),
        ],
    )
    .await?;
    let mut kept = text(&tokens, "refresh_token")?;
    println!("   The refresh token goes into a vault; nothing else is kept.");

    println!("2. The service asks Partner Center who the customers are.");
    let tokens = token(&standin, "contoso.test", &refresh(&kept, PARTNER_CENTER)).await?;
    kept = text(&tokens, "refresh_token")?;
    let access = text(&tokens, "access_token")?;
    println!("   amr of the token: {}", claims(&access)?["amr"]);
    let customers = get(&standin, "/partnercenter/v1/customers", &access).await?;

    for customer in customers["items"].as_array().into_iter().flatten() {
        let (id, name) = (text(customer, "id")?, text(&customer["companyProfile"], "companyName")?);
        println!("3. A token for {name}'s tenant, from the same refresh token.");
        let tokens = token(&standin, &id, &refresh(&kept, GRAPH)).await?;
        kept = text(&tokens, "refresh_token")?;
        let access = text(&tokens, "access_token")?;
        let told = claims(&access)?;
        println!("   tid {}, amr {}, wids {}, xms_idrel {}", told["tid"], told["amr"], told["wids"], told["xms_idrel"]);
        let users = get(&standin, "/graph/v1.0/users?$select=userPrincipalName", &access).await?;
        println!("   {}", users["value"]);
    }

    println!("4. Without a second factor there is no such chain: John's password alone.");
    let alone = [
        ("grant_type", "password"),
        ("username", "john@fabrikam.test"),
        ("password", "Password1!"),
        ("resource", PARTNER_CENTER),
    ];
    let tokens = token(&standin, "fabrikam.test", &alone).await?;
    let (status, reason) = call(&standin, "/partnercenter/v1/customers", &text(&tokens, "access_token")?).await?;
    println!("   Partner Center: {status} {reason}");
    let refused = token(&standin, "adatum.test", &refresh(&text(&tokens, "refresh_token")?, GRAPH)).await;
    println!("   Adatum's tenant: {}", refused.err().map_or_else(|| "granted?".to_owned(), |error| error.to_string()));
    Ok(())
}

/// The interactive step: the code that Jane's sign-in sends back.
async fn consent(standin: &Standin) -> Outcome<String> {
    let query = Serializer::new(String::new())
        .extend_pairs([
            ("client_id", APP),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("resource", PARTNER_CENTER),
            ("amr_values", "mfa"),
        ])
        .finish();
    let url = standin.http(&format!("/contoso.test/oauth2/authorize?{query}"));
    let ended = standin.sign_in(&url).user("jane@contoso.test").await?;
    ended.parameter("code").ok_or_else(|| "the sign-in sent no code back".into())
}

fn refresh<'f>(token: &'f str, resource: &'f str) -> [(&'f str, &'f str); 3] {
    [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)]
}

/// Asks a tenant's token address.
async fn token(standin: &Standin, tenant: &str, fields: &[(&str, &str)]) -> Outcome<Value> {
    let mut form: Vec<(&str, &str)> = vec![("client_id", APP), ("client_secret", SECRET)];
    form.extend_from_slice(fields);
    let url = standin.http(&format!("/{tenant}/oauth2/token"));
    let mut response = awc::Client::default().post(url).send_form(&form).await.map_err(|error| error.to_string())?;
    let body: Value = response.json().await?;
    match response.status().is_success() {
        true => Ok(body),
        false => Err(text(&body, "error_description")?.into()),
    }
}

async fn get(standin: &Standin, path: &str, token: &str) -> Outcome<Value> {
    let request = awc::Client::default().get(standin.http(path)).bearer_auth(token);
    Ok(request.send().await.map_err(|error| error.to_string())?.json().await?)
}

/// The status line of an answer.
async fn call(standin: &Standin, path: &str, token: &str) -> Outcome<(u16, String)> {
    let request = awc::Client::default().get(standin.http(path)).bearer_auth(token);
    let response = request.send().await.map_err(|error| error.to_string())?;
    let challenge = response.headers().get("www-authenticate").and_then(|value| value.to_str().ok());
    Ok((response.status().as_u16(), challenge.unwrap_or_default().to_owned()))
}

fn text(value: &Value, name: &str) -> Outcome<String> {
    value[name].as_str().map(str::to_owned).ok_or_else(|| format!("no {name} in {value}").into())
}

/// What a token says; whoever it is for verifies it.
fn claims(token: &str) -> Outcome<Value> {
    let part = token.split('.').nth(1).unwrap_or_default();
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part)?).unwrap_or_else(|_| json!({})))
}

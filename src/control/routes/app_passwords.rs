//! Somebody's app passwords as JSON: listed without the passwords, made and shown once, revoked.

use actix_web::HttpResponse;
use actix_web::http::header::CACHE_CONTROL;
use serde_json::{Value, json};

use super::message::{Answer, done, json_of, small_body};
use crate::control::accounts;
use crate::control::body::Members;
use crate::control::error::Refused;
use crate::directory::Account;
use crate::directory::user::AppPassword;
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::signin::app_password::{self, Cannot, LONGEST_NAME};

/// The account that has them: a tenant's, since a provider has none.
fn account<'c>(cx: &'c Context, upn: &Upn) -> Result<Account<'c>, Refused> {
    let accounts = accounts::named(&cx.directory, upn)?;
    accounts.into_iter().next().ok_or_else(|| Refused::NotFound(accounts::nobody(&cx.directory, upn)))
}

pub(super) fn list(cx: &Context, upn: &Upn) -> Answer {
    let account = account(cx, upn)?;
    let shown =
        |(id, known): (&String, &AppPassword)| json!({ "id": id, "name": known.name, "created": known.created });
    let value: Vec<Value> = account.user.app_passwords.iter().map(shown).collect();
    Ok(json_of(&json!({ "value": value, "next": null })))
}

pub(super) async fn make(cx: &Context, upn: &Upn) -> Answer {
    let account = account(cx, upn)?;
    let mut members = Members::of(small_body(cx)?, &["name"]);
    let short =
        |value: &Value| value.as_str().map(str::trim).filter(|name| name.len() <= LONGEST_NAME).map(str::to_owned);
    let name = members.read("name", "a text of at most 100 bytes", short);
    let name = members.finish(name)?.unwrap_or_default();
    let made = app_password::make(cx.store(), cx.chance(), &account, &name, cx.now).await?;
    let made = made.map_err(|cannot: Cannot| Refused::Conflict(cannot.text().to_owned()))?;
    note(cx, upn, "An app password was made.").await?;
    let body = json!({ "id": made.id, "name": name, "password": made.password.reveal(), "created": cx.now });
    Ok(HttpResponse::Created().insert_header((CACHE_CONTROL, "no-store")).json(body))
}

pub(super) async fn revoke(cx: &Context, upn: &Upn, id: &str) -> Answer {
    let account = account(cx, upn)?;
    if !app_password::revoke(cx.store(), &account, id).await? {
        return Err(Refused::NotFound(format!("{upn} has no app password of that id.")));
    }
    note(cx, upn, "An app password was revoked.").await?;
    Ok(done())
}

async fn note(cx: &Context, upn: &Upn, summary: &str) -> Result<(), Refused> {
    let because = vec![Because::new("R-61", "only its hash is kept, and it opens legacy protocols only")];
    Ok(cx.journal(Entry::new(cx.now, Kind::Control, summary).about(Some(upn.as_str())).with(because)).await?)
}

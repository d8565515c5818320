//! Sessions ended and keys replaced: what was valid until now is no more.

use actix_web::web;
use serde_json::json;

use super::message::{Answer, done, json_of, note, query, small_body};
use crate::control::accounts;
use crate::control::body::{self, Members};
use crate::control::error::Refused;
use crate::http::context::Context;
use crate::id::Upn;
use crate::keys::Owner;
use crate::signin::session;

pub(super) async fn sessions(cx: &Context) -> Answer {
    let params = query(cx)?;
    body::only(&params, &["user"])?;
    let user = params.get("user").map(Upn::new);
    if let Some(upn) = &user {
        accounts::named(&cx.directory, upn)?;
    }
    session::revoke(cx, user.as_ref()).await?;
    cx.concerns(None, user.as_ref().map(Upn::as_str), None);
    note(cx, if user.is_some() { "One person was signed out." } else { "Everybody was signed out." }).await?;
    Ok(done())
}

pub(super) async fn keys(cx: &Context) -> Answer {
    let mut members = Members::of(small_body(cx)?, &["provider"]);
    let provider = members.text("provider");
    if provider.as_ref().is_some_and(|name| cx.directory.provider(name).is_none()) {
        members.mistake("provider", "There is no provider of that name.");
    }
    let provider = members.finish(provider)?;
    let (isolate, owner) = (cx.isolate.clone(), provider.clone());
    // Making a key takes a good part of a second: this thread has other requests to answer meanwhile.
    let rotated = web::block(move || isolate.keys().rotate(owner.as_deref().map_or(Owner::Entra, Owner::Provider)));
    let key = rotated.await.map_err(|error| Refused::Broken(error.to_string()))??;
    note(cx, format!("The signing key of {} was rotated.", provider.as_deref().unwrap_or("the Entra tenants"))).await?;
    Ok(json_of(&json!({ "kid": key.kid(), "provider": provider })))
}

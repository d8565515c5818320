//! The sample API's HTTP.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use super::{NotServed, admitted, challenge, needs};
use crate::control::error;
use crate::directory::policy::is_context;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::keys::KeyError;
use crate::store::StoreError;

/// Everything below `/sample-api`.
pub async fn serve(cx: &Rc<Context>, path: &[&str]) -> HttpResponse {
    let context = match path {
        ["me"] => None,
        ["needs", context] if is_context(context) => Some(*context),
        _ => return error::not_found("The sample API has 'me' and 'needs/c1' to 'needs/c25'."),
    };
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return error::wrong_verb(&["GET", "HEAD"]);
    }
    answer(cx, context).await.unwrap_or_else(|broken| error::broken(&broken))
}

async fn answer(cx: &Rc<Context>, context: Option<&str>) -> Result<HttpResponse, StoreError> {
    let broken = |error: KeyError| StoreError(error.to_string());
    let admitted = admitted(&cx.directory, cx.keys(), &cx.origin, cx.request.bearer(), cx.now).map_err(broken)?;
    let served = admitted.and_then(|(claims, app)| match context {
        None => Ok(claims),
        Some(context) => needs(&claims, &app, context).map(|()| claims),
    });
    match served {
        Ok(claims) => {
            let told: serde_json::Map<String, Value> = ["aud", "name", "oid", "tid", "scp", "acrs"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), claims.get(name)?.clone())))
                .collect();
            Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(told))
        }
        Err(refused) => {
            let (code, why) = match &refused {
                NotServed::Token(why) => ("invalid_token", (*why).to_owned()),
                NotServed::Context { context, .. } => {
                    ("insufficient_claims", format!("The token does not satisfy the authentication context {context}."))
                }
            };
            let because = vec![Because::new("R-06", why.clone())];
            let summary = "The sample API sent its caller back.";
            cx.journal(Entry::new(cx.now, Kind::Error, summary).with(because)).await?;
            Ok(HttpResponse::Unauthorized()
                .insert_header((WWW_AUTHENTICATE, challenge(&refused, &cx.origin)))
                .insert_header((CACHE_CONTROL, "no-store"))
                .json(json!({ "error": { "code": code, "message": why } })))
        }
    }
}

//! The world asked for, replaced, changed, reset; and the worlds beside it.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};

use super::message::{Answer, content_type, done, json_of, note, small_body};
use crate::control::body::{self, MERGE_PATCH};
use crate::control::error::Refused;
use crate::control::{world, worlds};
use crate::http::context::Context;

pub(super) async fn replace(cx: &Context) -> Answer {
    let body = body::json_needed(content_type(cx), &cx.request.body, &[])?;
    if !body.is_object() {
        return Err(Refused::invalid("", "A world is a JSON object."));
    }
    let after = world::replace(cx.store(), &String::from_utf8_lossy(&cx.request.body)).await?;
    note(cx, "The world was replaced.").await?;
    Ok(json_of(&after))
}

pub(super) async fn patch(cx: &Context) -> Answer {
    let patch = body::json_needed(content_type(cx), &cx.request.body, &[MERGE_PATCH])?;
    let after = world::patch(cx.store(), &patch).await?;
    note(cx, format!("The world was changed: {}.", world::touched(&patch))).await?;
    Ok(json_of(&after))
}

pub(super) async fn reset(cx: &Context) -> Answer {
    cx.isolate.reset().await?;
    note(cx, "The world was reset.").await?;
    Ok(done())
}

pub(super) async fn create(cx: &Context) -> Answer {
    let place = worlds::create(&cx.worlds, cx.chance(), small_body(cx)?)?;
    note(cx, format!("The world {} was made.", place.id)).await?;
    let address = cx.origin.path(&format!("/_standin/worlds/{}", place.id));
    Ok(HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((LOCATION, address))
        .json(place))
}

pub(super) async fn delete(cx: &Context, id: &str) -> Answer {
    worlds::delete(&cx.worlds, id)?;
    note(cx, format!("The world {id} was deleted.")).await?;
    Ok(done())
}

pub(super) async fn delete_all(cx: &Context) -> Answer {
    cx.worlds.delete_all();
    note(cx, "All isolated worlds were deleted.").await?;
    Ok(done())
}

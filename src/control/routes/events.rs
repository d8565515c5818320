//! The journal, page by page or as it grows.

use actix_web::HttpResponse;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Bytes;
use futures_util::StreamExt as _;

use super::message::{Answer, json_of, query};
use crate::control::events::Filter;
use crate::control::watch;
use crate::http::context::Context;

pub(super) async fn list(cx: &Context) -> Answer {
    let mut filter = Filter::read(&query(cx)?, cx.request.header("last-event-id"))?;
    let head = cx.request.method == actix_web::http::Method::HEAD;
    if cx.request.header(ACCEPT.as_str()).is_some_and(|wanted| wanted.contains("text/event-stream")) {
        let mut response = HttpResponse::Ok();
        response.insert_header((CONTENT_TYPE, "text/event-stream")).insert_header((CACHE_CONTROL, "no-store"));
        let news = watch::stream(&cx.isolate, filter).take(if head { 0 } else { usize::MAX });
        return Ok(response.streaming(news.map(|text| Ok::<_, std::io::Error>(Bytes::from(text)))));
    }
    if head {
        filter.wait = 0;
    }
    Ok(json_of(&watch::page(&cx.isolate, &filter).await?))
}

//! What happens to every request: its world is found, its body read, its answer journalled.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse};

use super::mounts::{route, unread};
use super::{Doors, Settings};
use crate::control;
use crate::http::body;
use crate::http::context::{About, Context};
use crate::http::origin::Origin;
use crate::http::path::Path;
use crate::http::request::{Proxy, Request};
use crate::journal::{By, Entry, Fact, Kind};
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::worlds::{Isolate, Worlds};

/// What every worker shares.
pub(super) struct Door {
    pub settings: Arc<Settings>,
    pub worlds: Arc<Worlds>,
    pub doors: Arc<Doors>,
}

/// The framework's request in, its response out: by hand, because there is one handler and nothing to look up for it.
pub(super) fn serve(request: ServiceRequest, door: Arc<Door>) -> impl Future<Output = Result<ServiceResponse, Error>> {
    let (request, payload) = request.into_parts();
    async move {
        let response = answer(&request, payload, &door).await;
        Ok(ServiceResponse::new(request, response))
    }
}

/// Every request comes in here: its world is found, its body read, its answer journalled.
async fn answer(request: &HttpRequest, payload: Payload, door: &Door) -> HttpResponse {
    let path = Path::read(request.path());
    // What is published about an issuer stands before its path, and so before its world (RFC 8414, 3.1).
    let published = path.get(0) == Some(".well-known") && path.get(1) == Some("oauth-authorization-server");
    let start = if published { 2 } else { 0 };
    let (isolate, path) = match path.get(start) {
        Some("w") => (path.get(start + 1).and_then(|id| door.worlds.get(id)), path.without(start..start + 2)),
        _ => (Some(door.worlds.root().clone()), path),
    };
    let Some(isolate) = isolate else {
        let response = control::error::not_found("There is no world of that name.");
        return turned_away(door.worlds.root(), request, response).await;
    };
    let room = body::room(&path, || may_come_in(request, door, &isolate));
    let body = body::read(request, payload, room).await;
    let (body, bad) = body.map_or_else(|bad| (Bytes::new(), Some(bad)), |body| (body, None));
    match context(request, body, door, &isolate, path).await {
        Ok(context) => {
            let response = match bad {
                None => route(&context).await,
                Some(bad) => unread(&context, bad).await,
            };
            match note(&context, request, &response).await {
                Ok(()) => response,
                Err(error) => control::error::broken(&error),
            }
        }
        Err(response) => turned_away(&isolate, request, response).await,
    }
}

/// May whoever sends this call the control API? Asked before the body is read, of its head alone.
fn may_come_in(request: &HttpRequest, door: &Door, isolate: &Isolate) -> bool {
    let settings = &door.settings;
    let origin = Origin::of(request, isolate.base(), settings.public_origin.as_deref(), settings.proxy());
    let head = Request::new(request, Path::read(request.path()), Bytes::new(), Proxy::Ignored);
    origin.is_some_and(|origin| control::routes::may_come_in(&head, &origin, settings))
}

/// What handlers need to know of a request, or the answer to one that no handler should see.
async fn context(
    request: &HttpRequest,
    body: Bytes,
    door: &Door,
    isolate: &Arc<Isolate>,
    path: Path,
) -> Result<Rc<Context>, HttpResponse> {
    let settings = &door.settings;
    let fixed = settings.public_origin.as_deref();
    let Some(origin) = Origin::of(request, isolate.base(), fixed, settings.proxy()) else {
        return Err(control::error::bad_request("The Host header names no host."));
    };
    let (_, directory) = isolate.store().directory().await.map_err(|error| control::error::broken(&error))?;
    Ok(Rc::new(Context {
        settings: settings.clone(),
        worlds: door.worlds.clone(),
        doors: door.doors.clone(),
        directory,
        now: isolate.now(),
        chance: OnceCell::new(),
        origin,
        request: Request::new(request, path, body, settings.proxy()),
        about: RefCell::new(About::default()),
        correlation: OnceCell::new(),
        isolate: isolate.clone(),
    }))
}

/// Journals a request that reached no handler.
async fn turned_away(isolate: &Isolate, request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    match isolate.journal(entry(isolate.now(), request, By::Tenant, &response)).await {
        Ok(()) => response,
        Err(error) => control::error::broken(&error),
    }
}

/// One journal entry for every request; that somebody looked at what happened here, waits for the phone, or watches
/// whether a session is still there, is not news.
async fn note(cx: &Context, request: &HttpRequest, response: &HttpResponse) -> Result<(), StoreError> {
    let looks_on = matches!(cx.request.path.get(0), Some("_standin" | "console"));
    let path = &cx.request.path;
    let asks_every_few_seconds = path.is(&["common", "sas", "endauth"])
        || matches!((path.get(1), path.get(2)), (Some("oauth2"), Some("checksession")));
    if (looks_on || (asks_every_few_seconds && response.status().is_success())) && request.method().is_safe() {
        return Ok(());
    }
    let by = if path.get(0) == Some("idp") { By::Provider } else { By::Tenant };
    cx.journal(entry(cx.now, request, by, response)).await
}

/// What is said of a request: its sentence is what was asked.
fn entry(now: Timestamp, request: &HttpRequest, by: By, response: &HttpResponse) -> Entry {
    let asked = [request.method().as_str(), " ", &printable(request.path())].concat();
    let status = response.status().as_u16();
    Entry::new(now, Kind::Request, asked).telling(Fact::Answered { by, status })
}

/// A path fit for the journal; nearly all are, so nearly none is copied.
fn printable(path: &str) -> Cow<'_, str> {
    if path.len() <= 200 && path.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(path);
    }
    path.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::directory::Directory;
    use crate::directory::world::World;

    #[actix_web::test]
    async fn no_request_waits_in_a_room_made_for_the_largest() {
        let settings = Settings {
            world: String::new(),
            public_origin: None,
            trust_proxy: false,
            auto_sign_in: None,
            control_token: None,
            allow_hosts: Vec::new(),
            trust: std::sync::Arc::new(crate::http::trust::Trust::new(None)),
        };
        let facts = Arc::new(Directory::new(World::default()).unwrap());
        let doors = Arc::new(Doors { http: vec![], https: vec![], browsers: Arc::new(Semaphore::new(1)) });
        let door = Door { settings: Arc::new(settings), worlds: Arc::new(Worlds::new(facts, None, None)), doors };
        let size = size_of_val(&serve(TestRequest::default().to_srv_request(), Arc::new(door)));
        assert!(size < 1000, "{size} bytes");
    }
}

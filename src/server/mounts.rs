//! Which room does an address lead to? Every mount on one screen.

use std::rc::Rc;

use actix_web::HttpResponse;

use crate::aadgraph;
use crate::arm;
use crate::control;
use crate::federation;
use crate::graph;
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::oauth;
use crate::partner;
use crate::sample;
use crate::signin;

/// The answer of the room an address leads to. What is large is boxed, here and behind these doors: the framework sets room for the
/// largest of these aside for every request.
pub(super) async fn route(cx: &Rc<Context>) -> HttpResponse {
    match cx.request.path.segments().as_slice() {
        [] => Box::pin(control::routes::front(cx)).await,
        ["console", "exceptions"] => Box::pin(control::routes::exceptions_page(cx)).await,
        ["console", "flows", id] => Box::pin(control::routes::flow_page(cx, id)).await,
        ["console", "phone"] => Box::pin(control::routes::phones_page(cx)).await,
        ["console", "phone", upn] => Box::pin(control::routes::phone_page(cx, upn)).await,
        ["_standin", rest @ ..] => Box::pin(control::routes::serve(cx, rest)).await,
        ["portal", rest @ ..] => Box::pin(partner::portal::routes::serve(cx, rest)).await,
        ["admin", rest @ ..] => Box::pin(partner::service::routes::admin(cx, rest)).await,
        ["exchange", rest @ ..] => Box::pin(partner::service::routes::exchange(cx, rest)).await,
        ["aadgraph", rest @ ..] => Box::pin(aadgraph::routes::serve(cx, rest)).await,
        ["arm", rest @ ..] => Box::pin(arm::routes::serve(cx, rest)).await,
        ["graph", rest @ ..] => Box::pin(graph::routes::serve(cx, rest)).await,
        path @ ["v1.0" | "beta", ..] if graph::routes::is_by_name(cx) => Box::pin(graph::routes::serve(cx, path)).await,
        ["idp", _, "login"] | [_, "login"] => Box::pin(signin::routes::form(cx)).await,
        ["partnercenter", rest @ ..] => Box::pin(partner::api::routes::serve(cx, rest)).await,
        ["sample-api", rest @ ..] => Box::pin(sample::routes::serve(cx, rest)).await,
        ["security-info"] => Box::pin(signin::routes::security_info(cx)).await,
        ["legacy", rest @ ..] => Box::pin(partner::legacy::routes::serve(cx, rest)).await,
        ["login.srf"] => Box::pin(federation::routes::login(cx)).await,
        ["federationmetadata", "saml20", "federationmetadata.xml"] => federation::routes::relying(cx),
        ["common", "federation", "externalauthprovider"] => Box::pin(federation::routes::external_answer(cx)).await,
        ["common", "sas", "endauth"] => Box::pin(signin::routes::poll(cx)).await,
        [".well-known", "oauth-authorization-server", "idp", name] => oauth::routes::provider_metadata(cx, name),
        ["idp", name, rest @ ..] => Box::pin(oauth::routes::provider(cx, name, rest)).await,
        ["getuserrealm.srf"] => Box::pin(oauth::routes::user_realm_srf(cx)).await,
        ["oidc", "userinfo"] => Box::pin(oauth::routes::userinfo(cx)).await,
        ["device"] | ["common", "oauth2", "deviceauth"] => Box::pin(oauth::routes::device_page(cx)).await,
        [tenant, rest @ ..] => oauth::routes::tenant(cx, tenant, rest).await,
    }
}

/// The answer to a request whose body could not be read, in the shape of its address.
pub(super) async fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    match cx.request.path.segments().as_slice() {
        ["_standin", rest @ ..] => Box::pin(control::routes::unread(cx, rest, bad)).await,
        [] | ["console", ..] => control::error::unread(bad),
        ["aadgraph", ..] => aadgraph::routes::unread(cx, bad),
        ["arm", ..] => arm::routes::unread(cx, bad),
        ["graph", ..] => graph::routes::unread(cx, bad),
        ["v1.0" | "beta", ..] if graph::routes::is_by_name(cx) => graph::routes::unread(cx, bad),
        ["portal" | "admin" | "exchange", ..] => partner::notice::unread(cx, bad),
        ["legacy", ..] => partner::legacy::routes::unread(cx, bad),
        ["partnercenter", ..] => partner::api::routes::unread(cx, bad),
        rest => oauth::routes::unread(cx, rest, bad),
    }
}

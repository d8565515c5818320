//! What a browser remembers of a sign-in: the session behind its cookie.

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderValue, SET_COOKIE};

use crate::http::context::Context;
use crate::http::cookies::{self, Jar};
use crate::id::Upn;
use crate::signin::session::{self, Session, SignedIn};
use crate::signin::state::Authority;
use crate::store::StoreError;

/// Cookies that an answer sets.
pub type Cookies = Vec<String>;

/// The names of the cookies of a place where sessions live.
fn cookie_names(authority: &Authority) -> (&'static str, &'static str) {
    match authority {
        Authority::Provider(_) => (cookies::PROVIDER_SESSION, cookies::PROVIDER_PERSISTENT),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            (cookies::SESSION, cookies::PERSISTENT)
        }
    }
}

/// The path of a place where sessions live.
fn cookie_path(cx: &Context, authority: &Authority) -> String {
    match authority {
        Authority::Provider(handle) => cx.origin.path(&format!("/idp/{handle}")),
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            cx.origin.cookie_path().to_owned()
        }
    }
}

/// The value of this browser's session cookie.
pub fn session_cookie<'a>(cx: &'a Context, authority: &Authority) -> Option<&'a str> {
    let (session, persistent) = cookie_names(authority);
    cookies::read(cx.request.headers(), session).or_else(|| cookies::read(cx.request.headers(), persistent))
}

/// The session of this browser at a tenant or provider.
pub async fn current_session(cx: &Context, authority: &Authority) -> Result<Session, StoreError> {
    let mut session = session::load(cx.store(), &cx.directory, session_cookie(cx, authority), cx.now).await?;
    // A session of one provider must not count at another, whatever cookie is sent.
    match authority {
        Authority::Provider(handle) => {
            let provider = cx.directory.provider(handle).map(|provider| provider.place());
            session.accounts.retain(|account| Some(&account.home) == provider.as_ref());
        }
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            session.accounts.retain(|account| cx.directory.tenant_by_handle(&account.home).is_some());
        }
    }
    Ok(session)
}

/// By which cookie value a session goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// By the one the browser has.
    Kept,
    /// By a new one: a new sign-in is no business of whoever knew the old one.
    New,
}

/// Keeps a session.
pub(super) async fn keep_session(
    cx: &Context,
    authority: &Authority,
    session: &Session,
    value: Value,
) -> Result<Cookies, StoreError> {
    let old = session_cookie(cx, authority);
    let home = session.accounts.last().and_then(|account| cx.directory.at(&account.home));
    let lifetimes = home.map(|home| home.lifetimes().clone()).unwrap_or_default();
    let lives = if session.persistent { lifetimes.persistent_session } else { lifetimes.session };
    if let (Value::Kept, Some(old)) = (value, old) {
        // Where it was ended meanwhile, it stays so.
        cx.store().keep_on(old, session, cx.now, lives).await?;
        return Ok(Cookies::new());
    }
    let secret = cx.chance().secret();
    cx.store().keep(&secret, session, cx.now, lives).await?;
    if let Some(old) = old {
        cx.store().forget::<Session>(old).await?;
    }
    let path = cookie_path(cx, authority);
    let jar = Jar { path: &path, secure: cx.is_secure() };
    let (name, persistent) = cookie_names(authority);
    Ok(if session.persistent {
        vec![jar.set(persistent, &secret, Some(lives)), jar.clear(name)]
    } else {
        let outlives = cookies::read(cx.request.headers(), persistent).map(|_| jar.clear(persistent));
        outlives.into_iter().chain([jar.set(name, &secret, None)]).collect()
    })
}

/// Ends this browser's session; answers who was signed in, and the cookies that forget it.
pub async fn end_session(
    cx: &Context,
    authority: &Authority,
    only: Option<&Upn>,
) -> Result<(Session, Cookies), StoreError> {
    let mut session = current_session(cx, authority).await?;
    let Some(value) = session_cookie(cx, authority) else { return Ok((session, Cookies::new())) };
    let stays: Vec<SignedIn> = match only {
        Some(upn) => session.accounts.iter().filter(|account| account.upn != *upn).cloned().collect(),
        None => Vec::new(),
    };
    if !stays.is_empty() {
        let rest = Session { accounts: stays, persistent: session.persistent };
        keep_session(cx, authority, &rest, Value::Kept).await?;
        session.accounts.retain(|account| Some(&account.upn) == only);
        return Ok((session, Cookies::new()));
    }
    cx.store().forget::<Session>(value).await?;
    let path = cookie_path(cx, authority);
    let jar = Jar { path: &path, secure: cx.is_secure() };
    let (name, persistent) = cookie_names(authority);
    Ok((session, vec![jar.clear(name), jar.clear(persistent)]))
}

/// Adds cookies to a response.
pub fn set_cookies(response: &mut HttpResponse, cookies: &[String]) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
}

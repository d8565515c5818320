//! Leaving for a sign-in, coming back from one, and signing out.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use url::form_urlencoded::Serializer;

use super::records::{Demanded, Evidence, PATIENCE, Pending, SiteSession, WORKDAY};
use super::relying_party::{Identity, Marks, Party};
use crate::directory::AccountRef;
use crate::http::context::Context;
use crate::http::cookies;
use crate::http::ourselves::Ourselves;
use crate::http::params::shorten;
use crate::http::redirect::{found, see_other};
use crate::id::Upn;
use crate::journal::{Because, Entry, Fact, Kind};
use crate::oauth::grant::CodeRecord;
use crate::partner::notice::{self, Notice};
use crate::partner::site::Site;
use crate::signin::session::epoch;
use crate::store::StoreError;

/// Binds a sign-in that is under way to its browser.
const BROWSER: &str = "PartnerSignIn";

/// Who is signed in at a site in this browser, if that still holds.
pub async fn current(cx: &Context, site: &Site) -> Result<Option<SiteSession>, StoreError> {
    let Some(value) = cookies::read(cx.request.headers(), &site.cookie()) else { return Ok(None) };
    let Some(session) = cx.store().find::<SiteSession>(value, cx.now).await? else { return Ok(None) };
    let alive = cx.directory.account(&session.upn).is_some_and(|account| account.user.enabled);
    // Differs: the real sites learn of a revocation within the hour; here it holds at once.
    let revoked = epoch_of(cx, &session.upn).await? != session.epoch;
    Ok(Some(session).filter(|session| session.site == *site && alive && !revoked))
}

/// What ended a person's sign-ins so far.
async fn epoch_of(cx: &Context, upn: &Upn) -> Result<String, StoreError> {
    let home = cx.directory.account(upn).map(|account| account.home.place()).unwrap_or_default();
    epoch(cx.store(), &cx.directory, AccountRef { home: &home, upn }, cx.now).await
}

/// Sends somebody away to sign in, to come back to a page of ours.
pub async fn depart(
    cx: &Context,
    site: &Site,
    return_to: String,
    demanded: Demanded,
    hint: Option<&Upn>,
) -> Result<HttpResponse, StoreError> {
    let party = match Party::new(&cx.directory, &cx.origin, site, cx.now) {
        Ok(party) => party,
        Err(why) => return refuse(cx, site, None, why).await,
    };
    let known = cookies::read(cx.request.headers(), BROWSER);
    let browser = known.map_or_else(|| cx.chance().secret(), str::to_owned);
    let marks = Marks { state: cx.chance().secret(), nonce: cx.chance().secret(), verifier: cx.chance().secret() };
    let address = party.departure(&marks, demanded, hint);
    let Marks { state, nonce, verifier } = marks;
    let pending = Pending { site: site.clone(), browser: browser.clone(), verifier, nonce, return_to, demanded };
    cx.store().keep(&state, &pending, cx.now, PATIENCE).await?;
    let mut response = found(&address);
    set_cookie(cx, &mut response, site, BROWSER, &browser);
    Ok(response)
}

/// Somebody comes back.
pub async fn callback(cx: &Rc<Context>, path: &str) -> Result<HttpResponse, StoreError> {
    let nowhere = front(path);
    let Ok(params) = cx.request.query() else {
        return refuse(cx, &nowhere, None, "its parameters cannot be read").await;
    };
    let Some(state) = params.get("state").filter(|state| state.len() < 100) else {
        return refuse(cx, &nowhere, None, "it carries no state").await;
    };
    let Some(pending) = cx.store().redeem::<Pending>(state, cx.now).await? else {
        return refuse(cx, &nowhere, None, "its state is unknown, has expired, or was used before").await;
    };
    let site = &pending.site;
    if cookies::read(cx.request.headers(), BROWSER) != Some(pending.browser.as_str()) {
        return refuse(cx, site, Some(&pending.return_to), "it was begun in another browser").await;
    }
    if site.path() != path {
        return refuse(cx, site, Some(&pending.return_to), "it belongs to another site").await;
    }
    if let Some(error) = params.get("error") {
        let text = params.get("error_description").unwrap_or(error);
        return refuse(cx, site, Some(&pending.return_to), shorten_more(text)).await;
    }
    let Some(code) = params.get("code") else {
        return refuse(cx, site, Some(&pending.return_to), "it carries no code").await;
    };
    // What the relying party does not know and the diagram needs: which flow the code is of.
    let flow = cx.store().find::<CodeRecord>(code, cx.now).await?.map(|record| record.grant.flow);
    cx.concerns(flow.as_deref(), None, Some(site.app()));
    match identified(cx, &pending, code).await {
        Ok(identity) => arrived(cx, &pending, identity, flow).await,
        Err(why) => refuse(cx, site, Some(&pending.return_to), why).await,
    }
}

async fn identified(cx: &Context, pending: &Pending, code: &str) -> Result<Identity, String> {
    let party = Party::new(&cx.directory, &cx.origin, &pending.site, cx.now)?;
    let http = Ourselves::new(cx)?;
    let Pending { nonce, verifier, .. } = pending.clone();
    let identity = party.arrival(code, Marks { state: String::new(), nonce, verifier }, &http, cx.now).await?;
    let tenant = cx.directory.tenant_by_id(identity.tenant).ok_or("the tenant is gone")?;
    if !pending.site.takes(tenant) {
        return Err(format!("it is a sign-in to {}, which is another tenant", tenant.name()));
    }
    Ok(identity)
}

async fn arrived(
    cx: &Context,
    pending: &Pending,
    identity: Identity,
    flow: Option<String>,
) -> Result<HttpResponse, StoreError> {
    let site = &pending.site;
    let Identity { upn, object, tenant, amr } = identity;
    cx.concerns(None, Some(upn.as_str()), None);
    let epoch = epoch_of(cx, &upn).await?;
    let session = SiteSession { site: site.clone(), upn, object, tenant, amr, epoch, flow };
    if pending.demanded == Demanded::SecondFactor && session.evidence() == Evidence::NoMfa {
        // Asking again would ask for ever.
        return refuse(cx, site, Some(&pending.return_to), "it proves no second factor, although one was demanded")
            .await;
    }
    if let Some(before) = cookies::read(cx.request.headers(), &site.cookie()) {
        cx.store().forget::<SiteSession>(before).await?;
    }
    let value = cx.chance().secret();
    cx.store().keep(&value, &session, cx.now, WORKDAY).await?;
    let summary = format!("{} is signed in at {}, amr {}", session.upn, site.title(), session.amr.join(" "));
    let because = Because::new("R-27", "the id token tells what was done to sign in");
    let entry = Entry::new(cx.now, Kind::Decision, summary).telling(Fact::SignedIn);
    cx.journal(entry.with(vec![because])).await?;
    let mut response = see_other(&cx.origin.path(&pending.return_to));
    set_cookie(cx, &mut response, site, &site.cookie(), &value);
    Ok(response)
}

/// Ends a session here, and then at the tenant.
pub async fn sign_out(cx: &Context, site: &Site) -> Result<HttpResponse, StoreError> {
    let mut query = Serializer::new(String::new());
    if let Some(value) = cookies::read(cx.request.headers(), &site.cookie())
        && let Some(session) = cx.store().redeem::<SiteSession>(value, cx.now).await?
    {
        cx.concerns(session.flow.as_deref(), Some(session.upn.as_str()), Some(site.app()));
        query.append_pair("logout_hint", session.upn.as_str());
    }
    let authority = site.authority(&cx.directory);
    let address = cx.origin.path(&format!("/{authority}/oauth2/v2.0/logout?{}", query.finish()));
    let mut response = found(&address);
    let jar = cookies::Jar { path: &cx.origin.path(site.path()), secure: cx.is_secure() };
    add_cookie(&mut response, &jar.clear(&site.cookie()));
    Ok(response)
}

/// The site that a callback's address belongs to, for those whose sign-in nobody knows.
fn front(path: &str) -> Site {
    match path {
        "/exchange" => Site::Exchange,
        "/admin" => Site::Admin(String::new()),
        _ => Site::PartnerCenter,
    }
}

async fn refuse(
    cx: &Context,
    site: &Site,
    again: Option<&str>,
    why: impl Into<String>,
) -> Result<HttpResponse, StoreError> {
    let why = why.into();
    let because = Because::new("R-83", format!("the answer of the sign-in is not accepted: {why}"));
    let summary = format!("{} refused a sign-in", site.title());
    cx.journal(Entry::new(cx.now, Kind::Error, summary).with(vec![because])).await?;
    let refused = Notice {
        status: StatusCode::BAD_REQUEST,
        title: "That sign-in could not be used",
        text: format!("The answer that came back was not accepted: {why}."),
        code: Some("sign_in_refused"),
        onward: again.map(|page| (cx.origin.path(page), "Sign in again")),
    };
    Ok(notice::render(cx, site.title(), refused))
}

fn shorten_more(text: &str) -> String {
    // Entra's descriptions go on with ids and times.
    shorten(text.split(" Trace ID").next().unwrap_or(text)).trim_end_matches('.').to_owned()
}

/// Such a cookie goes where our own pages and their links lead, and nowhere else.
fn set_cookie(cx: &Context, response: &mut HttpResponse, site: &Site, name: &str, value: &str) {
    let jar = cookies::Jar { path: &cx.origin.path(site.path()), secure: cx.is_secure() };
    add_cookie(response, &jar.set_own(name, value));
}

fn add_cookie(response: &mut HttpResponse, line: &str) {
    if let Ok(line) = header::HeaderValue::from_str(line) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

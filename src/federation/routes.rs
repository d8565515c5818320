//! Federation's addresses: what a tenant sends to a provider and gets back, and what applications ask of both.

mod active;
mod answer;
mod depart;
mod external;
mod external_provider;
mod metadata;
mod passive;
mod saml;
mod upstream;

use std::rc::Rc;

use actix_web::HttpResponse;

use crate::directory::tenant::{Answer, Provider, Tenant};
use crate::federation::farewell::farewell;
use crate::federation::relay;
use crate::federation::wstrust::edition::Edition;
use crate::http::context::Context;
use crate::http::redirect::found;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::oauth::logout;
use crate::oauth::routes::{authority, logout_issuer};
use crate::refusal::{Code, Refusal};
use crate::signin::pages::{Return, SignedOut};
use crate::signin::routes::{plain_frame, post, render_signed_out, turned_away};
use crate::signin::session::SignedIn;
use crate::signin::state::Authority;
use crate::store::StoreError;

pub use active::unread as active_unread;
pub use answer::login;
pub use depart::depart;
pub use external::{Asks as ExternalAsks, external_answer, way as external_way};
pub use external_provider::{external_authorize, external_question, external_refused, external_signed_in};
pub use metadata::relying;
pub use passive::{PassiveSignIn, refused as passive_refused, signed_in as passive_signed_in};
pub use saml::{SsoSignIn, refused as sso_refused, signed_in as sso_signed_in};
pub use upstream::provider_told;

/// A provider's addresses for WS-Federation and SAML; nothing when it is none of them.
pub async fn provider(cx: &Rc<Context>, name: &str, path: &[&str]) -> Option<HttpResponse> {
    let authority = Authority::Provider(name.to_owned());
    Some(match path {
        ["adfs", "ls"] => passive::serve(cx, authority).await,
        ["adfs", "services", "trust", "mex"] => active::describe(cx, name).await,
        ["adfs", "services", "trust", edition, "usernamemixed"] => active::serve(cx, name, Edition::of(edition)?).await,
        ["saml", "sso" | "slo"] => saml::serve(cx, authority).await,
        ["saml", "metadata"] => metadata::provider(cx, name, metadata::Kind::Saml),
        ["federationmetadata", "2007-06", "federationmetadata.xml"] => {
            metadata::provider(cx, name, metadata::Kind::Federation)
        }
        _ => return None,
    })
}

/// A tenant's addresses for the same; nothing when it is none of them.
pub async fn tenant(cx: &Rc<Context>, name: &str, path: &[&str]) -> Option<HttpResponse> {
    let asked = match path {
        ["saml2"] => Asked::Saml,
        ["wsfed"] => Asked::WsFed,
        ["federationmetadata", "2007-06", "federationmetadata.xml"] => Asked::Metadata,
        _ => return None,
    };
    Some(match (authority(cx, name), asked) {
        (Ok(authority), Asked::Saml) => saml::serve(cx, authority).await,
        (Ok(authority), Asked::WsFed) => passive::serve(cx, authority).await,
        (Ok(authority), Asked::Metadata) => metadata::tenant(cx, &authority, name),
        (Err(refusal), _) => turned_away(cx, &refusal).await,
    })
}

/// What a tenant is asked at these addresses.
enum Asked {
    Saml,
    WsFed,
    Metadata,
}

fn facts<'d>(cx: &'d Context, name: &str) -> Option<&'d Provider> {
    match cx.directory.provider(name)? {
        Tenant::Provider { facts, .. } => Some(facts),
        Tenant::Entra { .. } => None,
    }
}

/// What is said where a provider is down.
const DOWN: &str = "The provider is down.";

/// The answer of a provider that is down.
pub async fn down(cx: &Rc<Context>, authority: &Authority) -> Option<HttpResponse> {
    let Authority::Provider(name) = authority else { return None };
    let outage = outage(cx, name)?;
    cx.concerns(None, hinted(cx).as_ref().map(Upn::as_str), None);
    Some(turned_away(cx, &outage).await)
}

/// What a provider that is down says, whatever it is asked. What it publishes about itself is still there: it
/// hardly ever changes, and clients have it.
pub fn outage(cx: &Context, name: &str) -> Option<Refusal> {
    let provider = facts(cx, name).filter(|provider| provider.answer == Answer::Down)?;
    let because = relay::fault(provider.answer).into_iter().collect();
    Some(Refusal { because, ..Code::Broken.because(DOWN) })
}

/// By which setting what a provider says is wrong, if it is.
pub fn fault(cx: &Context, authority: &Authority) -> Option<Because> {
    let Authority::Provider(name) = authority else { return None };
    relay::fault(facts(cx, name)?.answer)
}

/// Whom a browser was sent about, where its address says so in the words of one of the protocols.
fn hinted(cx: &Context) -> Option<Upn> {
    let query = cx.request.query().ok()?;
    let name = query.get("username").or(query.get("login_hint"))?;
    (name.len() <= Upn::LONGEST).then(|| Upn::new(name))
}

/// How the browser goes on after signing out.
pub enum Onward {
    /// It does not.
    Stay,
    /// To an address, which the page calls by this name.
    To(Return),
    /// By a form that posts itself.
    Post {
        /// Where.
        action: String,
        /// What.
        fields: Vec<(String, String)>,
    },
}

/// Back to whoever asked, by no better name.
fn onward_to(url: String) -> Onward {
    Onward::To(Return { url, name: "the application".to_owned() })
}

/// Says that the session is over, tells in hidden frames who has to know, and goes on.
pub fn signed_out(cx: &Context, authority: &Authority, frames: Vec<String>, onward: Onward) -> HttpResponse {
    let (return_to, post_to) = match onward {
        Onward::To(back) if frames.is_empty() => return found(&back.url),
        Onward::Post { action, fields } if frames.is_empty() => return post(cx, action, fields),
        Onward::To(back) => (Some(back), None),
        Onward::Post { action, fields } => (None, Some((action, fields))),
        Onward::Stay => (None, None),
    };
    let frame = plain_frame(cx, authority.tenant(&cx.directory), None);
    render_signed_out(&SignedOut { frame, front_channel: frames, return_to, post_to })
}

/// Everybody who is told in hidden frames that this account signed out, but the one who asked.
pub async fn frames(cx: &Context, ended: &SignedIn, asked: Option<&str>) -> Result<Vec<String>, StoreError> {
    let mut frames = logout::front_channel(&cx.directory, ended, &logout_issuer(cx, ended));
    let told = farewell(&cx.desk(), ended, asked).await?;
    if !told.untold.is_empty() {
        let summary = format!("not everybody can be told that {} signed out", ended.upn);
        let entry = Entry::new(cx.now, Kind::Error, summary).about(Some(ended.upn.as_str()));
        cx.journal(entry.with(told.untold)).await?;
    }
    frames.extend(told.frames);
    frames.extend(provider_told(cx, ended).await?);
    Ok(frames)
}

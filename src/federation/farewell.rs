//! Who is told that somebody signed out, besides OpenID Connect's applications?
//!
//! A SAML service provider by a signed LogoutRequest (SAML 2.0 profiles, 4.4.3.3), a WS-Federation relying party by
//! `wsignoutcleanup1.0` (WS-Federation 1.2, 13.2.4), each in a hidden frame of the page that says so.

use serde::{Deserialize, Serialize};

use super::parties;
use super::saml::logout::LogoutRequest;
use super::wsfed::CLEAN_UP;
use crate::directory::Application;
use crate::directory::app::{SamlApp, WsFedApp};
use crate::id::ObjectId;
use crate::keys::Owner;
use crate::oauth::desk::Desk;
use crate::signin::session::SignedIn;
use crate::store::{Record, StoreError};

/// The name by which a service provider was told of somebody, for as long as their session lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameGiven {
    /// Who told it: a tenant or provider, by place.
    pub by: String,
    /// The name.
    pub name: String,
    /// What kind of name.
    pub format: Option<String>,
}

impl Record for NameGiven {
    const KIND: &'static str = "saml-name";
}

impl NameGiven {
    /// What it is kept under: a service provider's name is a stranger's words, of any length.
    pub fn key(sid: &str, entity: &str) -> String {
        ObjectId::derived(&["saml name", sid, entity]).to_string()
    }
}

/// The addresses to load, for everybody who was told of this account but the one who asks.
pub async fn frames(desk: &Desk<'_>, ended: &SignedIn, asks: Option<&str>) -> Result<Vec<String>, StoreError> {
    let mut frames = Vec::new();
    for app in ended.apps.iter().filter_map(|handle| desk.directory.app_by_handle(handle)) {
        if let Some((saml, url)) = service_provider(&app).filter(|(saml, _)| Some(saml.entity_id.as_str()) != asks)
            && let Some(given) = desk.store.find(&NameGiven::key(&ended.sid, &saml.entity_id), desk.now).await?
        {
            frames.push(request(desk, ended, &given, url)?);
        }
        frames.extend(app.facts().wsfed.as_ref().and_then(clean_up));
    }
    Ok(frames)
}

fn service_provider<'d>(app: &Application<'d>) -> Option<(&'d SamlApp, &'d str)> {
    let saml = app.facts().saml.as_ref()?;
    Some((saml, saml.logout_url.as_deref()?))
}

fn request(desk: &Desk<'_>, ended: &SignedIn, given: &NameGiven, to: &str) -> Result<String, StoreError> {
    let broken = |error: &dyn std::fmt::Display| StoreError(error.to_string());
    let by = desk.directory.at(&given.by).ok_or_else(|| StoreError("who gave the name is gone".into()))?;
    let request = LogoutRequest {
        id: format!("_{}", desk.chance.uuid()),
        issuer: parties::entity(desk.origin, by),
        name: given.name.clone(),
        format: given.format.clone(),
        sessions: vec![ended.sid.clone()],
        ..LogoutRequest::default()
    };
    let key = desk.keys.current(Owner::from(by)).map_err(|error| broken(&error))?;
    request.carried(to, &key, desk.now).map_err(|error| broken(&error))
}

fn clean_up(party: &WsFedApp) -> Option<String> {
    let to = party.logout_url.as_deref().or(party.reply_urls.first().map(String::as_str))?;
    Some(parties::carrying(to, &format!("wa={CLEAN_UP}")))
}

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
use crate::directory::tenant::Tenant;
use crate::id::ObjectId;
use crate::journal::Because;
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

/// Who is told that somebody signed out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Farewell {
    /// The addresses to load.
    pub frames: Vec<String>,
    /// Who cannot be told, and why.
    pub untold: Vec<Because>,
}

/// The addresses to load, for everybody who was told of this account but the one who asks.
pub async fn farewell(desk: &Desk<'_>, ended: &SignedIn, asks: Option<&str>) -> Result<Farewell, StoreError> {
    let mut told = Farewell::default();
    for app in ended.apps.iter().filter_map(|handle| desk.directory.app_by_handle(handle)) {
        if let Some((saml, url)) = service_provider(&app).filter(|(saml, _)| Some(saml.entity_id.as_str()) != asks)
            && let Some(given) =
                desk.store.find::<NameGiven>(&NameGiven::key(&ended.sid, &saml.entity_id), desk.now).await?
        {
            match desk.directory.at(&given.by) {
                Some(by) => told.frames.push(request(desk, by, ended, &given, url)?),
                None => told.untold.push(untold(&saml.entity_id, &given)),
            }
        }
        told.frames.extend(app.facts().wsfed.as_ref().and_then(clean_up));
    }
    Ok(told)
}

fn service_provider<'d>(app: &Application<'d>) -> Option<(&'d SamlApp, &'d str)> {
    let saml = app.facts().saml.as_ref()?;
    Some((saml, saml.logout_url.as_deref()?))
}

/// It knows the person by another's word alone, and would believe nobody else.
fn untold(entity: &str, given: &NameGiven) -> Because {
    let text = format!("{entity} is not told: {}, who told it of them, is gone", given.by);
    Because::new("SAML sign-out", text)
}

fn request(
    desk: &Desk<'_>,
    by: Tenant<'_>,
    ended: &SignedIn,
    given: &NameGiven,
    to: &str,
) -> Result<String, StoreError> {
    let broken = |error: &dyn std::fmt::Display| StoreError(error.to_string());
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

//! Who signed in where, or was refused: what a tenant's sign-in log is made of. The journal tells the same with every
//! reason; this tells it by tenant, as administrators read it (Microsoft Graph, `signIn`).
//!
//! Differs: what an application does for itself is in no log.

use serde::{Deserialize, Serialize};

use super::state::{Authenticated, Demand};
use crate::directory::Directory;
use crate::directory::policy::{ClientType, PolicyVerdict};
use crate::directory::tenant::PROVIDER_MARK;
use crate::id::Upn;
use crate::refusal::{Code, Refusal};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// How many entries a tenant keeps.
const KEEPS: usize = 1_000;

/// One sign-in, or an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    /// When.
    pub time: Timestamp,
    /// Who.
    pub upn: Upn,
    /// To which application, by handle.
    pub app: String,
    /// For which resource, by handle; none, when only to be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// From where.
    pub ip: String,
    /// What the client and its error page call it.
    #[serde(alias = "flow")]
    pub correlation: String,
    /// With what.
    #[serde(default)]
    pub way: Way,
    /// Was a second factor proven?
    pub second_factor: bool,
    /// What conditional access policies said of it.
    #[serde(default)]
    pub policies: PolicyVerdict,
    /// Why it was refused, or interrupted: the number behind `AADSTS`, and the sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<(u32, String)>,
}

impl Signed {
    /// Was a second factor demanded, as far as what came of it tells?
    pub fn needed_second_factor(&self) -> bool {
        let code = |number: u32| Code::ALL.iter().find(|code| code.number() == number);
        let told = self.refused.as_ref().and_then(|(number, _)| code(*number));
        self.second_factor || told.is_some_and(|code| code.is_about_second_factors())
    }
}

/// With what somebody signs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// They are at a browser.
    #[default]
    Browser,
    /// They are at the browser that a mobile or desktop application opened for them.
    App,
    /// A program hands over what they typed, or what their provider said of it.
    HandedOver,
    /// A program has a code or a token of an earlier sign-in.
    Token,
    /// A mail program that knows basic authentication only.
    LegacyMail,
    /// The old PowerShell module, likewise.
    LegacyPowerShell,
}

impl Way {
    /// With what somebody signs in on pages, for such a client.
    fn on_pages(client: ClientType) -> Self {
        match client {
            ClientType::Browser => Way::Browser,
            ClientType::Mobile => Way::App,
            ClientType::Legacy => Way::LegacyMail,
        }
    }

    /// Did somebody give a factor for this very sign-in?
    pub fn is_interactive(self) -> bool {
        match self {
            Way::Browser | Way::App | Way::HandedOver | Way::LegacyMail | Way::LegacyPowerShell => true,
            Way::Token => false,
        }
    }
}

/// What came of a sign-in.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// Somebody is signed in.
    Done(&'a Authenticated),
    /// Somebody, as far as it is known who, is not.
    Refused(Option<&'a Upn>, &'a Refusal),
}

/// Where and when it happened.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Its records.
    pub store: &'a dyn Store,
    /// Now.
    pub now: Timestamp,
    /// From where.
    pub ip: &'a str,
    /// What the client and its error page call it.
    pub correlation: &'a str,
}

/// Writes what came of a browser's sign-in into the log of the tenant signed in to. Of nobody, and of a provider's own
/// accounts, there is none.
pub async fn note(scene: Scene<'_>, demand: &Demand, outcome: Outcome<'_>) -> Result<(), StoreError> {
    let (upn, place, second_factor, policies, refused) = match outcome {
        Outcome::Done(done) => {
            (&done.upn, Some(done.tenant.clone()), done.factors.mfa_at().is_some(), done.policies, None)
        }
        Outcome::Refused(None, _) => return Ok(()),
        Outcome::Refused(Some(upn), refusal) => {
            let tenant = demand.authority.tenant(scene.directory);
            let home = || scene.directory.account(upn).map(|account| account.home);
            let place = tenant.or_else(home).map(|tenant| tenant.place());
            let told = (refusal.code.number(), refusal.text.to_string());
            (upn, place, false, refusal.policies, Some(told))
        }
    };
    let Some(place) = place else { return Ok(()) };
    let entry = Signed {
        time: scene.now,
        upn: upn.clone(),
        app: demand.app.clone(),
        resource: demand.permissions.iter().find_map(|one| one.resource.clone()),
        ip: scene.ip.to_owned(),
        correlation: scene.correlation.to_owned(),
        way: Way::on_pages(demand.client),
        second_factor,
        policies,
        refused,
    };
    write(scene.store, &place, &entry).await
}

/// Writes an entry into the log of a tenant. A provider has none: nobody could read it.
pub async fn write(store: &dyn Store, place: &str, entry: &Signed) -> Result<(), StoreError> {
    if place.starts_with(PROVIDER_MARK) {
        return Ok(());
    }
    let bytes = serde_json::to_vec(entry).map_err(|error| StoreError(error.to_string()))?;
    store.append(&list(place), bytes, KEEPS).await.map(|_| ())
}

/// The entries of a tenant, the latest first, each with its number.
pub async fn read(store: &dyn Store, place: &str) -> Result<Vec<(u64, Signed)>, StoreError> {
    let mut entries = Vec::new();
    for (number, bytes) in store.read(&list(place), 0, KEEPS).await? {
        let entry = serde_json::from_slice(&bytes).map_err(|error| StoreError(error.to_string()))?;
        entries.push((number, entry));
    }
    entries.reverse();
    Ok(entries)
}

fn list(place: &str) -> String {
    format!("sign-ins/{place}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::world;
    use crate::store::Memory;

    #[actix_web::test]
    async fn tenants_have_a_log_and_providers_none() {
        let memory = Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
        let entry = Signed {
            time: Timestamp::from_seconds(0),
            upn: Upn::new("alice@example.test"),
            app: "example-web".into(),
            resource: None,
            ip: String::new(),
            correlation: String::new(),
            way: Way::Browser,
            second_factor: false,
            policies: PolicyVerdict::NotApplied,
            refused: None,
        };
        for (place, entries) in [("example", 1), ("idp/example", 0)] {
            write(&memory, place, &entry).await.unwrap();
            assert_eq!(read(&memory, place).await.unwrap().len(), entries, "{place}");
        }
    }
}

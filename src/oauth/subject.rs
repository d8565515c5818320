//! Whom is a token request about? A grant says so as soon as it knows: a refusal concerns them as much as tokens do, in
//! the journal and in their tenant's log of sign-ins (Microsoft Entra's interactive and non-interactive sign-ins).

use serde::{Deserialize, Serialize};

use super::desk::{Denied, Desk};
use super::grant::Grant;
use super::grants::Granted;
use crate::id::Upn;
use crate::signin::log::{self, Signed, Way};
use crate::store::StoreError;

/// Somebody who signs in without a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Subject {
    /// Who.
    pub upn: Upn,
    /// Where, as far as that is known.
    pub place: Option<String>,
    /// The flow it is part of.
    pub flow: String,
    /// For which resource, by handle.
    pub resource: Option<String>,
    /// With what.
    pub way: Way,
}

impl Subject {
    /// Whom a grant is about, at a place.
    pub fn of(grant: &Grant, place: Option<String>) -> Self {
        Self {
            upn: grant.upn.clone(),
            place,
            flow: grant.flow.clone(),
            resource: grant.requested.resources.first().map(|(handle, _)| handle.clone()),
            way: Way::Token,
        }
    }

    /// Writes down what came of it.
    pub async fn log(
        &self,
        desk: &Desk<'_>,
        app: &str,
        correlation: String,
        outcome: &Result<Granted, Denied>,
    ) -> Result<(), StoreError> {
        let (second_factor, policies, refused) = match outcome {
            Ok(granted) => (granted.second_factor, granted.policies, None),
            Err(Denied::Refused(refusal)) => {
                let told = (refusal.code.number(), refusal.text.to_string());
                (false, refusal.policies, Some(told))
            }
            Err(Denied::Broken(_)) => return Ok(()),
        };
        let Some(place) = &self.place else { return Ok(()) };
        let signed = Signed {
            time: desk.now,
            upn: self.upn.clone(),
            app: app.to_owned(),
            resource: self.resource.clone(),
            ip: desk.ip.to_owned(),
            correlation,
            way: self.way,
            second_factor,
            policies,
            refused,
        };
        log::write(desk.store, place, &signed).await
    }
}

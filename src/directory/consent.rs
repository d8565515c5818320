//! What was agreed to: Microsoft Graph's `oauth2PermissionGrant`, with handles for ids.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::world::World;
use crate::id::Upn;

/// One consent: an application may use these scopes of a resource, for one person or for everyone in a tenant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Consent {
    /// The tenant it holds in, by handle.
    pub tenant: String,
    /// The application, by handle.
    pub app: String,
    /// For whom; everyone in the tenant when left out.
    pub user: Option<Upn>,
    /// The resource, by handle; the OpenID Connect scopes when left out.
    pub resource: Option<String>,
    /// What was agreed to.
    pub scopes: Vec<String>,
}

impl Consent {
    /// Is it between the same parties?
    fn is_as(&self, other: &Self) -> bool {
        (&self.tenant, &self.app, &self.user, &self.resource)
            == (&other.tenant, &other.app, &other.user, &other.resource)
    }

    /// A name for people to know it by.
    fn handle(&self) -> String {
        let whose = self.user.as_ref().map_or("all", Upn::as_str).replace('@', "-");
        let what = self.resource.as_deref().unwrap_or("openid");
        format!("{}-{}-{what}-{whose}", self.tenant, self.app)
    }
}

impl World {
    /// Writes down what was agreed to, beside what the same parties agreed to before.
    pub fn agree(&mut self, consent: Consent) {
        match self.consents.values_mut().find(|known| known.is_as(&consent)) {
            Some(known) => {
                let more: Vec<_> = consent.scopes.into_iter().filter(|scope| !known.scopes.contains(scope)).collect();
                known.scopes.extend(more);
            }
            None => {
                let handle = self.consents.free_name(&consent.handle());
                self.consents.insert(handle, consent);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(app: &str, resource: &str, scope: &str) -> Consent {
        let (tenant, resource) = ("t".to_owned(), Some(resource.to_owned()));
        Consent { tenant, app: app.into(), user: None, resource, scopes: vec![scope.into()] }
    }

    #[test]
    fn what_is_agreed_to_is_added_to_what_the_same_parties_agreed_to_and_to_nobody_elses() {
        let mut world = World::default();
        for (app, resource, scope) in [("a-b", "c", "1"), ("a", "b-c", "2"), ("a-b", "c", "3"), ("a-b", "c", "1")] {
            world.agree(agreed(app, resource, scope));
        }
        let all: Vec<_> =
            world.consents.iter().map(|(name, one)| (name.as_str(), one.app.as_str(), &one.scopes)).collect();
        let (ones, twos) = (vec!["1".to_owned(), "3".to_owned()], vec!["2".to_owned()]);
        assert_eq!(all, [("t-a-b-c-all", "a-b", &ones), ("t-a-b-c-all-2", "a", &twos)]);
    }
}

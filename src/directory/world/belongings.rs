//! What goes with what a patch takes out of a world?
//!
//! The server writes consents and requests for exceptions down while it runs. Whoever then takes the account, the
//! application, the scope or the tenant away that one of them is about has not written it, and need not know of it: it goes
//! too. What the patch itself names stays, and is a mistake where it is about nothing.

use serde_json::Value;

use super::{PLATFORM, World};
use crate::directory::consent::Consent;
use crate::id::Upn;

/// Takes away what belonged to things that were there before and are not any more.
pub fn let_go(world: &mut World, before: &World, patch: &Value) {
    let named = |section: &str, handle: &str| patch.get(section).is_some_and(|things| things.get(handle).is_some());
    let mut consents = std::mem::take(&mut world.consents);
    let mut exceptions = std::mem::take(&mut world.exceptions);
    let change = Change { before, after: world };
    for (handle, consent) in &mut consents {
        if !named("consents", handle) {
            change.shorten(consent);
        }
    }
    let emptied = |handle: &String, consent: &Consent| {
        consent.scopes.is_empty() && before.consents.get(handle).is_some_and(|earlier| !earlier.scopes.is_empty())
    };
    consents.retain(|handle, consent| {
        named("consents", handle) || !(change.took_ends_of(consent) || emptied(handle, consent))
    });
    exceptions.retain(|handle, exception| named("exceptions", handle) || !change.took_tenant(&exception.tenant));
    world.consents = consents;
    world.exceptions = exceptions;
}

/// A world before and after a patch.
struct Change<'w> {
    before: &'w World,
    after: &'w World,
}

impl Change<'_> {
    /// Was it there before, and is not now?
    fn took(&self, there: impl Fn(&World) -> bool) -> bool {
        there(self.before) && !there(self.after)
    }

    fn took_tenant(&self, handle: &str) -> bool {
        self.took(|world| world.tenants.contains_key(handle))
    }

    fn took_app(&self, handle: &str) -> bool {
        self.took(|world| world.apps.contains_key(handle) || PLATFORM.contains(&handle))
    }

    /// The person, the application, the resource, or the place that somebody's consent is about.
    fn took_ends_of(&self, consent: &Consent) -> bool {
        let Consent { tenant, app, user, resource, scopes: _ } = consent;
        let took_home = self.took(|world| world.tenants.contains_key(tenant) || world.providers.contains_key(tenant));
        took_home
            || self.took_app(app)
            || resource.as_ref().is_some_and(|resource| self.took_app(resource))
            || user.as_ref().is_some_and(|upn| self.took_user(tenant, upn))
    }

    fn took_user(&self, home: &str, upn: &Upn) -> bool {
        self.took(|world| {
            let own = world.providers.get(home).is_some_and(|provider| provider.users.contains_key(upn));
            own || world.users.contains_key(upn)
        })
    }

    /// Leaves the scopes out that the resource no longer has.
    fn shorten(&self, consent: &mut Consent) {
        let Some(resource) = consent.resource.as_deref() else { return };
        consent.scopes.retain(|scope| {
            !self.took(|world| world.apps.get(resource).is_some_and(|app| app.scopes.contains_key(scope)))
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::world::{change, from_value, partner};

    fn before() -> World {
        let mut data = partner().unwrap().to_value();
        let consent = |app: &str, user: &str, resource: &str, scopes: Value| json!({"tenant": "example", "app": app, "user": user, "resource": resource, "scopes": scopes});
        let written = json!({
            "consents": {
                "alice": consent("example-web", "alice@example.test", "example-api", json!(["read", "write"])),
                "bob": consent("example-web", "bob@example.test", "example-api", json!(["write"])),
                "at-home": {"tenant": "local", "app": "local-web", "user": "alice@local.test", "scopes": ["openid"]},
            },
            "exceptions": {"asked": {"tenant": "fabrikam"}},
        });
        change(&mut data, written);
        from_value(data).unwrap()
    }

    /// Which of the records are left, each with its scopes.
    fn left(patch: &Value) -> Vec<String> {
        let before = before();
        let mut data = before.to_value();
        change(&mut data, patch.clone());
        let mut world = from_value(data).unwrap();
        let_go(&mut world, &before, patch);
        let told = |(handle, consent): (&String, &Consent)| format!("{handle} {}", consent.scopes.join(" "));
        let ours = ["alice", "bob", "at-home"];
        let consents = world.consents.iter().filter(|(handle, _)| ours.contains(&handle.as_str())).map(told);
        let mut left: Vec<String> = consents.chain(world.exceptions.keys().cloned()).collect();
        left.sort();
        left
    }

    #[test]
    fn what_was_written_down_goes_with_what_it_is_about_and_nothing_else_does() {
        let all = ["alice read write", "asked", "at-home openid", "bob write"];
        let table: [(Value, &[&str]); 9] = [
            (json!({}), &all),
            (json!({"users": {"Alice@example.test": null}}), &["asked", "at-home openid", "bob write"]),
            (json!({"apps": {"example-web": null}}), &["asked", "at-home openid"]),
            (json!({"apps": {"example-api": null}}), &["asked", "at-home openid"]),
            (json!({"apps": {"example-api": {"scopes": {"write": null}}}}), &["alice read", "asked", "at-home openid"]),
            (
                json!({"providers": {"local": {"users": {"alice@local.test": null}}}}),
                &["alice read write", "asked", "bob write"],
            ),
            (json!({"providers": {"local": null}}), &["alice read write", "asked", "bob write"]),
            (json!({"tenants": {"fabrikam": null}}), &["alice read write", "at-home openid", "bob write"]),
            // Who names a record has to say what it is about.
            (
                json!({"users": {"alice@example.test": null}, "consents": {"alice": {"scopes": ["read"]}}}),
                &["alice read", "asked", "at-home openid", "bob write"],
            ),
        ];
        for (patch, expected) in table {
            assert_eq!(left(&patch), expected, "{patch}");
        }
    }
}

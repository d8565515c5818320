//! Which permissions do Microsoft's own applications have in a world? Those that come with the program, and those that an
//! application of the world is registered for: the real Microsoft Graph has hundreds, and nobody lists them here.

use std::sync::Arc;

use super::app::{App, Scope};
use super::table::Table;
use super::world::World;

/// Microsoft's own applications, by handle.
pub(super) type Platform = Arc<Table<String, Arc<App>>>;

/// The same applications with what the world names besides.
pub(super) fn named_in(world: &World, shipped: &Platform) -> Platform {
    let mut platform = shipped.clone();
    let registered = world.apps.values().flat_map(|app| &app.permissions);
    for (handle, scopes) in registered.filter(|(handle, _)| !world.apps.contains_key(*handle)) {
        for scope in scopes {
            let lacks = |app: &Arc<App>| !app.scopes.keys().any(|known| known.eq_ignore_ascii_case(scope));
            if platform.get(handle).is_some_and(lacks)
                && let Some(app) = Arc::make_mut(&mut platform).get_mut(handle)
            {
                let named = Scope { title: scope.clone(), ..Scope::default() };
                Arc::make_mut(app).scopes.insert(scope.clone(), named);
            }
        }
    }
    platform
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::world::{from_value, platform};

    #[test]
    fn what_an_application_is_registered_for_is_there_and_nothing_else_is_new() {
        let shipped: Platform = Arc::new(platform().unwrap());
        let world = |permissions: serde_json::Value| {
            from_value(json!({"tenants": {"t": {"domains": ["t.test"]}}, "apps": {"a": {"permissions": permissions}}}))
                .unwrap()
        };
        let same = named_in(&world(json!({"graph": ["User.Read", "user.read"], "nothing": ["x"]})), &shipped);
        assert!(Arc::ptr_eq(&same, &shipped), "nothing is copied");
        let more = named_in(&world(json!({"graph": ["User.Read", "Chat.Read"]})), &shipped);
        let (now, before) = (&more.get("graph").unwrap().scopes, &shipped.get("graph").unwrap().scopes);
        assert_eq!((now.len(), now.get("Chat.Read").unwrap().title.as_str()), (before.len() + 1, "Chat.Read"));
        assert!(before.get("Chat.Read").is_none());
    }
}

//! The facts of a world, read and changed from outside: all of a change or none of it.

use std::sync::Arc;

use serde_json::Value;

use super::error::Refused;
use crate::directory::Directory;
use crate::directory::world;
use crate::store::{Store, Thought};

/// How many keys of a patch its journal entry names.
const NAMED: usize = 8;

/// Another world instead; answers the world as it stands afterwards. The text is known to be JSON.
pub async fn replace(store: &dyn Store, text: &str) -> Result<Value, Refused> {
    // Read as a file is: there a key that stands twice is a mistake.
    let world = world::read(text).map_err(|problems| Refused::world("", problems))?;
    let directory = Directory::new(world).map_err(|problems| Refused::world("", problems))?;
    let after = directory.world().to_value();
    store.change(async |_| Ok(Thought::Become(Box::new(directory.clone()), after.clone()))).await
}

/// The same world with the changes of a merge patch (RFC 7396); answers the world as it stands afterwards.
pub async fn patch(store: &dyn Store, patch: &Value) -> Result<Value, Refused> {
    // Somebody else may have changed it meanwhile: then the patch is tried on what they made of it.
    let think = async |before: Arc<Directory>| {
        let mut value = before.world().to_value();
        world::change(&mut value, patch.clone());
        let changed = world::from_value(value).and_then(|mut changed| {
            world::let_go(&mut changed, before.world(), patch);
            Directory::new(changed)
        });
        let directory = changed.map_err(|problems| Refused::world("", problems))?;
        let after = directory.world().to_value();
        Ok(Thought::Become(Box::new(directory), after))
    };
    store.change(think).await
}

/// The facts of a world given as data, or every mistake in it. `prefix` says where in the body it stood.
pub fn checked(value: Value, prefix: &str) -> Result<Directory, Refused> {
    world::from_value(value).and_then(Directory::new).map_err(|problems| Refused::world(prefix, problems))
}

/// What a patch touches, for the journal: `users.alice@example.test, apps.example-web`. Names only, never values.
pub fn touched(patch: &Value) -> String {
    let Value::Object(sections) = patch else { return "everything".to_owned() };
    let below = |(section, things): (&String, &Value)| match things {
        Value::Object(things) => things.keys().map(|name| format!("{section}.{name}")).collect(),
        _ => vec![section.clone()],
    };
    let names: Vec<String> = sections.iter().flat_map(below).collect();
    match names.len().checked_sub(NAMED) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..NAMED].join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_journal_names_what_a_patch_touches_and_no_value() {
        let change =
            json!({"users": {"alice@example.test": {"password": "Secret1!"}}, "edition": "2025", "apps": null});
        assert_eq!(touched(&change), "users.alice@example.test, edition, apps");
        let many: serde_json::Map<String, Value> = (0..20).map(|n| (format!("u{n:02}"), json!({}))).collect();
        let many = touched(&json!({"users": many}));
        assert!(many.starts_with("users.u00, ") && many.ends_with("users.u07 and 12 more"), "{many}");
    }
}

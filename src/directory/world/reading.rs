//! From the text of a world file, TOML or JSON, to a [`World`], or to every mistake in it.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::World;
use super::remainder;
use super::syntax;
use crate::directory::check::{KeyPath, Problem};
use crate::directory::shape;
use crate::id::Upn;

/// Reads a world file. What begins with `{` is JSON, anything else TOML.
pub fn read(text: &str) -> Result<World, Vec<Problem>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let json = text.trim_start().starts_with('{');
    from_value(if json { syntax::json(text)? } else { syntax::toml(text)? })
}

/// Reads a world from data, as the control API receives it.
pub fn from_value(value: Value) -> Result<World, Vec<Problem>> {
    let misshapen = shape::misshapen(&value);
    let mut problems: Vec<Problem> = misshapen.iter().map(|mistake| mistake.problem.clone()).collect();
    same_name_twice(&value, &mut problems);
    if !problems.is_empty() {
        problems.extend(remainder::problems(value, &misshapen));
        return Err(problems);
    }
    serde_json::from_value(value).map_err(|error| vec![Problem::new("", error.to_string())])
}

/// The JSON Schema of a world file.
pub fn schema() -> Value {
    shape::schema()
}

/// Changes `target` as a JSON merge patch says (RFC 7396).
pub fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, change) in patch {
        if change.is_null() {
            target.shift_remove(&key);
        } else {
            merge(target.entry(key).or_insert(Value::Null), change);
        }
    }
}

/// Changes a world as a patch says. User names in it mean the accounts that are there, in whatever case they are written.
pub fn change(world: &mut Value, mut patch: Value) {
    fold(patch.get_mut("users"));
    for (kind, key) in ACCOUNTS_WITHIN {
        for inner in patch.get_mut(kind).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            fold(inner.get_mut(key));
        }
    }
    merge(world, patch);
}

/// Writes user names as they are kept; where one stands twice, all stay as they are, so that this is told.
fn fold(accounts: Option<&mut Value>) {
    let Some(accounts) = accounts.and_then(Value::as_object_mut) else { return };
    let names: HashSet<Upn> = accounts.keys().map(|name| Upn::new(name)).collect();
    if names.len() == accounts.len() {
        *accounts =
            std::mem::take(accounts).into_iter().map(|(name, one)| (Upn::new(&name).to_string(), one)).collect();
    }
}

/// Where accounts are, besides at the top.
const ACCOUNTS_WITHIN: [(&str, &str); 2] = [("providers", "users"), ("tenants", "guests")];

/// User names are read without regard to case: two spellings of one would silently become one account.
fn same_name_twice(value: &Value, problems: &mut Vec<Problem>) {
    let root = KeyPath::ROOT;
    names(value.get("users"), &root.key("users"), problems);
    for (kind, key) in ACCOUNTS_WITHIN {
        let top = root.key(kind);
        for (handle, inner) in value.get(kind).and_then(Value::as_object).into_iter().flatten() {
            let at = top.key(handle);
            names(inner.get(key), &at.key(key), problems);
        }
    }
}

fn names(accounts: Option<&Value>, at: &KeyPath<'_>, problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    for upn in accounts.and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        if !seen.insert(Upn::new(upn)) {
            problems.push(Problem::new(at.key(upn), "this user name stands here twice, in another case"));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::super::{partner, plain};
    use super::*;

    #[test]
    fn a_patch_reaches_an_account_however_its_name_is_written() {
        let world = json!({
            "users": { "jane@a.test": { "name": "Jane" } },
            "providers": { "p": { "users": { "joe@b.test": {} } } },
            "tenants": { "t": { "guests": { "jim@c.test": {} } } },
        });
        let table = [
            (json!({ "users": { "Jane@A.test": null } }), "/users", json!({})),
            (
                json!({ "users": { "Jane@A.test": { "name": "J" } } }),
                "/users",
                json!({ "jane@a.test": { "name": "J" } }),
            ),
            (json!({ "providers": { "p": { "users": { "JOE@b.test": null } } } }), "/providers/p/users", json!({})),
            (json!({ "tenants": { "t": { "guests": { "Jim@c.test": null } } } }), "/tenants/t/guests", json!({})),
        ];
        for (patch, at, expected) in table {
            let mut changed = world.clone();
            change(&mut changed, patch.clone());
            assert_eq!(changed.pointer(at), Some(&expected), "{patch}");
        }
        let mut changed = world;
        change(&mut changed, json!({ "users": { "New@a.test": {}, "new@a.test": {} } }));
        let problems = from_value(changed).unwrap_err();
        assert!(problems.iter().any(|problem| problem.to_string().contains("stands here twice")), "{problems:?}");
    }

    #[test]
    fn a_merge_patch_does_what_its_standard_shows() {
        // RFC 7396, appendix A.
        for (mut target, patch, result) in [
            (json!({ "a": "b" }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "b" }), json!({ "b": "c" }), json!({ "a": "b", "b": "c" })),
            (json!({ "a": "b" }), json!({ "a": null }), json!({})),
            (json!({ "a": "b", "b": "c" }), json!({ "a": null }), json!({ "b": "c" })),
            (json!({ "a": ["b"] }), json!({ "a": "c" }), json!({ "a": "c" })),
            (json!({ "a": "c" }), json!({ "a": ["b"] }), json!({ "a": ["b"] })),
            (json!({ "a": { "b": "c" } }), json!({ "a": { "b": "d", "c": null } }), json!({ "a": { "b": "d" } })),
            (json!({ "a": [{ "b": "c" }] }), json!({ "a": [1] }), json!({ "a": [1] })),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({ "a": "b" }), json!(["c"]), json!(["c"])),
            (json!({ "a": "foo" }), json!(null), json!(null)),
            (json!({ "a": "foo" }), json!("bar"), json!("bar")),
            (json!({ "e": null }), json!({ "a": 1 }), json!({ "e": null, "a": 1 })),
            (json!([1, 2]), json!({ "a": "b", "c": null }), json!({ "a": "b" })),
            (json!({}), json!({ "a": { "bb": { "ccc": null } } }), json!({ "a": { "bb": {} } })),
        ] {
            merge(&mut target, patch);
            assert_eq!(target, result);
        }
    }

    #[test]
    fn a_patch_reaches_one_thing_in_a_world() {
        let before = partner().unwrap();
        let mut data = before.to_value();
        merge(
            &mut data,
            json!({ "tenants": { "contoso": { "per_user_mfa": "disabled" } }, "users": { "bill@contoso.test": null } }),
        );
        let mut after = from_value(data).unwrap();
        assert!(!after.users.contains_key(&Upn::new("bill@contoso.test")));
        assert_eq!(after.tenants.get("contoso").unwrap().per_user_mfa, Default::default());
        after.users.clone_from(&before.users);
        after.tenants.clone_from(&before.tenants);
        assert_eq!(after, before);
    }

    #[test]
    fn both_languages_are_told_apart_by_their_first_letter() {
        let toml = read("\u{feff}\n edition = '2019'").unwrap();
        assert_eq!(read("\n {\"edition\": \"2019\"}").unwrap(), toml);
        assert_eq!(read("").unwrap(), World::default());
    }

    fn any_data() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z@.]{0,8}".prop_map(Value::from),
        ];
        let key = prop_oneof![
            select(&["users", "tenants", "apps", "id", "claims", "alice@example.test"][..]).prop_map(str::to_owned),
            "[a-z]{0,3}"
        ];
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                vec(inner.clone(), 0..3).prop_map(Value::from),
                vec((key.clone(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_patch_made_twice_is_made_once_and_leaves_no_null_of_its_own(mut target in any_data(), patch in any_data()) {
            merge(&mut target, patch.clone());
            let once = target.clone();
            merge(&mut target, patch.clone());
            prop_assert_eq!(&target, &once);
            // What the patch does not speak of is not looked at, so nulls may come from the target only.
            let mut fresh = Value::Null;
            merge(&mut fresh, patch.clone());
            prop_assert!(!patch.is_object() || fresh.as_object().unwrap().values().all(|value| !value.is_null()));
        }

        #[test]
        fn no_patched_world_makes_the_reader_panic(patch in any_data()) {
            let mut value = plain().unwrap().to_value();
            merge(&mut value, patch);
            if let Ok(world) = from_value(value) {
                prop_assert_eq!(from_value(world.to_value()), Ok(world));
            }
        }
    }
}

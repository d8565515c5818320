//! From a [`World`] back to what a file would say: what is left at its default is left out.

use serde_json::{Map, Value};

use super::World;
use crate::directory::check::{quoted, text};
use crate::directory::shape::{self, Definitions};

impl World {
    /// The world as data, in the shape of a file, without defaults.
    pub fn to_value(&self) -> Value {
        let schema = shape::schema();
        let full = serde_json::to_value(self).unwrap_or_default();
        told(full, &schema, Definitions(&schema))
    }

    /// The world as a TOML file.
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        if let Value::Object(world) = self.to_value() {
            section(&mut out, &mut Vec::new(), &world);
        }
        out
    }
}

/// What a value tells that its type does not: the schema carries every default.
fn told(value: Value, schema: &Value, definitions: Definitions<'_>) -> Value {
    let schema = definitions.resolve(schema);
    if let Some(mut options) = definitions.alternatives(schema) {
        let same = |option: &&Value| option.get("type").is_some_and(|name| name == "object") == value.is_object();
        return match options.find(same) {
            Some(option) => told(value, option, definitions),
            None => value,
        };
    }
    let Value::Object(table) = value else { return value };
    let property = |key: &str| schema.get("properties").and_then(|known| known.get(key));
    let mut kept = Map::new();
    for (key, value) in table {
        match property(&key) {
            Some(schema) if schema.get("default") == Some(&value) => {}
            Some(schema) => {
                kept.insert(key, told(value, schema, definitions));
            }
            None => {
                let schema = schema.get("additionalProperties").unwrap_or(&Value::Null);
                kept.insert(key, told(value, schema, definitions));
            }
        }
    }
    Value::Object(kept)
}

/// Lines longer than this become sections of their own.
const LINE: usize = 100;

fn section(out: &mut String, path: &mut Vec<String>, table: &Map<String, Value>) {
    let told = table.iter().filter(|(_, value)| !value.is_null());
    let (lines, sections): (Vec<_>, Vec<_>) = told.partition(|(key, value)| fits(path, key, value));
    let header = !lines.is_empty() || sections.is_empty();
    if header && !path.is_empty() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("[{}]\n", path.join(".")));
    }
    for (key, value) in lines {
        out.push_str(&format!("{} = {}\n", quoted(key), inline(value)));
    }
    for (key, value) in sections {
        if let Value::Object(table) = value {
            path.push(quoted(key));
            section(out, path, table);
            path.pop();
        }
    }
}

/// Does this stand on a line of its section? The things a world consists of always have sections of their own.
fn fits(path: &[String], key: &str, value: &Value) -> bool {
    match value {
        Value::Object(table) => path.len() > 1 && (table.is_empty() || quoted(key).len() + inline(value).len() < LINE),
        _ => true,
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::String(word) => text(word),
        Value::Object(table) if table.is_empty() => "{}".to_owned(),
        Value::Object(table) => {
            let told = table.iter().filter(|(_, value)| !value.is_null());
            let entries: Vec<String> =
                told.map(|(key, value)| format!("{} = {}", quoted(key), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().filter(|item| !item.is_null()).map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{from_value, partner, plain, read};
    use super::*;

    #[test]
    fn what_is_written_reads_as_the_same_world() {
        for mut world in [partner().unwrap(), plain().unwrap()] {
            assert_eq!(from_value(world.to_value()).unwrap(), world);
            assert_eq!(read(&world.to_toml()).unwrap(), world);
            world.complete();
            assert_eq!(read(&world.to_toml()).unwrap(), world);
            assert_eq!(read(&world.to_value().to_string()).unwrap(), world);
        }
    }

    #[test]
    fn defaults_are_left_out_and_made_ids_shown() {
        let mut world = read("[tenants.a]\ndomains = ['a.test']\nsecurity_defaults = false\n[users.'u@a.test'.methods]\npush = true\n[apps.web]\nsecrets = ['x', { value = 'y', expires = 2028-01-01T00:00:00Z }]").unwrap();
        assert_eq!(
            world.to_value(),
            json!({
                "tenants": { "a": { "domains": ["a.test"] } },
                "users": { "u@a.test": { "methods": { "push": true } } },
                "apps": { "web": { "secrets": ["x", { "value": "y", "expires": "2028-01-01T00:00:00Z" }] } },
            })
        );
        world.complete();
        let complete = world.to_value();
        assert_eq!(complete["users"]["u@a.test"]["id"], world.users.values().next().unwrap().id.to_string());
        assert_eq!(complete["apps"]["web"]["home"], "a");
        assert_eq!(World::default().to_value(), json!({}));
        assert_eq!(World::default().to_toml(), "");
    }

    #[test]
    fn a_written_world_is_pleasant_to_read() {
        insta::assert_snapshot!(plain().unwrap().to_toml());
    }
}

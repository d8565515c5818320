//! The control API described for machines (OpenAPI 3.1): exactly the calls that exist.

use serde_json::{Map, Value};

use crate::directory::world;

const DOCUMENT: &str = include_str!("openapi.json");
const SCHEMAS: &str = "#/components/schemas/";

/// The document of a world with this prefix. An isolated world has no list of worlds.
pub fn document(base: &str) -> Result<Value, serde_json::Error> {
    let mut document: Value = serde_json::from_str(DOCUMENT)?;
    document["info"]["version"] = env!("CARGO_PKG_VERSION").into();
    document["servers"][0]["url"] = format!("{base}/_standin").into();
    if let (false, Some(paths)) = (base.is_empty(), document["paths"].as_object_mut()) {
        paths.retain(|path, _| !path.starts_with("/worlds"));
    }
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        add_world(schemas, world::schema());
    }
    Ok(document)
}

/// A JSON Schema keeps its parts in `$defs`; here they are schemas like all others.
fn add_world(schemas: &mut Map<String, Value>, mut schema: Value) {
    point_here(&mut schema);
    let parts = schema.as_object_mut().and_then(|root| {
        root.shift_remove("$schema");
        root.shift_remove("$defs")
    });
    schemas.insert("World".to_owned(), schema);
    if let Some(Value::Object(parts)) = parts {
        schemas.extend(parts.into_iter().map(|(name, part)| (prefixed(&name), part)));
    }
}

/// The prefix keeps the world's parts apart from the schemas of the calls.
fn prefixed(name: &str) -> String {
    format!("World.{name}")
}

fn point_here(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().and_then(|text| text.strip_prefix("#/$defs/")) {
                    Some(part) if name == "$ref" => *member = format!("{SCHEMAS}{}", prefixed(part)).into(),
                    Some(_) | None => point_here(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(point_here),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::calls::Call;
    use super::*;

    const VERBS: [&str; 6] = ["GET", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"];

    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn it_lists_each_verb_of_each_address_that_exists_and_no_other() {
        let document = document("").unwrap();
        let paths = document["paths"].as_object().unwrap();
        for (path, item) in paths {
            let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
            for verb in VERBS {
                let listed = item.get(verb.to_lowercase()).is_some();
                assert_eq!(Call::find(verb, &segments).is_ok(), listed, "{verb} {path}");
            }
        }
        assert_eq!(paths.len(), 25);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document("/w/a").unwrap();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50, "{}", found.len());
        for reference in found {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
    }

    #[test]
    fn an_isolated_world_has_no_list_of_worlds() {
        let document = document("/w/a").unwrap();
        assert_eq!(document["servers"][0]["url"], "/w/a/_standin");
        assert!(document["paths"].get("/worlds").is_none() && document["paths"].get("/world").is_some());
    }
}

//! What the walk finds, and that serde and it agree.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::directory::check::Problem;
use crate::directory::shape::{misshapen, schema};
use crate::directory::world::{World, from_value, partner, plain, read};

fn problems(data: &Value) -> Vec<Problem> {
    misshapen(data).into_iter().map(|mistake| mistake.problem).collect()
}

fn found(data: Value) -> Vec<String> {
    problems(&data).iter().map(ToString::to_string).collect()
}

#[test]
fn the_schema_that_is_kept_is_the_one_the_types_have() {
    let derived = a_line_a_definition(schemars::schema_for!(World).to_value());
    if std::env::var_os("WRITE_SCHEMA").is_some() {
        std::fs::write("src/directory/world/schema.json", &derived).unwrap();
    }
    assert!(derived == include_str!("../world/schema.json"), "the types changed: write it anew with WRITE_SCHEMA=1");
}

/// The document is part of the program, so it has no white space but what keeps its changes readable.
fn a_line_a_definition(mut schema: Value) -> String {
    let definitions = schema.as_object_mut().unwrap().remove("$defs").unwrap();
    let lines =
        definitions.as_object().unwrap().iter().map(|(name, one)| format!("{}:{one}", Value::from(name.as_str())));
    let lines = lines.collect::<Vec<_>>().join(",\n");
    let world = schema.to_string();
    format!("{},\n\"$defs\":{{\n{lines}\n}}}}\n", world.strip_suffix('}').unwrap())
}

#[test]
fn every_mistake_is_found_at_once_with_its_path() {
    let text = r#"
        edtion = "2020"
        edition = "2021"
        [tenants.contoso]
        id = "3deee153"
        per_user_mfa_ = "enforced"
        per_user_mfa = "enforce"
        security_defaults = "yes"
        remember_mfa_days = -1
        registration_grace_days = 5000000000
        domains = "contoso.test"
        allowed_methods = ["push", "topt"]
        token_lifetimes = { access = "1 hour" }
        [tenants.contoso.federation."contoso.test"]
        protocol = "wsfeed"
        federated_idp_mfa_behavior = "enforceMfa"
        [users."jane@contoso.test".methods]
        totp = 5
        [apps.web]
        secrets = ["x", { value = "y" }, { value = "y", expires = "tomorrow" }, 7]
        [relationships.x]
        roles = { admin_agent = ["global_admin"], sales_agents = ["globaladmin"] }
        ends = 2028
        [exceptions.x]
        reason = "power-shell"
        evidence = { configuraton = "a" }
        untill = "2028-01-01T00:00:00Z"
        "#;
    let expected = [
        "apps.web.secrets[1].expires: is missing",
        "apps.web.secrets[2].expires: not a moment such as `2028-01-01T00:00:00Z`",
        "apps.web.secrets[3]: expected a text or a table, found a whole number",
        "edition: `2021` is not known, did you mean `2020`?",
        "edtion: unknown key `edtion`, did you mean `edition`?",
        "exceptions.x.evidence.configuraton: unknown key `configuraton`, did you mean `configuration`?",
        "exceptions.x.reason: `power-shell` is not known, did you mean `powershell`?",
        "exceptions.x.untill: unknown key `untill`, did you mean `until`?",
        "relationships.x.ends: expected a text, found a whole number",
        "relationships.x.roles.admin_agent: `admin_agent` is not known, did you mean `admin_agents`?",
        "relationships.x.roles.sales_agents[0]: `globaladmin` is not known, did you mean `global_admin`?",
        "tenants.contoso.allowed_methods[1]: `topt` is not known, did you mean `totp`?",
        "tenants.contoso.domains: expected a list, found a text",
        "tenants.contoso.federation.\"contoso.test\".federated_idp_mfa_behavior: `enforceMfa` is not known: it is one of `acceptIfMfaDoneByFederatedIdp`, `enforceMfaByFederatedIdp`, `rejectMfaByFederatedIdp`",
        "tenants.contoso.federation.\"contoso.test\".protocol: `wsfeed` is not known, did you mean `wsfed`?",
        "tenants.contoso.id: not a UUID such as `364526c4-eb11-4985-917d-37d04d230685`",
        "tenants.contoso.per_user_mfa: `enforce` is not known, did you mean `enforced`?",
        "tenants.contoso.per_user_mfa_: unknown key `per_user_mfa_`, did you mean `per_user_mfa`?",
        "tenants.contoso.registration_grace_days: 5000000000 is not between 0 and 4294967295",
        "tenants.contoso.remember_mfa_days: -1 is not between 0 and 4294967295",
        "tenants.contoso.security_defaults: expected true or false, found a text",
        "tenants.contoso.token_lifetimes.access: not a length of time such as `90s`, `15m`, `1h` or `14d`",
        "users.\"jane@contoso.test\".methods.totp: expected a text, found a whole number",
    ];
    let mut messages: Vec<String> = read(text).unwrap_err().iter().map(ToString::to_string).collect();
    messages.sort();
    assert_eq!(messages, expected);
}

#[test]
fn nothing_of_a_secret_is_repeated() {
    let data = json!({ "users": { "a@b.test": { "password": ["hunter2"], "id": "hunter2" } }, "apps": { "x": { "secrets": [["hunter2"]] } } });
    let messages = found(data).join("\n");
    assert_eq!(messages.lines().count(), 3);
    assert!(!messages.contains("hunter2"), "{messages}");
}

#[test]
fn what_is_not_a_table_is_no_world() {
    for data in [json!(null), json!([]), json!("world"), json!(1), json!(true)] {
        assert_eq!(found(data).len(), 1);
    }
    assert_eq!(found(json!({})), Vec::<String>::new());
}

#[test]
fn extra_claims_can_be_anything_but_not_of_any_depth() {
    let claims = |value: Value| found(json!({ "users": { "a@b.test": { "claims": { "x": value } } } }));
    assert!(claims(json!([null, { "a": 1.5 }])).is_empty());
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    // Nothing of a free value is walked, so nothing can be too deep in it; the reader has its own limit.
    assert!(claims(deep).is_empty());
    assert!(
        from_value(json!({ "tenants": { "a": (0..100).fold(json!(1), |inner, _| json!({ "x": inner })) } })).is_err()
    );
}

#[test]
fn the_walk_knows_every_word_of_the_schema() {
    const KNOWN: [&str; 22] = [
        "$schema",
        "$ref",
        "$defs",
        "title",
        "description",
        "default",
        "type",
        "properties",
        "additionalProperties",
        "required",
        "propertyNames",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "items",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "examples",
        "deprecated",
    ];
    let schema = schema();
    let mut words = BTreeSet::new();
    let mut formats = BTreeSet::new();
    collect(&schema, &mut words, &mut formats);
    let unknown: Vec<_> = words.iter().filter(|word| !KNOWN.contains(&word.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let known = ["date-time", "uint", "uint16", "uint32", "uint64", "uint8", "uuid", "^-?([0-9]+(d|h|m|s|ms))+$"];
    let unknown: Vec<_> = formats.iter().filter(|format| !known.contains(&format.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

/// The words that say something about data, and the formats and patterns they name.
fn collect(schema: &Value, words: &mut BTreeSet<String>, formats: &mut BTreeSet<String>) {
    for (word, value) in schema.as_object().into_iter().flatten() {
        words.insert(word.clone());
        match word.as_str() {
            "properties" | "$defs" => {
                value.as_object().unwrap().values().for_each(|inner| collect(inner, words, formats))
            }
            "oneOf" | "anyOf" => value.as_array().unwrap().iter().for_each(|inner| collect(inner, words, formats)),
            "items" | "additionalProperties" | "propertyNames" => collect(value, words, formats),
            "format" | "pattern" => _ = formats.insert(value.as_str().unwrap().to_owned()),
            _ => {}
        }
    }
}

/// Data that is nearly a world: one of the built-in ones with something changed somewhere.
fn damaged() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9:._ -]{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!(["x"])),
        Just(json!({ "id": "x" })),
        Just(json!("1h")),
        Just(json!("2028-01-01T00:00:00Z")),
    ];
    let place = prop::collection::vec(any::<prop::sample::Index>(), 1..6);
    (any::<bool>(), prop::collection::vec((place, prop::option::of("[a-z_]{1,12}"), value), 0..4)).prop_map(
        |(small, changes)| {
            let world = if small { plain() } else { partner() };
            let mut data = serde_json::to_value(world.unwrap()).unwrap();
            for (place, name, value) in changes {
                change(&mut data, &place, name, value);
            }
            data
        },
    )
}

fn change(data: &mut Value, place: &[prop::sample::Index], name: Option<String>, value: Value) {
    let Some((first, rest)) = place.split_first() else {
        match (data, name) {
            (Value::Object(table), Some(name)) => _ = table.insert(name, value),
            (data, _) => *data = value,
        }
        return;
    };
    match data {
        Value::Object(table) if !table.is_empty() => {
            let index = first.index(table.len());
            change(table.values_mut().nth(index).unwrap(), rest, name, value);
        }
        Value::Array(items) if !items.is_empty() => {
            let index = first.index(items.len());
            change(&mut items[index], rest, name, value);
        }
        data => *data = value,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_walk_and_serde_agree(data in damaged()) {
        let walked = problems(&data);
        let read: Result<World, _> = serde_json::from_value(data);
        // serde also takes a list of fields where a table is meant; nobody means that in a world.
        let list = |problem: &Problem| problem.message.ends_with("expected a table, found a list");
        let stricter = read.is_ok() && walked.iter().all(list);
        prop_assert!(stricter || walked.is_empty() == read.is_ok(), "{:?} {:?}", walked, read.err());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC*") {
        let _ = read(&text);
    }

    #[test]
    fn no_almost_toml_makes_the_reader_panic(lines in prop::collection::vec("(\\[(users|apps|tenants|x)(\\.[a-z\"@]{1,5}){0,3}\\]|[a-z_.\"]{1,9} = [\\[\\]{}a-z0-9\",. :=-]{0,12}|[{}\"\\[\\],:a-z0-9 ]{0,20})", 0..12)) {
        let _ = read(&lines.join("\n"));
    }

    #[test]
    fn what_reads_can_be_written_and_read_again(data in damaged()) {
        if let Ok(mut world) = from_value(data) {
            prop_assert_eq!(&from_value(world.to_value()).unwrap(), &world);
            prop_assert_eq!(&read(&world.to_toml()).unwrap(), &world);
            world.complete();
            let _ = crate::directory::check::problems(&world);
        }
    }
}

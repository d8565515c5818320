//! What else is wrong with data that has not the shape of a world? Whoever checks a file wants all mistakes at once, also
//! those that one part of it makes against another.
//!
//! What is misshapen is left out, and the rest is checked as a world. Complaints that may come of the gaps are not told.

use std::collections::HashSet;

use serde_json::Value;

use super::World;
use crate::directory::check::{self, Problem};
use crate::directory::shape::{Gap, Misshapen};

/// What is wrong with the rest of this data, once what is misshapen is left out.
pub(super) fn problems(mut data: Value, misshapen: &[Misshapen]) -> Vec<Problem> {
    let mut words = HashSet::new();
    let mut lists = Vec::new();
    // From the end: what a list has before an element stays where it is.
    for mistake in misshapen.iter().rev() {
        leave_out(&mut data, mistake, &mut words, &mut lists);
    }
    let Ok(mut world) = serde_json::from_value::<World>(data) else { return Vec::new() };
    world.complete();
    let mut found = check::problems(&world);
    found.retain(|problem| {
        let renumbered = lists.iter().any(|list: &String| problem.path.starts_with(list.as_str()));
        !renumbered && !quoted(&problem.message).any(|word| words.contains(word))
    });
    found
}

/// Takes away what stands at a place, remembering its words and which list it was an element of.
fn leave_out(data: &mut Value, mistake: &Misshapen, words: &mut HashSet<String>, lists: &mut Vec<String>) {
    let Some((above, last)) = mistake.place.rsplit_once('/') else { return };
    let key = last.replace("~1", "/").replace("~0", "~");
    match data.pointer_mut(above) {
        Some(Value::Object(table)) => {
            if let Some(gone) = table.shift_remove(&key) {
                collect(&gone, words);
                match mistake.gap {
                    Gap::Named => words.insert(key),
                    Gap::Unnamed => false,
                };
            }
        }
        Some(Value::Array(list)) => {
            if let Some(index) = key.parse::<usize>().ok().filter(|index| *index < list.len()) {
                collect(&list.remove(index), words);
                lists.push(written(above));
            }
        }
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {}
    }
}

/// The path of a list, as complaints begin that are about its elements.
fn written(pointer: &str) -> String {
    let keys = pointer.split('/').skip(1).map(|key| check::quoted(&key.replace("~1", "/").replace("~0", "~")));
    keys.collect::<Vec<_>>().join(".") + "["
}

fn collect(value: &Value, words: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            words.insert(text.clone());
        }
        Value::Array(list) => list.iter().for_each(|item| collect(item, words)),
        Value::Object(table) => {
            for (key, value) in table {
                words.insert(key.clone());
                collect(value, words);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The texts that a complaint quotes.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::super::{from_value, read};

    fn told(text: &str) -> Vec<String> {
        let mut told: Vec<String> = read(text).unwrap_err().iter().map(ToString::to_string).collect();
        told.sort();
        told
    }

    #[test]
    fn mistakes_of_shape_do_not_hide_those_that_one_part_makes_against_another() {
        let found = told(
            r#"
            bogus = 1
            [tenants.a]
            domains = ["a.test"]
            kind = "friend"
            [users."u@b.test"]
            roles = ["king"]
            [apps.x]
            home = "nobody"
            [relationships.r]
            partner = "a"
            customer = "c"
            kind = "dapp"
            "#,
        );
        assert_eq!(
            found,
            [
                "apps.x.home: there is no tenant or provider `nobody`",
                "bogus: unknown key `bogus`",
                "relationships.r.customer: there is no tenant `c`",
                "relationships.r.kind: `dapp` is not known, did you mean `dap`?",
                "tenants.a.kind: `friend` is not known: it is one of `partner`, `customer`, `ordinary`",
                "users.\"u@b.test\".roles[0]: `king` is not known",
                "users.\"u@b.test\": no tenant has the domain `b.test`",
            ]
            .map(|line| found.iter().find(|told| told.starts_with(line)).map_or(line, String::as_str))
        );
    }

    #[test]
    fn mistakes_in_the_servers_settings_are_told_with_the_others() {
        let found = told("edtion = '2020'\n[server]\nhttp = 'nowhere'\nseed = -1\n[tenants.a]\ndomains = ['a']");
        for at in ["edtion: ", "server.http: `nowhere`", "server.seed: ", "tenants.a.domains[0]: "] {
            assert!(found.iter().any(|line| line.starts_with(at)), "{at} {found:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_not_missed() {
        // The domain, the tenant and the application stand there, though not as they should.
        for text in [
            "[tenants.a]\ndomains = 'a.test'\n[users.'u@a.test']",
            "[tenants.a]\ndomains = ['a.test', 5]\n[users.'u@a.test']",
            "tenants = { a = 5, b = {} }\n[apps.x]\nhome = 'a'",
        ] {
            assert_eq!(told(text).len(), 1, "{text}: {:?}", told(text));
        }
    }

    #[test]
    fn an_unknown_key_excuses_nothing_that_has_the_same_name() {
        let policy = "[tenants.a.conditional_access.p]\nlocations = { include = ['ofice'] }\n[apps.q]\nhome = 'ofice'";
        let found = told(&format!("[tenants.a]\nofice = 1\n{policy}"));
        let paths: Vec<&str> = found.iter().filter_map(|line| line.split(": ").next()).collect();
        let at = "tenants.a.conditional_access.p.locations.include[0]";
        assert_eq!(paths, ["apps.q.home", at, "tenants.a.ofice"], "{found:?}");
        // What an unknown key holds may be what was meant to be there.
        let found = told("[tenants.a.named_locatons.office]\nranges = []\n[apps.q]\nhome = 'office'");
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn elements_of_a_list_keep_their_numbers() {
        let data = serde_json::json!({"tenants": {"a": {"domains": [7, "not a domain"]}}});
        let paths: Vec<String> = from_value(data).unwrap_err().into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["tenants.a.domains[0]"]);
    }
}

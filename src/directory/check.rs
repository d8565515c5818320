//! What is wrong with a world that has the right shape: what one part of it says against another.
//!
//! Each file below answers for one kind of thing; all of them add to the same list.

mod apps;
mod key_path;
mod people;
mod policies;
mod references;
mod relations;
mod server;
mod tenants;
#[cfg(test)]
mod tests;
mod wording;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::Serialize;

pub use key_path::{KeyPath, quoted, text};

use super::world::World;
use crate::id::ObjectId;
use crate::time::Span;

/// One mistake in a world: where it is, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The key it is about, as TOML writes it; empty when it is about the whole file.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl Problem {
    /// Names a mistake.
    pub fn new(path: impl fmt::Display, message: impl Into<String>) -> Self {
        Self { path: path.to_string(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// Is this a telephone number that a world may hold?
pub fn is_telephone(text: &str) -> bool {
    wording::telephone(text).is_none()
}

/// Everything that is wrong with a completed world.
pub fn problems(world: &World) -> Vec<Problem> {
    let mut check = Check::new(world);
    tenants::check(&mut check);
    policies::check(&mut check);
    people::check(&mut check);
    apps::check(&mut check);
    relations::check(&mut check);
    server::check(&mut check);
    check.found
}

/// A check under way.
struct Check<'w> {
    world: &'w World,
    tenant_of_domain: HashMap<&'w str, &'w str>,
    objects: HashMap<ObjectId, Object<'w>>,
    found: Vec<Problem>,
}

/// Something with an object id.
#[derive(Clone, Copy)]
enum Object<'w> {
    User(&'w str),
    Guest(&'w str, &'w str),
    Group(&'w str, &'w str),
    Policy(&'w str, &'w str),
    Location(&'w str, &'w str),
}

impl fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Object::User(upn) => write!(f, "users.{}", quoted(upn)),
            Object::Guest(tenant, upn) => write!(f, "tenants.{}.guests.{}", quoted(tenant), quoted(upn)),
            Object::Group(tenant, group) => write!(f, "tenants.{}.groups.{}", quoted(tenant), quoted(group)),
            Object::Policy(tenant, policy) => {
                write!(f, "tenants.{}.conditional_access.{}", quoted(tenant), quoted(policy))
            }
            Object::Location(tenant, location) => {
                write!(f, "tenants.{}.named_locations.{}", quoted(tenant), quoted(location))
            }
        }
    }
}

impl<'w> Check<'w> {
    fn new(world: &'w World) -> Self {
        Self {
            world,
            tenant_of_domain: HashMap::new(),
            objects: HashMap::with_capacity(world.users.len()),
            found: Vec::new(),
        }
    }

    /// Something is wrong here.
    fn say(&mut self, at: &KeyPath<'_>, message: impl Into<String>) {
        self.found.push(Problem::new(at, message));
    }

    /// Something may be wrong here.
    fn unless(&mut self, at: &KeyPath<'_>, complaint: Option<&'static str>) {
        if let Some(complaint) = complaint {
            self.say(at, complaint);
        }
    }

    /// The same, quoting what was found.
    fn form(&mut self, at: &KeyPath<'_>, found: &str, complaint: fn(&str) -> Option<&'static str>) {
        if let Some(complaint) = complaint(found) {
            self.say(at, format!("`{}`: {complaint}", excerpt(found)));
        }
    }

    /// An object id is nobody else's.
    fn object(&mut self, at: &KeyPath<'_>, id: ObjectId, object: Object<'w>) {
        match self.objects.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert(object);
            }
            Entry::Occupied(entry) => {
                let message = format!("`{id}` is already the id of {}", entry.get());
                self.say(&at.key("id"), message);
            }
        }
    }

    /// A length of time is longer than nothing.
    fn positive(&mut self, at: &KeyPath<'_>, span: Span) {
        if span.millis() <= 0 {
            self.say(at, format!("`{span}`: must be longer than nothing"));
        }
    }
}

/// The beginning of a text: a complaint does not repeat a whole file.
pub(super) fn excerpt(text: &str) -> String {
    const ENOUGH: usize = 80;
    if text.chars().count() <= ENOUGH {
        return text.to_owned();
    }
    text.chars().take(ENOUGH).chain(['…']).collect()
}

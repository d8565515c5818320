//! Which isolated worlds are there, and how is one more made?

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::body::Members;
use super::error::Refused;
use super::world::checked;
use crate::chance::Chance;
use crate::directory::Directory;
use crate::directory::check::Problem;
use crate::directory::world::{self, World};
use crate::worlds::{Isolate, WorldRefused, Worlds};

/// The longest name.
const LONGEST: usize = 64;

/// Where an isolated world is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Its name.
    pub id: String,
    /// What its addresses begin with.
    pub base_path: String,
}

/// All isolated worlds.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// Where they are.
    pub value: Vec<Place>,
    /// Nothing follows: the list is always whole.
    pub next: Option<String>,
}

impl Place {
    fn of(isolate: &Isolate) -> Self {
        Self { id: isolate.id().to_owned(), base_path: isolate.base().to_owned() }
    }
}

/// All of them.
pub fn list(worlds: &Worlds) -> List {
    let places = worlds.ids().into_iter().filter_map(|id| worlds.get(&id));
    List { value: places.map(|isolate| Place::of(&isolate)).collect(), next: None }
}

/// One of them.
pub fn find(worlds: &Worlds, id: &str) -> Result<Place, Refused> {
    worlds.get(id).map(|isolate| Place::of(&isolate)).ok_or_else(unknown)
}

/// Frees one of them.
pub fn delete(worlds: &Worlds, id: &str) -> Result<(), Refused> {
    if worlds.delete(id) { Ok(()) } else { Err(unknown()) }
}

fn unknown() -> Refused {
    Refused::NotFound("There is no world of that name.".to_owned())
}

/// Makes one: `{"id"?, "world"?}`. Without a name it gets one by chance; without facts, those the server started with.
pub fn create(worlds: &Worlds, chance: &Chance, body: Option<Value>) -> Result<Place, Refused> {
    let mut members = Members::of(body, &["id", "world"]);
    let what = "1 to 64 letters, digits and hyphens";
    let id = members.read("id", what, |value| name(value.as_str()?));
    let facts = members.value("world");
    let id = members.finish(id)?;
    let directory = match facts {
        None => worlds.starting(),
        Some(facts) => Arc::new(starting(facts)?),
    };
    match id {
        Some(id) => worlds.create(&id, directory).map(|isolate| Place::of(&isolate)).map_err(refused),
        None => by_chance(worlds, chance, &directory),
    }
}

fn by_chance(worlds: &Worlds, chance: &Chance, directory: &Arc<Directory>) -> Result<Place, Refused> {
    loop {
        let id: String = chance.uuid().simple().to_string().chars().take(12).collect();
        match worlds.create(&id, directory.clone()) {
            // Under a seed somebody may have taken this very name by hand.
            Err(WorldRefused::Taken) => {}
            made => return made.map(|isolate| Place::of(&isolate)).map_err(refused),
        }
    }
}

fn starting(facts: Value) -> Result<Directory, Refused> {
    let built_in = |world: Result<World, Problem>| {
        world
            .map_err(|problem| vec![problem])
            .and_then(Directory::new)
            .map_err(|problems| Refused::world("world", problems))
    };
    match &facts {
        Value::String(name) if name == "partner" => built_in(world::partner()),
        Value::String(name) if name == "plain" => built_in(world::plain()),
        Value::Object(_) => checked(facts, "world"),
        _ => Err(Refused::invalid("world", "This must be \"partner\", \"plain\" or a whole world.")),
    }
}

/// A name as addresses have it: in lower case.
fn name(text: &str) -> Option<String> {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let fits = (1..=LONGEST).contains(&text.len()) && text.chars().all(fine);
    fits.then(|| text.to_ascii_lowercase())
}

fn refused(why: WorldRefused) -> Refused {
    Refused::Conflict(match why {
        WorldRefused::Taken => "There is a world of that name already.".to_owned(),
        WorldRefused::TooMany => "There are too many worlds; delete some first.".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_fits_into_an_address() {
        assert_eq!(name("Team-1").as_deref(), Some("team-1"));
        let longest = "a".repeat(64);
        assert_eq!(name(&longest), Some(longest));
        for wrong in ["", "a b", "a/b", "..", "ä", "a_b", &"a".repeat(65)] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }
}

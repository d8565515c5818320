//! Microsoft Graph, the part that this world's sign-ins touch: authentication methods, security defaults, conditional
//! access, who has registered what; who is in the directory, whom its domains trust, and delegated administration.
//!
//! Everything here reads and writes the same facts that the sign-in decides by. [`answer`] is pure: the world, the
//! caller and the call in; what to show, or the changed world, out. `routes` alone knows HTTP.

pub mod caller;
pub mod calls;
pub mod conditional_access;
pub mod contexts;
pub mod contracts;
pub mod delegated;
pub mod domains;
pub mod error;
pub mod federation_configuration;
pub mod members;
pub mod memberships;
pub mod methods;
pub mod named_locations;
pub mod organization;
pub mod people;
pub mod permissions;
pub mod preferences;
pub mod profiles;
pub mod query;
pub mod registrations;
pub mod requirements;
pub mod routes;
pub mod security_defaults;
pub mod sign_ins;

use serde_json::Value;

use crate::chance::Chance;
use crate::directory::Directory;
use crate::directory::check::Problem;
use crate::directory::tenant::EntraTenant;
use crate::http::origin::Origin;
use crate::http::params::{BadParams, Params};
use crate::id::ObjectId;
use crate::signin::log::Signed;
use crate::time::Timestamp;
use caller::Caller;
use calls::{Call, Place, Verb};
use error::Refused;
use permissions::Whose;
use query::Query;

/// A request, without HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Who asks.
    pub caller: &'a Caller<'a>,
    /// What.
    pub call: Call<'a>,
    /// Its query.
    pub params: &'a Result<Params, BadParams>,
    /// The type its body says it has.
    pub content_type: Option<&'a str>,
    /// Its body.
    pub body: &'a [u8],
    /// Now.
    pub now: Timestamp,
    /// Where ids and passes come from.
    pub chance: &'a Chance,
    /// What the addresses of this interface begin with.
    pub base: &'a str,
    /// What the world's addresses begin with.
    pub origin: &'a Origin,
    /// The tenant's sign-ins, the latest first, where somebody asks for them.
    pub sign_ins: &'a [(u64, Signed)],
    /// The state of an object that a change is meant for.
    pub if_match: Option<&'a str>,
}

/// What comes of a request.
#[derive(Debug)]
pub enum Outcome {
    /// There is something to show.
    Shown(Value),
    /// The world changes.
    Changed(Change),
}

/// A change of the world.
#[derive(Debug)]
pub struct Change {
    /// The world afterwards.
    pub directory: Box<Directory>,
    /// What the caller is told of it.
    pub told: Told,
    /// What was done, for the journal: the end of a sentence that begins with the caller's name.
    pub did: String,
}

/// What a caller is told of a change.
#[derive(Debug)]
pub enum Told {
    /// That it was done.
    Done,
    /// What was made, and its address.
    Created(String, Value),
    /// What it is like now.
    Now(Value),
}

/// What comes of a request, or why nothing does.
pub fn answer(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    // A person's things depend on the person: they are looked up first.
    if !matches!(ask.call.place, Place::Person(..) | Place::User(_) | Place::Memberships(..)) {
        permissions::check(&ask.call, ask.caller, Whose::Nobodys)?;
    }
    match (ask.call.place, ask.call.verb) {
        (Place::Person(whom, what), _) => people::answer(ask, whom, what),
        (Place::SecurityDefaults, Verb::Get) => security_defaults::show(ask),
        (Place::SecurityDefaults, _) => security_defaults::change(ask),
        (Place::Policies(id), verb) => conditional_access::answer(ask, id, verb),
        (Place::Locations(id), verb) => named_locations::answer(ask, id, verb),
        (Place::Contexts(id), _) => contexts::answer(ask, id),
        (Place::Registrations(id), _) => registrations::answer(ask, id),
        (Place::Users, _) => profiles::all(ask),
        (Place::User(whom), _) => profiles::one(ask, whom),
        (Place::Memberships(whom, depth, of), _) => memberships::answer(ask, whom, depth, of),
        (Place::Organization(id), _) => organization::answer(ask, id),
        (Place::Domains(id), _) => domains::answer(ask, id),
        (Place::Federations(domain, id), verb) => federation_configuration::answer(ask, domain, id, verb),
        (Place::Contracts(id), _) => contracts::answer(ask, id),
        (Place::SignIns(id), _) => sign_ins::answer(ask, id),
        (Place::Delegated(what), verb) => delegated::answer(ask, what, verb),
    }
}

impl<'a> Ask<'a> {
    /// The tenant that is asked about.
    fn tenant(&self) -> &'a EntraTenant {
        self.caller.tenant
    }

    fn query(&self) -> Result<Query, Refused> {
        match self.params {
            Ok(params) => Query::read(params),
            Err(bad) => Err(Refused::bad(bad.text())),
        }
    }

    /// The body, as JSON.
    fn json(&self) -> Result<Value, Refused> {
        members::json(self.content_type, self.body)
    }

    fn address(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.base, self.call.version.segment())
    }

    fn context(&self, path: &str) -> String {
        self.address(&format!("$metadata#{path}"))
    }

    /// A collection of the tenant's.
    fn list(&self, rows: Vec<Value>) -> Result<Outcome, Refused> {
        let path = self.call.place.segment();
        self.query()?.page(self.context(path), &self.address(path), rows).map(Outcome::Shown)
    }

    /// One object of such a collection.
    fn item(&self, row: Value) -> Result<Outcome, Refused> {
        let context = self.context(&format!("{}/$entity", self.call.place.segment()));
        Ok(Outcome::Shown(self.query()?.item(context, row)))
    }

    /// What is told of an object that was added to such a collection.
    fn created(&self, id: ObjectId, row: Value) -> Told {
        let path = self.call.place.segment();
        let row = Query::default().item(self.context(&format!("{path}/$entity")), row);
        Told::Created(self.address(&format!("{path}/{id}")), row)
    }

    /// The world with another tenant, when that is one that can be.
    fn changed(
        &self,
        told: Told,
        did: impl Into<String>,
        change: impl FnOnce(&mut EntraTenant),
    ) -> Result<Outcome, Refused> {
        let home = self.caller.home;
        let directory = self.directory.changed(|world| {
            if let Some(tenant) = world.tenants.get_mut(home) {
                change(tenant);
            }
        });
        made(directory, told, did)
    }
}

/// A changed world as an outcome, when it is one that can be.
fn made(directory: Result<Directory, Vec<Problem>>, told: Told, did: impl Into<String>) -> Result<Outcome, Refused> {
    Ok(Outcome::Changed(Change { directory: Box::new(directory?), told, did: did.into() }))
}

/// A handle for something that has only a name as yet.
fn handle(name: &str, taken: impl Fn(&str) -> bool) -> String {
    const LONGEST: usize = 60;
    let mut words = String::new();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => words.push(letter),
            _ if words.is_empty() || words.ends_with('-') => {}
            _ => words.push('-'),
        }
    }
    words.truncate(LONGEST);
    let stem = words.trim_end_matches('-');
    let stem = if stem.is_empty() { "unnamed" } else { stem };
    let numbered = (2u32..).map(|number| format!("{stem}-{number}"));
    std::iter::once(stem.to_owned()).chain(numbered).find(|handle| !taken(handle)).unwrap_or_default()
}

/// A name as somebody gave it.
fn display_name(members: &mut members::Members<'_>) -> Result<Option<String>, Refused> {
    const LONGEST: usize = 256;
    match members.text("displayName")? {
        None if members.has("displayName") => Err(Refused::bad("displayName must be a text.")),
        None => Ok(None),
        Some(name) if name.trim().is_empty() || name.chars().count() > LONGEST => {
            Err(Refused::bad(format!("displayName must have between 1 and {LONGEST} letters.")))
        }
        Some(name) => Ok(Some(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_made_of_a_name_and_of_nobody_elses() {
        let none = |_: &str| false;
        assert_eq!(handle("Require MFA: all admins!", none), "require-mfa-all-admins");
        assert_eq!(handle("  ---  ", none), "unnamed");
        assert_eq!(handle("日本", none), "unnamed");
        assert_eq!(handle(&"x y".repeat(100), none).len(), 60);
        assert_eq!(handle("Office", |known| ["office", "office-2"].contains(&known)), "office-3");
    }
}

//! Microsoft Graph, the part that this world's sign-ins touch: authentication methods, security defaults, conditional
//! access, who has registered what; who is in the directory, whom its domains trust, and delegated administration.
//!
//! Everything here reads and writes the same facts that the sign-in decides by. [`answer`] is pure: the world, the
//! caller and the call in; what to show, or the changed world, out. `routes` alone knows HTTP.
//!
//! ```text
//! calls/           every address and its verbs; caller: who asks; permissions/: may they; evaluation: does what they show
//!                  still hold
//! ask, query/, members, naming
//!                  what a request brings along, which part of an answer is wanted, what a body says
//! outcome, error   what comes of it, or why nothing does
//! people, methods/, requirements, preferences, registrations
//!                  how somebody proves who they are
//! security_defaults, conditional_access/, named_locations, contexts
//!                  the policies
//! profiles, memberships, organization, domains, federation_configuration, contracts, delegated/
//!                  who is in the directory, whom it trusts, who administers it
//! sign_ins         who signed in
//! ```

mod ask;
pub mod caller;
pub mod calls;
pub mod conditional_access;
pub mod contexts;
pub mod contracts;
pub mod delegated;
pub mod domains;
pub mod error;
pub mod evaluation;
pub mod federation_configuration;
pub mod members;
pub mod memberships;
pub mod methods;
pub mod named_locations;
mod naming;
pub mod organization;
mod outcome;
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

use calls::{Place, Verb};
use error::Refused;
use naming::{display_name, handle};
use outcome::made;
use permissions::Affected;

pub use ask::Ask;
pub use outcome::{Change, Outcome, Told};

/// What comes of a request, or why nothing does.
pub fn answer(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    // A person's things depend on the person: they are looked up first.
    if !matches!(ask.call.place, Place::Person(..) | Place::User(_) | Place::Memberships(..)) {
        permissions::check(&ask.call, ask.caller, Affected::Nobody)?;
    }
    match (ask.call.place, ask.call.verb) {
        (Place::Person(whom, what), _) => people::answer(ask, whom, what),
        (Place::SecurityDefaults, Verb::Get) => security_defaults::show(ask),
        (Place::SecurityDefaults, Verb::Patch) => security_defaults::change(ask),
        (Place::SecurityDefaults, Verb::Post | Verb::Delete) => Err(ask.call.wrong_verb()),
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

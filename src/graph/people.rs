//! Whose authentication is it, and may the caller see or change it?
//!
//! Differs: a guest's methods live with its home tenant here, so that guests have no `authentication` of their own.

use super::calls::{OfPerson, Verb, Whom};
use super::error::Refused;
use super::permissions::{self, Affected, Numbers};
use super::{Ask, Outcome, Told, made, methods, preferences, requirements};
use crate::directory::Account;
use crate::directory::user::User;
use crate::id::{ObjectId, Upn};
use std::sync::Arc;

/// A person, as one request sees them.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The account.
    pub account: Account<'a>,
    /// How telephone numbers are shown.
    pub numbers: Numbers,
}

/// What comes of a request about a person.
pub fn answer(ask: &Ask<'_>, whom: Whom<'_>, what: OfPerson<'_>) -> Result<Outcome, Refused> {
    let found = find(ask, whom)?;
    let affected = match found {
        Some(account) if is_caller(ask, &account) => Affected::Caller,
        Some(account) => Affected::Person(&account.user.roles),
        None => Affected::Nobody,
    };
    permissions::check(&ask.call, ask.caller, affected)?;
    let Some(account) = found else {
        return Err(Refused::no_object(match whom {
            Whom::Me => "me",
            Whom::Named(name) => name,
        }));
    };
    let target = Target { account, numbers: permissions::numbers(ask.caller, affected) };
    match (what, ask.call.verb) {
        (OfPerson::Methods(id), _) => methods::all(ask, &target, id),
        (OfPerson::MethodsOf(kind, id), verb) => methods::answer(ask, &target, kind, id, verb),
        (OfPerson::Requirements, Verb::Get) => requirements::show(ask, &target),
        (OfPerson::Requirements, Verb::Patch) => requirements::change(ask, &target),
        (OfPerson::Preferences, Verb::Get) => preferences::show(ask, &target),
        (OfPerson::Preferences, Verb::Patch) => preferences::change(ask, &target),
        (OfPerson::Requirements | OfPerson::Preferences, Verb::Post | Verb::Delete) => Err(ask.call.wrong_verb()),
    }
}

fn find<'a>(ask: &Ask<'a>, whom: Whom<'_>) -> Result<Option<Account<'a>>, Refused> {
    let place = ask.caller.place();
    let account = match whom {
        Whom::Me => match ask.caller.person() {
            Some(person) => Some(person.account),
            None => return Err(Refused::bad("/me request is only valid with delegated authentication flow.")),
        },
        Whom::Named(name) => match ObjectId::parse(name) {
            Some(id) => ask.directory.account_by_id(id),
            None => ask.directory.account(&Upn::new(name)),
        },
    };
    Ok(account.filter(|account| account.home == place))
}

fn is_caller(ask: &Ask<'_>, account: &Account<'_>) -> bool {
    ask.caller.person().is_some_and(|person| person.account.upn == account.upn)
}

impl Target<'_> {
    fn path(&self, what: OfPerson<'_>) -> String {
        format!("users/{}/authentication/{}", self.account.user.id, what.segment())
    }

    fn context(&self, what: OfPerson<'_>) -> String {
        format!("users('{}')/authentication/{}", self.account.user.id, what.segment())
    }
}

impl Ask<'_> {
    /// A collection of a person's.
    pub(super) fn list_of(
        &self,
        target: &Target<'_>,
        what: OfPerson<'_>,
        rows: Vec<serde_json::Value>,
    ) -> Result<Outcome, Refused> {
        let (context, address) = (self.context(&target.context(what)), self.address(&target.path(what)));
        self.query()?.page(context, &address, rows).map(Outcome::Shown)
    }

    /// One object of such a collection.
    pub(super) fn item_of(
        &self,
        target: &Target<'_>,
        what: OfPerson<'_>,
        row: serde_json::Value,
    ) -> Result<Outcome, Refused> {
        let context = self.context(&format!("{}/$entity", target.context(what)));
        self.query()?.item(context, row).map(Outcome::Shown)
    }

    /// Something a person has one of.
    pub(super) fn value_of(
        &self,
        target: &Target<'_>,
        what: OfPerson<'_>,
        row: serde_json::Value,
    ) -> Result<Outcome, Refused> {
        self.query()?.item(self.context(&target.context(what)), row).map(Outcome::Shown)
    }

    /// What is told of an object that was added to a collection.
    pub(super) fn created_for(
        &self,
        target: &Target<'_>,
        what: OfPerson<'_>,
        id: ObjectId,
        row: serde_json::Value,
    ) -> Told {
        let context = self.context(&format!("{}/$entity", target.context(what)));
        let row = super::query::whole(context, row);
        Told::Created(self.address(&format!("{}/{id}", target.path(what))), row)
    }

    /// The world with a changed account.
    pub(super) fn with_user(
        &self,
        target: &Target<'_>,
        told: Told,
        did: &str,
        change: impl FnOnce(&mut User),
    ) -> Result<Outcome, Refused> {
        let upn = target.account.upn;
        let directory = self.directory.changed(|world| {
            if let Some(user) = world.users.get_mut(upn) {
                change(Arc::make_mut(user));
            }
        });
        made(directory, told, format!("{did} for {upn}"))
    }
}

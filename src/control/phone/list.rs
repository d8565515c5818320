//! Which phones did something come to, and who else has one? The list of all.

use std::collections::BTreeMap;

use askama::Template;

use super::{Moment, Surroundings};
use crate::directory::Directory;
use crate::id::Upn;
use crate::signin::mfa::phone::{Message, State};

/// How many accounts the list offers; whoever has more types a name.
pub(super) const OFFERED: usize = 200;

/// All phones.
#[derive(Clone, Template)]
#[template(path = "control/phones.html")]
pub struct PhonesPage {
    around: Surroundings,
    pub(super) phones: Vec<Line>,
    pub(super) owners: Vec<Owner>,
    /// How many accounts with a phone the list leaves out.
    pub(super) more: usize,
}

/// A phone that something came to.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) upn: Upn,
    waiting: usize,
    count: usize,
    last: Moment,
}

/// An account with a phone.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    upn: Upn,
    name: String,
    /// In words: "authenticator app, code app".
    methods: String,
}

impl PhonesPage {
    /// The phones of a world, those that something waits on first, then the one that was last rung.
    pub fn new(around: Surroundings, directory: &Directory, messages: &[Message]) -> Self {
        let mut by_owner: BTreeMap<&Upn, Vec<&Message>> = BTreeMap::new();
        for message in messages {
            by_owner.entry(&message.user).or_default().push(message);
        }
        let waits = |message: &&&Message| message.state_at(around.now) == State::Waiting;
        let line = |(upn, messages): (&Upn, &Vec<&Message>)| {
            let last = messages.last()?;
            let waiting = messages.iter().filter(waits).count();
            let line = Line { upn: upn.clone(), waiting, count: messages.len(), last: around.moment(last.time) };
            Some((waiting == 0, std::cmp::Reverse(last.time), line))
        };
        let mut lines: Vec<_> = by_owner.iter().filter_map(|(upn, messages)| line((upn, messages))).collect();
        lines.sort_by_key(|(idle, last, _)| (*idle, *last));
        let owners = owners(directory);
        Self {
            phones: lines.into_iter().map(|(_, _, line)| line).collect(),
            more: owners.len().saturating_sub(OFFERED),
            owners: owners.into_iter().take(OFFERED).collect(),
            around,
        }
    }
}

/// Every account that has registered something a phone does.
fn owners(directory: &Directory) -> Vec<Owner> {
    let mut owners: BTreeMap<&Upn, Owner> = BTreeMap::new();
    let world = directory.world();
    let elsewhere = world.providers.values().flat_map(|provider| provider.users.iter());
    for (upn, user) in world.users.iter().map(|(upn, user)| (upn, &**user)).chain(elsewhere) {
        let methods = &user.methods;
        let has = [
            (methods.push, "authenticator app"),
            (methods.totp.is_some(), "code app"),
            (methods.sms.is_some(), "texts"),
            (methods.call.is_some(), "calls"),
        ];
        let has: Vec<&str> = has.into_iter().filter(|(has, _)| *has).map(|(_, word)| word).collect();
        if !has.is_empty() {
            owners.entry(upn).or_insert_with(|| Owner {
                upn: upn.clone(),
                name: user.name.clone(),
                methods: has.join(", "),
            });
        }
    }
    owners.into_values().collect()
}

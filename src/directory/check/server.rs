//! The settings that a world has for the server: each is what it has to be, and who signs in by themselves exists.

use super::{Check, KeyPath};
use crate::config::{Config, Key};
use crate::id::Upn;

pub(super) fn check(check: &mut Check<'_>) {
    let world = check.world;
    let Some(server) = &world.server else { return };
    for mistake in Config::mistakes_in(server) {
        let meant = mistake.did_you_mean.map(|right| format!("; did you mean `{right}`?"));
        check.found.push(super::Problem::new(mistake.at, mistake.says + &meant.unwrap_or_default()));
    }
    let Some(name) = server.auto_sign_in.as_ref().filter(|name| name.contains('@')) else { return };
    let upn = Upn::new(name);
    if !world.has_account(&upn) {
        let at = KeyPath::ROOT.key("server");
        check.say(&at.key(Key::AutoSignIn.name()), format!("there is no account `{}`", super::excerpt(name)));
    }
}

//! Which world is asked for, and is its file right? Whole files are read here, so that all their mistakes are told.

use std::path::Path;

use super::environment;
use crate::config::{Config, Environment, Flags, Key, Mistake, WorldSource};
use crate::directory::Directory;
use crate::directory::check::{self, Problem};
use crate::directory::world::{self, World};
use crate::id::Upn;

/// The world asked for, if it comes of a file that can be read. What is wrong with it is added to `mistakes`.
pub(super) fn of_a_file(flags: &Flags, env: &Environment, mistakes: &mut Vec<Mistake>) -> Option<World> {
    // A name that is no world is told with the other settings.
    let source = Config::world_source(flags, env).ok()?;
    if matches!(source, WorldSource::Partner | WorldSource::Plain) {
        return None;
    }
    match read(&source) {
        Ok(mut world) => {
            world.complete();
            mistakes.extend(told(&source, &check::problems(&world)));
            Some(world)
        }
        Err(wrong) => {
            mistakes.extend(wrong);
            None
        }
    }
}

/// Does a flag or a variable name somebody to sign in who is not in the world asked for? What its file says is told with that.
pub(super) fn nobody_to_sign_in(flags: &Flags, env: &Environment, of_a_file: Option<&World>) -> Option<Mistake> {
    let (at, name) = Config::signed_in_by_itself(flags, env, None)?;
    let known = |world: &World| world.has_account(&Upn::new(&name));
    let is_known = match (of_a_file, Config::world_source(flags, env).ok()?) {
        (Some(world), _) => known(world),
        (None, source @ (WorldSource::Partner | WorldSource::Plain)) => known(&read(&source).ok()?),
        // It could not be read: who is in it is not known.
        (None, WorldSource::File(_) | WorldSource::Inline(_)) => true,
    };
    (!is_known).then(|| Mistake::new(at, format!("the world has no account `{name}`")))
}

/// The world named by a flag, else by the environment, else the usual one.
pub(super) fn asked_for(world: Option<&str>) -> Result<Directory, Vec<Mistake>> {
    let flags = Flags::default().with(Key::World, world);
    directory(&Config::world_source(&flags, &environment())?)
}

/// A world that is right, or everything that is wrong with it.
pub(super) fn directory(source: &WorldSource) -> Result<Directory, Vec<Mistake>> {
    Directory::new(read(source)?).map_err(|problems| told(source, &problems))
}

/// The same, where it has to be right also as the only one to say where to listen.
pub(super) fn directory_by_itself(source: &WorldSource) -> Result<Directory, Vec<Mistake>> {
    let world = read(source)?;
    let between = world.server.as_ref().map(Config::mistakes_between).unwrap_or_default();
    let place = name(source);
    let between = between.into_iter().map(|mistake| Mistake { at: format!("{place}: {}", mistake.at), ..mistake });
    Directory::new(world).map_err(|problems| told(source, &problems).into_iter().chain(between).collect())
}

fn read(source: &WorldSource) -> Result<World, Vec<Mistake>> {
    let one = |problem: Problem| told(source, &[problem]);
    let many = |problems: Vec<Problem>| told(source, &problems);
    match source {
        WorldSource::Partner => world::partner().map_err(one),
        WorldSource::Plain => world::plain().map_err(one),
        WorldSource::Inline(text) => world::read(text).map_err(many),
        WorldSource::File(path) => world::read(&text_of(path)?).map_err(many),
    }
}

fn text_of(path: &Path) -> Result<String, Vec<Mistake>> {
    std::fs::read_to_string(path)
        .map_err(|error| vec![Mistake::new(path.to_string_lossy(), format!("cannot be read: {error}"))])
}

fn told(source: &WorldSource, problems: &[Problem]) -> Vec<Mistake> {
    let place = name(source);
    let mistake = |problem: &Problem| match problem.path.as_str() {
        "" => Mistake::new(&place, &problem.message),
        path => Mistake::new(format!("{place}: {path}"), &problem.message),
    };
    problems.iter().map(mistake).collect()
}

/// What people call that world.
pub(super) fn name(source: &WorldSource) -> String {
    match source {
        WorldSource::Partner => "partner".to_owned(),
        WorldSource::Plain => "plain".to_owned(),
        WorldSource::File(path) => path.display().to_string(),
        WorldSource::Inline(_) => "STANDIN_WORLD_INLINE".to_owned(),
    }
}

//! Which world is asked for, and is its file right? Whole files are read here, so that all their mistakes are told.

use std::path::Path;

use super::environment;
use crate::config::{Config, Environment, Flags, Key, Mistake, ServerFile, WorldSource};
use crate::directory::Directory;
use crate::directory::check::Problem;
use crate::directory::world::{self, World};

/// The settings that the world asked for has for the server. What is wrong with its file is added to `mistakes`.
pub(super) fn server_table(flags: &Flags, env: &Environment, mistakes: &mut Vec<Mistake>) -> Option<ServerFile> {
    // A name that is no world is told with the other settings.
    let source = Config::world_source(flags, env).ok()?;
    if matches!(source, WorldSource::Partner | WorldSource::Plain) {
        return None;
    }
    match directory(&source) {
        Ok(directory) => directory.world().server.clone(),
        Err(wrong) => {
            mistakes.extend(wrong);
            None
        }
    }
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

//! `standin world show|check FILE|schema`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use super::{complain, refuse, terminal, world_file};
use crate::config::{Config, Environment, Flags, Mistake, WorldSource};
use crate::directory::world::{World, schema};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the world with everything that is made from it, such as ids
    Show {
        /// The world: partner, plain, or a file
        #[arg(long, value_name = "WORLD")]
        world: Option<String>,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Check a world file and tell every mistake in it
    Check {
        /// TOML or JSON
        file: PathBuf,
    },
    /// Print the JSON Schema of world files
    Schema,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Format {
    #[default]
    Toml,
    Json,
}

pub(super) fn run(command: &Command) -> ExitCode {
    let printed = match command {
        Command::Show { world, format } => {
            world_file::asked_for(world.as_deref()).map(|directory| written(directory.world(), *format))
        }
        Command::Check { file } => checked(&WorldSource::File(file.clone())),
        Command::Schema => Ok(pretty(&schema())),
    };
    match printed {
        Ok(text) => {
            terminal::say(text.trim_end());
            ExitCode::SUCCESS
        }
        Err(mistakes) => match command {
            Command::Check { .. } => complain(&mistakes, &found(mistakes.len())),
            Command::Show { .. } | Command::Schema => refuse(&mistakes),
        },
    }
}

/// What the mistakes of a file come to, and where to look for what is right.
fn found(count: usize) -> String {
    let mistakes = if count == 1 { "mistake" } else { "mistakes" };
    format!("{count} {mistakes}; `standin world schema` prints what a world file may hold")
}

fn written(world: &World, format: Format) -> String {
    match format {
        Format::Toml => world.to_toml(),
        Format::Json => pretty(&world.to_value()),
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}")
}

/// Also says what a server would have against the file's settings for it that was started without any flag.
fn checked(source: &WorldSource) -> Result<String, Vec<Mistake>> {
    let directory = world_file::directory_by_itself(source)?;
    let world = directory.world();
    let place = world_file::name(source);
    Config::from_flags(&Flags::default(), &Environment::default(), world.server.as_ref()).map_err(|mistakes| {
        let at_file = |mistake: Mistake| Mistake { at: format!("{place}: {}", mistake.at), ..mistake };
        mistakes.into_iter().map(at_file).collect::<Vec<_>>()
    })?;
    Ok(format!("{place}: no mistakes ({})", inventory(world)))
}

fn inventory(world: &World) -> String {
    let counted = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let provider_users: usize = world.providers.values().map(|provider| provider.users.len()).sum();
    [
        counted(world.tenants.len(), "tenant"),
        counted(world.providers.len(), "provider"),
        counted(world.users.len() + provider_users, "account"),
        counted(world.apps.len(), "application"),
    ]
    .join(", ")
}

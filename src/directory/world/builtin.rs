//! The worlds that come with the program, in the same format that everybody writes.
//!
//! They are read without the walk of [`crate::directory::shape`], because the server starts with them; a test takes
//! that walk instead.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{World, syntax};
use crate::directory::app::App;
use crate::directory::check::Problem;
use crate::directory::table::Table;

/// The text of the world `partner`.
pub const PARTNER: &str = include_str!("../worlds/partner.toml");
/// The text of the world `plain`.
pub const PLAIN: &str = include_str!("../worlds/plain.toml");
const FIRST_PARTY: &str = include_str!("../worlds/first-party.toml");

/// The handles of Microsoft's own applications, which every world may refer to.
pub const PLATFORM: [&str; 13] = [
    "graph",
    "aad-graph",
    "arm",
    "partner-center-api",
    "partner-center",
    "admin-portal",
    "exchange-portal",
    "azure-cli",
    "azure-powershell",
    "my-sign-ins",
    "microsoft-online",
    "exchange-online",
    "any-on-localhost",
];

/// Three partners, two customers and an ordinary tenant.
pub fn partner() -> Result<World, Problem> {
    embedded("partner", PARTNER)
}

/// One ordinary tenant and one third-party provider.
pub fn plain() -> Result<World, Problem> {
    embedded("plain", PLAIN)
}

/// Microsoft's own applications, present in every tenant, by handle.
pub fn platform() -> Result<Table<String, Arc<App>>, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Platform {
        apps: Table<String, App>,
    }
    let Platform { apps } = embedded("first-party", FIRST_PARTY)?;
    let complete = |(handle, mut app): (String, App)| {
        app.complete(&handle);
        (handle, Arc::new(app))
    };
    Ok(apps.into_iter().map(complete).collect())
}

/// By way of data, as everybody's worlds are read: straight from TOML would be the same code a second time.
fn embedded<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Problem> {
    let problem = |message: String| Problem::new(format!("worlds/{name}.toml"), message);
    let data = syntax::toml(text)
        .map_err(|problems| problems.first().map_or_else(String::new, Problem::to_string))
        .map_err(problem)?;
    serde_json::from_value(data).map_err(|error| problem(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Directory, world};

    #[test]
    fn the_worlds_that_come_with_the_program_have_no_mistake() {
        for (text, built_in) in [(PARTNER, partner()), (PLAIN, plain())] {
            let built_in = built_in.unwrap();
            assert_eq!(world::read(text).unwrap(), built_in);
            Directory::new(built_in).unwrap();
        }
    }

    #[test]
    fn platform_applications_are_complete_and_free_of_mistakes() {
        let platform = platform().unwrap();
        let mut handles = PLATFORM.to_vec();
        handles.sort_unstable();
        assert_eq!(platform.keys().map(String::as_str).collect::<Vec<_>>(), handles);
        assert!(platform.values().all(|app| app.first_party && app.multi_tenant && !app.needs_completing()));
        // As applications of somebody's world they pass the same check as everybody's.
        let mut world = plain().unwrap();
        for (handle, app) in platform {
            // Two go by an address instead of a UUID, as they may where providers know them.
            let home = if app.client_id.as_str().starts_with("urn:") { "local" } else { "example" };
            let app = App { home: home.to_owned(), ..App::clone(&app) };
            world.apps.insert(handle, Arc::new(app));
        }
        Directory::new(world).unwrap();
    }
}

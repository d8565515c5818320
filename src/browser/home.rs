//! Which addresses are this server's, and how are they asked? By its own door, under the name the address has.

use std::sync::Arc;

use url::{Position, Url};

use crate::control::ours::{Ours, world_of};
use crate::server::{Doors, Settings};

/// The server, and the world that a visit stays in.
#[derive(Debug)]
pub(super) struct Home {
    pub settings: Arc<Settings>,
    pub doors: Arc<Doors>,
    /// The origin by which whoever ordered the visit came, or under which they know this server.
    pub called: Option<String>,
    /// The world; empty for the root world.
    pub world: String,
}

impl Home {
    /// Is it an address of ours, in this world?
    pub fn holds(&self, url: &Url) -> bool {
        let ours = Ours {
            http: &self.doors.http,
            https: &self.doors.https,
            public_origin: self.settings.public_origin.as_deref(),
            called: self.called.as_deref(),
            names: &self.settings.allow_hosts,
            world: &self.world,
        };
        ours.holds(url)
    }
}

/// Scheme and host of an address, as they are told to our own door.
pub(super) fn name_of(url: &Url) -> (&str, &str) {
    (url.scheme(), &url[Position::BeforeHost..Position::AfterPort])
}

/// The origin of an address that leads to one of these doors under a name that only its user knows, as one that a resolver has
/// for this machine.
pub(super) fn known_by(url: &Url, doors: &Doors) -> Option<String> {
    let listeners = match url.scheme() {
        "http" => &doors.http,
        "https" => &doors.https,
        _ => return None,
    };
    let port = url.port_or_known_default()?;
    listeners.iter().any(|door| door.port() == port).then(|| url.origin().ascii_serialization())
}

/// The world an address is in; empty for the root world.
pub(super) fn world(url: &Url) -> String {
    world_of(url).unwrap_or_default()
}

//! Which web pages may read an answer? Metadata everyone's; tokens only those of a single-page application
//! whose own origin asks (entra-wire: the token endpoint's CORS follows the redirect type).

use super::redirect;
use crate::directory::Directory;
use crate::directory::app::App;

/// Is this the origin of one of the application's single-page addresses?
pub fn is_spa_origin(app: &App, origin: &str) -> bool {
    app.redirect_uris.spa.iter().any(|uri| redirect::origin(uri).as_deref() == Some(origin))
}

/// Is this the origin of any single-page application? A preflight does not say which application will ask.
pub fn is_known_origin(directory: &Directory, origin: &str) -> bool {
    directory.world().apps.values().any(|app| is_spa_origin(app, origin))
}

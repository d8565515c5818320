//! Is somebody still signed in, as an application's page asks now and then (OpenID Connect Session Management 1.0, 3)?
//!
//! Differs: the standard has the frame work the answer out of a cookie that script can read. Ours can be read by no
//! script, and `session_state` is the session's own name, as the real service's is: so the frame asks the server.

use serde::Serialize;

use crate::directory::Application;
use crate::signin::session::Session;

/// What the page is told, in the standard's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// All is as it was.
    Unchanged,
    /// It is not: the application had better ask by `prompt=none`.
    Changed,
    /// The question makes no sense.
    Error,
}

/// What became of the session that an application was told of by this `session_state`.
pub fn state(session: &Session, app: Option<Application<'_>>, told: Option<&str>) -> SessionState {
    let (Some(app), Some(told)) = (app, told) else { return SessionState::Error };
    let is_meant = |sid: &str, apps: &[String]| sid == told && apps.iter().any(|handle| handle == app.handle);
    match session.accounts.iter().any(|account| is_meant(&account.sid, &account.apps)) {
        true => SessionState::Unchanged,
        false => SessionState::Changed,
    }
}

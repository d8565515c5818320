//! How long does what is issued live?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::time::Span;

/// How long tokens, codes and sessions live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TokenLifetimes {
    /// Access tokens.
    pub access: Span,
    /// Id tokens.
    pub id: Span,
    /// Refresh tokens that are not used.
    pub refresh: Span,
    /// Refresh tokens of single-page applications, counted from the sign-in.
    pub spa_refresh: Span,
    /// Authorization codes.
    pub code: Span,
    /// Device codes.
    pub device_code: Span,
    /// A browser session that nobody asked to keep.
    pub session: Span,
    /// A browser session after "Stay signed in".
    pub persistent_session: Span,
}

impl TokenLifetimes {
    /// How long what belongs to a browser session has to be kept: it may become one that is kept at any time.
    pub fn longest_session(&self) -> Span {
        self.session.max(self.persistent_session)
    }
}

impl Default for TokenLifetimes {
    fn default() -> Self {
        Self {
            access: Span::hours(1),
            id: Span::hours(1),
            refresh: Span::days(90),
            spa_refresh: Span::hours(24),
            code: Span::minutes(10),
            device_code: Span::minutes(15),
            session: Span::hours(24),
            persistent_session: Span::days(90),
        }
    }
}

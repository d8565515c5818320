//! How does somebody get to another provider that has to vouch for them?

use super::{Frame, WayOut};
use askama::Template;

/// Leads to one of these providers: each has a form of its own, which the browser posts there.
///
/// Sends nothing to us but what its [`WayOut`] sends.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/use_external.html")]
pub struct UseExternal {
    pub frame: Frame,
    pub upn: String,
    pub ways: Vec<ExternalWay>,
    /// Why it did not work before, or why one of them cannot be asked.
    pub complaint: Option<String>,
    pub way_out: WayOut,
}

/// One provider, and the request to it.
#[derive(Clone)]
pub struct ExternalWay {
    pub title: String,
    /// The provider's authorize address.
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// The fields hold a signed token.
impl std::fmt::Debug for ExternalWay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExternalWay").field("title", &self.title).field("action", &self.action).finish_non_exhaustive()
    }
}

impl UseExternal {
    fn heading(&self) -> String {
        match self.ways.as_slice() {
            [only] => format!("Verify with {}", only.title),
            [] | [..] => "Choose who verifies you".to_owned(),
        }
    }

    fn others(&self) -> bool {
        self.way_out == WayOut::AnotherWay
    }

    fn back(&self) -> bool {
        self.way_out == WayOut::Back
    }
}

//! What does an application ask to do, and who may allow it?

use super::{Frame, initial};
use askama::Template;

/// One permission on the list.
#[derive(Debug, Clone)]
pub struct Permission {
    /// As the application asked for it: `User.Read`, `api://example-api/read`.
    pub scope: String,
    pub title: String,
    pub description: String,
    /// The API it belongs to: "Microsoft Graph".
    pub resource: String,
}

/// For whom the answer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The user answers for themselves.
    User,
    /// An administrator answers for themselves, or for all by ticking `onBehalfOfOrganization`.
    UserOrOrganization,
    /// Admin consent: the answer is for all of the organisation.
    Organization,
}

/// Asks to allow what the application wants.
///
/// Accepting sends no `action`, and `onBehalfOfOrganization=true` when that box was offered and ticked;
/// cancelling sends `action=cancel`.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/consent.html")]
pub struct Consent {
    pub frame: Frame,
    pub upn: String,
    pub app: String,
    /// Whose application it is: the display name of its home tenant.
    pub publisher: Option<String>,
    /// Whether the publisher has been verified; when not, the page says so.
    pub verified: bool,
    pub permissions: Vec<Permission>,
    pub extent: Extent,
}

impl Consent {
    fn app_initial(&self) -> String {
        initial(&self.app)
    }

    fn offers_organization(&self) -> bool {
        self.extent == Extent::UserOrOrganization
    }

    fn for_organization(&self) -> bool {
        self.extent == Extent::Organization
    }
}

//! By which name does an application ask, and where is it answered, in each protocol?

use crate::directory::app::App;

/// The protocol in which somebody asks: it decides by which name an application goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// By its entity id.
    Saml,
    /// By its realm.
    WsFed,
}

impl Asks {
    pub(super) fn name(self, app: &App) -> Option<&str> {
        match self {
            Asks::Saml => app.saml.as_ref().map(|saml| saml.entity_id.as_str()),
            Asks::WsFed => app.wsfed.as_ref().map(|wsfed| wsfed.realm.as_str()),
        }
    }

    pub(super) fn replies(self, app: &App) -> &[String] {
        match self {
            Asks::Saml => app.saml.as_ref().map(|saml| saml.reply_urls.as_slice()),
            Asks::WsFed => app.wsfed.as_ref().map(|wsfed| wsfed.reply_urls.as_slice()),
        }
        .unwrap_or_default()
    }

    /// Is it called this? By its own name, or by its client id in the way of service principals.
    pub(super) fn names(self, app: &App, name: &str) -> bool {
        let own = self.name(app);
        own == Some(name)
            || (own.is_some()
                && name.strip_prefix("spn:").is_some_and(|id| id.eq_ignore_ascii_case(app.client_id.as_str())))
    }
}

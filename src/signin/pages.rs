//! What does each sign-in page show, and what does its form send back?
//!
//! One struct per page, rendered by the template it names. Element names are those of the pages that
//! existing browser scripts were written against (`#i0116`, `#idSIButton9`, `[data-test-id]`, and AD FS's at a
//! third-party provider). The pages are HTML with one style sheet and, on some of them, a few lines of script
//! that save a click; each works without script, but for those of a passkey, which is script's alone.
//!
//! Every form posts to [`Frame::action`] with the hidden field `flowToken`, the fields its page names, those of a sign-in
//! with the hidden field `question`, and `action`, which [`Pressed::read`] understands, or [`Change::read`] where methods are managed.

mod account;
mod consent;
mod device;
mod ending;
mod external;
mod method;
mod provider;
mod register;
mod security_info;
mod terms;
#[cfg(test)]
mod tests;
mod verify;

pub use account::{Account, AskPassword, AskUsername, Instead, PickAccount, Purpose, StaySignedIn};
pub use consent::{Consent, Extent, Permission};
pub use device::{DeviceCode, DeviceConfirm, DeviceDone};
pub use ending::{Error, ErrorCode, FormPost, Reason, Return, SignOutConfirm, SignedOut};
pub use external::{ExternalWay, UseExternal};
pub use method::Tile;
pub use provider::{ProviderCode, ProviderSignIn};
pub use register::{ChooseMethod, MoreInformation, PhoneUse, SetUpCodeApp, SetUpPasskey, SetUpPhone, SetUpPush};
pub use security_info::{AppPasswordRow, AppPasswords, Change, RegisteredMethod, SecurityInfo};
pub use terms::Terms;
pub use verify::{AnswerCall, ApprovePush, ChooseVerification, EnterAccessPass, EnterCode, UsePasskey, WayOut};

/// What surrounds every page: whose page it is, where its form goes, what its footer links to.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    pub brand: Brand,
    /// The application that the sign-in leads to, shown under the heading.
    pub app: Option<String>,
    /// Where the form posts: `{base}/{tenant}/login` or `{base}/idp/{name}/login`.
    pub action: String,
    pub flow_token: String,
    /// Which question the page asks, where it belongs to a sign-in: its form says so too, because the browser's back button
    /// brings pages back whose question is not the one that is asked now.
    pub question: Option<&'static str>,
    /// Fresh for each response; the same as in the header that `http/page.rs` sends.
    pub nonce: String,
    /// The prefix of the world, `""` or `/w/{world}`.
    pub base: String,
    /// The flow whose diagram the footer links to.
    pub flow: Option<String>,
}

/// Whose page this is: a provider must look like another company than the tenant that sent the user there.
#[derive(Debug, Clone, Default)]
pub enum Brand {
    /// No tenant is known yet, as at `common` before a name is typed.
    #[default]
    Unknown,
    Tenant {
        name: String,
        /// A line under the name, such as the tenant's own greeting.
        hint: Option<String>,
    },
    Provider {
        name: String,
    },
}

impl Brand {
    /// The name to show, when there is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Brand::Unknown => None,
            Brand::Tenant { name, .. } | Brand::Provider { name } => Some(name),
        }
    }

    fn hint(&self) -> Option<&str> {
        match self {
            Brand::Tenant { hint, .. } => hint.as_deref(),
            Brand::Unknown | Brand::Provider { .. } => None,
        }
    }

    /// The class on `<html>` that chooses palette and layout.
    fn class(&self) -> &'static str {
        match self {
            Brand::Unknown | Brand::Tenant { .. } => "tenant",
            Brand::Provider { .. } => "provider",
        }
    }

    fn initial(&self) -> String {
        initial(self.name().unwrap_or("?"))
    }
}

/// Which of a page's buttons sent its form: the value of the field `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressed<'a> {
    /// The main button: next, sign in, yes, accept, continue. It is an `<input type=submit>`, as scripts
    /// expect, whose value is its label; so it sends no `action`, like the Enter key.
    Onward,
    /// Back, no or cancel.
    Back,
    /// "Use another account".
    Other,
    /// The account with this user name.
    Pick(&'a str),
    /// The tile of a method, by its word; the word is as it came.
    Method(&'a str),
    /// "Sign in another way".
    AnotherWay,
    /// Send another text message or request, or call once more.
    Again,
    /// "I've approved": is the wait over?
    Poll,
    /// "Ask me later".
    Later,
    /// A temporary access pass instead of the password.
    AccessPass,
    /// A passkey instead of the password.
    Passkey,
}

impl<'a> Pressed<'a> {
    /// Reads the field `action`. A value that no page sends is `None`.
    pub fn read(action: Option<&'a str>) -> Option<Self> {
        match action {
            None | Some("" | "next" | "yes" | "accept" | "continue") => Some(Pressed::Onward),
            Some("back" | "no" | "cancel") => Some(Pressed::Back),
            Some("other") => Some(Pressed::Other),
            Some("another-way") => Some(Pressed::AnotherWay),
            Some("again") => Some(Pressed::Again),
            Some("poll") => Some(Pressed::Poll),
            Some("later") => Some(Pressed::Later),
            Some("access-pass") => Some(Pressed::AccessPass),
            Some("passkey") => Some(Pressed::Passkey),
            Some(value) => match value.split_once(':')? {
                ("pick", upn) => Some(Pressed::Pick(upn)),
                ("method", word) => Some(Pressed::Method(word)),
                _ => None,
            },
        }
    }
}

/// The first letter or digit of a name, as a capital, for the tile beside it.
fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric()).unwrap_or('?');
    letter.to_uppercase().collect()
}

/// Whether a link to this address can only lead somewhere, never run as script in this page.
fn leads_somewhere(url: &str) -> bool {
    let Some((scheme, _)) = url.split_once(':') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let runs = ["javascript", "data", "vbscript"].iter().any(|s| scheme.eq_ignore_ascii_case(s));
    !scheme.is_empty() && scheme.chars().all(plain) && !runs
}

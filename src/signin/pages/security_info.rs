//! How does a signed-in account see and change its ways to verify?

use super::{Frame, method};
use askama::Template;

/// A method on file.
#[derive(Debug, Clone)]
pub struct RegisteredMethod {
    /// As in [`Tile::word`](super::Tile::word).
    pub word: &'static str,
    pub id: String,
    pub title: String,
    pub detail: String,
    /// Whether a sign-in asks for it first.
    pub is_default: bool,
}

impl RegisteredMethod {
    fn outline(&self) -> &'static str {
        method::outline(self.word)
    }
}

/// Lists the methods of an account.
///
/// Sends `action=add`, `action=remove:{id}`, `action=default:{id}`, `action=add-app-password` (with
/// `appPasswordName`) or `action=revoke-app-password:{id}`, which [`Change::read`] understands.
#[derive(Debug, Clone, Template)]
#[template(path = "signin/security_info.html")]
pub struct SecurityInfo {
    pub frame: Frame,
    pub upn: String,
    /// The display name.
    pub name: String,
    pub methods: Vec<RegisteredMethod>,
    /// What has just been done.
    pub notice: Option<String>,
    /// Passwords for clients that know no second factor; nothing where the account can have none.
    pub app_passwords: Option<AppPasswords>,
}

/// The passwords of an account for clients that know no second factor.
#[derive(Debug, Clone, Default)]
pub struct AppPasswords {
    /// Those there are.
    pub rows: Vec<AppPasswordRow>,
    /// The one just made: shown now and never again.
    pub made: Option<String>,
    /// Why there can be no more.
    pub problem: Option<String>,
}

/// An app password on file.
#[derive(Debug, Clone)]
pub struct AppPasswordRow {
    pub id: String,
    pub name: String,
    /// The day it was made.
    pub created: String,
}

/// What is to be changed: the value of the field `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    Add,
    /// The method with this id.
    Remove(&'a str),
    /// The method with this id.
    MakeDefault(&'a str),
    AddAppPassword,
    /// The app password with this id.
    RevokeAppPassword(&'a str),
}

impl<'a> Change<'a> {
    /// Reads the field `action`. A value that the page does not send is `None`.
    pub fn read(action: Option<&'a str>) -> Option<Self> {
        match action?.split_once(':') {
            None => match action? {
                "add" => Some(Change::Add),
                "add-app-password" => Some(Change::AddAppPassword),
                _ => None,
            },
            Some(("revoke-app-password", id)) => Some(Change::RevokeAppPassword(id)),
            Some(("remove", id)) => Some(Change::Remove(id)),
            Some(("default", id)) => Some(Change::MakeDefault(id)),
            Some(_) => None,
        }
    }
}

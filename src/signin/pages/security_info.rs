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
/// Sends `action=add`, `action=remove:{id}` or `action=default:{id}`, which [`Change::read`] understands.
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
}

/// What is to be changed: the value of the field `action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'a> {
    Add,
    /// The method with this id.
    Remove(&'a str),
    /// The method with this id.
    MakeDefault(&'a str),
}

impl<'a> Change<'a> {
    /// Reads the field `action`. A value that the page does not send is `None`.
    pub fn read(action: Option<&'a str>) -> Option<Self> {
        match action?.split_once(':') {
            None => (action == Some("add")).then_some(Change::Add),
            Some(("remove", id)) => Some(Change::Remove(id)),
            Some(("default", id)) => Some(Change::MakeDefault(id)),
            Some(_) => None,
        }
    }
}

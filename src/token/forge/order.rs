//! What is ordered, in the words of the command line and of the control API.

use serde_json::Value;

use crate::directory::app::TokenVersion;
use crate::time::Span;
use crate::token::jwt::Claims;

/// For whom a token is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// For a resource.
    #[default]
    Access,
    /// For the application itself.
    Id,
}

/// How it is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signature {
    /// As it should be.
    #[default]
    Valid,
    /// By nobody, though it names a key.
    Invalid,
    /// Not at all.
    None,
    /// With a key that nobody publishes.
    UnknownKey,
}

/// An order for one token.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// For whom.
    pub kind: Kind,
    /// Its shape; left out, an access token has the one its resource takes, and an id token 2.0.
    pub version: Option<TokenVersion>,
    /// Whom it is about, by user name; left out, the application itself.
    pub user: Option<String>,
    /// To whom it is issued, by handle or client id.
    pub app: String,
    /// What it opens, by handle, URI or client id; left out, Microsoft Graph.
    pub resource: Option<String>,
    /// Who issues it, by id, domain or handle; left out, the user's home, else the application's.
    pub tenant: Option<String>,
    /// Its scopes; empty, those the application is registered with, else all that the resource exposes.
    pub scopes: Vec<String>,
    /// Its roles; left out, what the world says.
    pub roles: Option<Vec<String>>,
    /// How the user proved who they are; left out, with a password.
    pub amr: Option<Vec<String>>,
    /// How long it lives; zero or less means that it ended so long ago.
    pub lifetime: Span,
    /// Claims to add or replace; null takes one away.
    pub claims: Claims,
    /// How it is signed.
    pub signature: Signature,
}

impl Order {
    /// An order for a good token that says nothing but to whom it is issued.
    pub fn of(app: impl Into<String>) -> Self {
        Self {
            kind: Kind::default(),
            version: None,
            user: None,
            app: app.into(),
            resource: None,
            tenant: None,
            scopes: Vec::new(),
            roles: None,
            amr: None,
            lifetime: Span::hours(1),
            claims: Claims::new(),
            signature: Signature::default(),
        }
    }

    /// Puts into the claims what was ordered in so many words.
    pub(super) fn replace(&self, claims: &mut Claims) {
        let lists = [("roles", &self.roles), ("amr", &self.amr)];
        for (name, list) in lists {
            if let Some(list) = list {
                claims.insert(name.to_owned(), list.iter().map(|word| Value::from(word.as_str())).collect());
            }
        }
        for (name, value) in &self.claims {
            if value.is_null() {
                claims.shift_remove(name);
            } else {
                claims.insert(name.clone(), value.clone());
            }
        }
    }
}

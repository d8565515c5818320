//! The names things go by: parsed once at the edge, compared without thought afterwards.
//!
//! A tenant id and an object id are both UUIDs on the wire; as two types they cannot be swapped.

use std::fmt;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Reads the textual form, in any case, with or without braces.
            pub fn parse(text: &str) -> Option<Self> {
                // No form of a UUID is shorter, and names are: then nothing has to be tried.
                if text.len() < 32 {
                    return None;
                }
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The id of a thing whose author gave none: always the same for the same words.
            pub fn derived(words: &[&str]) -> Self {
                Self(derive(stringify!($name), words))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        #[cfg(test)]
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    };
}

uuid_id!(
    /// A tenant (`tid`).
    TenantId
);
uuid_id!(
    /// A user, group, service principal or policy (`oid` and its kin).
    ObjectId
);

fn derive(kind: &str, words: &[&str]) -> Uuid {
    let mut text = String::with_capacity(kind.len() + words.iter().map(|word| 1 + word.len()).sum::<usize>());
    text.push_str(kind);
    for word in words {
        text.push('\n');
        text.push_str(word);
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// An application's client id: a UUID at Entra, any name at a third-party provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(from = "String")]
pub struct ClientId(String);

impl From<String> for ClientId {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl ClientId {
    /// Folds the case of a UUID, as Entra does. Any other name is taken letter by letter: tokens repeat it in `aud`, and
    /// clients compare that with their own (OpenID Connect Core, 3.1.3.7).
    pub fn new(text: &str) -> Self {
        let trimmed = text.trim();
        Self(match Uuid::try_parse(trimmed) {
            Ok(_) => trimmed.to_ascii_lowercase(),
            Err(_) => text.to_owned(),
        })
    }

    /// The client id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user principal name, in lower case: `jane@contoso.test`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(from = "String")]
pub struct Upn(String);

impl From<String> for Upn {
    fn from(text: String) -> Self {
        // What was a name before is one already.
        let is_folded = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
        if text.bytes().all(is_folded) { Self(text) } else { Self::new(&text) }
    }
}

impl Upn {
    /// How many bytes one can have: nobody's has more, and a stranger's must not fill the journal.
    pub const LONGEST: usize = 1024;

    /// Folds the case and trims: people type their names in many ways.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_lowercase())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `@`; empty when there is none.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_depends_on_every_word_and_on_the_kind() {
        let id = ObjectId::derived(&["example", "alice"]);
        assert_eq!(id, ObjectId::derived(&["example", "alice"]));
        assert_ne!(id, ObjectId::derived(&["example", "bob"]));
        assert_ne!(id.0, TenantId::derived(&["example", "alice"]).0);
    }

    #[test]
    fn names_are_folded_to_lower_case() {
        assert_eq!(Upn::new(" Jane@Contoso.TEST ").as_str(), "jane@contoso.test");
        assert_eq!(Upn::new("Jane@Contoso.TEST").domain(), "contoso.test");
        assert_eq!(Upn::new("jane").domain(), "");
    }

    #[test]
    fn a_client_id_is_folded_only_where_it_is_a_uuid() {
        let uuid = "3eb38c18-7f32-4ed1-947d-e14c74f9043e";
        for (text, read) in [
            (uuid, uuid),
            ("3EB38C18-7F32-4ED1-947D-E14C74F9043E", uuid),
            (" 3EB38C18-7f32-4ed1-947d-e14c74f9043e ", uuid),
            ("local-web", "local-web"),
            ("My.App", "My.App"),
            (" local-web", " local-web"),
        ] {
            assert_eq!(ClientId::new(text).as_str(), read, "{text}");
        }
    }
}

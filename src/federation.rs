//! What do providers say to each other about a person, and can it be believed?
//!
//! `xml` writes, signs, reads and verifies documents; `assertion` is what one says about a person, in both versions of
//! SAML, and the decisions that need nothing but an assertion. None of that knows HTTP. Of a tenant that trusts a provider,
//! `provider` is who stands behind the trust and `outside` reads what one of another world publishes about itself;
//! `journey` takes the browser there, `accept` and `oidc` believe the answer or say what is wrong with it, `bearer` does the
//! same for an assertion that a program brings, `delivered` counts each once, `upstream` tells one of a sign-out, and `external` asks one for a second factor.
//! Of a provider, `relay` is what it does and fails to do. For applications that speak SAML or WS-Federation, `party` finds
//! who asks and where they may be answered, `statement` decides what is said to them (`issue` by a tenant, `say` by a
//! provider), `metadata` publishes, `farewell` tells of sign-outs.

pub mod accept;
pub mod assertion;
pub mod bearer;
pub mod delivered;
pub mod external;
pub mod farewell;
pub mod issue;
pub mod journey;
pub mod metadata;
pub mod name_id;
pub mod oidc;
pub mod outside;
pub mod parties;
pub mod party;
pub mod provider;
pub mod relay;
pub mod routes;
pub mod saml;
pub mod say;
pub mod statement;
pub mod upstream;
pub mod wsfed;
pub mod wstrust;
pub mod xml;

/// A stranger's words, as many of them as a sentence has room for.
fn brief(words: &str) -> String {
    words.chars().take(200).collect()
}

#[cfg(test)]
mod fixtures;

//! What is a third-party provider, and how well does it do what others rely on?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::TokenLifetimes;
use crate::directory::table::Table;
use crate::directory::user::User;
use crate::id::Upn;

/// A third-party identity provider, as a world file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Provider {
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// When it asks for its own second factor.
    pub mfa: ProviderMfa,
    /// Whether and how it tells others that it did.
    pub relay: Relay,
    /// What is wrong with its federated answers.
    pub answer: Answer,
    /// How strictly it follows the standards as an OpenID Connect provider.
    pub strictness: Strictness,
    /// Whether "Stay signed in?" is asked.
    pub stay_signed_in: bool,
    /// Whether anybody may register a client (RFC 7591).
    pub open_registration: bool,
    /// Whether any service provider with a reply address on localhost is served.
    pub any_localhost_service_provider: bool,
    /// Its own accounts.
    pub users: Table<Upn, User>,
    /// How long what is issued here lives.
    pub token_lifetimes: TokenLifetimes,
}

/// When a third-party provider asks for its own second factor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProviderMfa {
    /// At every sign-in.
    Always,
    /// When the relying party asks.
    #[default]
    OnRequest,
    /// Not at all.
    Never,
}

/// What a third-party provider says about the second factor it did or did not ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Relay {
    /// The truth.
    #[default]
    Faithful,
    /// Nothing, although it did MFA.
    Silent,
    /// That it did MFA, although it did not.
    FalseClaim,
    /// The claim with a value nobody knows.
    WrongValue,
    /// The attribute alone, also where the protocol wants it elsewhere.
    AttributeOnly,
}

/// What is wrong with a third-party provider's federated answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nothing.
    #[default]
    Good,
    /// It does not answer.
    Down,
    /// Its assertions are expired.
    Expired,
    /// Its assertions are not valid yet.
    NotYetValid,
    /// Its assertions are signed with another key.
    WrongSignature,
    /// Its assertions are for somebody else.
    WrongAudience,
    /// It sends the same assertion again.
    Replayed,
}

/// How strictly a provider follows the OpenID Connect family of standards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Strictness {
    /// RFC 9700: PKCE for public clients, no implicit flow, exact addresses.
    #[default]
    Strict,
    /// The FAPI 2.0 security profile.
    Fapi2,
    /// As older deployments are.
    Lenient,
}

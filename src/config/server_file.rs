//! The `[server]` table of a world file: the flags of `serve` that can be given there too. Which world it is, and where its
//! state is kept, cannot.
//!
//! The control token can: the control API shows it, like every password of the world, to who holds it already. The table
//! counts when the server starts, and no longer when a world is changed or made afterwards.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::layers::Key;
use crate::directory::user::Secret;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ServerFile {
    /// Where to listen without TLS, for example `"127.0.0.1:8400"`, or `"off"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<OneOrMany>,
    /// Where to listen with TLS, for example `["127.0.0.1:8443", "127.0.0.1:443"]`, or `"off"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub https: Option<OneOrMany>,
    /// More names for the certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_name: Option<OneOrMany>,
    /// The origin every address is built on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Whether `X-Forwarded-*` is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust_proxy: Option<bool>,
    /// Who is signed in without any page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_sign_in: Option<String>,
    /// Makes ids, codes and nonces the same in every run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What the control API demands as a bearer token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_token: Option<Secret>,
    /// Host names under which the control API answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_host: Option<OneOrMany>,
    /// `off`, `text` or `json`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Threads that answer requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<usize>,
}

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    fn texts(&self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text.clone()],
            Self::Many(texts) => texts.clone(),
        }
    }
}

impl ServerFile {
    /// The same, and a listener that it does not speak of is in nobody's way: which address that gets is not for it to say.
    pub fn with_any_port_where_none_is_said(&self) -> Self {
        let any = || Some(OneOrMany::One("127.0.0.1:0".to_owned()));
        Self { http: self.http.clone().or_else(any), https: self.https.clone().or_else(any), ..self.clone() }
    }

    /// The values of one setting as text, so that they are checked like flags.
    pub(super) fn values(&self, key: Key) -> Option<Vec<String>> {
        let one = |text: String| vec![text];
        match key {
            Key::Http => self.http.as_ref().map(OneOrMany::texts),
            Key::Https => self.https.as_ref().map(OneOrMany::texts),
            Key::TlsName => self.tls_name.as_ref().map(OneOrMany::texts),
            Key::PublicUrl => self.public_url.clone().map(one),
            Key::TrustProxy => self.trust_proxy.map(|value| one(value.to_string())),
            Key::AutoSignIn => self.auto_sign_in.clone().map(one),
            Key::Seed => self.seed.map(|value| one(value.to_string())),
            Key::ControlToken => self.control_token.as_ref().map(|token| one(token.reveal().to_owned())),
            Key::AllowHost => self.allow_host.as_ref().map(OneOrMany::texts),
            Key::Log => self.log.clone().map(one),
            Key::Workers => self.workers.map(|value| one(value.to_string())),
            Key::World | Key::WorldInline | Key::State => None,
        }
    }
}

//! Where may a setting come from, and which source wins? Flag, then environment, then the world file.

use std::collections::BTreeMap;

use super::mistake::{Mistake, nearest};
use super::server_file::ServerFile;

/// Everything that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Http,
    Https,
    TlsName,
    World,
    WorldInline,
    State,
    PublicUrl,
    TrustProxy,
    AutoSignIn,
    Seed,
    ControlToken,
    AllowHost,
    Log,
    Workers,
}

impl Key {
    pub const ALL: [Key; 14] = [
        Key::Http,
        Key::Https,
        Key::TlsName,
        Key::World,
        Key::WorldInline,
        Key::State,
        Key::PublicUrl,
        Key::TrustProxy,
        Key::AutoSignIn,
        Key::Seed,
        Key::ControlToken,
        Key::AllowHost,
        Key::Log,
        Key::Workers,
    ];

    /// The name in a world file; the flag and the variable follow from it.
    pub fn name(self) -> &'static str {
        match self {
            Key::Http => "http",
            Key::Https => "https",
            Key::TlsName => "tls_name",
            Key::World => "world",
            Key::WorldInline => "world_inline",
            Key::State => "state",
            Key::PublicUrl => "public_url",
            Key::TrustProxy => "trust_proxy",
            Key::AutoSignIn => "auto_sign_in",
            Key::Seed => "seed",
            Key::ControlToken => "control_token",
            Key::AllowHost => "allow_host",
            Key::Log => "log",
            Key::Workers => "workers",
        }
    }

    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    pub fn variable(self) -> String {
        format!("{PREFIX}{}", self.name().to_uppercase())
    }

    /// Settings that may be given several times, and in one variable with commas between.
    fn is_list(self) -> bool {
        match self {
            Key::Http | Key::Https | Key::TlsName | Key::AllowHost => true,
            Key::World
            | Key::WorldInline
            | Key::State
            | Key::PublicUrl
            | Key::TrustProxy
            | Key::AutoSignIn
            | Key::Seed
            | Key::ControlToken
            | Key::Log
            | Key::Workers => false,
        }
    }
}

const PREFIX: &str = "STANDIN_";
/// How the key of a setting begins that a world has.
pub(super) const IN_WORLD: &str = "server.";

/// What the command line said, unchecked.
#[derive(Clone, Default)]
pub struct Flags(BTreeMap<Key, Vec<String>>);

impl Flags {
    /// Sets one flag; no values leave it unset.
    pub fn with(mut self, key: Key, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        if !values.is_empty() {
            self.0.insert(key, values);
        }
        self
    }
}

/// The variables `STANDIN_…`, unchecked. An empty one counts as unset, as compose files leave them.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes the variables that concern this program out of `all`.
    pub fn new(all: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours = |(name, value): &(String, String)| name.starts_with(PREFIX) && !value.is_empty();
        Self(all.into_iter().filter(ours).collect())
    }

    /// Does it say where to listen over TLS, and not where else?
    pub fn names_https_alone(&self) -> bool {
        let has = |key: Key| self.0.contains_key(&key.variable());
        has(Key::Https) && !has(Key::Http)
    }

    fn values(&self, key: Key) -> Option<Vec<String>> {
        let value = self.0.get(&key.variable())?;
        Some(if key.is_list() {
            value.split(',').map(|part| part.trim().to_owned()).collect()
        } else {
            vec![value.clone()]
        })
    }

    /// Variables that are one slip away from ours. Others are left alone: Kubernetes sets `STANDIN_SERVICE_HOST` and its
    /// like for a service of this name.
    pub(super) fn misspelt(&self) -> Vec<Mistake> {
        let right: Vec<String> = Key::ALL.map(Key::variable).into();
        let unknown = self.0.keys().filter(|name| !right.contains(name));
        let meant = |name: &String| {
            let word = name.strip_prefix(PREFIX)?;
            let meant = nearest(word, right.iter().filter_map(|right| right.strip_prefix(PREFIX)))?;
            Some(Mistake::new(name, "there is no such setting").suggesting(Some(format!("{PREFIX}{meant}"))))
        };
        unknown.filter_map(meant).collect()
    }
}

/// A setting as it was given: under which name, and the values.
pub(super) struct Given {
    pub at: String,
    pub values: Vec<String>,
}

/// The three sources, asked in order.
pub(super) struct Layers<'a> {
    flags: &'a Flags,
    env: &'a Environment,
    server: Option<&'a ServerFile>,
}

impl<'a> Layers<'a> {
    pub fn new(flags: &'a Flags, env: &'a Environment, server: Option<&'a ServerFile>) -> Self {
        Self { flags, env, server }
    }

    pub fn get(&self, key: Key) -> Option<Given> {
        let given = |at, values| Given { at, values };
        let flag = || self.flag(key);
        let variable = || self.env.values(key).map(|values| given(key.variable(), values));
        let file = || {
            let values = self.server?.values(key)?;
            Some(given(format!("{IN_WORLD}{}", key.name()), values))
        };
        flag().or_else(variable).or_else(file)
    }

    pub fn flag(&self, key: Key) -> Option<Given> {
        let values = self.flags.0.get(&key)?.clone();
        Some(Given { at: key.flag(), values })
    }
}

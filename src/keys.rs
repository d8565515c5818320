//! Who signs tokens, and with which key?
//!
//! A [`KeyRing`] holds the signing keys of one world: one set for all its Entra tenants, one for each
//! third-party provider. A key is made, or read, when it is first asked for, and then held.
//!
//! Making a key blocks the thread for 70 ms and more. It happens once per owner and rotation;
//! [`KeyRing::warm`] lets a caller choose when.

mod certificate;
mod make;
mod public;
mod signing;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub(crate) use certificate::{Attribute, Certificate};
pub use make::KeySource;
pub use public::{Hash, PublicKey};
pub use signing::SigningKey;

use crate::directory::tenant::Tenant;

/// The current key and the two before it: tokens signed before a rotation stay verifiable.
const PUBLISHED: usize = 3;

/// Whose key is it?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner<'a> {
    /// All Entra tenants of the world share one set, as they do at the real service.
    Entra,
    /// A third-party provider, by its handle.
    Provider(&'a str),
}

impl<'d> From<Tenant<'d>> for Owner<'d> {
    fn from(tenant: Tenant<'d>) -> Self {
        match tenant {
            Tenant::Entra { .. } => Owner::Entra,
            Tenant::Provider { handle, .. } => Owner::Provider(handle),
        }
    }
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Entra => f.write_str("entra"),
            Owner::Provider(handle) => f.write_str(handle),
        }
    }
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// What was given is not an RSA key, or not a certificate of one.
    Unreadable,
    /// An RSA key, but of a size that nobody should use: below 2048 or above 8192 bits.
    Size,
    /// A key or its certificate could not be made.
    NotMade,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::Unreadable => "not an RSA key or a certificate of one",
            KeyError::Size => "an RSA key must have 2048 to 8192 bits",
            KeyError::NotMade => "the key could not be made",
        })
    }
}

impl std::error::Error for KeyError {}

/// The signing keys of one world. Ask only for owners that exist: a key is made for whoever is named.
pub struct KeyRing {
    source: KeySource,
    entra: Slot,
    providers: RwLock<HashMap<String, Arc<Slot>>>,
}

impl KeyRing {
    /// A ring without keys: the first question for one makes it.
    pub fn new(source: KeySource) -> Self {
        Self { source, entra: Slot::default(), providers: RwLock::default() }
    }

    /// The key that signs now.
    pub fn current(&self, owner: Owner<'_>) -> Result<Arc<SigningKey>, KeyError> {
        self.at(owner, |slot| slot.current(|turn| self.source.make(owner, turn)))
    }

    /// The keys to publish: the current one first, then at most two that were rotated out.
    pub fn published(&self, owner: Owner<'_>) -> Result<Vec<Arc<SigningKey>>, KeyError> {
        self.warm(owner)?;
        Ok(self.at(owner, |slot| slot.read().published.clone()))
    }

    /// The published key with this id.
    pub fn find(&self, owner: Owner<'_>, kid: &str) -> Result<Option<Arc<SigningKey>>, KeyError> {
        Ok(self.published(owner)?.into_iter().find(|key| key.kid() == kid))
    }

    /// Makes the next key and signs with it from now on. Others go on signing with the old one meanwhile.
    pub fn rotate(&self, owner: Owner<'_>) -> Result<Arc<SigningKey>, KeyError> {
        self.at(owner, |slot| slot.rotate(|turn| self.source.make(owner, turn)))
    }

    /// Back to the keys the world started with.
    pub fn reset(&self) {
        self.entra.reset();
        for slot in read(&self.providers).values() {
            slot.reset();
        }
    }

    /// Makes sure that the current key exists.
    pub fn warm(&self, owner: Owner<'_>) -> Result<(), KeyError> {
        self.current(owner).map(drop)
    }

    fn at<T>(&self, owner: Owner<'_>, ask: impl FnOnce(&Slot) -> T) -> T {
        let Owner::Provider(handle) = owner else { return ask(&self.entra) };
        // The map's lock is not held while a key is made: one provider's first key must not stop another.
        let known = read(&self.providers).get(handle).cloned();
        let slot = known.unwrap_or_else(|| write(&self.providers).entry(handle.to_owned()).or_default().clone());
        ask(&slot)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("source", &self.source).finish_non_exhaustive()
    }
}

/// The keys of one owner.
#[derive(Default)]
struct Slot {
    /// How often was the key rotated? Whoever makes a key holds this, so no two make the same one.
    turn: Mutex<u32>,
    keys: RwLock<Keys>,
}

#[derive(Default)]
struct Keys {
    /// The one a reset comes back to.
    first: Option<Arc<SigningKey>>,
    published: Vec<Arc<SigningKey>>,
}

impl Slot {
    fn current(&self, make: impl FnOnce(u32) -> Result<SigningKey, KeyError>) -> Result<Arc<SigningKey>, KeyError> {
        if let Some(key) = self.read().published.first() {
            return Ok(key.clone());
        }
        let turn = self.turn();
        // Somebody else may have made it while this thread waited.
        if let Some(key) = self.read().published.first() {
            return Ok(key.clone());
        }
        let key = Arc::new(make(*turn)?);
        let mut keys = write(&self.keys);
        keys.first = Some(key.clone());
        keys.published.push(key.clone());
        Ok(key)
    }

    fn rotate(&self, make: impl Fn(u32) -> Result<SigningKey, KeyError>) -> Result<Arc<SigningKey>, KeyError> {
        self.current(&make)?;
        let mut turn = self.turn();
        let key = Arc::new(make(*turn + 1)?);
        *turn += 1;
        let mut keys = write(&self.keys);
        keys.published.insert(0, key.clone());
        keys.published.truncate(PUBLISHED);
        Ok(key)
    }

    fn reset(&self) {
        let mut turn = self.turn();
        *turn = 0;
        let mut keys = write(&self.keys);
        keys.published = keys.first.iter().cloned().collect();
    }

    fn read(&self) -> RwLockReadGuard<'_, Keys> {
        read(&self.keys)
    }

    fn turn(&self) -> MutexGuard<'_, u32> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// A thread that panicked while it held one of these locks had only cloned or replaced whole values.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;

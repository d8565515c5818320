//! Does this person hold the security key or passkey that was registered for them?
//!
//! The relying party of W3C Web Authentication (Level 3, section 7), as text in and text out: what a page hands to
//! `navigator.credentials`, and what `PublicKeyCredential.toJSON()` makes of the answer. Between the two, one
//! string is remembered in the sign-in's state.

mod answer;
mod attestation;
mod authenticator_data;
mod cbor;
mod error;
mod key;
mod options;
mod rp;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::id::ObjectId;
use answer::{Answer, Asserted, Attested, Ceremony};
use attestation::Attestation;
use authenticator_data::AuthenticatorData;
pub use error::PasskeyError;
use key::PublicKey;
pub use options::{Asked, LIVES, Recognition, User, creation_options, request_options};
pub use rp::Rp;

/// A credential as it is kept with the account it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The name the authenticator gave it, in base64url.
    pub credential_id: String,
    /// Its public key: a `COSE_Key` (RFC 9052, 7), in base64url.
    pub public_key: String,
    /// How often it had signed when last seen; always zero for those that do not count.
    pub sign_count: u32,
}

/// A credential that has just proven itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Which of the account's.
    pub credential_id: String,
    /// What to keep as its [`Registered::sign_count`] from now on.
    pub sign_count: u32,
}

/// What has to be known again when the answer comes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ceremony", rename_all = "snake_case")]
enum Remembered {
    Registration { challenge: String, taken: Vec<String> },
    Verification { challenge: String, object: ObjectId },
}

/// Accepts a new credential (7.1): the answer to [`creation_options`].
pub fn register(rp: &Rp, remembered: &str, answer: &str) -> Result<Registered, PasskeyError> {
    let Ok(Remembered::Registration { challenge, taken }) = serde_json::from_str(remembered) else {
        return Err(PasskeyError::NotAsked);
    };
    let answer: Answer<Attested> = Answer::read(answer)?;
    let client_data = answer.response.client_data.check(rp, Ceremony::Registration, &challenge)?;
    let attestation = Attestation::read(&answer.response.attestation_object)?;
    let data = AuthenticatorData::read(&attestation.authenticator_data)?;
    data.check(rp, Recognition::Preferred)?;
    let credential = data.credential.ok_or(PasskeyError::Unreadable("the new credential"))?;
    let credential_id = URL_SAFE_NO_PAD.encode(credential.id);
    if credential_id != answer.id {
        return Err(PasskeyError::Unreadable("the credential's name"));
    }
    attestation.check(&PublicKey::read(credential.key)?, &client_data)?;
    if taken.contains(&credential_id) {
        return Err(PasskeyError::AlreadyRegistered);
    }
    Ok(Registered { credential_id, public_key: URL_SAFE_NO_PAD.encode(credential.key), sign_count: data.sign_count })
}

/// Verifies that one of the account's `known` credentials answered (7.2): the answer to [`request_options`].
pub fn verify(
    rp: &Rp,
    remembered: &str,
    answer: &str,
    known: &[Registered],
    recognition: Recognition,
) -> Result<Verified, PasskeyError> {
    let Ok(Remembered::Verification { challenge, object }) = serde_json::from_str(remembered) else {
        return Err(PasskeyError::NotAsked);
    };
    let answer: Answer<Asserted> = Answer::read(answer)?;
    let known = known.iter().find(|known| known.credential_id == answer.id).ok_or(PasskeyError::NotRegistered)?;
    if answer.response.user_handle.is_some_and(|handle| *handle != *object.0.as_bytes()) {
        return Err(PasskeyError::OtherUser);
    }
    let client_data = answer.response.client_data.check(rp, Ceremony::Verification, &challenge)?;
    let signed = &answer.response.authenticator_data;
    let data = AuthenticatorData::read(signed)?;
    data.check(rp, recognition)?;
    let key = URL_SAFE_NO_PAD.decode(&known.public_key).map_err(|_| PasskeyError::UnusableKey)?;
    if !PublicKey::read(&key)?.signed(&[signed, client_data.as_ref()].concat(), &answer.response.signature) {
        return Err(PasskeyError::WrongSignature);
    }
    // Whoever counts counts up. One that does not was copied, and its copy has been here since (6.1.1).
    let counts = known.sign_count != 0 || data.sign_count != 0;
    if counts && data.sign_count <= known.sign_count {
        return Err(PasskeyError::Copied);
    }
    Ok(Verified { credential_id: answer.id, sign_count: data.sign_count })
}

#[cfg(test)]
mod tests;

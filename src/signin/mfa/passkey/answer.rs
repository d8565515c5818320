//! What did the browser answer, and to which question (Web Authentication, 5.1.8 and 5.8.1)?

use aws_lc_rs::digest::{Digest, SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{PasskeyError, Rp};

/// More than any browser sends, an attestation with all its certificates included.
const LONGEST: usize = 64 * 1024;

/// What was asked, in the words of `clientDataJSON`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Ceremony {
    /// A new credential.
    #[serde(rename = "webauthn.create")]
    Registration,
    /// One of those there are.
    #[serde(rename = "webauthn.get")]
    Verification,
    /// Anything else a browser may sign.
    #[serde(other)]
    Unknown,
}

/// A credential in JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer<R> {
    pub id: String,
    raw_id: Bytes,
    r#type: String,
    pub response: R,
}

/// What comes with a new credential.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attested {
    #[serde(rename = "clientDataJSON")]
    pub client_data: ClientData,
    pub attestation_object: Bytes,
}

/// What comes with the use of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asserted {
    #[serde(rename = "clientDataJSON")]
    pub client_data: ClientData,
    pub authenticator_data: Bytes,
    pub signature: Bytes,
    pub user_handle: Option<Bytes>,
}

impl<R: DeserializeOwned> Answer<R> {
    pub fn read(text: &str) -> Result<Self, PasskeyError> {
        if text.len() > LONGEST {
            return Err(PasskeyError::TooLong);
        }
        let answer: Self = serde_json::from_str(text).map_err(|_| PasskeyError::Unreadable("its JSON"))?;
        if answer.r#type != "public-key" || answer.id != URL_SAFE_NO_PAD.encode(&*answer.raw_id) {
            return Err(PasskeyError::Unreadable("the credential's name"));
        }
        Ok(answer)
    }
}

/// What the browser, not the key, vouches for: unread, because the key signed these very bytes.
#[derive(Debug, Deserialize)]
pub struct ClientData(Bytes);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Collected {
    r#type: Ceremony,
    challenge: String,
    origin: String,
    cross_origin: Option<bool>,
}

impl ClientData {
    /// The hash that was signed, if this is about our question.
    pub fn check(&self, rp: &Rp, ceremony: Ceremony, challenge: &str) -> Result<Digest, PasskeyError> {
        let collected: Collected =
            serde_json::from_slice(&self.0).map_err(|_| PasskeyError::Unreadable("clientDataJSON"))?;
        if collected.r#type != ceremony {
            return Err(PasskeyError::WrongType);
        }
        if collected.challenge != challenge {
            return Err(PasskeyError::WrongChallenge);
        }
        if collected.origin != rp.origin {
            return Err(PasskeyError::WrongOrigin(rp.origin.clone()));
        }
        if collected.cross_origin == Some(true) {
            return Err(PasskeyError::Framed);
        }
        Ok(digest(&SHA256, &self.0))
    }
}

/// Bytes that travel as base64url.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Bytes(Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = base64::DecodeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        URL_SAFE_NO_PAD.decode(text).map(Self)
    }
}

impl std::ops::Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

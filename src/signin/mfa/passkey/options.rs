//! What is the browser asked for (Web Authentication, 5.4 and 5.5, in the JSON form of 5.1.8 and 5.1.9)?

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::key::ALGORITHMS;
use super::{Registered, Rp};
use crate::id::{ObjectId, Upn};
use crate::time::Span;

/// How long the browser may wait for the person, and we for the browser.
pub const LIVES: Span = Span::minutes(5);

/// Whose credential is to be made.
#[derive(Clone, Copy, Debug)]
pub struct User<'a> {
    /// The account, by what never changes.
    pub object: ObjectId,
    /// Its name, to be told from others.
    pub upn: &'a Upn,
    /// The person's name.
    pub display_name: &'a str,
}

/// Does the key have to recognise its owner, by a finger or a PIN (user verification)?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognition {
    /// It does: nothing else proves who it is.
    Required,
    /// It may.
    Preferred,
}

impl Recognition {
    fn word(self) -> &'static str {
        match self {
            Recognition::Required => "required",
            Recognition::Preferred => "preferred",
        }
    }
}

/// A question to the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// For the page: `parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON` of `PublicKeyCredential` reads it.
    pub options: String,
    /// For us, until the answer comes.
    pub remembered: String,
}

/// Asks for a new credential, other than those the account has: `navigator.credentials.create`.
pub fn creation_options(rp: &Rp, user: &User<'_>, challenge: &[u8; 32], known: &[Registered]) -> Asked {
    let challenge = URL_SAFE_NO_PAD.encode(challenge);
    let algorithm = |id: i64| json!({ "type": "public-key", "alg": id });
    let options = json!({
        "rp": { "id": rp.id, "name": rp.name },
        "user": { "id": handle(user.object), "name": user.upn, "displayName": user.display_name },
        "challenge": challenge,
        "pubKeyCredParams": ALGORITHMS.map(algorithm),
        "timeout": LIVES.millis(),
        "excludeCredentials": descriptors(known),
        // Differs: the real service demands that the key keeps the credential and recognises the person. Here every
        // key will do, the oldest and a test's virtual one included, because the password was asked for before.
        "authenticatorSelection": {
            "residentKey": "preferred",
            "requireResidentKey": false,
            "userVerification": "preferred",
        },
        "attestation": "none",
    });
    let taken: Vec<&str> = known.iter().map(|known| known.credential_id.as_str()).collect();
    let remembered = json!({ "ceremony": "registration", "challenge": challenge, "taken": taken });
    Asked { options: options.to_string(), remembered: remembered.to_string() }
}

/// Asks for one of the account's `known` credentials: `navigator.credentials.get`.
pub fn request_options(
    rp: &Rp,
    object: ObjectId,
    challenge: &[u8; 32],
    known: &[Registered],
    recognition: Recognition,
) -> Asked {
    let challenge = URL_SAFE_NO_PAD.encode(challenge);
    let options = json!({
        "challenge": challenge,
        "timeout": LIVES.millis(),
        "rpId": rp.id,
        "allowCredentials": descriptors(known),
        "userVerification": recognition.word(),
    });
    let remembered = json!({ "ceremony": "verification", "challenge": challenge, "object": object });
    Asked { options: options.to_string(), remembered: remembered.to_string() }
}

fn handle(object: ObjectId) -> String {
    URL_SAFE_NO_PAD.encode(object.0.as_bytes())
}

fn descriptors(known: &[Registered]) -> Vec<Value> {
    known.iter().map(|known| json!({ "type": "public-key", "id": known.credential_id })).collect()
}

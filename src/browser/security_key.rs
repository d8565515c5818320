//! A security key made of software, for sign-ins that no person watches: it makes a passkey and shows it again, as a
//! browser and its authenticator do together (W3C Web Authentication, Level 3, 5.1.3, 5.1.4, 6.1 and 6.5).
//!
//! The world keeps the public half with the account; the private half is a record of its own, found by the passkey's
//! name, so that the next sign-in has it too.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coset::cbor::{Value as Cbor, cbor};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::directory::user::Secret;
use crate::store::Record;

/// Somebody is there, and was recognised.
const THERE: u8 = 0x01 | 0x04;
/// A new credential comes along.
const CREDENTIAL: u8 = 0x40;

/// A passkey's private half: PKCS #8 in base64url.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrivateHalf(Secret);

impl Record for PrivateHalf {
    const KIND: &'static str = "passkey-private-half";
}

/// What a browser answers, and the passkey it used or made.
pub struct Shown {
    /// `PublicKeyCredential.toJSON()`.
    pub credential: String,
    /// What the passkey is called.
    pub id: String,
    /// Its private half.
    pub private: PrivateHalf,
}

/// Makes a passkey of this name for the page at an address, which asks for it with these options. Nothing, when the
/// options cannot be read or the machine makes no keys.
pub fn create(page: &Url, options: &str, id: [u8; 16]) -> Option<Shown> {
    let options: Value = serde_json::from_str(options).ok()?;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).ok()?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).ok()?;
    let (x, y) = pair.public_key().as_ref().get(1..)?.split_at_checked(32)?;
    let key = cbor!({ 1 => 2, 3 => -7, -1 => 1, -2 => Cbor::Bytes(x.to_vec()), -3 => Cbor::Bytes(y.to_vec()) }).ok()?;
    let mut data = about(options["rp"]["id"].as_str()?, THERE | CREDENTIAL);
    data.extend([0; 16]);
    data.extend(u16::try_from(id.len()).ok()?.to_be_bytes());
    data.extend(id);
    data.extend(written(&key)?);
    let object = cbor!({ "fmt" => "none", "attStmt" => {}, "authData" => Cbor::Bytes(data) }).ok()?;
    let response = json!({
        "clientDataJSON": encode(&client_data(page, "webauthn.create", &options)),
        "attestationObject": encode(&written(&object)?),
        "transports": ["internal"],
    });
    let private = PrivateHalf(Secret::new(encode(pkcs8.as_ref())));
    Some(Shown { credential: credential(&encode(&id), response), id: encode(&id), private })
}

/// The passkeys that a page would take, by name.
pub fn wanted(options: &str) -> Vec<String> {
    let options: Value = serde_json::from_str(options).unwrap_or_default();
    let allowed = options["allowCredentials"].as_array().map(Vec::as_slice).unwrap_or_default();
    allowed.iter().filter_map(|one| one["id"].as_str()).map(str::to_owned).collect()
}

/// Shows a passkey to the page at an address, which asks for it with these options.
pub fn get(page: &Url, options: &str, id: &str, private: PrivateHalf) -> Option<Shown> {
    let options: Value = serde_json::from_str(options).ok()?;
    let pkcs8 = URL_SAFE_NO_PAD.decode(private.0.reveal()).ok()?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8).ok()?;
    let said = client_data(page, "webauthn.get", &options);
    let data = about(options["rpId"].as_str()?, THERE);
    let signed = [data.as_slice(), digest(&SHA256, &said).as_ref()].concat();
    let response = json!({
        "clientDataJSON": encode(&said),
        "authenticatorData": encode(&data),
        "signature": encode(pair.sign(&SystemRandom::new(), &signed).ok()?.as_ref()),
    });
    Some(Shown { credential: credential(id, response), id: id.to_owned(), private })
}

/// What the authenticator says of itself and the site: it does not count how often it signs.
fn about(site: &str, flags: u8) -> Vec<u8> {
    let mut data = digest(&SHA256, site.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend([0; 4]);
    data
}

/// What the browser vouches for.
fn client_data(page: &Url, kind: &str, options: &Value) -> Vec<u8> {
    let origin = page.origin().ascii_serialization();
    json!({ "type": kind, "challenge": options["challenge"], "origin": origin, "crossOrigin": false })
        .to_string()
        .into_bytes()
}

fn credential(id: &str, response: Value) -> String {
    json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response })
        .to_string()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn written(item: &Cbor) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    coset::cbor::into_writer(item, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{ObjectId, Upn};
    use crate::signin::mfa::passkey::{self, Recognition, Rp, User};

    #[test]
    fn what_it_makes_is_taken_and_known_again_and_by_no_other_site() {
        let page = Url::parse("https://localhost:8443/example.test/login").unwrap();
        let rp = Rp::at("https://localhost:8443", "Example").unwrap();
        let (object, upn) = (ObjectId::derived(&["user"]), Upn::new("alice@example.test"));
        let user = User { object, upn: &upn, display_name: "Alice" };
        let asked = passkey::creation_options(&rp, &user, &[1; 32], &[]);
        let made = create(&page, &asked.options, [7; 16]).unwrap();
        let known = [passkey::register(&rp, &asked.remembered, &made.credential).unwrap()];
        assert_eq!(known[0].credential_id, made.id);

        let asked = passkey::request_options(&rp, object, &[2; 32], &known, Recognition::Required);
        assert_eq!(wanted(&asked.options), [made.id.as_str()]);
        let shown = get(&page, &asked.options, &made.id, made.private.clone()).unwrap();
        passkey::verify(&rp, &asked.remembered, &shown.credential, &known, Recognition::Required).unwrap();
        let elsewhere = Url::parse("https://evil.test/").unwrap();
        let shown = get(&elsewhere, &asked.options, &made.id, made.private).unwrap();
        passkey::verify(&rp, &asked.remembered, &shown.credential, &known, Recognition::Required).unwrap_err();
        assert!(create(&page, "{}", [7; 16]).is_none() && wanted("nonsense").is_empty());
    }
}

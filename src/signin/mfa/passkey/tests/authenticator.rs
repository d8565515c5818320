//! A security key made of software, and the browser around it: everything it says can be bent before it is signed.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use coset::cbor::{Value as Cbor, cbor};
use serde_json::{Value, json};

pub const PRESENT: u8 = 0x01;
pub const VERIFIED: u8 = 0x04;
pub const BACKED_UP: u8 = 0x10;
pub const CREDENTIAL: u8 = 0x40;
pub const EXTENSIONS: u8 = 0x80;

/// The private half.
pub enum Pair {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

impl Pair {
    pub fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().unwrap())
    }

    pub fn rs256() -> Self {
        Self::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// The public half, as a `COSE_Key`.
    pub fn cose(&self) -> Cbor {
        match self {
            Pair::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let (x, y) = (Cbor::Bytes(x.to_vec()), Cbor::Bytes(y.to_vec()));
                cbor!({ 1 => 2, 3 => -7, -1 => 1, -2 => x, -3 => y }).unwrap()
            }
            Pair::Ed25519(pair) => {
                let x = Cbor::Bytes(pair.public_key().as_ref().to_vec());
                cbor!({ 1 => 1, 3 => -8, -1 => 6, -2 => x }).unwrap()
            }
            Pair::Rs256(pair) => {
                let n = Cbor::Bytes(pair.public_key().modulus().big_endian_without_leading_zero().to_vec());
                let e = Cbor::Bytes(pair.public_key().exponent().big_endian_without_leading_zero().to_vec());
                cbor!({ 1 => 3, 3 => -257, -1 => n, -2 => e }).unwrap()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Pair::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
}

/// The key and its browser, and what they say next.
pub struct Authenticator {
    pub pair: Pair,
    pub id: Vec<u8>,
    pub cose: Cbor,
    pub origin: String,
    pub rp_id: String,
    pub flags: u8,
    pub sign_count: u32,
    pub extensions: Vec<u8>,
    pub format: &'static str,
    pub statement: Option<Cbor>,
    /// Members of `clientDataJSON` to say otherwise.
    pub client_data: Value,
    /// Members of the answer's `response` to say otherwise.
    pub response: Value,
}

impl Authenticator {
    pub fn new(pair: Pair) -> Self {
        Self {
            cose: pair.cose(),
            pair,
            id: vec![7; 32],
            origin: "http://localhost:8080".into(),
            rp_id: "localhost".into(),
            flags: PRESENT,
            sign_count: 0,
            extensions: vec![],
            format: "none",
            statement: None,
            client_data: json!({}),
            response: json!({}),
        }
    }

    /// `navigator.credentials.create(…)`, then `toJSON()`.
    pub fn create(&self, options: &str) -> String {
        let client_data = self.client_data("webauthn.create", options);
        let data = self.data(CREDENTIAL);
        let signature = self.sign(&data, &client_data);
        let statement = self.statement.clone().unwrap_or_else(|| match self.format {
            "packed" => cbor!({ "alg" => self.algorithm(), "sig" => Cbor::Bytes(signature) }).unwrap(),
            _ => cbor!({}).unwrap(),
        });
        let object = cbor!({ "fmt" => self.format, "attStmt" => statement, "authData" => Cbor::Bytes(data) }).unwrap();
        self.answer(json!({
            "clientDataJSON": encode(&client_data),
            "attestationObject": encode(&bytes(&object)),
            "transports": ["usb"],
        }))
    }

    /// `navigator.credentials.get(…)`, then `toJSON()`.
    pub fn get(&self, options: &str) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(0);
        self.answer(json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&data),
            "signature": encode(&self.sign(&data, &client_data)),
        }))
    }

    fn client_data(&self, kind: &str, options: &str) -> Vec<u8> {
        let options: Value = serde_json::from_str(options).unwrap();
        let said = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
            "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
        });
        merged(said, &self.client_data).to_string().into_bytes()
    }

    fn data(&self, also: u8) -> Vec<u8> {
        let flags = self.flags | also;
        let mut data = digest(&SHA256, self.rp_id.as_bytes()).as_ref().to_vec();
        data.push(flags);
        data.extend(self.sign_count.to_be_bytes());
        if flags & CREDENTIAL != 0 {
            data.extend([0; 16]);
            data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
            data.extend(&self.id);
            data.extend(bytes(&self.cose));
        }
        data.extend(&self.extensions);
        data
    }

    fn sign(&self, data: &[u8], client_data: &[u8]) -> Vec<u8> {
        self.pair.sign(&[data, digest(&SHA256, client_data).as_ref()].concat())
    }

    fn algorithm(&self) -> i64 {
        match self.pair {
            Pair::Es256(_) => -7,
            Pair::Ed25519(_) => -8,
            Pair::Rs256(_) => -257,
        }
    }

    fn answer(&self, response: Value) -> String {
        json!({
            "id": encode(&self.id),
            "rawId": encode(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": merged(response, &self.response),
        })
        .to_string()
    }
}

pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn bytes(item: &Cbor) -> Vec<u8> {
    let mut bytes = vec![];
    coset::cbor::into_writer(item, &mut bytes).unwrap();
    bytes
}

fn merged(mut said: Value, otherwise: &Value) -> Value {
    for (name, value) in otherwise.as_object().unwrap() {
        said[name] = value.clone();
    }
    said
}

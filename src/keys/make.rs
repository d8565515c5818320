//! Where keys come from: the program itself, a seed, or chance.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyUsagePurpose, PKCS_RSA_SHA256, SerialNumber};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::{CryptoRng, RngCore};

use super::public::pem_block;
use super::{KeyError, Owner, SigningKey};
use crate::chance::Chance;

/// Where the keys of one world come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The public development keys; those of other providers, and later ones, follow from their owner's name.
    Development,
    /// Keys that follow from a seed, for a world that must come out the same again.
    Seeded {
        /// The server's seed.
        seed: u64,
        /// The world's id.
        world: String,
    },
    /// Keys that nobody else has.
    Fresh,
}

const EMBEDDED: [(Owner<'static>, &str, &str); 3] = [
    (Owner::Entra, include_str!("../../keys/entra.pem"), include_str!("../../keys/entra.crt.pem")),
    (Owner::Provider("wingtip"), include_str!("../../keys/wingtip.pem"), include_str!("../../keys/wingtip.crt.pem")),
    (Owner::Provider("local"), include_str!("../../keys/local.pem"), include_str!("../../keys/local.crt.pem")),
];

const BITS: usize = 2048;

impl KeySource {
    /// The key an owner has after so many rotations.
    pub(super) fn make(&self, owner: Owner<'_>, turn: u32) -> Result<SigningKey, KeyError> {
        match self {
            KeySource::Development => match EMBEDDED.iter().find(|(name, ..)| turn == 0 && *name == owner) {
                Some((_, key, certificate)) => embedded(key, certificate),
                None => seeded(&Chance::new(Some(0), &purpose("development", owner, turn)), owner),
            },
            KeySource::Seeded { seed, world } => seeded(&Chance::new(Some(*seed), &purpose(world, owner, turn)), owner),
            KeySource::Fresh => certified(KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::NotMade)?, owner),
        }
    }
}

/// What a seed is used for, so that no two keys follow from the same bytes.
fn purpose(world: &str, owner: Owner<'_>, turn: u32) -> String {
    let family = match owner {
        Owner::Entra => "tenants",
        Owner::Provider(_) => "provider",
    };
    format!("signing key\n{world}\n{family}\n{owner}\n{turn}")
}

fn embedded(key: &str, certificate: &str) -> Result<SigningKey, KeyError> {
    let key = pem_block(key, "PRIVATE KEY").ok_or(KeyError::Unreadable)?;
    let certificate = pem_block(certificate, "CERTIFICATE").ok_or(KeyError::Unreadable)?;
    SigningKey::new(KeyPair::from_pkcs8(&key).map_err(|_| KeyError::Unreadable)?, &certificate)
}

fn seeded(chance: &Chance, owner: Owner<'_>) -> Result<SigningKey, KeyError> {
    let key = RsaPrivateKey::new(&mut Stream(chance), BITS).map_err(|_| KeyError::NotMade)?;
    let key = key.to_pkcs8_der().map_err(|_| KeyError::NotMade)?;
    certified(KeyPair::from_pkcs8(key.as_bytes()).map_err(|_| KeyError::NotMade)?, owner)
}

/// Gives a key a certificate that follows from the key and its owner's name alone.
fn certified(pair: KeyPair, owner: Owner<'_>) -> Result<SigningKey, KeyError> {
    let public = pair.public_key().as_der().map_err(|_| KeyError::NotMade)?;
    let mut serial = digest(&SHA256, public.as_ref()).as_ref()[..16].to_vec();
    // A serial number is positive and has no leading zero (RFC 5280, 4.1.2.2).
    serial[0] = serial[0] & 0x7f | 0x40;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, format!("standin {owner}"));
    params.serial_number = Some(SerialNumber::from(serial));
    // Whatever a world's clock is set to, its keys' certificates should be valid.
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2049, 12, 31);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    let certificate = params.self_signed(&Issuer(&pair)).map_err(|_| KeyError::NotMade)?;
    let der = certificate.der().to_vec();
    SigningKey::new(pair, &der)
}

/// A key as the certificate library wants it, without giving it the private half.
struct Issuer<'k>(&'k KeyPair);

impl rcgen::PublicKeyData for Issuer<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl rcgen::SigningKey for Issuer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map(|()| signature).map_err(|_| rcgen::Error::RemoteKeyError)
    }
}

/// Chance, as the RSA library wants it.
struct Stream<'c>(&'c Chance);

impl RngCore for Stream<'_> {
    fn next_u32(&mut self) -> u32 {
        u32::from_be_bytes(self.0.bytes())
    }

    fn next_u64(&mut self) -> u64 {
        u64::from_be_bytes(self.0.bytes())
    }

    fn fill_bytes(&mut self, into: &mut [u8]) {
        self.0.fill(into);
    }

    fn try_fill_bytes(&mut self, into: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill(into);
        Ok(())
    }
}

impl CryptoRng for Stream<'_> {}

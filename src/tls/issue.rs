//! What do the CA's and the server's certificates say? (RFC 5280; the CA/Browser Forum's limits that clients enforce.)

use std::net::IpAddr;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyIdMethod, KeyPair, KeyUsagePurpose, PublicKeyData, SanType,
};
use rsa::pkcs8::der::{Tag, Tagged};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

use super::TlsError;
use crate::keys::{Attribute, Certificate};

const CA_LIFETIME: Duration = Duration::days(3650);
/// Apple's and Chromium's limit is 398 days, both ends and the day of tolerance below included.
const LEAF_LIFETIME: Duration = Duration::days(396);
const CA_USAGES: [KeyUsagePurpose; 2] = [KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
/// Clients in virtual machines are often a little behind.
const CLOCK_TOLERANCE: Duration = Duration::days(1);

/// A CA as it is kept: its key and its certificate.
pub(super) struct Bundle {
    pub key_pem: String,
    pub certificate_pem: String,
}

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

impl Bundle {
    pub fn text(&self) -> String {
        format!("{}{}", self.key_pem, self.certificate_pem)
    }

    pub fn parse(text: &str) -> Result<Self, String> {
        let at = text.find(CERTIFICATE).ok_or_else(|| "it holds no certificate".to_owned())?;
        let (key, certificate) = text.split_at(at);
        Ok(Self { key_pem: key.to_owned(), certificate_pem: certificate.to_owned() })
    }
}

pub(super) fn new_ca(now: OffsetDateTime) -> Result<Bundle, TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name(format!("Standin local CA ({}, {})", host_label(), fingerprint(&key)));
    params.not_before = now - CLOCK_TOLERANCE;
    params.not_after = now + CA_LIFETIME;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = CA_USAGES.to_vec();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok(Bundle { key_pem: key.serialize_pem(), certificate_pem: certificate.pem() })
}

/// The CA that a kept certificate and key are; refuses a certificate that is not this key's.
pub(super) fn issuer(certificate: &Certificate<'_>, key: KeyPair) -> Result<Issuer<'static, KeyPair>, TlsError> {
    if certificate.public_key != key.subject_public_key_info() {
        return Err(TlsError::Certificate("its certificate belongs to another key".to_owned()));
    }
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for part in &certificate.subject {
        params.distinguished_name.push(DnType::from_oid(&arcs(part)), text(part)?);
    }
    if let Some(name) = certificate.key_identifier {
        params.key_identifier_method = KeyIdMethod::PreSpecified(name.to_vec());
    }
    params.key_usages = CA_USAGES.to_vec();
    Ok(Issuer::new(params, key))
}

fn arcs(part: &Attribute<'_>) -> Vec<u64> {
    part.kind.arcs().map(u64::from).collect()
}

/// Clients compare names byte for byte, so a text stays of the kind it is.
fn text(part: &Attribute<'_>) -> Result<DnValue, TlsError> {
    let unreadable = || TlsError::Certificate("its certificate's name cannot be read".to_owned());
    let text = str::from_utf8(part.value.value()).map_err(|_| unreadable())?;
    match part.value.tag() {
        Tag::Utf8String => Ok(DnValue::Utf8String(text.to_owned())),
        Tag::PrintableString => Ok(DnValue::PrintableString(text.try_into()?)),
        _ => Err(unreadable()),
    }
}

pub(super) struct Leaf {
    pub certificate: CertificateDer<'static>,
    pub key: PrivateKeyDer<'static>,
}

/// A certificate for this machine under all its names, and for `names`.
pub(super) fn new_leaf(
    issuer: &Issuer<'_, KeyPair>,
    names: &[String],
    now: OffsetDateTime,
    ca_valid_until: OffsetDateTime,
) -> Result<Leaf, TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name("localhost".to_owned());
    params.subject_alt_names = alternative_names(names)?;
    params.not_before = now - CLOCK_TOLERANCE;
    params.not_after = (now + LEAF_LIFETIME).min(ca_valid_until);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let certificate = params.signed_by(&key, issuer)?;
    Ok(Leaf { certificate: certificate.der().clone(), key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() })
}

fn alternative_names(names: &[String]) -> Result<Vec<SanType>, TlsError> {
    let mut all = Vec::new();
    for own in ["localhost", "127.0.0.1", "::1"] {
        all.push(alternative_name(own)?);
    }
    // A host name that no certificate can carry is the machine's oddity, not the user's mistake.
    all.extend(host_name().and_then(|host| alternative_name(&host).ok()));
    for name in names {
        all.push(alternative_name(name)?);
    }
    let mut unique = Vec::with_capacity(all.len());
    for name in all {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    Ok(unique)
}

fn alternative_name(name: &str) -> Result<SanType, TlsError> {
    if let Ok(address) = name.parse::<IpAddr>() {
        return Ok(SanType::IpAddress(address));
    }
    let refused = || TlsError::Name(name.to_owned());
    if !is_dns_name(name) {
        return Err(refused());
    }
    name.to_ascii_lowercase().try_into().map(SanType::DnsName).map_err(|_| refused())
}

/// A host name as certificates carry it: letters, digits, hyphens, and a star for the whole first label (RFC 6125 6.4.3).
pub(crate) fn is_dns_name(name: &str) -> bool {
    let rest = name.strip_prefix("*.").unwrap_or(name);
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    rest.len() <= 253 && rest.split('.').all(label)
}

fn common_name(name: String) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn host_name() -> Option<String> {
    gethostname::gethostname().into_string().ok().filter(|name| !name.is_empty())
}

/// For people who look through a list of trusted CAs. A common name has room for 64 characters (RFC 5280 appendix A.1).
fn host_label() -> String {
    host_name().unwrap_or_else(|| "unnamed host".to_owned()).chars().take(32).collect()
}

fn fingerprint(key: &KeyPair) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &key.subject_public_key_info());
    digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

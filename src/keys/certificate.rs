//! What does a certificate say of its owner, its key and its time? (RFC 5280 4.1)
//!
//! Only that is read: who signed it, and whether it may be used for something, is for those to judge who are shown it.

use rsa::pkcs1::{ALGORITHM_OID, RsaPublicKey};
use rsa::pkcs8::der::asn1::{AnyRef, GeneralizedTime, ObjectIdentifier, OctetStringRef, UtcTime};
use rsa::pkcs8::der::{Decode, ErrorKind, Reader, Result, SliceReader, Tag, TagNumber, Tagged};
use rsa::pkcs8::spki::SubjectPublicKeyInfoRef;
use time::OffsetDateTime;

/// Where an issuer's own key goes by a name of its choice (RFC 5280 4.2.1.2).
const SUBJECT_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");

/// Version 1 leaves it out.
const VERSION: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N0 };
const EXTENSIONS: Tag = Tag::ContextSpecific { constructed: true, number: TagNumber::N3 };

/// A certificate, as far as it is read.
pub(crate) struct Certificate<'d> {
    /// Whose it is, outermost name first.
    pub subject: Vec<Attribute<'d>>,
    pub valid_until: OffsetDateTime,
    /// The whole SubjectPublicKeyInfo.
    pub public_key: &'d [u8],
    pub key_identifier: Option<&'d [u8]>,
}

/// One part of a distinguished name.
pub(crate) struct Attribute<'d> {
    pub kind: ObjectIdentifier,
    pub value: AnyRef<'d>,
}

impl<'d> Certificate<'d> {
    /// From DER. What follows the certificate is not looked at.
    pub fn read(der: &'d [u8]) -> Result<Self> {
        let mut certificate = inside(&mut SliceReader::new(der)?, Tag::Sequence)?;
        let mut said = inside(&mut certificate, Tag::Sequence)?;
        if said.peek_tag()? == VERSION {
            said.tlv_bytes()?;
        }
        for _serial_algorithm_issuer in 0..3 {
            said.tlv_bytes()?;
        }
        let valid_until = later_of(inside(&mut said, Tag::Sequence)?)?;
        let subject = name(inside(&mut said, Tag::Sequence)?)?;
        let public_key = said.tlv_bytes()?;
        let mut key_identifier = None;
        while !said.is_finished() {
            let more: AnyRef<'d> = said.decode()?;
            if more.tag() == EXTENSIONS {
                key_identifier = identifier(inside(&mut SliceReader::new(more.value())?, Tag::Sequence)?)?;
            }
        }
        Ok(Self { subject, valid_until, public_key, key_identifier })
    }

    /// The key, if it is one for RSA.
    pub fn rsa(&self) -> Option<RsaPublicKey<'d>> {
        let key = SubjectPublicKeyInfoRef::from_der(self.public_key).ok()?;
        if key.algorithm.oid != ALGORITHM_OID {
            return None;
        }
        RsaPublicKey::from_der(key.subject_public_key.as_bytes()?).ok()
    }
}

/// Steps into the next element, which has to be of this kind.
fn inside<'d>(reader: &mut SliceReader<'d>, tag: Tag) -> Result<SliceReader<'d>> {
    let next: AnyRef<'d> = reader.decode()?;
    next.tag().assert_eq(tag)?;
    SliceReader::new(next.value())
}

/// Of two times the second: until when. The last second of the year 9999 stands for never (RFC 5280 4.1.2.5).
fn later_of(mut validity: SliceReader<'_>) -> Result<OffsetDateTime> {
    validity.tlv_bytes()?;
    let since_1970 = match validity.peek_tag()? {
        Tag::UtcTime => validity.decode::<UtcTime>()?.to_unix_duration(),
        _ => validity.decode::<GeneralizedTime>()?.to_unix_duration(),
    };
    let seconds = i64::try_from(since_1970.as_secs()).map_err(|_| ErrorKind::DateTime)?;
    OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| ErrorKind::DateTime.into())
}

fn name<'d>(mut parts: SliceReader<'d>) -> Result<Vec<Attribute<'d>>> {
    let mut name = Vec::new();
    while !parts.is_finished() {
        let mut part = inside(&mut parts, Tag::Set)?;
        while !part.is_finished() {
            let mut attribute = inside(&mut part, Tag::Sequence)?;
            name.push(Attribute { kind: attribute.decode()?, value: attribute.decode()? });
        }
    }
    Ok(name)
}

fn identifier<'d>(mut extensions: SliceReader<'d>) -> Result<Option<&'d [u8]>> {
    while !extensions.is_finished() {
        let mut extension = inside(&mut extensions, Tag::Sequence)?;
        if extension.decode::<ObjectIdentifier>()? == SUBJECT_KEY_IDENTIFIER {
            extension.decode::<Option<bool>>()?;
            let value: OctetStringRef<'d> = extension.decode()?;
            return Ok(Some(OctetStringRef::from_der(value.as_bytes())?.as_bytes()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;

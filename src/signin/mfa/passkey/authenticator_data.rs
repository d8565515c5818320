//! What did the authenticator see and sign (Web Authentication, 6.1)?

use aws_lc_rs::digest::{SHA256, digest};

use super::{PasskeyError, Recognition, Rp, cbor};

/// No credential's name is longer.
const LONGEST_ID: usize = 1023;

/// The bits of the flags.
mod flag {
    pub const USER_PRESENT: u8 = 1;
    pub const USER_VERIFIED: u8 = 1 << 2;
    pub const MAY_BE_BACKED_UP: u8 = 1 << 3;
    pub const IS_BACKED_UP: u8 = 1 << 4;
    pub const HAS_CREDENTIAL: u8 = 1 << 6;
    pub const HAS_EXTENSIONS: u8 = 1 << 7;
}

/// The authenticator data of one answer.
#[derive(Debug)]
pub struct AuthenticatorData<'a> {
    rp_id_hash: &'a [u8; 32],
    flags: u8,
    pub sign_count: u32,
    pub credential: Option<Credential<'a>>,
}

/// A new credential.
#[derive(Clone, Copy, Debug)]
pub struct Credential<'a> {
    pub id: &'a [u8],
    /// A `COSE_Key`.
    pub key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        Self::parse(bytes).ok_or(PasskeyError::Unreadable("the authenticator data"))
    }

    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (rp_id_hash, rest) = bytes.split_first_chunk()?;
        let (&flags, rest) = rest.split_first()?;
        let (sign_count, mut rest) = rest.split_first_chunk()?;
        let has = |bit: u8| flags & bit != 0;
        if has(flag::IS_BACKED_UP) && !has(flag::MAY_BE_BACKED_UP) {
            return None;
        }
        let mut credential = None;
        if has(flag::HAS_CREDENTIAL) {
            let (found, after) = Credential::parse(rest)?;
            (credential, rest) = (Some(found), after);
        }
        if has(flag::HAS_EXTENSIONS) {
            let (extensions, after) = cbor::first(rest)?;
            rest = extensions.is_map().then_some(after)?;
        }
        let sign_count = u32::from_be_bytes(*sign_count);
        rest.is_empty().then_some(Self { rp_id_hash, flags, sign_count, credential })
    }

    /// Is it ours, was somebody there, and were they recognised, where they have to be?
    pub fn check(&self, rp: &Rp, recognition: Recognition) -> Result<(), PasskeyError> {
        if digest(&SHA256, rp.id.as_bytes()).as_ref() != self.rp_id_hash {
            return Err(PasskeyError::WrongRp(rp.id.clone()));
        }
        if self.flags & flag::USER_PRESENT == 0 {
            return Err(PasskeyError::NobodyPresent);
        }
        if recognition == Recognition::Required && self.flags & flag::USER_VERIFIED == 0 {
            return Err(PasskeyError::NotRecognised);
        }
        Ok(())
    }
}

impl<'a> Credential<'a> {
    /// The credential at the beginning, and what follows it.
    fn parse(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (_model, rest) = bytes.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (id, rest) = rest.split_at_checked(length).filter(|_| (1..=LONGEST_ID).contains(&length))?;
        let (_key, after) = cbor::first(rest)?;
        let key = rest.strip_suffix(after)?;
        Some((Self { id, key }, after))
    }
}

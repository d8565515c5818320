//! Which algorithms are accepted in a signature (RFC 6931)? RSA with the hashes of the SHA-2 family.

use super::names::{RSA_SHA256, RSA_SHA384, RSA_SHA512, SHA256, SHA384, SHA512};
use super::signature_error::SignatureError;
use crate::keys::Hash;

/// The hash of a signature method.
pub(super) fn signature(address: &str) -> Result<Hash, SignatureError> {
    match address {
        RSA_SHA256 => Ok(Hash::Sha256),
        RSA_SHA384 => Ok(Hash::Sha384),
        RSA_SHA512 => Ok(Hash::Sha512),
        other => Err(refused(other)),
    }
}

/// The hash of a digest method.
pub(super) fn digest(address: &str) -> Result<Hash, SignatureError> {
    match address {
        SHA256 => Ok(Hash::Sha256),
        SHA384 => Ok(Hash::Sha384),
        SHA512 => Ok(Hash::Sha512),
        other => Err(refused(other)),
    }
}

fn refused(address: &str) -> SignatureError {
    if address.ends_with("sha1") { SignatureError::Sha1 } else { SignatureError::Algorithm(address.to_owned()) }
}

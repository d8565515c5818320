//! Why is a signature not accepted? Each reason names what was wrong.

use std::fmt;

use crate::federation::brief;

/// Why a signature was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureError {
    /// There is none.
    Unsigned,
    /// Two elements have the same id.
    RepeatedId(String),
    /// There are several assertions.
    SeveralAssertions,
    /// An element has several signatures.
    SeveralSignatures,
    /// A signature stands where none belongs.
    Misplaced,
    /// The signature is not of the one shape that is accepted.
    Shape(&'static str),
    /// It is not over the element it stands in.
    Reference(String),
    /// It uses SHA-1.
    Sha1,
    /// It uses something else that is not accepted.
    Algorithm(String),
    /// Nobody is trusted.
    NoKey,
    /// No trusted key made it.
    Key,
    /// What was signed is not what is there.
    Changed,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignatureError::Unsigned => f.write_str("it is not signed"),
            SignatureError::RepeatedId(id) => {
                write!(f, "two elements have the id {}, so that a signature could mean either", brief(id))
            }
            SignatureError::SeveralAssertions => {
                f.write_str("there are several assertions, of which a signature could cover the one that is not read")
            }
            SignatureError::SeveralSignatures => f.write_str("an element has several signatures"),
            SignatureError::Misplaced => f.write_str(
                "a signature stands elsewhere than directly in the outermost element or in the assertion that it signs",
            ),
            SignatureError::Shape(why) => write!(f, "the signature is not of the accepted shape: {why}"),
            SignatureError::Reference(uri) => {
                write!(f, "the signature is over '{}' instead of the element it stands in", brief(uri))
            }
            SignatureError::Sha1 => f.write_str("it is signed with SHA-1, which others can forge"),
            SignatureError::Algorithm(address) => {
                write!(f, "the signature uses the algorithm '{}', which is not accepted", brief(address))
            }
            SignatureError::NoKey => f.write_str("there is no certificate that its signature could be checked with"),
            SignatureError::Key => f.write_str("it is not signed with a key of the provider that is trusted"),
            SignatureError::Changed => f.write_str("it was changed after it had been signed"),
        }
    }
}

impl std::error::Error for SignatureError {}

//! Why a security key's answer was not taken, in words for the person who holds it and for the journal.
//!
//! Nothing of the answer itself is repeated: it was written by a stranger.

use std::fmt;

/// Why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PasskeyError {
    /// The answer is longer than any that a browser gives.
    TooLong,
    /// A part of the answer is not what the standard says it is.
    Unreadable(&'static str),
    /// What was remembered is not of this kind of question.
    NotAsked,
    /// The answer came when nobody waited for it any more.
    TooLate,
    /// An answer to the other kind of question: a registration for a verification, or the reverse.
    WrongType,
    /// An answer to another question of this kind.
    WrongChallenge,
    /// The page that asked was not at this origin, which is ours.
    WrongOrigin(String),
    /// The page that asked was shown inside a page of another origin.
    Framed,
    /// The credential is tied to another host than this one, which is ours.
    WrongRp(String),
    /// Nobody touched the key.
    NobodyPresent,
    /// The key did not recognise its owner where it had to.
    NotRecognised,
    /// The new credential's key is of a kind that was not on offer.
    UnknownKind,
    /// The key cannot be used for what it says it is.
    UnusableKey,
    /// Something was attested that was not asked for and cannot be judged.
    Attested,
    /// The account has this credential already.
    AlreadyRegistered,
    /// The account does not have this credential.
    NotRegistered,
    /// The credential says that it belongs to somebody else.
    OtherUser,
    /// The signature is not this key's over this answer.
    WrongSignature,
    /// The counter did not go up: there are two of a key that there can be only one of.
    Copied,
}

impl fmt::Display for PasskeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PasskeyError::Unreadable(part) => {
                return write!(f, "The security key's answer could not be read: {part} is malformed.");
            }
            PasskeyError::WrongOrigin(ours) => {
                return write!(f, "The security key answered a page of another origin than {ours}.");
            }
            PasskeyError::WrongRp(ours) => {
                return write!(f, "The security key answered with a credential for another host than {ours}.");
            }
            PasskeyError::TooLong => "The security key's answer is too long.",
            PasskeyError::NotAsked => "The security key answered, but was not asked this.",
            PasskeyError::TooLate => "The security key was asked more than five minutes ago: the question has expired.",
            PasskeyError::WrongType => "The security key answered another kind of question than was asked.",
            PasskeyError::WrongChallenge => "The security key answered another question than the one that was asked.",
            PasskeyError::Framed => "The security key answered a page inside a page of another origin.",
            PasskeyError::NobodyPresent => "Nobody touched the security key.",
            PasskeyError::NotRecognised => {
                "Without a password, the security key has to recognise its owner by a PIN, a finger or a face."
            }
            PasskeyError::UnknownKind => "The security key made a key of a kind that is not supported.",
            PasskeyError::UnusableKey => "The security key's public key cannot be used.",
            PasskeyError::Attested => "The security key attested what was not asked for and cannot be verified.",
            PasskeyError::AlreadyRegistered => "This security key is registered for the account already.",
            PasskeyError::NotRegistered => "This security key is not registered for the account.",
            PasskeyError::OtherUser => "The security key answered for another user.",
            PasskeyError::WrongSignature => "The security key's signature is wrong.",
            PasskeyError::Copied => "The security key's counter did not go up: the key may have been copied.",
        })
    }
}

impl std::error::Error for PasskeyError {}

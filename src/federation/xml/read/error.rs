//! Why is a text not read?

use std::fmt;

/// Why a text was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlError {
    /// It is too long.
    TooLong {
        /// So many bytes are read.
        most: usize,
    },
    /// It has a document type.
    DocumentType,
    /// It has a processing instruction.
    ProcessingInstruction,
    /// It uses an entity that XML does not come with.
    Entity,
    /// An element has too many attributes.
    TooManyAttributes {
        /// So many are read.
        most: usize,
    },
    /// Elements are within each other too deeply.
    TooDeep {
        /// So deep is read.
        most: usize,
    },
    /// A comment stands amid a text.
    CommentInText,
    /// It is not well-formed XML.
    Malformed {
        /// At this byte.
        at: usize,
        /// Because of this.
        why: &'static str,
    },
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            XmlError::TooLong { most } => write!(f, "the document is longer than {most} bytes"),
            XmlError::DocumentType => f.write_str("the document has a document type, which is not read here"),
            XmlError::ProcessingInstruction => {
                f.write_str("the document has a processing instruction, which is not read here")
            }
            XmlError::Entity => f.write_str("the document uses an entity, and none is known here but XML's own five"),
            XmlError::TooManyAttributes { most } => write!(f, "an element has more than {most} attributes"),
            XmlError::TooDeep { most } => write!(f, "elements are more than {most} deep"),
            XmlError::CommentInText => {
                f.write_str("a comment stands amid a text, so that not every reader sees the same text")
            }
            XmlError::Malformed { at, why } => write!(f, "the document is not well-formed at byte {at}: {why}"),
        }
    }
}

impl std::error::Error for XmlError {}

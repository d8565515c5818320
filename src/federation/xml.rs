//! How is XML written, signed, read and verified here?
//!
//! There is one tree, [`Element`], and one way to write it, which is the canonical form that signatures are made over.
//! A document that came in is read into the same tree, its signature is verified over that tree, and what it says is
//! read from that tree: nobody can show one document to the verifier and another to the reader.
//!
//! ```text
//! element   the tree: built by us, or read
//! names     namespaces and algorithms by their addresses
//! write     the tree as text, in canonical form
//! read      text as a tree, if it is small, plain and well-formed
//! kind      what carries a signature, and where
//! sign      a signature put into a document
//! algorithm which algorithms are accepted
//! gate      is a document signed in the one shape that is accepted?
//! verify    by a trusted key, and over this content?
//! redirect  the same for a query (SAML's HTTP-Redirect binding)
//! ```

mod algorithm;
pub mod element;
pub mod gate;
pub mod kind;
pub mod names;
pub mod read;
pub mod redirect;
pub mod sign;
mod signature_error;
pub mod verify;
pub mod write;

pub use element::{Element, Name, Namespace, Node, Sealed};
pub use read::{XmlError, read};
pub use sign::{SignError, sign};
pub use signature_error::SignatureError;
pub use verify::{Signed, verify};
pub use write::write;

//! Public documents that were written before: a test suite reads metadata and keys far more often than they change.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use actix_web::web::Bytes;

/// How many are kept. The host in an address is the caller's choice, so there is no end to them.
const MOST: usize = 64;

/// The documents of one world, by what they are and the origin their addresses are built on.
#[derive(Debug, Default)]
pub struct Kept(RwLock<HashMap<String, Bytes>>);

impl Kept {
    /// The document of this name, written now if it was not before. The name says all that it depends on.
    pub fn or_write(&self, name: String, write: impl FnOnce() -> Vec<u8>) -> Bytes {
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return known.clone();
        }
        let written = Bytes::from(write());
        let mut documents = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if documents.len() >= MOST {
            documents.clear();
        }
        documents.insert(name, written.clone());
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_written_once_and_the_number_of_them_has_an_end() {
        let kept = Kept::default();
        let write = |name: &str, text: &str| kept.or_write(name.to_owned(), || text.as_bytes().to_vec());
        assert_eq!(write("a", "first"), "first");
        assert_eq!(write("a", "second"), "first");
        for number in 0..=MOST {
            write(&number.to_string(), "other");
        }
        assert_eq!(write("a", "third"), "third");
        assert!(kept.0.read().unwrap().len() <= MOST);
    }
}

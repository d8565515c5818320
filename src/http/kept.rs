//! Public documents that were written before: a test suite reads metadata and keys far more often than they change.

use std::sync::{PoisonError, RwLock};

use actix_web::web::Bytes;

use crate::oauth::discovery::Document;

/// How many are kept: few enough to be looked through. The host in an address is the caller's choice, so there is no
/// end to them.
const MOST: usize = 64;

/// The documents of one world, by what they are and the origin their addresses are built on.
#[derive(Debug, Default)]
pub struct Kept(RwLock<Vec<(Document, String, Bytes)>>);

impl Kept {
    /// The document as it is written for this origin, written now if it was not before.
    pub fn or_write(&self, document: Document, origin: &str, write: impl FnOnce() -> Vec<u8>) -> Bytes {
        if let Some(known) = self.find(&document, origin) {
            return known;
        }
        let written = Bytes::from(write());
        let mut documents = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if documents.len() >= MOST {
            documents.clear();
        }
        documents.push((document, origin.to_owned(), written.clone()));
        written
    }

    fn find(&self, document: &Document, origin: &str) -> Option<Bytes> {
        let documents = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = documents.iter().find(|(known, place, _)| known == document && place == origin);
        found.map(|(_, _, text)| text.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::discovery::Served;

    #[test]
    fn a_document_is_written_once_for_each_origin_and_the_number_of_them_has_an_end() {
        let kept = Kept::default();
        let write = |name: &str, origin: &str, text: &str| {
            let document = Document::ProviderMetadata(name.to_owned(), Served::default());
            kept.or_write(document, origin, || text.as_bytes().to_vec())
        };
        assert_eq!(write("a", "http://here", "first"), "first");
        assert_eq!(write("a", "http://here", "second"), "first");
        assert_eq!(write("a", "http://there", "second"), "second");
        assert_eq!(write("b", "http://here", "second"), "second");
        for number in 0..=MOST {
            write(&number.to_string(), "http://here", "other");
        }
        assert_eq!(write("a", "http://here", "third"), "third");
        assert!(kept.0.read().unwrap().len() <= MOST);
    }
}

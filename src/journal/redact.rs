//! What of a sentence must nobody read? What the world knows as a secret, and what looks like a token.
//!
//! Applications send secrets in parameters that are not made for them, and refusals repeat what was sent. So nothing
//! here asks where a word came from. Tokens, codes and the like are many and live elsewhere, so they are known by
//! their form (form); passwords and the secrets of applications have none, so they are known by heart.

mod form;

use std::ops::Range;

use super::Entry;
use crate::directory::secrets::Secrets;

/// What stands in their place.
const HIDDEN: &str = "[redacted]";

impl Entry {
    /// The same without anything that must not be read. Nearly no entry has any, so nearly none is written anew.
    pub fn redacted(mut self, known: &[&Secrets]) -> Self {
        let about = [&mut self.user, &mut self.app].into_iter().flatten();
        let reasons = self.because.iter_mut().map(|one| &mut one.text);
        for text in about.chain([&mut self.summary]).chain(reasons) {
            if let Some(redacted) = redacted(text, known) {
                *text = redacted;
            }
        }
        self
    }
}

/// The text without its secrets, if it has any.
fn redacted(text: &str, known: &[&Secrets]) -> Option<String> {
    let mut hide = form::tokens(text);
    hide.extend(known.iter().flat_map(|secrets| secrets.found(text)));
    if hide.is_empty() {
        return None;
    }
    hide.sort_unstable_by_key(|range| range.start);
    Some(without(text, &hide))
}

/// The text with a word for each of these, or for those together that touch.
fn without(text: &str, hide: &[Range<usize>]) -> String {
    let (mut told, mut end) = (String::with_capacity(text.len()), 0);
    for range in hide {
        if range.start >= end && (range.start > end || end == 0) {
            told.push_str(&text[end..range.start]);
            told.push_str(HIDDEN);
        }
        end = end.max(range.end);
    }
    told.push_str(&text[end..]);
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::user::Secret;
    use crate::journal::{Because, Kind};
    use crate::time::Timestamp;

    #[test]
    fn no_part_of_an_entry_keeps_a_secret() {
        let known = Secrets::new(&[Secret::new("Password1!")]);
        let because = Because::new("R-10", "Password1! has no domain, nor has eyJhbGciOiJSUzI1NiJ9.e30.c2ln.");
        let entry = Entry::new(Timestamp::default(), Kind::Error, "'Password1!' is no application")
            .about(Some("Password1!"))
            .for_app(Some("password1!"))
            .with(vec![because]);
        let entry = entry.redacted(&[&known]);
        assert_eq!(entry.summary, "'[redacted]' is no application");
        assert_eq!((entry.user.as_deref(), entry.app.as_deref()), (Some(HIDDEN), Some(HIDDEN)));
        assert_eq!(entry.because[0].text, "[redacted] has no domain, nor has [redacted].");
    }

    #[test]
    fn what_overlaps_or_touches_is_one_and_the_rest_stays() {
        assert_eq!(without("abcdef", &[1..3, 2..4]), "a[redacted]ef");
        assert_eq!(without("abcdef", &[1..3, 3..4]), "a[redacted]ef");
        assert_eq!(without("abcdef", &[0..2, 4..6]), "[redacted]cd[redacted]");
        assert_eq!(without("äöü", &[0..2, 4..6]), "[redacted]ö[redacted]");
        assert_eq!(redacted("Nothing to hide.", &[]), None);
    }
}

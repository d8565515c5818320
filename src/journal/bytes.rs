//! How does a store hold an entry? As few bytes, because one is written for every request, while few are ever read.
//!
//! A byte for the kind, eight for the moment, a byte for what is told in data and four for its number, if it has one; then
//! texts, each behind its length in four bytes: flow, user, application and sentence, then rule and finding of each reason. What an entry may lack has a length that no text has.

use super::{Because, By, Entry, Fact, Kind};
use crate::time::Timestamp;

/// The length of a text that is not there.
const ABSENT: u32 = u32::MAX;

/// An entry as a store holds it.
pub fn write(entry: &Entry) -> Vec<u8> {
    let about = [&entry.flow, &entry.user, &entry.app].map(Option::as_deref);
    let mut bytes = Vec::with_capacity(length(entry, about));
    let (tag, number) = told(entry.fact);
    bytes.push(entry.kind as u8);
    bytes.extend_from_slice(&entry.time.millis().to_le_bytes());
    bytes.push(tag);
    bytes.extend(number.into_iter().flat_map(u32::to_le_bytes));
    for text in about {
        put(&mut bytes, text);
    }
    put(&mut bytes, Some(&entry.summary));
    for one in &entry.because {
        put(&mut bytes, Some(&one.rule));
        put(&mut bytes, Some(&one.text));
    }
    bytes
}

/// How many bytes it takes: written into exactly so many, an entry is not moved and wastes nothing.
fn length(entry: &Entry, about: [Option<&str>; 3]) -> usize {
    let about: usize = about.into_iter().flatten().map(str::len).sum();
    let because: usize = entry.because.iter().map(|one| 8 + one.rule.len() + one.text.len()).sum();
    let number = told(entry.fact).1.map_or(0, |_| 4);
    1 + 8 + 1 + number + 4 * 4 + about + entry.summary.len() + because
}

/// What is told in data, and its number.
fn told(fact: Option<Fact>) -> (u8, Option<u32>) {
    match fact {
        None => (0, None),
        Some(Fact::Answered { by: By::Tenant, status }) => (1, Some(status.into())),
        Some(Fact::Answered { by: By::Provider, status }) => (2, Some(status.into())),
        Some(Fact::Refused(code)) => (3, Some(code)),
        Some(Fact::TokensIssued) => (4, None),
        Some(Fact::SignedIn) => (5, None),
    }
}

fn put(bytes: &mut Vec<u8>, text: Option<&str>) {
    let length = text.map_or(ABSENT, |text| u32::try_from(text.len()).unwrap_or(ABSENT));
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(text.unwrap_or_default().as_bytes());
}

/// The entry that these bytes hold, if they hold one.
pub fn read(bytes: &[u8]) -> Option<Entry> {
    let mut rest = Rest(bytes);
    let [kind] = rest.take()?;
    Some(Entry {
        kind: *Kind::ALL.get(usize::from(kind))?,
        time: Timestamp::from_millis(i64::from_le_bytes(rest.take()?)),
        fact: rest.fact()?,
        flow: rest.text()?,
        user: rest.text()?,
        app: rest.text()?,
        summary: rest.text()??,
        because: rest.reasons()?,
    })
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    /// The outer answer is none where there is no such thing to tell.
    fn fact(&mut self) -> Option<Option<Fact>> {
        let [tag] = self.take()?;
        Some(match tag {
            0 => None,
            1 => Some(Fact::Answered { by: By::Tenant, status: self.number()?.try_into().ok()? }),
            2 => Some(Fact::Answered { by: By::Provider, status: self.number()?.try_into().ok()? }),
            3 => Some(Fact::Refused(self.number()?)),
            4 => Some(Fact::TokensIssued),
            5 => Some(Fact::SignedIn),
            _ => return None,
        })
    }

    fn number(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    /// The outer answer is none where the bytes break off, the inner where the entry has no such text.
    fn text(&mut self) -> Option<Option<String>> {
        let length = self.number()?;
        if length == ABSENT {
            return Some(None);
        }
        let (text, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok().map(Some)
    }

    fn reasons(&mut self) -> Option<Vec<Because>> {
        let mut reasons = Vec::new();
        while !self.0.is_empty() {
            reasons.push(Because { rule: self.text()??.into(), text: self.text()?? });
        }
        Some(reasons)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_kind_is_read_as_what_was_written() {
        for kind in Kind::ALL {
            let entry = Entry::new(Timestamp::from_seconds(1), kind, "GET / → 200");
            assert_eq!(read(&write(&entry)), Some(entry));
        }
    }

    #[test]
    fn what_is_told_in_data_is_read_again() {
        for fact in FACTS {
            let entry = Entry { fact, ..Entry::new(Timestamp::from_seconds(1), Kind::Control, "x") };
            let bytes = write(&entry);
            assert_eq!((read(&bytes), bytes.len()), (Some(entry), bytes.capacity()));
        }
    }

    const FACTS: [Option<Fact>; 6] = [
        None,
        Some(Fact::Answered { by: By::Tenant, status: 200 }),
        Some(Fact::Answered { by: By::Provider, status: 503 }),
        Some(Fact::Refused(7_000_215)),
        Some(Fact::TokensIssued),
        Some(Fact::SignedIn),
    ];

    proptest! {
        #[test]
        fn an_entry_is_read_as_it_was_written_and_not_at_all_from_a_part_of_it(
            texts in (proptest::option::of(".*"), proptest::option::of(".*"), proptest::option::of(".*"), ".*"),
            reasons in proptest::collection::vec((".*", ".*"), 0..3),
            millis in 0..253_402_300_799_999i64,
            fact in proptest::sample::select(&FACTS[..]),
        ) {
            let because = reasons.iter().map(|(rule, text)| Because::new(rule.clone(), text.as_str())).collect();
            let entry = Entry::new(Timestamp::from_millis(millis), Kind::Token, texts.3)
                .in_flow(texts.0.as_deref()).about(texts.1.as_deref()).for_app(texts.2.as_deref()).with(because);
            let entry = Entry { fact, ..entry };
            let bytes = write(&entry);
            prop_assert_eq!(bytes.len(), bytes.capacity());
            prop_assert_eq!(read(&bytes), Some(entry.clone()));
            let whole = Entry { because: Vec::new(), ..entry };
            let bytes = write(&whole);
            for end in 0..bytes.len() {
                prop_assert_eq!(read(&bytes[..end]), None);
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
        }
    }
}

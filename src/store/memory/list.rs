//! The latest items of a list, one behind the other in one piece of memory.
//!
//! The journal gets an item with every request and lets one go: with a piece each, the allocator would have more to do than the list.

use std::collections::VecDeque;

#[derive(Debug, Default)]
pub(super) struct List {
    last: u64,
    /// How many items it was last meant to keep.
    keep: usize,
    bytes: VecDeque<u8>,
    lengths: VecDeque<usize>,
}

impl List {
    /// Adds an item, and lets go of the oldest that are too many. Its number.
    pub fn append(&mut self, item: &[u8], keep: usize) -> u64 {
        self.last += 1;
        self.keep = keep;
        self.bytes.extend(item);
        self.lengths.push_back(item.len());
        while self.lengths.len() > keep {
            let oldest = self.lengths.pop_front().unwrap_or_default();
            self.bytes.drain(..oldest);
        }
        self.last
    }

    /// The items after a number, oldest first, each with its own.
    pub fn read(&self, after: u64, most: usize) -> Vec<(u64, Vec<u8>)> {
        let first = self.last + 1 - self.lengths.len() as u64;
        let skip = usize::try_from(after.saturating_add(1).saturating_sub(first)).unwrap_or(usize::MAX);
        let mut start: usize = self.lengths.iter().take(skip).sum();
        let item = |(number, length): (u64, &usize)| {
            let bytes = self.bytes.range(start..start + length).copied().collect();
            start += length;
            (number, bytes)
        };
        (first..).zip(&self.lengths).skip(skip).take(most).map(item).collect()
    }

    /// How much it would be missed: the many are counters of failures, also of names that somebody invented, and short. A
    /// list that is meant to be long, such as the inbox, is nobody's counter.
    pub fn worth(&self) -> (usize, usize) {
        (self.keep, self.lengths.len())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_is_read_as_it_was_added(
            items in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..9), 0..20),
            keep in 1..9usize, after in 0..25u64, most in 0..9usize,
        ) {
            let mut list = List::default();
            for (number, item) in (1..).zip(&items) {
                prop_assert_eq!(list.append(item, keep), number);
            }
            let kept = (1..).zip(items.clone()).skip(items.len().saturating_sub(keep));
            let expected: Vec<_> = kept.filter(|(number, _)| *number > after).take(most).collect();
            prop_assert_eq!(list.read(after, most), expected);
        }
    }
}

//! The store in this process's memory: gone with it.

mod list;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use futures_util::future::Either;

use super::{Answer, Store};
use crate::directory::Directory;
use crate::time::Timestamp;
use list::List;

/// How many records are kept before the oldest go, expired or not: a load test must not eat the machine.
const RECORDS: usize = 200_000;

/// How many bytes they may hold together: what somebody sends to be remembered can be large.
const BYTES: usize = 128 * 1024 * 1024;

/// How many lists are kept.
const LISTS: usize = 10_000;

/// A world's records in memory.
#[derive(Debug)]
pub struct Memory {
    facts: RwLock<(u64, Arc<Directory>)>,
    records: Mutex<Records>,
    lists: Mutex<HashMap<String, List>>,
}

#[derive(Debug, Default)]
struct Records {
    by_key: HashMap<String, Item>,
    /// Keys in the order they were put, so that the oldest can go first; stale ones are skipped by number.
    order: VecDeque<(u64, String)>,
    puts: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Item {
    put: u64,
    expires: Timestamp,
    value: Box<[u8]>,
}

impl Memory {
    /// An empty store over these facts.
    pub fn new(directory: Arc<Directory>) -> Self {
        Self { facts: RwLock::new((1, directory)), records: Mutex::default(), lists: Mutex::default() }
    }
}

/// A panic elsewhere does not make the data here wrong: no operation leaves it half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn ready<'a, T: Send + 'a>(value: T) -> Answer<'a, T> {
    Either::Left(std::future::ready(Ok(value)))
}

impl Records {
    fn put(&mut self, key: &str, value: Vec<u8>, expires: Timestamp) {
        self.remove(key);
        self.puts += 1;
        let put = self.puts;
        self.bytes += value.len();
        self.by_key.insert(key.to_owned(), Item { put, expires, value: value.into_boxed_slice() });
        self.order.push_back((put, key.to_owned()));
        self.make_room();
    }

    fn remove(&mut self, key: &str) {
        if let Some(item) = self.by_key.remove(key) {
            self.bytes -= item.value.len();
        }
    }

    fn is_full(&self) -> bool {
        self.by_key.len() > RECORDS || self.bytes > BYTES
    }

    fn make_room(&mut self) {
        while self.is_full() || self.order.len() > 2 * RECORDS {
            let Some((put, key)) = self.order.pop_front() else { return };
            let current = self.by_key.get(&key).is_some_and(|item| item.put == put);
            match (current, self.is_full()) {
                (true, true) => self.remove(&key),
                // Still wanted and there is room: it goes to the back of the queue.
                (true, false) => self.order.push_back((put, key)),
                (false, _) => {}
            }
        }
        // Keys taken or replaced leave their place in the queue behind; drop those at its head.
        while let Some((put, key)) = self.order.front() {
            if self.by_key.get(key).is_some_and(|item| item.put == *put) {
                return;
            }
            self.order.pop_front();
        }
    }

    fn get(&self, key: &str, now: Timestamp) -> Option<Vec<u8>> {
        self.by_key.get(key).filter(|item| item.expires > now).map(|item| item.value.to_vec())
    }
}

impl Store for Memory {
    fn directory(&self) -> Answer<'_, (u64, Arc<Directory>)> {
        ready(self.facts.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    fn commit(&self, revision: u64, directory: Directory) -> Answer<'_, bool> {
        let mut facts = self.facts.write().unwrap_or_else(PoisonError::into_inner);
        let current = facts.0 == revision;
        if current {
            *facts = (revision + 1, Arc::new(directory));
        }
        ready(current)
    }

    fn put<'a>(&'a self, key: &'a str, value: Vec<u8>, expires: Timestamp) -> Answer<'a, ()> {
        lock(&self.records).put(key, value, expires);
        ready(())
    }

    fn claim<'a>(&'a self, key: &'a str, value: Vec<u8>, now: Timestamp, expires: Timestamp) -> Answer<'a, bool> {
        let mut records = lock(&self.records);
        let first = records.get(key, now).is_none();
        if first {
            records.put(key, value, expires);
        }
        ready(first)
    }

    fn replace<'a>(&'a self, key: &'a str, value: Vec<u8>, now: Timestamp, expires: Timestamp) -> Answer<'a, bool> {
        let mut records = lock(&self.records);
        let there = records.get(key, now).is_some();
        if there {
            records.put(key, value, expires);
        }
        ready(there)
    }

    fn get<'a>(&'a self, key: &'a str, now: Timestamp) -> Answer<'a, Option<Vec<u8>>> {
        ready(lock(&self.records).get(key, now))
    }

    fn take<'a>(&'a self, key: &'a str, now: Timestamp) -> Answer<'a, Option<Vec<u8>>> {
        let mut records = lock(&self.records);
        let value = records.get(key, now);
        records.remove(key);
        ready(value)
    }

    fn remove<'a>(&'a self, key: &'a str) -> Answer<'a, ()> {
        lock(&self.records).remove(key);
        lock(&self.lists).remove(key);
        ready(())
    }

    fn append<'a>(&'a self, list: &'a str, item: Vec<u8>, keep: usize) -> Answer<'a, u64> {
        let mut lists = lock(&self.lists);
        if let Some(known) = lists.get_mut(list) {
            return ready(known.append(&item, keep));
        }
        if lists.len() >= LISTS {
            let least = lists.iter().min_by_key(|(_, list)| list.worth()).map(|(name, _)| name.clone());
            least.and_then(|name| lists.remove(&name));
        }
        ready(lists.entry(list.to_owned()).or_default().append(&item, keep))
    }

    fn read<'a>(&'a self, list: &'a str, after: u64, most: usize) -> Answer<'a, Vec<(u64, Vec<u8>)>> {
        let lists = lock(&self.lists);
        ready(lists.get(list).map(|list| list.read(after, most)).unwrap_or_default())
    }

    fn clear(&self) -> Answer<'_, ()> {
        *lock(&self.records) = Records::default();
        lock(&self.lists).clear();
        ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn never() -> Timestamp {
        Timestamp::default().plus(Span::days(1))
    }

    fn has(records: &Records, key: &str) -> bool {
        records.get(key, Timestamp::default()).is_some()
    }

    #[test]
    fn large_records_push_out_the_oldest() {
        let mut records = Records::default();
        let quarter = || vec![0; BYTES / 4];
        for key in ["a", "b", "c", "d"] {
            records.put(key, quarter(), never());
        }
        // The same key again is one record, and now the youngest.
        records.put("a", quarter(), never());
        assert_eq!(records.bytes, BYTES);
        records.put("e", vec![1], never());
        assert_eq!(["a", "b", "c", "d", "e"].map(|key| has(&records, key)), [true, false, true, true, true]);
        for key in ["a", "b", "c", "d", "e"] {
            records.remove(key);
        }
        assert_eq!(records.bytes, 0);
    }
}

//! What is kept by name, in the order of the names.
//!
//! A map of the standard library is compiled anew for each kind of thing in it, and a world has thirty. Here names are
//! searched apart from what they name, so that little is: it saves a fourteenth of the program's own code.

mod data;

use std::borrow::Borrow;
use std::iter::Zip;
use std::{fmt, slice, vec};

/// Things of one kind by their names.
#[derive(Clone, PartialEq, Eq)]
pub struct Table<K, V> {
    names: Vec<K>,
    things: Vec<V>,
}

impl<K, V> Table<K, V> {
    /// An empty one.
    pub const fn new() -> Self {
        Self { names: Vec::new(), things: Vec::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Each name and what it names.
    pub fn iter(&self) -> Zip<slice::Iter<'_, K>, slice::Iter<'_, V>> {
        self.names.iter().zip(&self.things)
    }

    /// The names.
    pub fn keys(&self) -> slice::Iter<'_, K> {
        self.names.iter()
    }

    /// The things.
    pub fn values(&self) -> slice::Iter<'_, V> {
        self.things.iter()
    }

    /// The things, to be changed.
    pub fn values_mut(&mut self) -> slice::IterMut<'_, V> {
        self.things.iter_mut()
    }
}

impl<K: Ord, V> Table<K, V> {
    /// From names in any order, each with its thing; of two of one name the later stays.
    fn of(names: Vec<K>, things: Vec<V>) -> Self {
        if names.is_sorted_by(|one, next| one < next) {
            return Self { names, things };
        }
        let order = order(&names);
        Self { names: in_order(names, &order), things: in_order(things, &order) }
    }

    /// What goes by this name.
    pub fn get<Q: Ord + ?Sized>(&self, name: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        place(&self.names, name).ok().and_then(|place| self.things.get(place))
    }

    /// The name as it is kept, and what goes by it.
    pub fn get_key_value<Q: Ord + ?Sized>(&self, name: &Q) -> Option<(&K, &V)>
    where
        K: Borrow<Q>,
    {
        let place = place(&self.names, name).ok()?;
        self.names.get(place).zip(self.things.get(place))
    }

    /// What goes by this name, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, name: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        place(&self.names, name).ok().and_then(|place| self.things.get_mut(place))
    }

    /// Does anything go by this name?
    pub fn contains_key<Q: Ord + ?Sized>(&self, name: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        place(&self.names, name).is_ok()
    }

    /// Puts a thing under a name; gives back what had it.
    pub fn insert(&mut self, name: K, thing: V) -> Option<V> {
        match place(&self.names, &name) {
            Ok(place) => self.things.get_mut(place).map(|there| std::mem::replace(there, thing)),
            Err(place) => {
                self.names.insert(place, name);
                self.things.insert(place, thing);
                None
            }
        }
    }

    /// What goes by this name, made if nothing does.
    pub fn get_or_insert_with(&mut self, name: K, make: impl FnOnce() -> V) -> &mut V {
        let place = place(&self.names, &name).unwrap_or_else(|place| {
            self.names.insert(place, name);
            self.things.insert(place, make());
            place
        });
        &mut self.things[place]
    }

    /// Keeps those of which `wanted` holds.
    pub fn retain(&mut self, mut wanted: impl FnMut(&K, &V) -> bool) {
        let kept: Vec<bool> = self.iter().map(|(name, thing)| wanted(name, thing)).collect();
        let (mut names, mut things) = (kept.iter(), kept.iter());
        self.names.retain(|_| names.next() == Some(&true));
        self.things.retain(|_| things.next() == Some(&true));
    }

    /// Takes a thing out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, name: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = place(&self.names, name).ok()?;
        self.names.remove(place);
        Some(self.things.remove(place))
    }
}

impl<V> Table<String, V> {
    /// This name, or if it is taken the first like it that is not.
    pub fn free_name(&self, stem: &str) -> String {
        free(stem, |name| self.contains_key(name))
    }
}

/// This name, or if it is taken the first like it that is not: `office`, `office-2`, `office-3`.
pub fn free(stem: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = stem.to_owned();
    let mut number = 2u32;
    while taken(&name) {
        name = format!("{stem}-{number}");
        number += 1;
    }
    name
}

fn place<K: Borrow<Q>, Q: Ord + ?Sized>(names: &[K], name: &Q) -> Result<usize, usize> {
    names.binary_search_by(|there| there.borrow().cmp(name))
}

/// Which comes first, which next; of equals only the last.
fn order<K: Ord>(names: &[K]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|one, other| names[*one].cmp(&names[*other]));
    order.dedup_by(|later, kept| {
        let same = names[*later] == names[*kept];
        if same {
            *kept = *later;
        }
        same
    });
    order
}

fn in_order<T>(all: Vec<T>, order: &[usize]) -> Vec<T> {
    let mut all: Vec<Option<T>> = all.into_iter().map(Some).collect();
    order.iter().filter_map(|place| all[*place].take()).collect()
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'t, K, V> IntoIterator for &'t Table<K, V> {
    type Item = (&'t K, &'t V);
    type IntoIter = Zip<slice::Iter<'t, K>, slice::Iter<'t, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'t, K, V> IntoIterator for &'t mut Table<K, V> {
    type Item = (&'t K, &'t mut V);
    type IntoIter = Zip<slice::Iter<'t, K>, slice::IterMut<'t, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.iter().zip(&mut self.things)
    }
}

impl<K, V> IntoIterator for Table<K, V> {
    type Item = (K, V);
    type IntoIter = Zip<vec::IntoIter<K>, vec::IntoIter<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.names.into_iter().zip(self.things)
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(all: T) -> Self {
        let (names, things) = all.into_iter().unzip();
        Self::of(names, things)
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for Table<K, V> {
    fn from(all: [(K, V); N]) -> Self {
        all.into_iter().collect()
    }
}

#[cfg(test)]
mod tests;

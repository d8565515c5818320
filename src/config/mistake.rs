//! One thing that is wrong with what was asked for: where it was written, what is wrong, and the nearest thing that is right.

use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The key as the user wrote it: `--http`, `STANDIN_HTTP`, `server.http`.
    pub at: String,
    pub says: String,
    pub did_you_mean: Option<String>,
}

impl Mistake {
    pub fn new(at: impl Into<String>, says: impl Into<String>) -> Self {
        Self { at: at.into(), says: says.into(), did_you_mean: None }
    }

    pub fn suggesting(mut self, right: Option<impl Into<String>>) -> Self {
        self.did_you_mean = right.map(Into::into);
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.says)?;
        match &self.did_you_mean {
            Some(right) => write!(f, "; did you mean `{right}`?"),
            None => Ok(()),
        }
    }
}

/// The one of `right` that `word` was probably meant to be: at most a third of its letters differ.
pub fn nearest<'a>(word: &str, right: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let (distance, best) = right
        .into_iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, _)| *distance)?;
    let longest = word.chars().count().max(best.chars().count());
    (distance * 3 <= longest).then_some(best)
}

/// How many letters were added, left out, replaced or swapped with their neighbour (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(letter != other);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            let swapped = column > 0 && Some(other) == last && right[column - 1] == letter;
            if swapped {
                best = best.min(before[column - 1] + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut above, current);
        last = Some(letter);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keys_is_recognised() {
        let flags = ["http", "https", "public-url", "control-token"];
        for (typed, meant) in [
            ("htpp", "http"),
            ("htps", "https"),
            ("public_url", "public-url"),
            ("contol-token", "control-token"),
            ("HTTP", "http"),
        ] {
            assert_eq!(nearest(typed, flags), Some(meant), "{typed}");
        }
    }

    #[test]
    fn a_different_word_is_not() {
        for typed in ["", "port", "service-host", "x"] {
            assert_eq!(nearest(typed, ["http", "https", "seed", "world"]), None, "{typed}");
        }
        assert_eq!(nearest("http", []), None);
    }
}

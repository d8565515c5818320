//! Which secrets of a world stand in a text, wherever they got there and however the text writes them?
//!
//! A text is read once from its beginning to its end, whatever number of secrets there is: they are sorted, and from each
//! letter on only those are followed that go on like the text. A letter may be percent-encoded (RFC 3986, 2.1) and of
//! either case, because addresses are written and compared so.

use std::ops::Range;

use super::Directory;
use super::app::ClientSecret;
use super::user::{Secret, User};
use crate::http::params::SHORTENED;

/// What is shorter stands in too many places by chance.
const SHORTEST: usize = 3;

/// A secret that is an ordinary word, a number or very short is looked for only where a text quotes a value.
const SHORTEST_ANYWHERE: usize = 6;

/// Letters of one kind are taken for an ordinary word up to here.
const LONGEST_WORD: usize = 15;

/// So many pairs of letters there are.
const BEGINNINGS: usize = 256 * 256;

/// Secrets, made ready to be found.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// In lower case, sorted, each once.
    sorted: Vec<Hidden>,
    /// Which two letters, as a text writes them, one could begin with, a bit each: nearly no two of a text do, and every
    /// request is read here.
    beginnings: Box<[u64]>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Hidden {
    folded: Box<[u8]>,
    place: Place,
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Where a text has to have a secret for it to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Anywhere,
    /// Between quotation marks or as a parameter's value: else it may be a word like any other.
    Quoted,
}

impl Secrets {
    /// Makes these ready to be found.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s Secret>) -> Self {
        let mut sorted: Vec<Hidden> = secrets
            .into_iter()
            .map(|secret| Hidden { folded: folded(secret.reveal()), place: place(secret.reveal()) })
            .filter(|hidden| hidden.folded.len() >= SHORTEST)
            .collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut beginnings = vec![0; BEGINNINGS / 64].into_boxed_slice();
        for hidden in &sorted {
            for (one, two) in
                written(hidden.folded[0]).flat_map(|one| written(hidden.folded[1]).map(move |two| (one, two)))
            {
                let (at, bit) = beginning(one, two);
                beginnings[at] |= bit;
            }
        }
        Self { sorted, beginnings }
    }

    /// Those that a directory knows.
    pub(super) fn of(directory: &Directory) -> Self {
        let world = directory.world();
        let people = world.users.values().map(AsRef::as_ref);
        let guests = world.providers.values().flat_map(|provider| provider.users.values());
        let applications = world.apps.values().flat_map(|app| &app.secrets).map(|secret| match secret {
            ClientSecret::Forever(secret) => secret,
            ClientSecret::Until(expiring) => &expiring.value,
        });
        Self::new(people.chain(guests).flat_map(of_account).chain(applications))
    }

    /// Where in this text they stand, in order and apart from each other.
    pub fn found(&self, text: &str) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.sorted.is_empty() {
            return found;
        }
        let mut from = 0;
        while let Some(start) = self.next_beginning(text.as_bytes(), from) {
            let end = self.end_of_one(text, start);
            found.extend(end.map(|end| start..end));
            from = end.unwrap_or(start + 1);
        }
        found
    }

    /// Where one could begin, from here on.
    fn next_beginning(&self, text: &[u8], from: usize) -> Option<usize> {
        let could = |pair: &[u8]| {
            let (at, bit) = beginning(pair[0], pair[1]);
            pair[0] == b'%' || self.beginnings[at] & bit != 0
        };
        text.get(from..)?.windows(2).position(could).map(|at| from + at)
    }

    /// Where the longest secret ends that begins here.
    fn end_of_one(&self, text: &str, from: usize) -> Option<usize> {
        // Half a character of a text is nothing that could be cut out, whatever bytes a secret is encoded as.
        if !text.is_char_boundary(from) {
            return None;
        }
        let (mut candidates, mut at, mut end) = (&self.sorted[..], from, None);
        for depth in 0.. {
            let (next, after) = letter(text.as_bytes(), at)?;
            let low = candidates.partition_point(|one| one.folded.get(depth) < Some(&next));
            let high = candidates.partition_point(|one| one.folded.get(depth) <= Some(&next));
            candidates = &candidates[low..high];
            at = after;
            let whole = |one: &&Hidden| one.folded.len() == depth + 1;
            // What ends here sorts before what goes on.
            for one in candidates.iter().take_while(whole) {
                if text.is_char_boundary(at) && (one.place == Place::Anywhere || is_quoted(text, from, at)) {
                    end = Some(at);
                }
            }
            let goes_on = candidates.last().is_some_and(|one| one.folded.len() > depth + 1);
            if goes_on && depth + 1 >= SHORTEST_ANYWHERE && is_cut(text, at) {
                end = end.or(Some(at));
            }
            if !goes_on || at >= text.len() {
                return end;
            }
        }
        end
    }
}

/// Where two letters have their bit.
fn beginning(one: u8, two: u8) -> (usize, u64) {
    let pair = usize::from(one) << 8 | usize::from(two);
    (pair / 64, 1 << (pair % 64))
}

/// The bytes that a text writes a letter with, the first of several.
fn written(folded: u8) -> impl Iterator<Item = u8> + Clone {
    [folded, folded.to_ascii_uppercase(), b'%'].into_iter()
}

/// What must not be read of an account.
pub(super) fn of_account(user: &User) -> impl Iterator<Item = &Secret> {
    let pass = user.methods.access_pass.as_ref().map(|pass| &pass.code);
    user.password.iter().chain(user.methods.totp.iter()).chain(pass)
}

fn place(secret: &str) -> Place {
    let all = |is: fn(&u8) -> bool| secret.as_bytes().iter().all(is);
    let is_word = secret.bytes().skip(1).all(|byte| byte.is_ascii_lowercase()) || all(u8::is_ascii_uppercase);
    let is_one_kind = is_word && all(u8::is_ascii_alphabetic) || all(u8::is_ascii_digit);
    let is_ordinary = is_one_kind && secret.len() <= LONGEST_WORD;
    if is_ordinary || secret.len() < SHORTEST_ANYWHERE { Place::Quoted } else { Place::Anywhere }
}

/// A secret as a text's letters are read.
fn folded(secret: &str) -> Box<[u8]> {
    let mut at = 0;
    std::iter::from_fn(|| {
        let (byte, next) = letter(secret.as_bytes(), at)?;
        at = next;
        Some(byte)
    })
    .collect()
}

/// Do these bounds stand between marks that set a value apart?
fn is_quoted(text: &str, from: usize, to: usize) -> bool {
    let (before, after) = (&text[..from], &text[to..]);
    let opened = before.ends_with(['\'', '"', '“', '‘', '`', '=']);
    opened && (after.is_empty() || after.starts_with(['\'', '"', '”', '’', '`', '&', '#', ' ', '.', ',']))
}

/// Was a stranger's value cut off here, and with it perhaps the rest of a secret?
fn is_cut(text: &str, at: usize) -> bool {
    let value = |text: &str| text.rsplit(['\'', '"', '“', '`', ' ']).next().map_or(0, |value| value.chars().count());
    text.is_char_boundary(at)
        && (text.len() == at || text[at..].starts_with(['\'', '"', '”', '`', '…', ' ']))
        && value(&text[..at]) >= SHORTENED
}

/// The letter that stands here, in lower case and decoded, and where the next one stands.
fn letter(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let first = *text.get(at)?;
    let hex = |at: usize| text.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    let encoded = if first == b'%' { hex(at + 1).zip(hex(at + 2)) } else { None };
    let encoded = encoded.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
    Some(encoded.map_or((first.to_ascii_lowercase(), at + 1), |byte| (byte.to_ascii_lowercase(), at + 3)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found<'t>(secrets: &[&str], text: &'t str) -> Vec<&'t str> {
        let secrets: Vec<_> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
        Secrets::new(&secrets).found(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_secret_is_found_wherever_it_stands_and_however_it_is_written() {
        for (text, there) in [
            ("No application 'Password1!'.", vec!["Password1!"]),
            ("GET /password1!/oauth2 → 400", vec!["password1!"]),
            ("GET /Password1%21/oauth2 → 400", vec!["Password1%21"]),
            ("http://x/?a=%50assword1!&b=web-secret", vec!["%50assword1!", "web-secret"]),
            ("xPassword1!web-secret-2", vec!["Password1!", "web-secret-2"]),
            ("A wrong password was given.", vec![]),
            ("Password1", vec![]),
            ("Password1%2", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(found(&["web-secret", "Password1!", "web-secret-2", ""], text), there, "{text}");
        }
        assert_eq!(found(&["pä%ss-wörd"], "a pä%ss-wörd pä%25ss-w%C3%B6rd"), ["pä%ss-wörd", "pä%25ss-w%C3%B6rd"]);
        for (secret, text) in [("%AC-geheim", "a €-geheim"), ("Rabatt%E2", "'Rabatt€'"), ("%e2", "'€'")] {
            assert_eq!(found(&[secret], text), [""; 0], "{secret} in {text}");
        }
        assert_eq!(found(&["half%20encoded"], "'half%20encoded'"), ["half%20encoded"]);
    }

    #[test]
    fn an_ordinary_word_is_a_secret_only_where_a_value_stands() {
        let secrets = ["secret", "Test", "123456", "TOKEN", "a1"];
        for text in ["A secret of contoso.test was wrong.", "AADSTS123456", "GET /secret/test → 404", "a1 'a1'"] {
            assert_eq!(found(&secrets, text), [""; 0], "{text}");
        }
        for (text, there) in [
            ("No application 'secret'.", "secret"),
            ("?state=test&x=y", "test"),
            ("code=123456", "123456"),
            ("The name “SECRET” is nobody's.", "SECRET"),
        ] {
            assert_eq!(found(&secrets, text), [there], "{text}");
        }
        // Long enough, it is no word that our own sentences have.
        assert_eq!(found(&["correcthorsebattery"], "by correcthorsebattery"), ["correcthorsebattery"]);
        assert_eq!(found(&["JANEJANEJANEJANE"], "by JANEJANEJANEJANE"), ["JANEJANEJANEJANE"]);
    }

    #[test]
    fn a_secret_is_found_where_it_was_cut_off_and_its_beginning_elsewhere_is_no_secret() {
        let secrets = ["web-secret-of-contoso"];
        let address = "https://x/?a=".to_owned() + &"b".repeat(75) + "&c=";
        for (letters, there) in [(9, "web-secre"), (6, "web-se")] {
            let value: String =
                ("b".repeat(9 - letters) + &address + "web-secret-of-contoso").chars().take(100).collect();
            assert_eq!(found(&secrets, &format!("The address '{value}' is not registered.")), [there]);
            assert_eq!(found(&secrets, &value), [there]);
        }
        assert_eq!(found(&secrets, "No application 'web-secret'."), [""; 0]);
    }

    proptest! {
        #[test]
        fn whatever_stands_around_a_secret_it_is_found(before in "\\PC{0,20}", after in "\\PC{0,20}") {
            let text = format!("{before} Wingtip1! {after}");
            prop_assert!(found(&["Wingtip1!", "Wing1!", "Wingtip12"], &text).contains(&"Wingtip1!"), "{}", text);
        }

        #[test]
        fn no_text_makes_the_search_panic(secrets in proptest::collection::vec("\\PC{0,9}", 0..6), text in "\\PC*") {
            let secrets: Vec<_> = secrets.iter().map(|secret| secret.as_str()).collect();
            let _ = found(&secrets, &text);
        }
    }
}

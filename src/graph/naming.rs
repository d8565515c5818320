//! What is something new called: by people, and by the world file?

use super::error::Refused;
use super::members;
use crate::directory::table::free;

/// A handle for something that has only a name as yet.
pub(super) fn handle(name: &str, taken: impl Fn(&str) -> bool) -> String {
    const LONGEST: usize = 60;
    let mut words = String::new();
    for letter in name.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => words.push(letter),
            _ if words.is_empty() || words.ends_with('-') => {}
            _ => words.push('-'),
        }
    }
    words.truncate(LONGEST);
    let stem = words.trim_end_matches('-');
    let stem = if stem.is_empty() { "unnamed" } else { stem };
    free(stem, taken)
}

/// A name as somebody gave it.
pub(super) fn display_name(members: &mut members::Members<'_>) -> Result<Option<String>, Refused> {
    const LONGEST: usize = 256;
    match members.text("displayName")? {
        None if members.has("displayName") => Err(Refused::bad("displayName must be a text.")),
        None => Ok(None),
        Some(name) if name.trim().is_empty() || name.chars().count() > LONGEST => {
            Err(Refused::bad(format!("displayName must have between 1 and {LONGEST} letters.")))
        }
        Some(name) => Ok(Some(name.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_made_of_a_name_and_of_nobody_elses() {
        let none = |_: &str| false;
        assert_eq!(handle("Require MFA: all admins!", none), "require-mfa-all-admins");
        assert_eq!(handle("  ---  ", none), "unnamed");
        assert_eq!(handle("日本", none), "unnamed");
        assert_eq!(handle(&"x y".repeat(100), none).len(), 60);
        assert_eq!(handle("Office", |known| ["office", "office-2"].contains(&known)), "office-3");
    }
}

//! Countries, as ISO 3166-1 writes them: in two letters.

/// Could this be one? Which of them there are changes, and is not looked at.
pub fn is_country(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

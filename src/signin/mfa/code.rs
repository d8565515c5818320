//! Codes by text message and calls: what is sent, for how long it counts, and how a number is shown to strangers.

use crate::chance::Chance;
use crate::directory::check::is_telephone;
use crate::time::Span;

/// How long the code of a text message counts.
pub const TEXT_LIVES: Span = Span::minutes(5);
/// How long a phone rings.
pub const CALL_LIVES: Span = Span::seconds(60);
/// How many digits a code has.
const DIGITS: u32 = 6;
/// The longest telephone number with its punctuation.
const LONGEST: usize = 32;

/// A code nobody can guess.
pub fn fresh(chance: &Chance) -> String {
    let number = u64::from_be_bytes(chance.bytes()) % 10u64.pow(DIGITS);
    format!("{number:06}")
}

/// A number as pages show it: enough for its owner to know it again.
pub fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.iter().skip(digits.len().saturating_sub(2)).collect();
    format!("+X XXXXXXXX{last}")
}

/// A telephone number as somebody typed it, when it is one that a world may hold.
pub fn telephone(typed: &str) -> Option<String> {
    let typed = typed.trim();
    (typed.len() <= LONGEST && is_telephone(typed)).then(|| typed.to_owned())
}

/// The same with the code of its country before it, without which nobody could send anything there.
pub fn with_country(typed: &str) -> Option<String> {
    telephone(typed).filter(|number| number.starts_with('+'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_shown_by_its_last_two_digits_only() {
        assert_eq!(masked("+1 555 0103"), "+X XXXXXXXX03");
        assert_eq!(masked(""), "+X XXXXXXXX");
    }

    #[test]
    fn a_telephone_number_is_one_as_people_write_it() {
        for fine in ["+1 555 0103", "(030) 901820", "0049-30-90.1", "+4930901820"] {
            assert_eq!(telephone(fine).as_deref(), Some(fine));
        }
        for wrong in ["", "55", "call me", "+1+555 0103", "<b>5550103", &"5".repeat(16)] {
            assert_eq!(telephone(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_to_be_reached_begins_with_its_country() {
        assert_eq!(with_country(" +1 425 555 0100 ").as_deref(), Some("+1 425 555 0100"));
        for wrong in ["123", "2065556555", "(030) 901820", "0049-30-90.1", "+", "+12", ""] {
            assert_eq!(with_country(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_has_six_digits() {
        let chance = Chance::new(Some(3), "");
        for _ in 0..100 {
            let code = fresh(&chance);
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_the_readers_panic(typed in "\\PC{0,60}") {
            let _ = (telephone(&typed), masked(&typed));
        }
    }
}

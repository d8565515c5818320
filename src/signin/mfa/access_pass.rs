//! Is this the temporary access pass that an administrator gave out, and is it still good?
//!
//! Microsoft Graph's `temporaryAccessPassAuthenticationMethod`: a code that counts as both factors for a while.

use super::named;
use crate::directory::user::AccessPass;
use crate::time::Timestamp;

/// Is what was typed the pass, and may it be used now?
pub fn accepted(pass: Option<&AccessPass>, typed: &str, now: Timestamp) -> bool {
    pass.is_some_and(|pass| pass.is_good(now) && pass.code.matches(typed.trim()))
}

/// A name for the pass, by which it is used up: its own code and start, however it was typed.
pub fn use_of(pass: &AccessPass) -> String {
    let starts = pass.starts.map(|starts| starts.to_string()).unwrap_or_default();
    format!("pass {} of {starts}", named(pass.code.reveal()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::user::Secret;
    use crate::time::Span;

    #[test]
    fn a_pass_counts_from_its_start_for_as_long_as_it_lives() {
        let at = Timestamp::from_seconds;
        let pass = |starts, lives| AccessPass { code: Secret::new("TAP-1"), starts, lives, once: false };
        let hour = Some(Span::hours(1));
        let table = [
            (pass(None, None), "TAP-1", 0, true),
            (pass(None, None), " TAP-1 ", 0, true),
            (pass(None, None), "TAP-2", 0, false),
            (pass(Some(at(100)), hour), "TAP-1", 99, false),
            (pass(Some(at(100)), hour), "TAP-1", 100, true),
            (pass(Some(at(100)), hour), "TAP-1", 3_699, true),
            (pass(Some(at(100)), hour), "TAP-1", 3_700, false),
        ];
        for (pass, typed, now, counts) in table {
            assert_eq!(accepted(Some(&pass), typed, at(now)), counts, "{typed} at {now}");
        }
        assert!(!accepted(None, "", at(0)));
    }
}

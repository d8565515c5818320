//! A configured secret: compared without telling how far it matched, and never printed.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;

#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one who has to present it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Is this what was presented? Takes as long for a near miss as for a wild guess of the same length.
    pub fn matches(&self, presented: &str) -> bool {
        verify_slices_are_equal(self.0.as_bytes(), presented.as_bytes()).is_ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

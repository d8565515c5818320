//! How has somebody to sign in, and does what they proved fit? SAML 2.0 core, 3.3.2.2.1, and authentication contexts.
//!
//! The classes have an order here: nothing particular, a password, a second factor. What is asked for "exactly" is
//! taken in the order of preference that it comes in.

use serde::{Deserialize, Serialize};

use crate::federation::assertion::claims;
use crate::oauth::asks::MFA_CONTEXTS;
use crate::signin::factors::{Factors, First};

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";

/// How what is asked for compares with what may be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// One of these.
    #[default]
    Exact,
    /// At least one of these.
    Minimum,
    /// As strong as can be, but no stronger than one of these.
    Maximum,
    /// Stronger than one of these.
    Better,
}

impl Comparison {
    /// By its word.
    pub fn read(word: Option<&str>) -> Option<Self> {
        match word {
            None | Some("exact") => Some(Comparison::Exact),
            Some("minimum") => Some(Comparison::Minimum),
            Some("maximum") => Some(Comparison::Maximum),
            Some("better") => Some(Comparison::Better),
            Some(_) => None,
        }
    }
}

/// How somebody has to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The classes that are named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How they compare with what may be given.
    #[serde(default)]
    pub comparison: Comparison,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    Any,
    Password,
    Mfa,
}

fn strength(class: &str) -> Option<Strength> {
    match class {
        UNSPECIFIED => Some(Strength::Any),
        PASSWORD | claims::PASSWORD_20 | claims::PASSWORD | claims::PASSWORD_11 => Some(Strength::Password),
        mfa if MFA_CONTEXTS.contains(&mfa) => Some(Strength::Mfa),
        _ => None,
    }
}

impl Wanted {
    /// Exactly this, and nothing where nothing is named.
    pub fn exactly(class: Option<&str>) -> Self {
        Self { classes: class.map(str::to_owned).into_iter().collect(), comparison: Comparison::Exact }
    }

    /// The strength to reach; none where nothing that exists here would do.
    fn target(&self) -> Option<Strength> {
        let mut known = self.classes.iter().filter_map(|class| strength(class));
        match self.comparison {
            _ if self.classes.is_empty() => Some(Strength::Any),
            Comparison::Exact => known.next(),
            Comparison::Minimum => known.min(),
            Comparison::Maximum => known.max(),
            Comparison::Better => match known.min()? {
                Strength::Any => Some(Strength::Password),
                Strength::Password => Some(Strength::Mfa),
                Strength::Mfa => None,
            },
        }
    }

    /// Can anybody sign in like this here?
    pub fn can_be_met(&self) -> bool {
        self.target().is_some()
    }

    /// Does it ask for MFA?
    pub fn is_mfa(&self) -> bool {
        self.target() == Some(Strength::Mfa)
    }

    /// The class to state for what was proven; none where it does not fit.
    pub fn stated(&self, factors: &Factors) -> Option<&str> {
        let held = |strength| match strength {
            Strength::Any => true,
            Strength::Password => factors.first != First::Passkey,
            Strength::Mfa => factors.mfa_at().is_some(),
        };
        let strongest =
            [(Strength::Mfa, claims::MULTIPLE), (Strength::Password, PASSWORD), (Strength::Any, UNSPECIFIED)];
        let named = || self.classes.iter().map(String::as_str).filter_map(|class| Some((strength(class)?, class)));
        if self.classes.is_empty() {
            return Some(if held(Strength::Password) { PASSWORD } else { UNSPECIFIED });
        }
        let target = self.target()?;
        let first_wins = |best: (Strength, _), next: (Strength, _)| if next.0 > best.0 { next } else { best };
        match self.comparison {
            Comparison::Exact => named().find(|(strength, _)| held(*strength)).map(|(_, class)| class),
            Comparison::Maximum => {
                let fitting = named().chain(strongest).filter(|(strength, _)| *strength <= target && held(*strength));
                fitting.reduce(first_wins).map(|(_, class)| class)
            }
            // What is asked for in its own words is stated in them, where nothing stronger was proven.
            Comparison::Minimum | Comparison::Better => {
                let fitting = named().chain(strongest).filter(|(strength, _)| *strength >= target && held(*strength));
                fitting.reduce(first_wins).map(|(_, class)| class)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signin::factors::{Factor, Second};
    use crate::time::Timestamp;

    const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
    const REFEDS: &str = "https://refeds.org/profile/mfa";
    const PPT: &str = claims::PASSWORD_20;
    const MFA: &str = claims::MULTIPLE;

    fn proven(first: First, mfa: bool) -> Factors {
        let at = Timestamp::from_seconds(1_800_000_000);
        Factors { first, ..Factors::password(at) }.and(mfa.then_some(Second { with: Factor::Totp, at }))
    }

    #[test]
    fn r_06_what_is_asked_for_decides_what_has_to_be_proven_and_what_is_stated() {
        use Comparison::{Better, Exact, Maximum, Minimum};
        // What is asked; is it for MFA; what is stated after a password, after MFA, after a passkey.
        type Row = (Comparison, &'static [&'static str], bool, [Option<&'static str>; 3]);
        let table: &[Row] = &[
            (Exact, &[], false, [Some(PASSWORD), Some(PASSWORD), Some(UNSPECIFIED)]),
            (Exact, &[PPT], false, [Some(PPT), Some(PPT), None]),
            (Exact, &[MFA], true, [None, Some(MFA), Some(MFA)]),
            (Exact, &[REFEDS], true, [None, Some(REFEDS), Some(REFEDS)]),
            (Exact, &[MFA, PPT], true, [Some(PPT), Some(MFA), Some(MFA)]),
            (Exact, &[PPT, MFA], false, [Some(PPT), Some(PPT), Some(MFA)]),
            (Exact, &[X509, PPT], false, [Some(PPT), Some(PPT), None]),
            (Exact, &[UNSPECIFIED], false, [Some(UNSPECIFIED), Some(UNSPECIFIED), Some(UNSPECIFIED)]),
            (Exact, &[X509], false, [None, None, None]),
            (Minimum, &[PPT], false, [Some(PPT), Some(MFA), Some(MFA)]),
            (Minimum, &[PPT, REFEDS], false, [Some(PPT), Some(REFEDS), Some(REFEDS)]),
            (Minimum, &[MFA], true, [None, Some(MFA), Some(MFA)]),
            (Minimum, &[X509], false, [None, None, None]),
            (Maximum, &[PPT], false, [Some(PPT), Some(PPT), Some(UNSPECIFIED)]),
            (Maximum, &[REFEDS], true, [Some(PASSWORD), Some(REFEDS), Some(REFEDS)]),
            (Better, &[PPT], true, [None, Some(MFA), Some(MFA)]),
            (Better, &[UNSPECIFIED], false, [Some(PASSWORD), Some(MFA), Some(MFA)]),
            (Better, &[MFA], false, [None, None, None]),
        ];
        for (comparison, classes, mfa, stated) in table {
            let classes = classes.iter().map(|class| (*class).to_owned()).collect();
            let wanted = Wanted { classes, comparison: *comparison };
            let says = |factors: Factors| wanted.stated(&factors).map(str::to_owned);
            let found = [
                says(proven(First::Password, false)),
                says(proven(First::Password, true)),
                says(proven(First::Passkey, false)),
            ];
            assert_eq!(found, stated.map(|class| class.map(str::to_owned)), "{wanted:?}");
            assert_eq!(wanted.is_mfa(), *mfa, "{wanted:?}");
            assert_eq!(wanted.can_be_met(), stated.iter().any(Option::is_some), "{wanted:?}");
        }
    }
}

//! Whom does an assertion name that is not believed, or not yet? The journal and the log of sign-ins tell whom a refusal is
//! about; nothing else may ask this.

use super::{Version, saml11, saml20};
use crate::federation::xml::Element;
use crate::federation::xml::names::SAML20;

/// Whom an assertion says it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claimed {
    /// The user name that the provider knows.
    pub upn: Option<String>,
    /// The ImmutableID.
    pub source: Option<String>,
}

/// Reads what can be read of it: it may be wrong in everything else.
pub fn claimed(assertion: &Element<'_>, version: Version) -> Claimed {
    let (claims, name) = match version {
        Version::Saml11 => (saml11::read_claims(assertion), None),
        Version::Saml20 => (saml20::read_claims(assertion), name(assertion)),
    };
    let claims = claims.unwrap_or_default();
    Claimed { upn: claims.upn, source: claims.immutable_id.or(name) }
}

fn name(assertion: &Element<'_>) -> Option<String> {
    let name = assertion.only(SAML20, "Subject")?.only(SAML20, "NameID")?;
    name.content().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::fixtures::{self, TRENT};

    #[test]
    fn an_assertion_that_is_wrong_in_all_else_still_names_somebody() {
        for version in [Version::Saml11, Version::Saml20] {
            let mut assertion = fixtures::assertion(version);
            assertion.upn = Some("trent@wingtip.test".into());
            assertion.issuer = String::new();
            assertion.audiences = vec![];
            let named = claimed(&assertion.build(), version);
            assert_eq!(named.source.as_deref(), Some(TRENT), "{version:?}");
            assert_eq!(named.upn.as_deref(), Some("trent@wingtip.test"), "{version:?}");
        }
        assert_eq!(claimed(&SAML20.element("Assertion"), Version::Saml20), Claimed::default());
        assert_eq!(claimed(&SAML20.element("Assertion"), Version::Saml11), Claimed::default());
    }
}

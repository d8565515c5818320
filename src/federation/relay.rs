//! What does a third-party provider say of how somebody signed in there? The truth, nothing, too much, or nonsense.
//!
//! Each setting is a misconfiguration that is met in the wild, so that it can be shown and tested.

use super::assertion::{Authentication, Version, claims};
use crate::directory::tenant::{Answer, Relay};
use crate::id::ObjectId;
use crate::journal::Because;
use crate::signin::factors::{Amr, Factors};
use crate::time::{Span, Timestamp};
use crate::token::claim_set::ClaimSet;

/// What no relying party knows: a misspelt proof.
const WRONG_VALUE: &str = "http://schemas.microsoft.com/claims/multipleauth";
/// The same in the words of OpenID Connect.
const WRONG_WORD: &str = "multipleauthn";
/// How long an assertion is good.
const LIVES: Span = Span::hours(1);

/// What an assertion says of how somebody signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The statement.
    pub authentication: Authentication,
    /// The attribute's values.
    pub methods: Vec<String>,
    /// Why, for the provider's own journal.
    pub because: Because,
}

/// What is said, and where it stands in this version of SAML.
pub fn told(relay: Relay, version: Version, factors: &Factors, session_index: Option<&str>) -> Told {
    let did = factors.mfa_at().is_some();
    let (attribute, statement) = match (relay, version) {
        (Relay::Faithful, _) => (did.then_some(claims::MULTIPLE), did),
        (Relay::Silent, _) => (None, false),
        (Relay::FalseClaim, _) => (Some(claims::MULTIPLE), true),
        (Relay::WrongValue, _) => (did.then_some(WRONG_VALUE), false),
        (Relay::AttributeOnly, _) => (did.then_some(claims::MULTIPLE), false),
    };
    let password = match version {
        Version::Saml11 => claims::PASSWORD_11,
        Version::Saml20 => claims::PASSWORD_20,
    };
    // SAML 1.1 keeps the method of the first factor; the attribute beside it is the proof there.
    let context = if statement && version == Version::Saml20 { claims::MULTIPLE } else { password };
    Told {
        authentication: Authentication {
            instant: factors.at,
            context: context.to_owned(),
            session_index: session_index.map(str::to_owned).filter(|_| version == Version::Saml20),
            session_ends: None,
        },
        methods: [Some(claims::PASSWORD), attribute].into_iter().flatten().map(str::to_owned).collect(),
        because: because(relay, factors),
    }
}

/// The same in the words of OpenID Connect, where `amr` is the one place there is.
pub fn amr(relay: Relay, factors: &Factors) -> Amr {
    let words = |words: &[&str]| Amr::from_words(words.iter().map(|word| (*word).to_owned()));
    match relay {
        Relay::Faithful | Relay::AttributeOnly => factors.amr(),
        Relay::Silent => words(&["pwd"]),
        Relay::FalseClaim => words(&["pwd", "mfa"]),
        Relay::WrongValue if factors.mfa_at().is_some() => words(&["pwd", WRONG_WORD]),
        Relay::WrongValue => words(&["pwd"]),
    }
}

fn because(relay: Relay, factors: &Factors) -> Because {
    let text = match (relay, factors.mfa_at().is_some()) {
        (Relay::Faithful, true) => "the provider did MFA and relays the claim",
        (Relay::Faithful, false) => "the provider did no MFA and claims none",
        (Relay::Silent, true) => {
            "the provider did MFA and is set up not to relay the claim: a tenant that needs it asks again"
        }
        (Relay::Silent, false) => "the provider did no MFA and is set up never to claim any",
        (Relay::FalseClaim, true) => "the provider did MFA and claims it, as it always does",
        (Relay::FalseClaim, false) => "the provider did no MFA and is set up to claim it all the same",
        (Relay::WrongValue, true) => "the provider did MFA and is set up to relay a value that nobody knows",
        (Relay::WrongValue, false) => {
            "the provider did no MFA and claims none, though it is set up to relay a wrong value"
        }
        (Relay::AttributeOnly, true) => {
            "the provider did MFA and relays the attribute alone: that is proof in SAML 1.1 and none in SAML 2.0"
        }
        (Relay::AttributeOnly, false) => "the provider did no MFA and claims none",
    };
    Because::new("R-14", text)
}

/// What is wrong with a provider's answers on purpose, if anything is, and by which setting.
pub fn fault(answer: Answer) -> Option<Because> {
    let text = match answer {
        Answer::Good => return None,
        Answer::Down => "the provider is set up not to answer (answer: down)",
        Answer::Expired => "the provider is set up to say what has expired when it is said (answer: expired)",
        Answer::NotYetValid => "the provider is set up to say what is not valid yet (answer: not_yet_valid)",
        Answer::WrongSignature => {
            "the provider is set up to sign with another key than its own (answer: wrong_signature)"
        }
        Answer::WrongAudience => "the provider is set up to answer for somebody else (answer: wrong_audience)",
        Answer::Replayed => "the provider is set up to send what was delivered before (answer: replayed)",
    };
    Some(Because::new("R-14", text))
}

/// From when until when an answer is good, by what is wrong with the provider's answers.
pub fn lifetime(answer: Answer, now: Timestamp) -> (Timestamp, Timestamp) {
    let begins = match answer {
        Answer::Expired => now.plus(Span::hours(-2)),
        Answer::NotYetValid => now.plus(Span::hours(2)),
        Answer::Good | Answer::Down | Answer::WrongSignature | Answer::WrongAudience | Answer::Replayed => now,
    };
    (begins, begins.plus(LIVES))
}

/// For whom an answer is, likewise.
pub fn audience(answer: Answer, asked: &str) -> String {
    match answer {
        Answer::WrongAudience => "urn:federation:somebody-else".to_owned(),
        Answer::Good
        | Answer::Down
        | Answer::Expired
        | Answer::NotYetValid
        | Answer::WrongSignature
        | Answer::Replayed => asked.to_owned(),
    }
}

/// Makes an id token that is right wrong in the one thing that is wrong with the provider's answers; another key than
/// its own is the signer's business.
pub fn bend(answer: Answer, claims: &mut ClaimSet, now: Timestamp) {
    match answer {
        Answer::Good | Answer::Down | Answer::WrongSignature => {}
        Answer::Expired | Answer::NotYetValid => {
            let (begins, ends) = lifetime(answer, now);
            for (name, moment) in [("iat", begins), ("nbf", begins), ("exp", ends)] {
                claims.insert(name.into(), moment.seconds().into());
            }
        }
        Answer::WrongAudience => {
            claims.insert("aud".into(), audience(answer, "").into());
        }
        // One that was delivered before has the nonce of the request that it answered then.
        Answer::Replayed => {
            if let Some(nonce) = claims.get_mut("nonce") {
                *nonce = ObjectId::derived(&["an earlier request than", nonce.as_str().unwrap_or_default()])
                    .to_string()
                    .into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    use crate::federation::assertion::proof::of_mfa;
    use crate::federation::fixtures::assertion;
    use crate::signin::factors::{Factor, Second};

    fn factors(mfa: bool) -> Factors {
        let at = Timestamp::from_seconds(1_800_000_000);
        Factors::password(at).and(mfa.then_some(Second { with: Factor::Totp, at }))
    }

    #[test]
    fn r_14_what_is_relayed_proves_mfa_or_not_as_the_setting_says() {
        // Whether it proves MFA in SAML 1.1, SAML 2.0 and OpenID Connect: after MFA, and without it.
        let table = [
            (Relay::Faithful, [true, true, true], [false, false, false]),
            (Relay::Silent, [false, false, false], [false, false, false]),
            (Relay::FalseClaim, [true, true, true], [true, true, true]),
            (Relay::WrongValue, [false, false, false], [false, false, false]),
            (Relay::AttributeOnly, [true, false, true], [false, false, false]),
        ];
        for (relay, after, without) in table {
            for (mfa, expected) in [(true, after), (false, without)] {
                let proves = |version| {
                    let told = told(relay, version, &factors(mfa), None);
                    let said = crate::federation::assertion::Assertion {
                        authentication: told.authentication,
                        methods: told.methods,
                        ..assertion(version)
                    };
                    of_mfa(&said).holds()
                };
                let words = amr(relay, &factors(mfa));
                let oidc = words.words().iter().any(|word| word == "mfa");
                let found = [proves(Version::Saml11), proves(Version::Saml20), oidc];
                assert_eq!(found, expected, "{relay:?}, MFA done: {mfa}");
            }
        }
    }

    #[test]
    fn r_14_wrong_answers_are_wrong_in_one_thing_only() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let holds = |answer| {
            let (begins, ends) = lifetime(answer, now);
            begins <= now && now < ends
        };
        assert!(holds(Answer::Good) && holds(Answer::WrongAudience) && holds(Answer::Replayed));
        assert!(!holds(Answer::Expired) && !holds(Answer::NotYetValid));
        let bent = |answer| {
            let right = [("aud", Value::from("a")), ("exp", 9.into()), ("nonce", "n".into())];
            let mut claims = ClaimSet::default();
            for (name, value) in &right {
                claims.insert((*name).into(), value.clone());
            }
            bend(answer, &mut claims, now);
            right.map(|(name, value)| claims.get(name) != Some(&value))
        };
        assert_eq!(bent(Answer::Good), [false; 3]);
        assert_eq!(bent(Answer::WrongAudience), [true, false, false]);
        assert_eq!((bent(Answer::Expired), bent(Answer::NotYetValid)), ([false, true, false], [false, true, false]));
        assert_eq!(bent(Answer::Replayed), [false, false, true]);
        assert_eq!(audience(Answer::Expired, "a"), "a");
        assert_ne!(audience(Answer::WrongAudience, "a"), "a");
    }
}

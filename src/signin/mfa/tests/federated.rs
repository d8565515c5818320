//! Where another provider verifies the person: what its word is worth to what is demanded, and in which words (R-05, R-08,
//!

use super::*;
use crate::directory::domain::{FederatedIdpMfaBehavior, FederationProtocol};
use crate::directory::policy::Combination;
use crate::signin::federated::{Carrier, Proved, Said};
use crate::signin::state::Presence;
use FederatedIdpMfaBehavior::RejectMfaByFederatedIdp as Reject;
use FederatedIdpMfaBehavior::{AcceptIfMfaDoneByFederatedIdp as Accept, EnforceMfaByFederatedIdp as Enforce};
use FederationProtocol::{Oidc, Saml, Wsfed};

const TRENT: &str = "trent@wingtip.test";
const ASK_PROVIDER: &str = "send trent@wingtip.test to the provider of wingtip.test, and ask it for MFA";
const ATTRIBUTE: &str = "authenticationmethodsreferences";
const CONTEXT: &str = "AuthnContextClassRef";
const AMR: &str = "the value mfa in the claim amr";

/// Wingtip, whose tenant trusts its provider like this and demands this.
fn wingtip(behavior: FederatedIdpMfaBehavior, protocol: FederationProtocol, grant: &[&str]) -> Directory {
    changed(|world| {
        let tenant = world.tenants.get_mut("wingtip").unwrap();
        let trust = tenant.federation.get_mut("wingtip.test").unwrap();
        trust.federated_idp_mfa_behavior = Some(behavior);
        trust.protocol = protocol;
        tenant.security_defaults = false;
        tenant.authentication_strengths.insert("passkeys".into(), vec![Combination::Passkey]);
        let theirs = vec![Combination::Passkey, Combination::FederatedMultiFactor];
        tenant.authentication_strengths.insert("theirs".into(), theirs);
        tenant.conditional_access.insert("policy".into(), everybody(grant));
    })
}

/// Trent, whose provider has just answered, and was asked for MFA this often.
fn answered(directory: Directory, mfa: Proved, carrier: Carrier, asked: u8) -> Case {
    let mut case = Case::new(directory, TRENT, &[]);
    case.session.accounts.clear();
    case.evidence.first = Some(FirstProof { upn: Upn::new(TRENT), with: First::Federated, at: now() });
    case.evidence.said = Some(Said { mfa, carrier, because: Because::new("R-13", "what it said") });
    case.evidence.asked_for_mfa = asked;
    case
}

/// The reasons of a rule, and the refusal if it is one.
fn told(case: &Case, rule: &str) -> String {
    let decision = case.decide();
    let because = decision.because.into_iter().filter(|one| one.rule == rule).map(|one| one.text);
    let refused = match decision.outcome {
        Err(Step::Refuse(refusal)) => refusal.text.into_owned(),
        Err(Step::GoToProvider(journey)) => journey.unasked().text.into_owned(),
        Ok(_) | Err(_) => String::new(),
    };
    because.chain([refused]).collect::<Vec<_>>().join("; ")
}

#[test]
fn r_05_a_relayed_proof_meets_the_strengths_that_take_it_and_no_other() {
    let phishing = ["strength:phishing_resistant"];
    let table: [(_, &[&str], &str, &str); 16] = [
        (Accept, &["mfa"], "fed mfa", "fed mfa"),
        (Enforce, &["mfa"], "fed mfa", "fed mfa"),
        (Reject, &["mfa"], REGISTER, REGISTER),
        (Accept, &["strength:mfa"], "fed mfa", "fed mfa"),
        (Enforce, &["strength:mfa"], "fed mfa", "fed mfa"),
        (Enforce, &["strength:Multifactor authentication"], "fed mfa", "fed mfa"),
        (Reject, &["strength:mfa"], REGISTER, REGISTER),
        (Accept, &["strength:theirs"], "fed mfa", "fed mfa"),
        (Enforce, &["strength:theirs"], "fed mfa", "fed mfa"),
        (Enforce, &["strength:passkeys"], "no 50074", "no 50074"),
        // The tenant asks for what is stronger where the trust lets it, and ends the sign-in where it does not.
        (Accept, &phishing, REGISTER, REGISTER),
        (Reject, &phishing, REGISTER, REGISTER),
        (Enforce, &phishing, "no 50074", "no 50074"),
        (Enforce, &["strength:passwordless"], "no 50074", "no 50074"),
        (Enforce, &["mfa", "strength:passwordless"], "no 50074", "no 50074"),
        (Enforce, &[], "fed mfa", "fed"),
    ];
    for (behavior, grant, with_proof, without) in table {
        for (protocol, carrier) in [(Wsfed, Carrier::Saml11), (Saml, Carrier::Saml20), (Oidc, Carrier::IdToken)] {
            let case = |mfa, asked| answered(wingtip(behavior, protocol, grant), mfa, carrier, asked);
            assert_eq!(case(Proved::Mfa, 0).word(), with_proof, "{behavior:?} {protocol:?} {grant:?}");
            // A weaker answer leads nowhere else, where the proof would not be enough either.
            if with_proof != "fed mfa" || grant.is_empty() {
                assert_eq!(case(Proved::FirstFactor, 0).word(), without, "{behavior:?} {protocol:?} {grant:?}");
            }
        }
    }
    // A stronger method of the tenant's own is asked for beside the proof.
    let strong = answered(wingtip(Accept, Wsfed, &phishing), Proved::Mfa, Carrier::Saml11, 0);
    let passkeys = with(&strong.directory, TRENT, |user| {
        user.methods.passkeys.insert("passkey-1".into(), crate::directory::user::Passkey::default());
    });
    assert_eq!(Case { directory: passkeys, ..strong }.word(), "verify With(Passkey)");
}

#[test]
fn r_15_whom_the_tenant_asks_itself_although_a_provider_verifies_them_is_told_so() {
    for (protocol, carrier) in [(Wsfed, Carrier::Saml11), (Saml, Carrier::Saml20), (Oidc, Carrier::IdToken)] {
        for (behavior, proved) in [(Reject, Proved::Mfa), (Reject, Proved::FirstFactor), (Accept, Proved::FirstFactor)]
        {
            let unregistered = answered(wingtip(behavior, protocol, &["mfa"]), proved, carrier, 0);
            let push = with(&unregistered.directory, TRENT, |user| user.methods.push = true);
            for (case, expected, says) in [
                (unregistered, REGISTER, "has registered nothing"),
                (answered(push, proved, carrier, 0), "verify With(Push)", "has what can be asked for"),
            ] {
                assert_eq!(case.word(), expected, "{behavior:?} {protocol:?}");
                assert!(!case.rules().contains(&"R-11".to_owned()), "{:?}", case.rules());
                assert!(told(&case, "R-15").contains(says), "{}", told(&case, "R-15"));
            }
        }
    }
    let managed = Case::new(changed(|_| {}), "mia@example.test", &[]);
    assert!(!managed.rules().contains(&"R-15".to_owned()));
}

#[test]
fn r_12_what_a_strength_lacks_is_told_by_its_name_and_no_claim_is_missed_that_is_there() {
    for (behavior, strength) in [(Accept, "phishing_resistant"), (Enforce, "phishing_resistant"), (Enforce, "mfa")] {
        let directory = wingtip(behavior, Wsfed, &[&format!("strength:{strength}")]);
        let case = answered(directory, Proved::Mfa, Carrier::Saml11, 2);
        let words = told(&case, "R-12");
        assert_eq!(words.contains(&format!("the authentication strength {strength}")), strength != "mfa", "{words}");
        assert!(!words.contains(ATTRIBUTE), "{words}");
        assert!(!case.rules().contains(&"R-16".to_owned()), "{behavior:?} {strength}");
    }
}

#[test]
fn r_13_what_is_missing_is_named_as_the_protocol_has_it() {
    let table = [
        (Wsfed, Carrier::Saml11, ATTRIBUTE),
        (Saml, Carrier::Saml20, CONTEXT),
        (Oidc, Carrier::IdToken, AMR),
        // A program brings an assertion of its own choice, whatever browsers bring.
        (Wsfed, Carrier::Saml20, CONTEXT),
        (Saml, Carrier::Saml11, ATTRIBUTE),
    ];
    for (protocol, carrier, missing) in table {
        let case =
            |behavior, asked| answered(wingtip(behavior, protocol, &["mfa"]), Proved::FirstFactor, carrier, asked);
        for words in [told(&case(Enforce, 2), "R-12"), told(&case(Accept, 0), "R-16")] {
            let named: Vec<&str> = [ATTRIBUTE, CONTEXT, AMR].into_iter().filter(|one| words.contains(one)).collect();
            assert_eq!(named, [missing], "{protocol:?} {carrier:?}: {words}");
        }
        assert_eq!(case(Enforce, 2).word(), "no 50079");
        assert_eq!(case(Enforce, 1).word(), ASK_PROVIDER);
    }
    for (protocol, missing) in [(Wsfed, ATTRIBUTE), (Saml, CONTEXT), (Oidc, AMR)] {
        // Nobody has said anything in this sign-in: a session goes on, or a refresh token is used.
        let mut silent = Case::new(wingtip(Enforce, protocol, &["mfa"]), TRENT, &[]);
        silent.session.accounts[0].factors.first = First::Federated;
        assert_eq!(silent.word(), ASK_PROVIDER);
        let words = told(&silent, "R-13");
        assert!(words.contains(missing), "{protocol:?}: {words}");
    }
}

#[test]
fn r_12_a_proof_that_is_too_old_is_not_called_missing() {
    for (behavior, asked, expected, rule) in
        [(Enforce, 0, ASK_PROVIDER, "R-12"), (Enforce, 2, "no 50078", "R-12"), (Accept, 0, REGISTER, "R-12")]
    {
        let directory = wingtip(behavior, Wsfed, &["mfa"])
            .changed(|world| {
                let policies = &mut world.tenants.get_mut("wingtip").unwrap().conditional_access;
                policies.get_mut("policy").unwrap().session.sign_in_frequency = Some(Span::hours(1));
            })
            .unwrap();
        let mut case = Case::new(directory, TRENT, &[]);
        case.session.accounts[0].factors = Factors {
            first: First::Federated,
            at: now(),
            second: vec![Second { with: Factor::Provider, at: now().plus(Span::hours(-2)) }],
            passed: Vec::new(),
        };
        case.evidence.asked_for_mfa = asked;
        assert_eq!(case.word(), expected, "{behavior:?} {asked}");
        let words = told(&case, rule);
        assert!(asked == 0 || words.contains("older than a policy allows"), "{words}");
        assert!(asked == 0 || !words.contains(ATTRIBUTE), "{words}");
        assert!(!case.rules().contains(&"R-16".to_owned()), "{behavior:?}");
    }
}

#[test]
fn r_53_a_password_handed_over_is_told_so_and_nothing_about_claims() {
    for (behavior, expected) in [(Enforce, "no 50079"), (Accept, REGISTER)] {
        for proved in [Proved::Mfa, Proved::FirstFactor] {
            let mut case = answered(wingtip(behavior, Wsfed, &[]), proved, Carrier::Saml11, 0);
            case.demand = Demand::new(Authority::Tenant("adatum".into()), "azure-cli");
            case.demand.presence = Presence::PasswordOnly;
            assert_eq!(case.word(), expected, "{behavior:?} {proved:?}");
            let rules = case.rules();
            assert_eq!(rules.iter().filter(|rule| *rule == "R-53").count(), 1, "{rules:?}");
            assert!(!rules.iter().any(|rule| rule == "R-12" || rule == "R-16"), "{rules:?}");
            assert!(!told(&case, "R-53").contains(ATTRIBUTE));
        }
    }
}

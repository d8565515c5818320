//! Does a tenant believe what a provider says? Every check, in the order in which trust grows, each with its own "no".
//!
//! "Microsoft Entra federation compatibility list" and "Use a SAML 2.0 identity provider" say what has to be there.

use std::sync::Arc;

use super::assertion::check::{Expected, Recipient, Wrong, check};
use super::assertion::proof::of_mfa;
use super::assertion::{Assertion, Version};
use super::parties::MICROSOFT_ONLINE;
use super::provider::Home;
use super::xml::{Element, SignatureError, verify};
use crate::directory::tenant::{Answer, Tenant};
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::keys::PublicKey;
use crate::refusal::{Code, Refusal};
use crate::signin::federated::{Carrier, KnownBy, Proved, Said};
use crate::time::{Span, Timestamp};

/// How much a provider's clock may disagree with ours.
pub const SKEW: Span = Span::minutes(5);

/// What is expected of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'a> {
    /// What the provider calls itself.
    pub issuer: &'a str,
    /// Its keys.
    pub keys: &'a [Arc<PublicKey>],
    /// Where a SAML 2.0 assertion has to be delivered. SAML 1.1 does not say.
    pub recipient: Recipient<'a>,
    /// The request it answers, where the protocol says so.
    pub in_response_to: Option<&'a str>,
    /// Where the provider is at home.
    pub home: Home,
    /// The time.
    pub now: Timestamp,
}

/// What an accepted answer says.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The assertion's id: it counts once.
    pub id: String,
    /// Until when it has to be remembered for that.
    pub until: Timestamp,
    /// How the account is called in the directory it comes from.
    pub source: String,
    /// The domain of the user name that the provider knows.
    pub domain: Option<String>,
    /// When the person signed in.
    pub at: Timestamp,
    /// What it says of MFA.
    pub said: Said,
    /// By what the provider knows the session.
    pub known_by: KnownBy,
    /// Where the provider is at home.
    pub home: Home,
}

/// What an answer says, if it may be believed. `element` is the signed message, or the assertion itself.
pub fn accept(element: &Element<'_>, trusted: &Trusted<'_>) -> Result<Accepted, Refusal> {
    let signed = verify(element, trusted.keys).map_err(|error| unsigned(&error, trusted.home))?;
    let assertion = Assertion::read(signed)
        .map_err(|error| invalid(format!("The provider's assertion cannot be read: {error}.")))?;
    let expected = Expected {
        issuer: trusted.issuer,
        audience: MICROSOFT_ONLINE,
        recipient: match assertion.version {
            Version::Saml11 => Recipient::NamedOrNot(&[]),
            Version::Saml20 => trusted.recipient,
        },
        in_response_to: trusted.in_response_to,
        now: trusted.now,
        skew: SKEW,
    };
    check(&assertion, &expected).map_err(|wrong| trusted.home.explain(refusal(&wrong), by_design(&wrong)))?;
    let Some(source) = assertion.source().filter(|source| !source.is_empty()) else {
        return Err(Code::ImmutableIdMissing
            .because("The provider's assertion does not name the account: the claim ImmutableID is missing."));
    };
    let proof = of_mfa(&assertion);
    let said = Said {
        mfa: if proof.holds() { Proved::Mfa } else { Proved::FirstFactor },
        carrier: match assertion.version {
            Version::Saml11 => Carrier::Saml11,
            Version::Saml20 => Carrier::Saml20,
        },
        because: proof.because(),
    };
    Ok(Accepted {
        id: assertion.id.clone(),
        until: assertion.not_on_or_after.unwrap_or(trusted.now).plus(SKEW),
        source: source.to_owned(),
        domain: assertion.upn.as_deref().map(|upn| Upn::new(upn).domain().to_owned()),
        at: assertion.authentication.instant.min(trusted.now),
        said,
        known_by: KnownBy::Name {
            name: assertion.subject.name.clone(),
            format: assertion.subject.format.clone(),
            session: assertion.authentication.session_index.clone(),
        },
        home: trusted.home,
    })
}

fn unsigned(error: &SignatureError, home: Home) -> Refusal {
    let refusal = invalid(format!("The signature of the provider's answer is not accepted: {error}."));
    match error {
        SignatureError::Key => home.explain(refusal, &[Answer::WrongSignature]),
        SignatureError::Unsigned
        | SignatureError::RepeatedId(_)
        | SignatureError::SeveralAssertions
        | SignatureError::SeveralSignatures
        | SignatureError::Misplaced
        | SignatureError::Shape(_)
        | SignatureError::Reference(_)
        | SignatureError::Sha1
        | SignatureError::Algorithm(_)
        | SignatureError::NoKey
        | SignatureError::Changed => refusal,
    }
}

/// By which setting of a provider an assertion can be wrong in this.
fn by_design(wrong: &Wrong) -> &'static [Answer] {
    match wrong {
        Wrong::Audience { .. } => &[Answer::WrongAudience],
        Wrong::NotYetValid { .. } => &[Answer::NotYetValid],
        Wrong::Expired { .. } => &[Answer::Expired],
        Wrong::Issuer { .. }
        | Wrong::Recipient { .. }
        | Wrong::NoRecipient
        | Wrong::InResponseTo { .. }
        | Wrong::Unsolicited
        | Wrong::NeverAsked { .. }
        | Wrong::NoEnd
        | Wrong::BorneForever
        | Wrong::SessionOver { .. } => &[],
    }
}

fn invalid(text: String) -> Refusal {
    Code::FederatedAnswerInvalid.because(text)
}

fn refusal(wrong: &Wrong) -> Refusal {
    let text = format!("The provider's answer is not accepted: {wrong}.");
    match wrong {
        Wrong::Issuer { .. } => Code::UnknownFederationRealm.because(text),
        Wrong::Audience { .. }
        | Wrong::Recipient { .. }
        | Wrong::NoRecipient
        | Wrong::InResponseTo { .. }
        | Wrong::Unsolicited
        | Wrong::NeverAsked { .. }
        | Wrong::NotYetValid { .. }
        | Wrong::Expired { .. }
        | Wrong::NoEnd
        | Wrong::BorneForever
        | Wrong::SessionOver { .. } => invalid(text),
    }
}

/// The account of a tenant that a provider means by this name. The user name the provider knows plays no part.
pub fn account<'d>(
    directory: &'d Directory,
    tenant: Tenant<'d>,
    domain: &str,
    source: &str,
) -> Result<Account<'d>, Refusal> {
    let lives_here = |upn: &&Upn| upn.domain() == domain;
    let users = directory.world().users.iter();
    // Many accounts have no ImmutableID: to name none is to name nobody.
    let named = |id: &str| !source.is_empty() && id == source;
    let found = users.filter(|(upn, user)| lives_here(upn) && named(&user.immutable_id)).map(|(upn, _)| upn).next();
    let account = found.and_then(|upn| directory.account(upn)).filter(|account| account.home == tenant);
    account.ok_or_else(|| {
        Code::AccountNotFederated.because(format!(
            "The provider's assertion names an account by the ImmutableID '{}', and the domain {domain} has none of that name.",
            super::brief(source)
        ))
    })
}

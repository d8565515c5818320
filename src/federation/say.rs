//! A provider's assertion about somebody who has just signed in there, signed.

use std::sync::Arc;

use super::assertion::{Assertion, Attribute, Subject, Version, claims};
use super::issue::with_own;
use super::name_id;
use super::parties;
use super::relay;
use super::xml::{Element, Sealed, SignError, sign};
use crate::directory::Account;
use crate::directory::tenant::{Answer, Provider};
use crate::journal::Because;
use crate::keys::{KeyError, KeyRing, Owner, SigningKey};
use crate::oauth::desk::Desk;
use crate::signin::factors::Factors;

/// To whom something is said, and how.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'a> {
    /// In which version of SAML.
    pub version: Version,
    /// For whom.
    pub audience: &'a str,
    /// Where it is delivered, where that is said.
    pub recipient: Option<&'a str>,
    /// The request it answers, likewise.
    pub in_response_to: Option<&'a str>,
    /// How the subject is to be named.
    pub name_format: Option<&'a str>,
}

/// Whom it is about, and how they signed in.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// The account at the provider.
    pub account: Account<'a>,
    /// What they proved.
    pub factors: &'a Factors,
    /// The provider's session, where there is one.
    pub sid: Option<&'a str>,
}

/// The facts of an assertion, and why they are as they are.
pub fn facts(
    desk: &Desk<'_>,
    handle: &str,
    provider: &Provider,
    about: &About<'_>,
    addressed: &Addressed<'_>,
) -> (Assertion, Vec<Because>) {
    let told = relay::told(provider.relay, addressed.version, about.factors, about.sid);
    let (not_before, not_on_or_after) = relay::lifetime(provider.answer, desk.now);
    let user = about.account.user;
    let for_tenants = addressed.audience == parties::MICROSOFT_ONLINE;
    let immutable = Some(user.immutable_id.clone()).filter(|id| !id.is_empty());
    let because = std::iter::once(told.because).chain(relay::fault(provider.answer)).collect();
    let assertion = Assertion {
        version: addressed.version,
        // An id begins with a letter or an underscore.
        id: format!("_{}", desk.chance.uuid()),
        issuer: parties::issuer(desk.origin, handle),
        issued: not_before,
        not_before: Some(not_before),
        not_on_or_after: Some(not_on_or_after),
        audiences: vec![relay::audience(provider.answer, addressed.audience)],
        subject: subject(about, addressed),
        authentication: told.authentication,
        borne_until: Some(not_on_or_after),
        recipient: addressed.recipient.map(str::to_owned),
        in_response_to: addressed.in_response_to.map(str::to_owned),
        immutable_id: immutable.filter(|_| for_tenants),
        upn: Some(about.account.upn.to_string()),
        methods: told.methods,
        attributes: if for_tenants { Vec::new() } else { attributes(&about.account) },
    };
    (assertion, because)
}

fn subject(about: &About<'_>, addressed: &Addressed<'_>) -> Subject {
    let user = about.account.user;
    // A provider that knows no immutable id still says something: what tenants then miss is the claim.
    let source = if user.immutable_id.is_empty() { about.account.upn.as_str() } else { &user.immutable_id };
    let named = |format: &str| Subject { name: source.to_owned(), format: Some(format.to_owned()) };
    match (addressed.audience, addressed.version) {
        (parties::MICROSOFT_ONLINE, Version::Saml11) => named(claims::UNSPECIFIED),
        (parties::MICROSOFT_ONLINE, Version::Saml20) => named(claims::PERSISTENT),
        (audience, _) => {
            name_id::at_provider(&about.account, audience, about.sid.unwrap_or_default(), addressed.name_format)
        }
    }
}

fn attributes(account: &Account<'_>) -> Vec<Attribute> {
    let user = account.user;
    let title = account.title();
    let all = [
        (claims::USER_NAME, Some(account.upn.as_str())),
        (claims::MAIL, Some(user.mail.as_deref().unwrap_or(account.upn.as_str()))),
        (claims::NAME, Some(title.as_str())),
        (claims::GIVEN_NAME, user.given_name.as_deref()),
        (claims::SURNAME, user.family_name.as_deref()),
    ];
    let attribute = |(name, value): (&'static str, Option<&str>)| {
        Some(Attribute { name: name.into(), values: vec![value?.to_owned()] })
    };
    with_own(all.into_iter().filter_map(attribute).collect(), user)
}

/// Why there is nothing to send.
#[derive(Debug)]
pub enum NotSaid {
    /// There is no key.
    Key(KeyError),
    /// It cannot be signed.
    Sign(SignError),
}

impl std::fmt::Display for NotSaid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotSaid::Key(error) => write!(f, "{error}"),
            NotSaid::Sign(error) => write!(f, "{error}"),
        }
    }
}

/// The key a provider signs with: its own, unless its answers are to be wrongly signed.
pub fn key(keys: &KeyRing, handle: &str, answer: Answer) -> Result<Arc<SigningKey>, NotSaid> {
    let owner = match answer {
        // Somebody else's key: the tenants', which no trust in a provider names.
        Answer::WrongSignature => Owner::Entra,
        Answer::Good
        | Answer::Down
        | Answer::Expired
        | Answer::NotYetValid
        | Answer::WrongAudience
        | Answer::Replayed => Owner::Provider(handle),
    };
    keys.current(owner).map_err(NotSaid::Key)
}

/// An element, signed.
pub fn signed(key: &SigningKey, element: &Element<'_>) -> Result<Sealed, NotSaid> {
    sign(key, element).map_err(NotSaid::Sign)
}

//! Which token would be issued? One to order, and also the wrong ones that whoever receives tokens has to refuse.
//!
//! The claims are made by the same code as in a real sign-in; what the order says of scopes, roles, methods and single
//! claims then replaces what the world says. A version other than the resource's own is a token of the world in which
//! the resource takes that version.

mod order;
mod parts;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::chance::Chance;
use crate::config::Mistake;
use crate::directory::Directory;
use crate::directory::app::TokenVersion;
use crate::http::origin::Origin;
use crate::keys::{KeyError, KeyRing, KeySource, Owner};
use crate::signin::factors::Amr;
use crate::signin::tenant_access::Standing;
use crate::time::{Span, Timestamp};
use crate::token::claim_set::ClaimSet;
use crate::token::claims::entra::{self, Access, IdToken};
use crate::token::claims::groups::Carried;
use crate::token::claims::{Issue, Person, Proof, app_only, generic};
use crate::token::jwt::{Claims, SignError, sign};

pub use order::{Kind, Order, Signature};
use parts::Parts;

/// A token, and what it says.
#[derive(Clone, Debug)]
pub struct Forged {
    /// As it travels.
    pub token: String,
    /// What is in it.
    pub claims: Claims,
}

/// Why there is no token.
#[derive(Debug)]
pub enum ForgeError {
    /// The order names what does not exist: all of it, by the order's own words.
    Order(Vec<Mistake>),
    /// The key is not to be had.
    Key(KeyError),
    /// The token could not be signed.
    Sign(SignError),
}

impl fmt::Display for ForgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ForgeError::Order(mistakes) => {
                let list: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
                f.write_str(&list.join("\n"))
            }
            ForgeError::Key(error) => write!(f, "{error}"),
            ForgeError::Sign(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for ForgeError {}

/// Where, when and with which keys tokens are made.
#[derive(Clone, Copy, Debug)]
pub struct Forge<'f> {
    /// The world.
    pub directory: &'f Directory,
    /// Its keys.
    pub keys: &'f KeyRing,
    /// What its addresses begin with.
    pub origin: &'f Origin,
    /// Where ids come from.
    pub chance: &'f Chance,
    /// Its time.
    pub now: Timestamp,
}

/// How long before its end an expired token was issued.
const USUAL_LIFETIME: Span = Span::hours(1);

impl Forge<'_> {
    /// Makes the token that was ordered.
    pub fn make(&self, order: &Order) -> Result<Forged, ForgeError> {
        let found = parts::find(order, self.directory).map_err(ForgeError::Order)?;
        let imagined = match parts::other_version(order, &found) {
            Some(change) => Some(self.directory.changed(change).map_err(|problems| {
                ForgeError::Order(problems.iter().map(|problem| Mistake::new("version", problem.to_string())).collect())
            })?),
            None => None,
        };
        let directory = imagined.as_ref().unwrap_or(self.directory);
        let parts = parts::find(order, directory).map_err(ForgeError::Order)?;
        let mut claims = Claims::from(self.claims(order, directory, &parts));
        order.replace(&mut claims);
        let token = self.signed(order, &parts, &claims)?;
        Ok(Forged { token, claims })
    }

    fn claims<'d>(&self, order: &Order, directory: &'d Directory, parts: &Parts<'d>) -> ClaimSet {
        let uti = self.chance.short();
        let sid = self.chance.uuid().to_string();
        let amr = Amr::from_words(order.amr.clone().unwrap_or_else(|| vec!["pwd".to_owned()]));
        // An expired token was good once.
        let (issued, lifetime) = match order.lifetime {
            late if late.millis() <= 0 => {
                (self.now.plus(late).plus(Span::from_millis(-USUAL_LIFETIME.millis())), USUAL_LIFETIME)
            }
            lifetime => (self.now, lifetime),
        };
        let proof = if parts.app.facts().is_confidential() { Proof::Secret } else { Proof::Public };
        let issue = Issue {
            directory,
            origin: self.origin,
            tenant: parts.tenant,
            app: parts.app,
            proof,
            now: issued,
            lifetime,
            uti: &uti,
            ip: "127.0.0.1",
        };
        let Some(account) = parts.account else {
            return for_itself(&issue, order, parts);
        };
        let object = match issue.standing_of(&account) {
            Some(Standing::Guest(guest)) => guest.id,
            Some(Standing::Member | Standing::DelegatedAdmin(_)) | None => account.user.id,
        };
        let person = Person { auth_time: issued, sid: &sid, ..Person::known(account, object, &amr) };
        about(&issue, &person, order, parts)
    }

    fn signed(&self, order: &Order, parts: &Parts<'_>, claims: &Claims) -> Result<String, ForgeError> {
        let owner = Owner::from(parts.tenant);
        let typ = parts.typ(order.kind, claims);
        let with = |keys: &KeyRing| {
            let key = keys.current(owner).map_err(ForgeError::Key)?;
            sign(&key, typ, claims).map_err(ForgeError::Sign)
        };
        match order.signature {
            Signature::Valid => with(self.keys),
            Signature::Invalid => with(self.keys).map(spoiled),
            Signature::UnknownKey => with(&KeyRing::new(KeySource::Fresh)),
            Signature::None => with(self.keys).map(|token| unsigned(&token)),
        }
    }
}

fn about(issue: &Issue<'_>, person: &Person<'_>, order: &Order, parts: &Parts<'_>) -> ClaimSet {
    let id = IdToken { email: true, profile: true, auth_time: true, ..IdToken::default() };
    let scopes = parts.scopes(order);
    match (order.kind, parts.resource) {
        (Kind::Id, Some(_)) if order.version == Some(TokenVersion::V1) => entra::id_v1(issue, person, &id),
        (Kind::Id, Some(_)) => entra::id_v2(issue, person, &id),
        (Kind::Id, None) => generic::id(issue, person, &id),
        (Kind::Access, Some(resource)) => {
            let access = Access {
                resource,
                audience: &parts.audience,
                scopes: &scopes,
                profile: true,
                claims: None,
                carried: Carried::InBody,
            };
            entra::access(issue, person, &access)
        }
        (Kind::Access, None) => {
            let told = Vec::new();
            let access = generic::Access { audience: &parts.audience, scopes: &scopes, grant: person.sid, told };
            generic::access(issue, person, &access)
        }
    }
}

fn for_itself(issue: &Issue<'_>, order: &Order, parts: &Parts<'_>) -> ClaimSet {
    match parts.resource {
        Some(resource) => app_only::entra(issue, resource, &parts.audience),
        None => app_only::generic(issue, &parts.audience, &order.scopes.join(" ")),
    }
}

/// The same token with another signature: whoever verifies it sees that it is not the key's.
fn spoiled(token: String) -> String {
    let Some((signed, signature)) = token.rsplit_once('.') else { return token };
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    // The middle: the first byte also decides whether the number is smaller than the modulus.
    let middle = bytes.len() / 2;
    if let Some(byte) = bytes.get_mut(middle) {
        *byte ^= 1;
    }
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
}

/// The same claims under a header that says `none` (RFC 7518, 3.6).
fn unsigned(token: &str) -> String {
    let claims = token.split('.').nth(1).unwrap_or_default();
    format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#))
}

#[cfg(test)]
mod tests;

//! Who + application + access -> claims. Pure: the same facts make the same token.
//!
//! Members and their order follow recorded tokens of the real service; see Microsoft's access token and id
//! token claims references.

pub mod app_only;
pub mod entra;
pub mod generic;
pub mod groups;
pub mod optional;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::directory::tenant::Tenant;
use crate::directory::{Account, Application, Directory};
use crate::http::origin::Origin;
use crate::id::{ClientId, ObjectId};
use crate::signin::factors::{Amr, Factors};
use crate::signin::state::Presence;
use crate::signin::tenant_access::{Standing, standing};
use crate::time::{Span, Timestamp};
use crate::token::claim_set::ClaimSet;

/// How an application proved itself (`appidacr`, `azpacr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all.
    Public,
    /// With a secret.
    Secret,
    /// With a signed assertion.
    Certificate,
}

impl Proof {
    /// Entra's digit for it.
    pub fn digit(self) -> &'static str {
        match self {
            Proof::Public => "0",
            Proof::Secret => "1",
            Proof::Certificate => "2",
        }
    }
}

/// Whom a token is about.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Its object in the token's tenant.
    pub object: ObjectId,
    /// How it proved itself.
    pub amr: &'a Amr,
    /// When it did.
    pub auth_time: Timestamp,
    /// When it last proved a second factor.
    pub mfa_time: Option<Timestamp>,
    /// The authentication contexts it satisfies.
    pub contexts: &'a [String],
    /// The session's name.
    pub sid: &'a str,
    /// The sign-in that the token comes of; a token made to order has none.
    pub sign_in: Option<SignInBehind<'a>>,
}

/// The sign-in that a token comes of.
#[derive(Clone, Copy, Debug)]
pub struct SignInBehind<'a> {
    /// What was proven, each with its time.
    pub factors: &'a Factors,
    /// Was the person there?
    pub presence: Presence,
    /// What the revocations were.
    pub epoch: &'a str,
    /// The grant's id.
    pub grant: &'a str,
}

impl<'a> Person<'a> {
    /// Somebody of whom nothing is said but who it is.
    pub fn known(account: Account<'a>, object: ObjectId, amr: &'a Amr) -> Self {
        Self {
            account,
            object,
            amr,
            auth_time: Timestamp::default(),
            mfa_time: None,
            contexts: &[],
            sid: "",
            sign_in: None,
        }
    }
}

/// What every token is made from.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// What our addresses begin with.
    pub origin: &'a Origin,
    /// The tenant or provider that issues.
    pub tenant: Tenant<'a>,
    /// The application it is issued to.
    pub app: Application<'a>,
    /// How that proved itself.
    pub proof: Proof,
    /// Now.
    pub now: Timestamp,
    /// How long it lives.
    pub lifetime: Span,
    /// Its own id.
    pub uti: &'a str,
    /// Where the request came from.
    pub ip: &'a str,
}

impl<'a> Issue<'a> {
    /// What a person is in the issuing tenant.
    pub fn standing(&self, person: &Person<'a>) -> Option<Standing<'a>> {
        self.standing_of(&person.account)
    }

    /// What an account is in the issuing tenant; `None` for nothing. Nobody signs in as that, but a token to order may be
    /// about anybody: it says where they come from, and gives them no role.
    pub fn standing_of(&self, account: &Account<'a>) -> Option<Standing<'a>> {
        standing(self.directory, account, self.tenant, self.now).ok()
    }

    /// The address a person is written to. Whoever is at home elsewhere is known here by one, if need be their user name.
    fn mail(&self, person: &Person<'a>) -> Option<&'a str> {
        let mail = person.account.user.mail.as_deref();
        match self.standing(person) {
            Some(Standing::Member) => mail,
            Some(Standing::Guest(_) | Standing::DelegatedAdmin(_)) | None => mail.or(Some(person.account.upn.as_str())),
        }
    }

    /// The user name of a person's object in the issuing tenant. A guest's holds the one that it has at home; whoever
    /// has no object here has none.
    fn upn(&self, person: &Person<'a>) -> Option<String> {
        let home = person.account.upn.as_str();
        match (self.standing(person), self.tenant) {
            (Some(Standing::Member), _) => Some(home.to_owned()),
            (Some(Standing::Guest(_)), Tenant::Entra { facts, .. }) => {
                let domain = facts.domains.first()?;
                Some(format!("{}#EXT#@{domain}", home.replace('@', "_")))
            }
            (Some(Standing::Guest(_)), Tenant::Provider { .. }) | (Some(Standing::DelegatedAdmin(_)) | None, _) => None,
        }
    }

    /// `iat`, `nbf` and `exp`.
    fn put_times(&self, claims: &mut ClaimSet) {
        let now = self.now.seconds();
        claims.insert("iat".into(), now.into());
        claims.insert("nbf".into(), now.into());
        claims.insert("exp".into(), self.now.plus(self.lifetime).seconds().into());
    }

    /// The roles a person was given in an application.
    fn app_roles(&self, person: &Person<'a>, resource: &Application<'_>) -> Vec<Value> {
        let given = match self.standing(person) {
            Some(Standing::Member) => &person.account.user.app_roles,
            Some(Standing::Guest(guest)) => &guest.app_roles,
            Some(Standing::DelegatedAdmin(_)) | None => return Vec::new(),
        };
        given.get(resource.handle).into_iter().flatten().map(|role| Value::from(role.as_str())).collect()
    }
}

/// No claims yet, and room for those of a usual token, made at once instead of in steps.
fn blank() -> ClaimSet {
    ClaimSet::with_capacity(32)
}

/// A person's name for one application only: two applications cannot compare notes.
pub fn pairwise(tenant: Tenant<'_>, client: &ClientId, object: ObjectId) -> String {
    digest_word(&["sub", &tenant.id().to_string(), client.as_str(), &object.to_string()])
}

/// A stand-in for one of Entra's internal claims, which nobody may read but everybody may compare.
fn opaque(words: &[&str]) -> String {
    digest_word(words)
}

fn digest_word(words: &[&str]) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, words.join("\n").as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref())
}

/// The claim `login_hint`: opaque to clients, read back by our own endpoints.
pub fn login_hint(account: &Account<'_>) -> String {
    format!("O.{}", URL_SAFE_NO_PAD.encode(account.upn.as_str()))
}

/// The user name behind a hint, whether it is a name or the claim `login_hint`.
pub fn read_login_hint(hint: &str) -> String {
    let decoded = hint.strip_prefix("O.").and_then(|word| URL_SAFE_NO_PAD.decode(word).ok());
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| hint.to_owned())
}

/// Claims the world gives to this person come last: they replace what is there.
fn put_own(claims: &mut ClaimSet, person: &Person<'_>) {
    for (name, value) in &person.account.user.claims {
        claims.insert(name.clone().into(), value.clone());
    }
}

/// A JSON array of words.
fn words(list: &[String]) -> Value {
    Value::Array(list.iter().map(|word| Value::from(word.as_str())).collect())
}

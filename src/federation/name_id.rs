//! How is somebody named to an application (SAML 2.0 core, 8.3)?
//!
//! The formats are those Entra documents for `NameIDPolicy` ("Single sign-on SAML protocol"); a third-party provider
//! takes the same.

use super::assertion::{Subject, claims};
use crate::directory::tenant::Tenant;
use crate::directory::{Account, Application};
use crate::id::ObjectId;
use crate::token::claims::pairwise;

/// A mail address (SAML 2.0 core, 8.3.2).
pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
/// A name for one session only (SAML 2.0 core, 8.3.8).
pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
/// What is offered, the usual first.
pub const FORMATS: [&str; 4] = [EMAIL, claims::PERSISTENT, TRANSIENT, claims::UNSPECIFIED];

/// Can somebody be named like this?
pub fn is_offered(format: &str) -> bool {
    FORMATS.contains(&format)
}

/// Whom it is about, and to whom they are named, at a tenant.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// The account.
    pub account: Account<'a>,
    /// Where it is signed in to.
    pub tenant: Tenant<'a>,
    /// Its object there.
    pub object: ObjectId,
    /// The application.
    pub app: Application<'a>,
    /// What that calls itself.
    pub audience: &'a str,
    /// The session.
    pub sid: &'a str,
}

/// The name a tenant gives somebody, in the format that is asked for.
///
/// Differs: Entra's documentation has a pairwise name where the format is unspecified; what an application that was
/// added in the portal gets, until somebody changes its claims, is the user name as a mail address, and so it is here.
pub fn at_tenant(person: &Person<'_>, format: Option<&str>) -> Subject {
    match format {
        Some(claims::PERSISTENT) => {
            named(pairwise(person.tenant, &person.app.client_id, person.object), claims::PERSISTENT)
        }
        Some(TRANSIENT) => transient(person.sid, person.audience),
        Some(_) | None => named(person.account.upn.to_string(), EMAIL),
    }
}

/// The name a third-party provider gives somebody.
pub fn at_provider(account: &Account<'_>, audience: &str, sid: &str, format: Option<&str>) -> Subject {
    let user = account.user;
    let upn = account.upn.as_str();
    match format {
        Some(claims::PERSISTENT) if user.immutable_id.is_empty() => named(user.id.to_string(), claims::PERSISTENT),
        Some(claims::PERSISTENT) => named(user.immutable_id.clone(), claims::PERSISTENT),
        Some(TRANSIENT) => transient(sid, audience),
        Some(EMAIL) => named(user.mail.as_deref().unwrap_or(upn).to_owned(), EMAIL),
        Some(_) | None => named(upn.to_owned(), claims::UNSPECIFIED),
    }
}

fn named(name: String, format: &str) -> Subject {
    Subject { name, format: Some(format.to_owned()) }
}

/// The same for as long as the session lasts, so that a sign-out can name it; nothing before or after.
fn transient(sid: &str, audience: &str) -> Subject {
    named(format!("_{}", ObjectId::derived(&["transient", sid, audience])), TRANSIENT)
}

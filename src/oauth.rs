//! OAuth 2.0 and OpenID Connect, in three dialects: Entra v1, Entra v2, and the standards themselves.
//!
//! These files translate requests into what `signin` decides about, and decisions into answers. What differs
//! between the dialects lives in [`dialect`], one file each.
//!
//! ```text
//! authorize/       what a request asks for, and may it; redirect: may it be answered there; scope, claims_parameter, asks:
//!                  what its parameters mean; pkce: the secret behind a code; respond: a finished sign-in becomes the answer
//! client_auth      which application calls; assertion: does a signed assertion stand for it, and for the first time
//! grants/          the token endpoint, one file a grant; grant: what was granted; subject: whom it is about
//! issue/           a grant becomes tokens
//! device           devices without a browser
//! admin_consent    an administrator is asked for a whole tenant; consents: what was agreed to is written down
//! user_realm/      who verifies the person behind a name
//! discovery/       what a client has to know first
//! userinfo         whom an access token is about; introspect: is it good, and may it be ended
//! logout/          who is signed out, who is told
//! dialect/         all that differs between the three
//! desk             a world and a moment, without HTTP; error: how a refusal looks; cors: which pages may read it
//! ```

pub mod admin_consent;
pub mod asks;
pub mod assertion;
pub mod authorize;
pub mod check_session;
pub mod claims_parameter;
pub mod client_auth;
pub mod consents;
pub mod cors;
pub mod desk;
pub mod device;
pub mod dialect;
pub mod discovery;
pub mod error;
pub mod family;
pub mod grant;
pub mod grants;
pub mod introspect;
pub mod issue;
pub mod logout;
pub mod pkce;
#[cfg(test)]
mod properties;
pub mod redirect;
pub mod respond;
pub mod routes;
pub mod scope;
pub mod subject;
pub mod user_realm;
pub mod userinfo;

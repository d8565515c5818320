//! OAuth 2.0 and OpenID Connect, in three dialects: Entra v1, Entra v2, and the standards themselves.
//!
//! These files translate requests into what `signin` decides about, and decisions into answers. What differs
//! between the dialects lives in [`dialect`], one file each.

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
pub mod grant;
pub mod grants;
pub mod introspect;
pub mod issue;
pub mod logout;
#[cfg(test)]
mod properties;
pub mod redirect;
pub mod respond;
pub mod routes;
pub mod scope;
pub mod subject;
pub mod user_realm;
pub mod userinfo;

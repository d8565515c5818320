//! How do our own web applications sign people in? As any relying party does: OpenID Connect over HTTP, against this
//! server's own addresses, with nothing that a stranger's application does not have.

pub mod issuer_key;
pub mod records;
pub mod relying_party;
pub mod routes;

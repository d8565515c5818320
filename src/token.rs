//! What tokens say, and how they are signed.

pub mod bearer;
pub mod claims;
pub mod forge;
pub mod issuer;
pub mod jwt;

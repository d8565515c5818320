//! What tokens say, and how they are signed.

pub mod bearer;
pub mod claim_set;
pub mod claims;
pub mod forge;
pub mod issuer;
pub mod jwt;

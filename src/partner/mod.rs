//! What do the services of a partner's world do with those who signed in? Partner Center and what stands around it.

pub mod exceptions;
pub mod legacy;

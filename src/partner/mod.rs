//! Partner Center: what partners do their business in, and what the mandate protects.
//!
//! Its rules are those of the public article "Mandating multifactor authentication for your partner tenant" and of the
//! Partner Center REST reference.
//!
//! ```text
//! exceptions   how a technical exception is asked for, and what may be said to it
//! usage        who used it, from where, with a second factor or without: what the reports are made of
//! ```

pub mod exceptions;
pub mod usage;

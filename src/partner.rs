//! Partner Center: what partners do their business in, and what the mandate protects.
//!
//! Its rules are those of the public article "Mandating multifactor authentication for your partner tenant" and of the
//! Partner Center REST reference.
//!
//! ```text
//! api/         the REST API, one file per resource; routes
//! customers    whom a partner sells to, and whom of them it may administer
//! catalogue    what they have bought and asked for, and what that costs: shown by portal and API
//! exceptions   how a technical exception is asked for, and what may be said to it
//! legacy       what a name and a password alone still open, and to whom
//! notice       a page that says one thing: not found, no access, not accepted
//! portal/      the pages: which there are, who may open which, what they show; routes
//! requirements what the test of the security requirements finds in a token
//! service/     the portals that administer a customer's services; routes
//! sign_in/     how our own sites sign people in; routes
//! shown        dates, sums of money and long lists, as pages show them
//! site         which sites these are
//! usage        who used it, from where, with a second factor or without: what the reports are made of
//! ```

pub mod api;
pub mod catalogue;
pub mod customers;
pub mod exceptions;
pub mod legacy;
pub mod notice;
pub mod portal;
pub mod requirements;
pub mod service;
pub mod shown;
pub mod sign_in;
pub mod site;
pub mod usage;

//! How does a program without a browser get a provider's assertion for a name and a password? WS-Trust, as it became a
//! standard (1.3) and as it was drafted in February 2005, over SOAP 1.2: the profile that AD FS calls
//! `usernamemixed`, in which TLS protects the message and a user name token says who it is.
//!
//! ```text
//! edition   what differs between the two editions
//! names     namespaces
//! mex       the description in which libraries look the addresses up
//! request   what is asked, and by whom
//! freshness is the message from just now?
//! decide    does a password alone do?
//! response  the answer around an assertion
//! fault     the answer when there is none
//! ```

pub mod decide;
pub mod edition;
pub mod fault;
mod freshness;
pub mod mex;
pub mod names;
pub mod request;
pub mod response;

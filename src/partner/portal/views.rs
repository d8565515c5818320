//! What does each page show? Facts in, templates out.

mod billing;
mod customers;
mod health;
mod new_request;
mod overview;
mod requests;
mod security;
mod security_test;

pub use billing::Billing;
pub use customers::{CustomerPage, Customers};
pub use health::Health;
pub use new_request::NewRequest;
pub use overview::Overview;
pub use requests::{CustomerRequests, PartnerRequests};
pub use security::SecurityPage;
pub use security_test::SecurityTest;

use super::person::Person;
use crate::directory::Directory;
use crate::partner::customers::{self as business, Customer};
use crate::time::Timestamp;

/// The customers of a person's tenant.
fn customers_of<'d>(directory: &'d Directory, person: &Person<'_>, now: Timestamp) -> Vec<Customer<'d>> {
    business::of(directory, person.tenant.handle(), now)
}

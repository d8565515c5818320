//! What does each page show? Facts in, templates out.

mod billing;
mod customers;
mod health;
mod overview;
mod requests;
mod security;

pub use billing::Billing;
pub use customers::{CustomerPage, Customers};
pub use health::Health;
pub use overview::Overview;
pub use requests::{CustomerRequests, PartnerRequests};
pub use security::SecurityPage;

use super::person::Person;
use crate::directory::Directory;
use crate::partner::customers::{self as business, Customer};
use crate::time::Timestamp;

/// The customers of a person's tenant.
fn customers_of<'d>(directory: &'d Directory, person: &Person<'_>, now: Timestamp) -> Vec<Customer<'d>> {
    business::of(directory, person.tenant.handle(), now)
}

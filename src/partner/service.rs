//! The portals that administer a customer's services: the admin center, which signs in to the customer's tenant, and
//! the Exchange admin center, which signs in to one's own.

pub mod admission;
pub mod routes;
pub mod views;

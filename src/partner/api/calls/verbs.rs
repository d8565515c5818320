//! Which verbs does each place take?

use super::Verb;
use super::place::{OfCustomer, Place};

impl Place<'_> {
    /// What can be done here.
    pub(super) fn verbs(self) -> &'static [Verb] {
        use Verb::{Delete, Get, Patch, Post};
        match self {
            Place::Customers => &[Get, Post],
            Place::Customer(_, what) => match what {
                OfCustomer::Itself
                | OfCustomer::CompanyProfile
                | OfCustomer::BillingProfile
                | OfCustomer::RolesOf(_)
                | OfCustomer::DirectoryRoles
                | OfCustomer::Subscriptions
                | OfCustomer::Subscription(_)
                | OfCustomer::ServiceRequests => &[Get],
                OfCustomer::Users | OfCustomer::RoleMembers(_) => &[Get, Post],
                OfCustomer::User(_) => &[Get, Patch, Delete],
                OfCustomer::RoleMember(..) | OfCustomer::Consent(_) => &[Get, Delete],
                OfCustomer::Consents => &[Get, Post],
            },
            Place::Invoices
            | Place::Invoice(_)
            | Place::InvoiceLines(_)
            | Place::ServiceRequests
            | Place::ServiceRequest(_)
            | Place::Profile(_)
            | Place::NonCompliantPrincipals
            | Place::MfaAdoption
            | Place::PartnerRequests => &[Get],
        }
    }
}

/// As the `Allow` header lists them.
pub(super) fn allow(verbs: &[Verb]) -> String {
    let word = |verb: &Verb| match verb {
        Verb::Get => "GET, HEAD",
        Verb::Post => "POST",
        Verb::Patch => "PATCH",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    };
    verbs.iter().map(word).collect::<Vec<_>>().join(", ")
}

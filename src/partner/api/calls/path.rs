//! Which place does a path lead to? Every address on one screen.

use super::place::{OfCustomer, Place, Profile};

pub(super) fn place<'a>(path: &[&'a str]) -> Option<Place<'a>> {
    Some(match path {
        ["customers"] => Place::Customers,
        ["customers", id, rest @ ..] => Place::Customer(id, of_customer(rest)?),
        ["invoices"] => Place::Invoices,
        ["invoices", id] => Place::Invoice(id),
        ["invoices", id, "lineitems"] => Place::InvoiceLines(id),
        // The older address of the same lines names what the query names now.
        ["invoices", id, "lineitems", _, "billinglineitems"] => Place::InvoiceLines(id),
        ["servicerequests"] => Place::ServiceRequests,
        ["servicerequests", id] => Place::ServiceRequest(id),
        ["profiles", "organization"] => Place::Profile(Profile::Organization),
        ["profiles", "legalbusiness"] => Place::Profile(Profile::LegalBusiness),
        ["profiles", "billing"] => Place::Profile(Profile::Billing),
        ["profiles", "support"] => Place::Profile(Profile::Support),
        ["profiles", "mpn"] => Place::Profile(Profile::Mpn),
        ["nonmfacompliantpartnerprincipals"] => Place::NonCompliantPrincipals,
        ["applicationmfaadoptionstatus"] => Place::MfaAdoption,
        ["partnerrequests"] => Place::PartnerRequests,
        _ => return None,
    })
}

fn of_customer<'a>(path: &[&'a str]) -> Option<OfCustomer<'a>> {
    Some(match path {
        [] => OfCustomer::Itself,
        ["profiles", "company"] => OfCustomer::CompanyProfile,
        ["profiles", "billing"] => OfCustomer::BillingProfile,
        ["users"] => OfCustomer::Users,
        ["users", id] => OfCustomer::User(id),
        ["users", id, "directoryroles"] => OfCustomer::RolesOf(id),
        ["directoryroles"] => OfCustomer::DirectoryRoles,
        ["directoryroles", role, "usermembers"] => OfCustomer::RoleMembers(role),
        ["directoryroles", role, "usermembers", user] => OfCustomer::RoleMember(role, user),
        ["subscriptions"] => OfCustomer::Subscriptions,
        ["subscriptions", id] => OfCustomer::Subscription(id),
        ["servicerequests"] => OfCustomer::ServiceRequests,
        ["applicationconsents"] => OfCustomer::Consents,
        ["applicationconsents", app] => OfCustomer::Consent(app),
        _ => return None,
    })
}

//! What can be asked of the Partner Center API: every address on one screen, and the verbs it takes.

use super::error::Refused;

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Look; `HEAD` too.
    Get,
    /// Add.
    Post,
    /// Change.
    Patch,
    /// Replace.
    Put,
    /// Remove.
    Delete,
}

/// One of the partner's own profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// The organization.
    Organization,
    /// The legal business.
    LegalBusiness,
    /// How it is billed.
    Billing,
    /// Whom its customers ask for help.
    Support,
    /// Its place in the partner network.
    Mpn,
}

/// An address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The partner's customers.
    Customers,
    /// One of them, or something of it.
    Customer(&'a str, OfCustomer<'a>),
    /// The partner's invoices.
    Invoices,
    /// One of them.
    Invoice(&'a str),
    /// What it charges for.
    InvoiceLines(&'a str),
    /// The requests of all customers.
    ServiceRequests,
    /// One of them.
    ServiceRequest(&'a str),
    /// What the partner says of itself.
    Profile(Profile),
    /// Who used the portal without a second factor.
    NonCompliantPrincipals,
    /// How many requests of each application had a second factor.
    MfaAdoption,
    /// The requests to the API.
    PartnerRequests,
}

/// Something of a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfCustomer<'a> {
    /// The customer.
    Itself,
    /// Its company.
    CompanyProfile,
    /// How it is billed.
    BillingProfile,
    /// Its accounts.
    Users,
    /// One of them.
    User(&'a str),
    /// The roles of one of them.
    RolesOf(&'a str),
    /// The roles there are.
    DirectoryRoles,
    /// Who has a role.
    RoleMembers(&'a str),
    /// Somebody's place in a role: role, then account.
    RoleMember(&'a str, &'a str),
    /// What it has bought.
    Subscriptions,
    /// One of these.
    Subscription(&'a str),
    /// What it has asked for.
    ServiceRequests,
    /// What was agreed to on its behalf.
    Consents,
    /// The agreement for one application.
    Consent(&'a str),
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Where.
    pub place: Place<'a>,
    /// What.
    pub verb: Verb,
}

impl<'a> Call<'a> {
    /// The call behind a verb and a path below `/partnercenter`, which is in lower case.
    pub fn find(verb: &str, path: &[&'a str]) -> Result<Self, Refused> {
        let place = match path {
            ["v1", rest @ ..] => place(rest),
            _ => None,
        };
        let place = place.ok_or(Refused::NoSuchAddress)?;
        let verb = match verb {
            "GET" | "HEAD" => Some(Verb::Get),
            "POST" => Some(Verb::Post),
            "PATCH" => Some(Verb::Patch),
            "PUT" => Some(Verb::Put),
            "DELETE" => Some(Verb::Delete),
            _ => None,
        };
        match verb.filter(|verb| place.verbs().contains(verb)) {
            Some(verb) => Ok(Self { place, verb }),
            None => Err(Refused::WrongVerb(allow(place.verbs()))),
        }
    }

    /// What is done here, as the reports name it: what varies is in braces.
    pub fn operation(&self) -> String {
        let verb = match self.verb {
            Verb::Get => "Get",
            Verb::Post => "Post",
            Verb::Patch => "Patch",
            Verb::Put => "Put",
            Verb::Delete => "Delete",
        };
        format!("{verb} /v{{version}}/{}", self.place.template())
    }
}

fn place<'a>(path: &[&'a str]) -> Option<Place<'a>> {
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

impl Place<'_> {
    fn verbs(self) -> &'static [Verb] {
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

    fn template(self) -> &'static str {
        match self {
            Place::Customers => "customers",
            Place::Customer(_, what) => what.template(),
            Place::Invoices => "invoices",
            Place::Invoice(_) => "invoices/{invoice_id}",
            Place::InvoiceLines(_) => "invoices/{invoice_id}/lineitems",
            Place::ServiceRequests => "servicerequests",
            Place::ServiceRequest(_) => "servicerequests/{servicerequest_id}",
            Place::Profile(Profile::Organization) => "profiles/organization",
            Place::Profile(Profile::LegalBusiness) => "profiles/legalbusiness",
            Place::Profile(Profile::Billing) => "profiles/billing",
            Place::Profile(Profile::Support) => "profiles/support",
            Place::Profile(Profile::Mpn) => "profiles/mpn",
            Place::NonCompliantPrincipals => "nonMfaCompliantPartnerPrincipals",
            Place::MfaAdoption => "applicationmfaadoptionstatus",
            Place::PartnerRequests => "partnerRequests",
        }
    }
}

impl OfCustomer<'_> {
    fn template(self) -> &'static str {
        match self {
            OfCustomer::Itself => "customers/{customer_id}",
            OfCustomer::CompanyProfile => "customers/{customer_id}/profiles/company",
            OfCustomer::BillingProfile => "customers/{customer_id}/profiles/billing",
            OfCustomer::Users => "customers/{customer_id}/users",
            OfCustomer::User(_) => "customers/{customer_id}/users/{user_id}",
            OfCustomer::RolesOf(_) => "customers/{customer_id}/users/{user_id}/directoryroles",
            OfCustomer::DirectoryRoles => "customers/{customer_id}/directoryroles",
            OfCustomer::RoleMembers(_) => "customers/{customer_id}/directoryroles/{role_id}/usermembers",
            OfCustomer::RoleMember(..) => "customers/{customer_id}/directoryroles/{role_id}/usermembers/{user_id}",
            OfCustomer::Subscriptions => "customers/{customer_id}/subscriptions",
            OfCustomer::Subscription(_) => "customers/{customer_id}/subscriptions/{subscription_id}",
            OfCustomer::ServiceRequests => "customers/{customer_id}/servicerequests",
            OfCustomer::Consents => "customers/{customer_id}/applicationconsents",
            OfCustomer::Consent(_) => "customers/{customer_id}/applicationconsents/{application_id}",
        }
    }
}

fn allow(verbs: &[Verb]) -> &'static str {
    use Verb::{Delete, Get, Patch, Post};
    match verbs {
        [Get, Post] => "GET, HEAD, POST",
        [Get, Delete] => "GET, HEAD, DELETE",
        [Get, Patch, Delete] => "GET, HEAD, PATCH, DELETE",
        _ => "GET, HEAD",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find<'a>(verb: &str, path: &'a str) -> Result<Call<'a>, Refused> {
        Call::find(verb, &path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn an_address_is_found_with_the_verbs_it_takes_and_named_without_what_varies() {
        let consent = find("DELETE", "v1/customers/c/applicationconsents/a").unwrap();
        assert_eq!(consent.place, Place::Customer("c", OfCustomer::Consent("a")));
        let template = "Delete /v{version}/customers/{customer_id}/applicationconsents/{application_id}";
        assert_eq!(consent.operation(), template);
        assert_eq!(find("HEAD", "v1/customers").unwrap(), find("GET", "v1/customers").unwrap());
        let lines = find("GET", "v1/invoices/i/lineitems/office/billinglineitems").unwrap();
        assert_eq!(lines.place, Place::InvoiceLines("i"));
        for (verb, path, allowed) in [
            ("DELETE", "v1/customers", "GET, HEAD, POST"),
            ("PUT", "v1/customers/c/users/u", "GET, HEAD, PATCH, DELETE"),
            ("POST", "v1/customers/c/directoryroles/r/usermembers/u", "GET, HEAD, DELETE"),
            ("POST", "v1/invoices", "GET, HEAD"),
            ("BREW", "v1/profiles/mpn", "GET, HEAD"),
        ] {
            assert_eq!(find(verb, path), Err(Refused::WrongVerb(allowed)), "{verb} {path}");
        }
    }

    #[test]
    fn addresses_that_mean_nothing_are_not_found() {
        for path in
            ["", "v1", "v2/customers", "v1/customers/c/orders", "v1/profiles", "v1/profiles/x", "v1/invoices/a/b"]
        {
            assert_eq!(find("GET", path), Err(Refused::NoSuchAddress), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_the_reader_panic(verb in "\\PC{0,6}", path in "v1(/[a-z0-9{}'()-]{0,12}){0,7}") {
            let _ = find(&verb, &path);
        }
    }
}

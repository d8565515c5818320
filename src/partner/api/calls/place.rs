//! What is there to be asked for, and what do reports call its address?

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

impl Place<'_> {
    /// Its address without what varies.
    pub(super) fn template(self) -> &'static str {
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

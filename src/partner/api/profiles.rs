//! What does the partner say of itself (Partner Center REST, "Profile resources")?
//!
//! Differs: a world knows a partner's name and domains only; addresses and numbers are made of them, always the same.

use serde_json::{Value, json};

use super::Ask;
use super::calls::Profile;
use super::customers::{address, etag};
use super::paging::itself;
use crate::id::ObjectId;

/// One of the partner's own profiles.
pub fn show(ask: &Ask<'_>, profile: Profile) -> Value {
    let tenant = ask.caller.tenant;
    let name = ask.directory.tenant_by_id(tenant.id).map_or("", |tenant| tenant.name());
    let domain = tenant.domains.first().map(String::as_str).unwrap_or_default();
    let contact = || json!({ "firstName": "Partner", "lastName": "Operations", "email": format!("partner@{domain}") });
    match profile {
        Profile::Organization => json!({
            "id": tenant.id,
            "companyName": name,
            "defaultAddress": address(name, "state"),
            "tenantId": tenant.id,
            "domain": domain,
            "email": format!("partner@{domain}"),
            "language": "en",
            "culture": "en-US",
            "profileType": "OrganizationProfile",
            "links": itself("/profiles/organization"),
            "attributes": { "etag": etag(&["organization", name, domain]), "objectType": "OrganizationProfile" },
        }),
        Profile::LegalBusiness => json!({
            "companyName": name,
            "address": address(name, "state"),
            "primaryContact": contact(),
            "companyApproverAddress": address(name, "state"),
            "companyApproverEmail": format!("partner@{domain}"),
            "vettingStatus": "authorized",
            "vettingSubStatus": "none",
            "profileType": "LegalBusinessProfile",
            "links": itself("/profiles/legalbusiness"),
            "attributes": { "objectType": "LegalBusinessProfile" },
        }),
        Profile::Billing => json!({
            "companyName": name,
            "address": address(name, "state"),
            "primaryContact": contact(),
            "billingCurrency": "USD",
            "profileType": "BillingProfile",
            "links": itself("/profiles/billing"),
            "attributes": { "etag": etag(&["billing", name, domain]), "objectType": "BillingProfile" },
        }),
        Profile::Support => json!({
            "email": format!("support@{domain}"),
            "telephone": "4255550100",
            "website": format!("www.{domain}"),
            "profileType": "support_profile",
            "links": itself("/profiles/support"),
            "attributes": { "objectType": "PartnerSupportProfile" },
        }),
        Profile::Mpn => json!({
            "mpnId": mpn(&tenant.id.to_string()),
            "partnerName": name,
            "profileType": "MpnProfile",
            "links": itself("/profiles/mpn"),
            "attributes": { "objectType": "MpnProfile" },
        }),
    }
}

/// Seven digits, as the network's ids have.
fn mpn(tenant: &str) -> String {
    format!("{}", 4_000_000 + ObjectId::derived(&["mpn", tenant]).0.as_u128() % 1_000_000)
}

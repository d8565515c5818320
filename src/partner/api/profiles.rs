//! What does the partner say of itself (Partner Center REST, "Profile resources")?
//!
//! Differs: a world knows a partner's name and domains only; addresses and numbers are made of them, always the same.

use serde_json::{Value, json};

use super::Ask;
use super::calls::Profile;
use super::customers::billing::address;
use super::customers::etag;
use super::paging::itself;
use crate::id::{ObjectId, TenantId};

/// One of the partner's own profiles.
pub fn show(ask: &Ask<'_>, profile: Profile) -> Value {
    let tenant = ask.caller.tenant;
    let partner = Partner {
        id: tenant.id,
        name: ask.directory.tenant_by_id(tenant.id).map_or("", |tenant| tenant.name()),
        domain: tenant.domains.first().map(String::as_str).unwrap_or_default(),
    };
    match profile {
        Profile::Organization => partner.organization(),
        Profile::LegalBusiness => partner.legal_business(),
        Profile::Billing => partner.billing(),
        Profile::Support => partner.support(),
        Profile::Mpn => partner.network(),
    }
}

/// What a world knows of a partner.
struct Partner<'a> {
    id: TenantId,
    name: &'a str,
    domain: &'a str,
}

impl Partner<'_> {
    fn organization(&self) -> Value {
        json!({
            "id": self.id,
            "companyName": self.name,
            "defaultAddress": self.address(),
            "tenantId": self.id,
            "domain": self.domain,
            "email": self.email(),
            "language": "en",
            "culture": "en-US",
            "profileType": "OrganizationProfile",
            "links": itself("/profiles/organization"),
            "attributes": { "etag": self.etag("organization"), "objectType": "OrganizationProfile" },
        })
    }

    fn legal_business(&self) -> Value {
        json!({
            "companyName": self.name,
            "address": self.address(),
            "primaryContact": self.contact(),
            "companyApproverAddress": self.address(),
            "companyApproverEmail": self.email(),
            "vettingStatus": "authorized",
            "vettingSubStatus": "none",
            "profileType": "LegalBusinessProfile",
            "links": itself("/profiles/legalbusiness"),
            "attributes": { "objectType": "LegalBusinessProfile" },
        })
    }

    fn billing(&self) -> Value {
        json!({
            "companyName": self.name,
            "address": self.address(),
            "primaryContact": self.contact(),
            "billingCurrency": "USD",
            "profileType": "BillingProfile",
            "links": itself("/profiles/billing"),
            "attributes": { "etag": self.etag("billing"), "objectType": "BillingProfile" },
        })
    }

    fn support(&self) -> Value {
        json!({
            "email": format!("support@{}", self.domain),
            "telephone": "4255550100",
            "website": format!("www.{}", self.domain),
            "profileType": "support_profile",
            "links": itself("/profiles/support"),
            "attributes": { "objectType": "PartnerSupportProfile" },
        })
    }

    /// The profile at Microsoft's partner network.
    fn network(&self) -> Value {
        json!({
            "mpnId": mpn(&self.id.to_string()),
            "partnerName": self.name,
            "profileType": "MpnProfile",
            "links": itself("/profiles/mpn"),
            "attributes": { "objectType": "MpnProfile" },
        })
    }

    fn address(&self) -> Value {
        address(self.name, "state")
    }

    fn email(&self) -> String {
        format!("partner@{}", self.domain)
    }

    fn contact(&self) -> Value {
        json!({ "firstName": "Partner", "lastName": "Operations", "email": self.email() })
    }

    fn etag(&self, of: &str) -> String {
        etag(&[of, self.name, self.domain])
    }
}

/// Seven digits, as the network's ids have.
fn mpn(tenant: &str) -> String {
    format!("{}", 4_000_000 + ObjectId::derived(&["mpn", tenant]).0.as_u128() % 1_000_000)
}

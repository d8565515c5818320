//! What is a tenant of Microsoft Entra ID, and by which house rules does it sign people in?

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Billing, TokenLifetimes};
use crate::directory::domain::Federation;
use crate::directory::external::External;
use crate::directory::group::Group;
use crate::directory::policy::{Combination, ConditionalAccess, MethodKind, NamedLocation, PerUserMfa};
use crate::directory::role::Role;
use crate::directory::table::Table;
use crate::id::{ObjectId, TenantId, Upn};
use crate::time::Timestamp;

/// What an Entra tenant is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TenantKind {
    /// Sells to customers and administers them: the tenants the mandate is about.
    Partner,
    /// Is administered by partners.
    Customer,
    /// Neither.
    #[default]
    Ordinary,
}

/// An Entra tenant, as a world file describes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct EntraTenant {
    /// The tenant id; made from the handle when left out.
    pub id: TenantId,
    /// The name shown to people; the handle when left out.
    pub name: String,
    /// Its verified domains, the default one first.
    pub domains: Vec<String>,
    /// What the tenant is for.
    pub kind: TenantKind,
    /// The per-user MFA state of every account that has none of its own.
    pub per_user_mfa: PerUserMfa,
    /// Security defaults. They exclude enabled conditional access.
    pub security_defaults: bool,
    /// The older "MFA for admins" baseline policy.
    pub admins_baseline: bool,
    /// Which second factors may be registered; left out, the policies in force decide.
    pub allowed_methods: Option<Vec<MethodKind>>,
    /// "Don't ask again for N days" on the verification pages; 0 is off.
    pub remember_mfa_days: u32,
    /// Whether "Stay signed in?" is asked.
    pub stay_signed_in: bool,
    /// Days during which registration may be skipped.
    pub registration_grace_days: u32,
    /// Partner Center records missing MFA instead of refusing it.
    pub mfa_audit_only: bool,
    /// From when on Partner Center's API refuses missing MFA; before, it records. From the beginning, when left out.
    pub mfa_api_from: Option<Timestamp>,
    /// Answer an unknown user name exactly like a wrong password, already on the first page.
    pub hide_unknown_users: bool,
    /// Named locations, by handle.
    pub named_locations: Table<String, NamedLocation>,
    /// Conditional access policies, by handle.
    pub conditional_access: Table<String, ConditionalAccess>,
    /// Authentication strengths of its own, by handle: what each of them takes.
    pub authentication_strengths: Table<String, Vec<Combination>>,
    /// External authentication methods, by handle: providers whose word counts as a second factor.
    pub external_methods: Table<String, External>,
    /// Custom controls, by handle: providers that conditional access can demand to be passed, as no factor.
    pub custom_controls: Table<String, External>,
    /// The domains another provider signs in for.
    pub federation: Table<String, Federation>,
    /// Groups, by handle.
    pub groups: Table<String, Group>,
    /// Accounts of other tenants invited here, by their user name at home.
    pub guests: Table<Upn, Guest>,
    /// How long what is issued here lives.
    pub token_lifetimes: TokenLifetimes,
    /// How its partners bill it; made up from its name when left out.
    pub billing: Option<Billing>,
}

/// An account of another tenant that has an object of its own here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Guest {
    /// Its object id in this tenant; made from its name when left out.
    pub id: ObjectId,
    /// Groups of this tenant it belongs to, by handle.
    pub groups: Vec<String>,
    /// Roles it has in this tenant.
    pub roles: Vec<Role>,
    /// Roles of applications it was given: application handle to role values.
    pub app_roles: Table<String, Vec<String>>,
}

impl EntraTenant {
    /// Fills in what a file may leave out.
    pub(in crate::directory) fn complete(&mut self, handle: &str) {
        if self.id == TenantId::default() {
            self.id = TenantId::derived(&["tenant", handle]);
        }
        for domain in &mut self.domains {
            domain.make_ascii_lowercase();
        }
        for (group, facts) in &mut self.groups {
            fill(&mut facts.id, &["group", handle, group]);
        }
        for (upn, guest) in &mut self.guests {
            fill(&mut guest.id, &["guest", handle, upn.as_str()]);
        }
        for (location, facts) in &mut self.named_locations {
            fill(&mut facts.id, &["named location", handle, location]);
        }
        for (policy, facts) in &mut self.conditional_access {
            fill(&mut facts.id, &["policy", handle, policy]);
        }
    }
}

fn fill(id: &mut ObjectId, words: &[&str]) {
    if *id == ObjectId::default() {
        *id = ObjectId::derived(words);
    }
}

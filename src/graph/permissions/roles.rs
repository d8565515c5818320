//! Which directory roles may do what? As Microsoft Graph's reference lists them for each call.

use crate::directory::role::Role;

pub(super) const METHODS_READ: &[Role] =
    &[Role::GlobalReader, Role::AuthenticationAdmin, Role::PrivilegedAuthenticationAdmin, Role::GlobalAdmin];

pub(super) const METHODS_WRITE: &[Role] =
    &[Role::AuthenticationAdmin, Role::PrivilegedAuthenticationAdmin, Role::GlobalAdmin];

pub(super) const STATES_READ: &[Role] = &[
    Role::GlobalReader,
    Role::AuthenticationPolicyAdmin,
    Role::AuthenticationAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::GlobalAdmin,
];

pub(super) const STATES_WRITE: &[Role] = &[
    Role::AuthenticationPolicyAdmin,
    Role::AuthenticationAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::GlobalAdmin,
];

pub(super) const POLICIES_READ: &[Role] =
    &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::ConditionalAccessAdmin, Role::GlobalAdmin];

pub(super) const POLICIES_WRITE: &[Role] = &[Role::SecurityAdmin, Role::ConditionalAccessAdmin, Role::GlobalAdmin];

pub(super) const REPORTS_READ: &[Role] =
    &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::GlobalAdmin];

pub(super) const DOMAINS_READ: &[Role] =
    &[Role::GlobalReader, Role::SecurityReader, Role::SecurityAdmin, Role::GlobalAdmin];

pub(super) const DOMAINS_WRITE: &[Role] = &[Role::SecurityAdmin, Role::GlobalAdmin];

pub(super) const DELEGATION_READ: &[Role] =
    &[Role::AdminAgent, Role::SalesAgent, Role::HelpdeskAgent, Role::GlobalReader, Role::GlobalAdmin];

pub(super) const DELEGATION_WRITE: &[Role] = &[Role::AdminAgent, Role::GlobalAdmin];

/// Whoever administers anything may read the directory.
pub(super) const DIRECTORY_READ: &[Role] = &[
    Role::DirectoryReaders,
    Role::DirectoryWriters,
    Role::GlobalReader,
    Role::SecurityReader,
    Role::SecurityAdmin,
    Role::UserAdmin,
    Role::HelpdeskAdmin,
    Role::PasswordAdmin,
    Role::LicenseAdmin,
    Role::AuthenticationAdmin,
    Role::AuthenticationPolicyAdmin,
    Role::PrivilegedAuthenticationAdmin,
    Role::PrivilegedRoleAdmin,
    Role::ConditionalAccessAdmin,
    Role::ApplicationAdmin,
    Role::CloudApplicationAdmin,
    Role::ServiceSupportAdmin,
    Role::BillingAdmin,
    Role::ExchangeAdmin,
    Role::SharepointAdmin,
    Role::GlobalAdmin,
];

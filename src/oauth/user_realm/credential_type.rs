//! `GetCredentialType`: what a sign-in page asks as soon as the user name is typed.

use serde::{Deserialize, Serialize};

use super::{Domain, domain_of};
use crate::directory::Directory;
use crate::directory::tenant::Tenant;
use crate::id::Upn;

/// What the page sends, as far as the answer depends on it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CredentialTypeRequest {
    /// The user name as it was typed.
    pub username: String,
    /// The page's state, which comes back unread.
    pub flow_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    display: String,
    if_exists_result: u8,
    is_unmanaged: bool,
    throttle_status: u8,
    credentials: Credentials,
    ests_properties: EstsProperties,
    flow_token: String,
    is_signup_disallowed: bool,
    /// Nothing here asks for it back.
    #[serde(rename = "apiCanary")]
    api_canary: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    pref_credential: u8,
    has_password: bool,
    remote_ngc_params: Option<()>,
    fido_params: Option<()>,
    sas_params: Option<()>,
    cert_auth_params: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    federation_redirect_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EstsProperties {
    user_tenant_branding: Option<()>,
    domain_type: u8,
}

/// `IfExistsResult`: the account exists, or may exist and nobody is told.
const EXISTS: u8 = 0;
const ABSENT: u8 = 1;

/// `PrefCredential`: what to ask for next.
const PASSWORD: u8 = 1;
const FEDERATED: u8 = 4;

/// Answers the page. `federation_redirect` is where the person of a federated domain goes now.
pub fn credential_type(
    directory: &Directory,
    request: &CredentialTypeRequest,
    federation_redirect: Option<String>,
) -> impl Serialize + use<> {
    let login = Upn::new(&request.username);
    let (exists, has_password, preferred, domain_type) = match domain_of(directory, &login) {
        Domain::Managed(tenant) => {
            let (exists, has_password) = managed(directory, tenant, &login);
            (exists, has_password, PASSWORD, 3)
        }
        // Which accounts a provider has is the provider's to say.
        Domain::Federated(..) => (EXISTS, true, FEDERATED, 4),
        Domain::Unknown => (ABSENT, true, PASSWORD, 1),
    };
    Answer {
        username: request.username.clone(),
        display: request.username.clone(),
        if_exists_result: exists,
        is_unmanaged: false,
        throttle_status: 0,
        credentials: Credentials {
            pref_credential: preferred,
            has_password,
            remote_ngc_params: None,
            fido_params: None,
            sas_params: None,
            cert_auth_params: None,
            federation_redirect_url: federation_redirect.filter(|_| preferred == FEDERATED),
        },
        ests_properties: EstsProperties { user_tenant_branding: None, domain_type },
        flow_token: request.flow_token.clone().unwrap_or_default(),
        is_signup_disallowed: true,
        api_canary: "",
    }
}

/// Does the account exist, and has it a password? Where unknown names are hidden, always yes to both.
fn managed(directory: &Directory, tenant: Tenant<'_>, login: &Upn) -> (u8, bool) {
    if tenant.hides_unknown_users() {
        return (EXISTS, true);
    }
    match directory.account(login) {
        Some(account) => (EXISTS, account.user.password.is_some()),
        None => (ABSENT, true),
    }
}

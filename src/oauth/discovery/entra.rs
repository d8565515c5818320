//! Entra's metadata, v2 and v1. The order of the fields is the order on the wire.

use serde::Serialize;

use super::{AuthorityName, CLOUD_INSTANCE};
use crate::directory::tenant;
use crate::http::origin::Origin;
use crate::token::issuer::{issuer_v1, issuer_v2};

type Words = &'static [&'static str];

const AUTH_METHODS: Words = &["client_secret_post", "private_key_jwt", "client_secret_basic"];
const RESPONSE_MODES: Words = &["query", "fragment", "form_post"];

#[derive(Serialize)]
struct V2 {
    token_endpoint: String,
    token_endpoint_auth_methods_supported: Words,
    jwks_uri: String,
    response_modes_supported: Words,
    subject_types_supported: Words,
    id_token_signing_alg_values_supported: Words,
    response_types_supported: Words,
    scopes_supported: Words,
    issuer: String,
    request_uri_parameter_supported: bool,
    userinfo_endpoint: String,
    authorization_endpoint: String,
    device_authorization_endpoint: String,
    http_logout_supported: bool,
    frontchannel_logout_supported: bool,
    end_session_endpoint: String,
    claims_supported: Words,
    #[serde(flatten)]
    cloud: Cloud,
}

#[derive(Serialize)]
struct V1 {
    token_endpoint: String,
    token_endpoint_auth_methods_supported: Words,
    jwks_uri: String,
    response_modes_supported: Words,
    subject_types_supported: Words,
    id_token_signing_alg_values_supported: Words,
    response_types_supported: Words,
    scopes_supported: Words,
    issuer: String,
    microsoft_multi_refresh_token: bool,
    authorization_endpoint: String,
    device_authorization_endpoint: String,
    http_logout_supported: bool,
    frontchannel_logout_supported: bool,
    end_session_endpoint: String,
    claims_supported: Words,
    check_session_iframe: String,
    userinfo_endpoint: String,
    #[serde(flatten)]
    cloud: Cloud,
}

/// What both versions end with: where in Microsoft's clouds this is.
#[derive(Serialize)]
struct Cloud {
    #[serde(skip_serializing_if = "Option::is_none")]
    kerberos_endpoint: Option<String>,
    tenant_region_scope: Option<&'static str>,
    cloud_instance_name: &'static str,
    cloud_graph_host_name: &'static str,
    msgraph_host: &'static str,
    rbac_url: &'static str,
}

/// The metadata of an authority, v2.
pub fn entra_v2(origin: &Origin, authority: AuthorityName) -> impl Serialize + use<> {
    let own = |path: &str| origin.url(&format!("/{authority}{path}"));
    V2 {
        token_endpoint: own("/oauth2/v2.0/token"),
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        jwks_uri: own("/discovery/v2.0/keys"),
        response_modes_supported: RESPONSE_MODES,
        subject_types_supported: &["pairwise"],
        id_token_signing_alg_values_supported: &["RS256"],
        response_types_supported: &["code", "id_token", "code id_token", "id_token token"],
        scopes_supported: &["openid", "profile", "email", "offline_access"],
        issuer: issuer_v2(origin, authority),
        request_uri_parameter_supported: false,
        // Differs: the real one is on Microsoft Graph's host, which nobody here can answer for.
        userinfo_endpoint: origin.url("/oidc/userinfo"),
        authorization_endpoint: own("/oauth2/v2.0/authorize"),
        device_authorization_endpoint: own("/oauth2/v2.0/devicecode"),
        http_logout_supported: true,
        frontchannel_logout_supported: true,
        end_session_endpoint: own("/oauth2/v2.0/logout"),
        claims_supported: &[
            "sub",
            "iss",
            "cloud_instance_name",
            "cloud_instance_host_name",
            "cloud_graph_host_name",
            "msgraph_host",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "acr",
            "nonce",
            "preferred_username",
            "name",
            "tid",
            "ver",
            "at_hash",
            "c_hash",
            "email",
        ],
        cloud: cloud(origin, authority),
    }
}

/// The metadata of an authority, v1.
pub fn entra_v1(origin: &Origin, authority: AuthorityName) -> impl Serialize + use<> {
    let own = |path: &str| origin.url(&format!("/{authority}{path}"));
    V1 {
        token_endpoint: own("/oauth2/token"),
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        // The keys are the same for everyone, and v1 says so.
        jwks_uri: origin.url("/common/discovery/keys"),
        response_modes_supported: RESPONSE_MODES,
        subject_types_supported: &["pairwise"],
        id_token_signing_alg_values_supported: &["RS256"],
        response_types_supported: &["code", "id_token", "code id_token", "token id_token", "token"],
        scopes_supported: &["openid"],
        issuer: issuer_v1(authority),
        microsoft_multi_refresh_token: true,
        authorization_endpoint: own("/oauth2/authorize"),
        device_authorization_endpoint: own("/oauth2/devicecode"),
        http_logout_supported: true,
        frontchannel_logout_supported: true,
        end_session_endpoint: own("/oauth2/logout"),
        claims_supported: &[
            "sub",
            "iss",
            "cloud_instance_name",
            "cloud_instance_host_name",
            "cloud_graph_host_name",
            "msgraph_host",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "acr",
            "amr",
            "nonce",
            "email",
            "given_name",
            "family_name",
            "nickname",
        ],
        check_session_iframe: own("/oauth2/checksession"),
        userinfo_endpoint: own("/openid/userinfo"),
        cloud: cloud(origin, authority),
    }
}

fn cloud(origin: &Origin, authority: AuthorityName) -> Cloud {
    let one_tenant = matches!(authority, AuthorityName::Tenant(_));
    Cloud {
        kerberos_endpoint: one_tenant.then(|| origin.url(&format!("/{authority}/kerberos"))),
        tenant_region_scope: one_tenant.then_some(tenant::REGION),
        cloud_instance_name: CLOUD_INSTANCE,
        cloud_graph_host_name: "graph.windows.net",
        msgraph_host: "graph.microsoft.com",
        rbac_url: "https://pas.windows.net",
    }
}

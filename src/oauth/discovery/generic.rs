//! A third-party provider's metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9207.

use serde::Serialize;

use super::issuer_generic;
use crate::http::origin::Origin;

type Words = &'static [&'static str];

const AUTH_METHODS: Words = &["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// Whoever asks about tokens has to prove itself.
const CONFIDENTIAL_METHODS: Words = &["client_secret_basic", "client_secret_post", "private_key_jwt"];
const ASSERTION_ALGORITHMS: Words = &["RS256", "PS256"];

#[derive(Serialize)]
struct Generic {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    introspection_endpoint: String,
    revocation_endpoint: String,
    end_session_endpoint: String,
    scopes_supported: Words,
    response_types_supported: Words,
    response_modes_supported: Words,
    grant_types_supported: Words,
    subject_types_supported: Words,
    id_token_signing_alg_values_supported: Words,
    token_endpoint_auth_methods_supported: Words,
    token_endpoint_auth_signing_alg_values_supported: Words,
    introspection_endpoint_auth_methods_supported: Words,
    introspection_endpoint_auth_signing_alg_values_supported: Words,
    revocation_endpoint_auth_methods_supported: Words,
    revocation_endpoint_auth_signing_alg_values_supported: Words,
    code_challenge_methods_supported: Words,
    claims_supported: Words,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
}

/// The metadata of a third-party provider.
pub fn generic(origin: &Origin, provider: &str) -> impl Serialize + use<> {
    let issuer = issuer_generic(origin, provider);
    Generic {
        authorization_endpoint: format!("{issuer}/authorize"),
        token_endpoint: format!("{issuer}/token"),
        userinfo_endpoint: format!("{issuer}/userinfo"),
        jwks_uri: format!("{issuer}/jwks"),
        introspection_endpoint: format!("{issuer}/introspect"),
        revocation_endpoint: format!("{issuer}/revoke"),
        end_session_endpoint: format!("{issuer}/logout"),
        scopes_supported: &["openid", "profile", "email", "offline_access"],
        response_types_supported: &["code"],
        response_modes_supported: &["query", "fragment", "form_post"],
        grant_types_supported: &["authorization_code", "refresh_token", "client_credentials"],
        subject_types_supported: &["public"],
        id_token_signing_alg_values_supported: &["RS256"],
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        introspection_endpoint_auth_methods_supported: CONFIDENTIAL_METHODS,
        introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        revocation_endpoint_auth_methods_supported: AUTH_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        code_challenge_methods_supported: &["S256"],
        claims_supported: &[
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "amr",
            "azp",
            "at_hash",
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "email",
        ],
        claims_parameter_supported: false,
        request_parameter_supported: false,
        // Left out, this one means true.
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
        issuer,
    }
}

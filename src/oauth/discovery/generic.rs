//! A third-party provider's metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9207.
//!
//! It says what is served, no more and no less: some of that is for the world to decide, client by client.

use serde::Serialize;

use crate::directory::tenant::{Provider, ProviderMfa};
use crate::directory::{Directory, app::Implicit};
use crate::http::origin::Origin;
use crate::oauth::asks::MFA_CONTEXTS;
use crate::token::issuer::issuer_generic;

type Words = &'static [&'static str];

const AUTH_METHODS: Words = &["client_secret_basic", "client_secret_post", "private_key_jwt", "none"];
/// Whoever asks about tokens has to prove itself.
const CONFIDENTIAL_METHODS: Words = &["client_secret_basic", "client_secret_post", "private_key_jwt"];
const ASSERTION_ALGORITHMS: Words = &["RS256", "PS256"];

/// What a provider serves, as far as the world decides that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Some client may take an id token straight from the authorize endpoint.
    pub id_token: bool,
    /// Some client may take an access token there.
    pub token: bool,
    /// Some client may take both.
    pub both: bool,
    /// A second factor is asked of whoever a client asks it for.
    pub second_factor: bool,
}

impl Served {
    /// What this provider serves.
    pub fn by(directory: &Directory, handle: &str, provider: &Provider) -> Self {
        let clients = || directory.world().apps.values().filter(|app| app.home == handle).map(|app| app.implicit);
        Self {
            id_token: clients().any(|may| may.id_tokens),
            token: clients().any(|may| may.access_tokens),
            both: clients().any(|Implicit { access_tokens, id_tokens }| access_tokens && id_tokens),
            second_factor: !contexts(provider).is_empty(),
        }
    }

    fn response_types(self) -> Vec<&'static str> {
        let table: [(bool, Words); 4] = [
            (true, &["code"]),
            (self.id_token, &["id_token", "code id_token"]),
            (self.token, &["token", "code token"]),
            (self.both, &["id_token token", "code id_token token"]),
        ];
        table.into_iter().filter(|(served, _)| *served).flat_map(|(_, types)| types.iter().copied()).collect()
    }

    fn grant_types(self) -> Vec<&'static str> {
        let implicit = (self.id_token || self.token).then_some("implicit");
        ["authorization_code", "refresh_token", "client_credentials"].into_iter().chain(implicit).collect()
    }

    fn acr_values(self) -> Option<Words> {
        self.second_factor.then_some(&MFA_CONTEXTS)
    }

    fn claims(self) -> Vec<&'static str> {
        const ALWAYS: Words = &[
            "sub",
            "iss",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "amr",
            "sid",
            "at_hash",
            "name",
            "given_name",
            "family_name",
            "preferred_username",
            "email",
            "email_verified",
        ];
        let more = [(self.second_factor, "acr"), (self.id_token, "c_hash")];
        let more = more.into_iter().filter(|(said, _)| *said).map(|(_, claim)| claim);
        ALWAYS.iter().copied().chain(more).collect()
    }
}

/// The values of `acr` that somebody can reach at this provider.
pub fn contexts(provider: &Provider) -> &'static [&'static str] {
    match provider.mfa {
        ProviderMfa::Always | ProviderMfa::OnRequest => &MFA_CONTEXTS,
        ProviderMfa::Never => &[],
    }
}

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
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Words,
    grant_types_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values_supported: Option<Words>,
    subject_types_supported: Words,
    id_token_signing_alg_values_supported: Words,
    token_endpoint_auth_methods_supported: Words,
    token_endpoint_auth_signing_alg_values_supported: Words,
    introspection_endpoint_auth_methods_supported: Words,
    introspection_endpoint_auth_signing_alg_values_supported: Words,
    revocation_endpoint_auth_methods_supported: Words,
    revocation_endpoint_auth_signing_alg_values_supported: Words,
    code_challenge_methods_supported: Words,
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    authorization_response_iss_parameter_supported: bool,
    frontchannel_logout_supported: bool,
    frontchannel_logout_session_supported: bool,
}

/// The metadata of a third-party provider.
pub fn generic(origin: &Origin, provider: &str, served: Served) -> impl Serialize + use<> {
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
        response_types_supported: served.response_types(),
        response_modes_supported: &["query", "fragment", "form_post"],
        grant_types_supported: served.grant_types(),
        acr_values_supported: served.acr_values(),
        subject_types_supported: &["public"],
        id_token_signing_alg_values_supported: &["RS256"],
        token_endpoint_auth_methods_supported: AUTH_METHODS,
        token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        introspection_endpoint_auth_methods_supported: CONFIDENTIAL_METHODS,
        introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        revocation_endpoint_auth_methods_supported: AUTH_METHODS,
        revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
        code_challenge_methods_supported: &["S256"],
        claims_supported: served.claims(),
        claims_parameter_supported: true,
        request_parameter_supported: false,
        // Left out, this one means true.
        request_uri_parameter_supported: false,
        authorization_response_iss_parameter_supported: true,
        frontchannel_logout_supported: true,
        frontchannel_logout_session_supported: true,
        issuer,
    }
}

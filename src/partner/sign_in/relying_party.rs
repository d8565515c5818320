//! What does a relying party send, and what does it believe (OpenID Connect Core, 3.1; RFC 7636)?
//!
//! The `openidconnect` crate writes the requests and judges the answers. One thing is Entra's own: whoever takes people of
//! several tenants learns from the id token's `tid` whose issuer it has to be, and then holds it to that issuer.
//!
//! Differs: the real portal is an older client and reads a v1 token, which always carries `amr`. This one asks for `amr`
//! as an optional claim of a v2 id token, since the crate follows the standards and v1 issuers are not where they say.

use std::time::{Duration, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointNotSet, EndpointSet, IdTokenFields, IdTokenVerifier, IssuerUrl, JsonWebKeySet, LoginHint, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::issuer_key::IssuerKey;
use super::records::Demanded;
use crate::directory::Directory;
use crate::directory::app::ClientSecret as Registered;
use crate::directory::external::DISCOVERY;
use crate::http::origin::Origin;
use crate::http::ourselves::Ourselves;
use crate::http::outbound::discovered_with_keys;
use crate::id::{ObjectId, TenantId, Upn};
use crate::keys::PublicKey;
use crate::partner::site::Site;
use crate::time::Timestamp;

/// What a second factor is demanded with: the claim it would be proven by (OpenID Connect Core, 5.5).
const STEP_UP: &str = r#"{"id_token":{"amr":{"essential":true,"values":["mfa"]}}}"#;

/// What Entra's id tokens say beyond the standard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct EntraClaims {
    tid: Option<TenantId>,
    oid: Option<ObjectId>,
}

impl AdditionalClaims for EntraClaims {}

type Fields = IdTokenFields<
    EntraClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Entra = Client<
    EntraClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    IssuerKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
    EndpointNotSet,
>;

/// A relying party: one of our sites, as it is reached.
pub struct Party {
    client: Entra,
    id: ClientId,
    secret: Option<ClientSecret>,
    origin: Origin,
}

/// What one sign-in is known by.
pub struct Marks {
    /// Binds the answer to the question.
    pub state: String,
    /// Binds the id token to it.
    pub nonce: String,
    /// Binds the code to it.
    pub verifier: String,
}

/// Who came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// By name.
    pub upn: Upn,
    /// By object in the tenant signed in to.
    pub object: ObjectId,
    /// That tenant.
    pub tenant: TenantId,
    /// How they proved it.
    pub amr: Vec<String>,
}

impl Party {
    /// The relying party of a site. The secret is the application's own, as the world has it.
    pub fn new(directory: &Directory, origin: &Origin, site: &Site, now: Timestamp) -> Result<Self, String> {
        let app = directory.app_by_handle(site.app()).ok_or("the application is gone")?;
        let secret = app.secrets.iter().find_map(|secret| match secret {
            Registered::Forever(secret) => Some(secret),
            Registered::Until(secret) => (now < secret.expires).then_some(&secret.value),
        });
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let authority = origin.url(&format!("/{}", site.authority(directory)));
        let failed = |error: openidconnect::url::ParseError| error.to_string();
        let id = ClientId::new(app.client_id.to_string());
        let issuer = IssuerUrl::new(format!("{authority}/v2.0")).map_err(failed)?;
        // The keys come with the answer: only then is it known whose they are.
        let mut client = Client::new(id.clone(), issuer, JsonWebKeySet::default())
            .set_auth_uri(AuthUrl::new(format!("{authority}/oauth2/v2.0/authorize")).map_err(failed)?)
            .set_token_uri(TokenUrl::new(format!("{authority}/oauth2/v2.0/token")).map_err(failed)?)
            .set_redirect_uri(RedirectUrl::new(origin.url(&site.callback())).map_err(failed)?);
        if let Some(secret) = &secret {
            client = client.set_client_secret(secret.clone());
        }
        Ok(Self { client, id, secret, origin: origin.clone() })
    }

    /// Where to send somebody to sign in.
    pub fn departure(&self, marks: &Marks, demanded: Demanded, hint: Option<&Upn>) -> String {
        let verifier = PkceCodeVerifier::new(marks.verifier.clone());
        let (state, nonce) = (CsrfToken::new(marks.state.clone()), Nonce::new(marks.nonce.clone()));
        let mut request = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
            .add_scope(Scope::new("profile".into()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if let Some(upn) = hint {
            request = request.set_login_hint(LoginHint::new(upn.to_string()));
        }
        let request = match demanded {
            Demanded::Anything => request,
            Demanded::SecondFactor => request.add_extra_param("claims", STEP_UP),
        };
        request.url().0.into()
    }

    /// Who it is that came back with this code, or why nobody believes it.
    pub async fn arrival(
        &self,
        code: &str,
        marks: Marks,
        http: &Ourselves,
        now: Timestamp,
    ) -> Result<Identity, String> {
        let code = AuthorizationCode::new(code.to_owned());
        let exchange = self.client.exchange_code(code).set_pkce_verifier(PkceCodeVerifier::new(marks.verifier));
        let tokens = exchange.request_async(http).await.map_err(|error| told(&error))?;
        let id_token = tokens.id_token().ok_or("the answer holds no id token")?;
        let tenant = claimed_tenant(&id_token.to_string()).ok_or("the id token names no tenant")?;
        let verifier = self.verifier(self.origin.url(&format!("/{tenant}/v2.0")), http, now).await?;
        let claims = id_token.claims(&verifier, &Nonce::new(marks.nonce)).map_err(|error| error.to_string())?;
        let own = claims.additional_claims();
        let amr = claims.auth_method_refs().into_iter().flatten().map(|word| word.to_string()).collect();
        Ok(Identity {
            upn: Upn::new(claims.preferred_username().ok_or("the id token names nobody")?.as_str()),
            object: own.oid.ok_or("the id token names no object")?,
            tenant,
            amr,
        })
    }

    /// What holds a token to this issuer.
    async fn verifier(
        &self,
        issuer: String,
        http: &Ourselves,
        now: Timestamp,
    ) -> Result<IdTokenVerifier<'static, IssuerKey>, String> {
        let get = async |address: &str| http.json(address).await;
        let (_, set) = discovered_with_keys(get, &format!("{issuer}{DISCOVERY}")).await?;
        let keys = JsonWebKeySet::new(PublicKey::from_jwks(&set).into_iter().map(IssuerKey::from).collect());
        let issuer = IssuerUrl::new(issuer).map_err(|error| error.to_string())?;
        let verifier = match &self.secret {
            Some(secret) => IdTokenVerifier::new_confidential_client(self.id.clone(), secret.clone(), issuer, keys),
            None => IdTokenVerifier::new_public_client(self.id.clone(), issuer, keys),
        };
        let now = UNIX_EPOCH + Duration::from_millis(now.millis().unsigned_abs());
        Ok(verifier.set_time_fn(move || now.into()))
    }
}

/// Whose token it claims to be. Nothing is believed of it before its signature and issuer are.
fn claimed_tenant(token: &str) -> Option<TenantId> {
    let body = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&body).ok()?;
    TenantId::parse(claims.get("tid")?.as_str()?)
}

/// What the token endpoint said, without what it was asked.
fn told<E: std::error::Error + 'static>(
    error: &openidconnect::RequestTokenError<E, StandardErrorResponse<CoreErrorResponseType>>,
) -> String {
    match error {
        openidconnect::RequestTokenError::ServerResponse(said) => {
            said.error_description().cloned().unwrap_or_else(|| said.error().to_string())
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;

    fn departure(site: &Site, demanded: Demanded) -> Vec<(String, String)> {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        let origin = Origin { scheme_host: "https://here.test".into(), base: "/w/a".into() };
        let party = Party::new(&directory, &origin, site, Timestamp::default()).unwrap();
        let marks = Marks { state: "s".into(), nonce: "n".into(), verifier: "v".repeat(43) };
        let url = party.departure(&marks, demanded, Some(&Upn::new("jane@contoso.test")));
        let url = url::Url::parse(&url).unwrap();
        let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
        [("at".to_owned(), url.path().to_owned())].into_iter().chain(query).collect()
    }

    fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
        pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn r_31_a_second_factor_is_demanded_by_the_claim_that_proves_it_and_only_where_needed() {
        let asked = departure(&Site::PartnerCenter, Demanded::Anything);
        assert_eq!(value(&asked, "at"), Some("/w/a/organizations/oauth2/v2.0/authorize"));
        assert_eq!(value(&asked, "redirect_uri"), Some("https://here.test/w/a/portal/callback"));
        assert_eq!((value(&asked, "state"), value(&asked, "nonce")), (Some("s"), Some("n")));
        assert_eq!(value(&asked, "code_challenge_method"), Some("S256"));
        assert_eq!(value(&asked, "login_hint"), Some("jane@contoso.test"));
        assert_eq!(value(&asked, "claims"), None);
        let demanded = departure(&Site::PartnerCenter, Demanded::SecondFactor);
        assert_eq!(value(&demanded, "claims"), Some(STEP_UP));
    }

    #[test]
    fn r_50_the_admin_center_signs_in_to_the_customers_tenant_and_r_51_exchange_to_ones_own() {
        let admin = departure(&Site::Admin("adatum".into()), Demanded::Anything);
        assert_eq!(value(&admin, "at"), Some("/w/a/6054110b-58f7-4fe8-b31b-aa33c9c7d173/oauth2/v2.0/authorize"));
        let exchange = departure(&Site::Exchange, Demanded::Anything);
        assert_eq!(value(&exchange, "at"), Some("/w/a/organizations/oauth2/v2.0/authorize"));
    }
}

//! What does a relying party send, and what does it believe (OpenID Connect Core, 3.1; RFC 7636)?
//!
//! It is judged as any client of Entra has to: whoever takes people of several tenants learns from the id token's `tid`
//! whose issuer it has to be, and then holds it to the metadata and keys of that issuer.
//!
//! Differs: the real portal is an older client and reads a v1 token, which always carries `amr`. This one asks for `amr`
//! as an optional claim of a v2 id token, because v1 issuers are not where they say.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use url::form_urlencoded::{Serializer, byte_serialize};
use uuid::Uuid;

use super::records::Demanded;
use crate::directory::Directory;
use crate::directory::app::ClientSecret as Registered;
use crate::directory::external::DISCOVERY;
use crate::http::origin::Origin;
use crate::http::ourselves::Ourselves;
use crate::id::{ObjectId, TenantId, Upn};
use crate::keys::PublicKey;
use crate::partner::site::Site;
use crate::time::Timestamp;
use crate::token::bearer::{text, within_its_time, words};
use crate::token::jwt::{self, Claims};

/// What a second factor is demanded with: the claim it would be proven by (OpenID Connect Core, 5.5).
const STEP_UP: &str = r#"{"id_token":{"amr":{"essential":true,"values":["mfa"]}}}"#;

/// A relying party: one of our sites, as it is reached.
pub struct Party {
    id: String,
    secret: Option<String>,
    /// What the addresses of the authority begin with.
    authority: String,
    /// Where the answer goes.
    callback: String,
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
    /// Their directory roles there.
    pub wids: Vec<Uuid>,
}

impl Party {
    /// The relying party of a site. The secret is the application's own, as the world has it.
    pub fn new(directory: &Directory, origin: &Origin, site: &Site, now: Timestamp) -> Result<Self, String> {
        let app = directory.app_by_handle(site.app()).ok_or("the application is gone")?;
        let secret = app.secrets.iter().find_map(|secret| match secret {
            Registered::Forever(secret) => Some(secret),
            Registered::Until(secret) => (now < secret.expires).then_some(&secret.value),
        });
        Ok(Self {
            id: app.client_id.to_string(),
            secret: secret.map(|secret| secret.reveal().to_owned()),
            authority: origin.url(&format!("/{}", site.authority(directory))),
            callback: origin.url(&site.callback()),
            origin: origin.clone(),
        })
    }

    /// Where to send somebody to sign in.
    pub fn departure(&self, marks: &Marks, demanded: Demanded, hint: Option<&Upn>) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, marks.verifier.as_bytes()));
        let address = format!("{}/oauth2/v2.0/authorize?", self.authority);
        let start = address.len();
        let mut query = Serializer::for_suffix(address, start);
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.id)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("scope", "openid profile")
            .append_pair("state", &marks.state)
            .append_pair("nonce", &marks.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if let Some(upn) = hint {
            query.append_pair("login_hint", upn.as_str());
        }
        match demanded {
            Demanded::Anything => {}
            Demanded::SecondFactor => {
                query.append_pair("claims", STEP_UP);
            }
        }
        query.finish()
    }

    /// Who it is that came back with this code, or why nobody believes it.
    pub async fn arrival(
        &self,
        code: &str,
        marks: Marks,
        http: &Ourselves,
        now: Timestamp,
    ) -> Result<Identity, String> {
        let token = self.redeemed(code, &marks.verifier, http).await?;
        let unverified = jwt::decode_unverified(&token).map_err(|error| error.to_string())?;
        let tenant = text(&unverified.claims, "tid").and_then(TenantId::parse).ok_or("the id token names no tenant")?;
        // Nothing is believed of the token before its signature and issuer are.
        let issuer = self.origin.url(&format!("/{tenant}/v2.0"));
        let keys = keys_of(&issuer, http).await?;
        identity(&token, &Expected { issuer: &issuer, audience: &self.id, nonce: &marks.nonce }, &keys, tenant, now)
    }

    /// The id token that a code is worth.
    async fn redeemed(&self, code: &str, verifier: &str, http: &Ourselves) -> Result<String, String> {
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &self.callback)
            .append_pair("code_verifier", verifier);
        let basic = self.secret.as_ref().map(|secret| basic(&self.id, secret));
        if basic.is_none() {
            form.append_pair("client_id", &self.id);
        }
        let (fine, said) =
            http.post(&format!("{}/oauth2/v2.0/token", self.authority), basic.as_deref(), form.finish()).await?;
        let word = |name: &str| said.get(name).and_then(Value::as_str);
        if !fine {
            let why = word("error_description").or(word("error"));
            return Err(why.unwrap_or("the token endpoint refused, and does not say why").to_owned());
        }
        if !word("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err("the answer holds no bearer token".to_owned());
        }
        Ok(word("id_token").ok_or("the answer holds no id token")?.to_owned())
    }
}

/// A client's name and secret in the header, each encoded as in a form (RFC 6749, 2.3.1).
fn basic(id: &str, secret: &str) -> String {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret))))
}

/// The keys of an issuer, by the metadata that it publishes about itself (OpenID Connect Discovery, 4.3).
async fn keys_of(issuer: &str, http: &Ourselves) -> Result<Vec<Arc<PublicKey>>, String> {
    let metadata = http.get(&format!("{issuer}{DISCOVERY}")).await?;
    let word = |name: &str| metadata.get(name).and_then(Value::as_str);
    if word("issuer") != Some(issuer) {
        return Err("the issuer's metadata names another issuer".to_owned());
    }
    let set = http.get(word("jwks_uri").ok_or("the issuer's metadata names no keys")?).await?;
    Ok(PublicKey::from_jwks(&set).into_iter().map(Arc::new).collect())
}

/// What an id token has to say.
struct Expected<'a> {
    issuer: &'a str,
    audience: &'a str,
    nonce: &'a str,
}

/// Who an id token is about, if it may be believed (OpenID Connect Core, 3.1.3.7).
fn identity(
    token: &str,
    expected: &Expected<'_>,
    keys: &[Arc<PublicKey>],
    tenant: TenantId,
    now: Timestamp,
) -> Result<Identity, String> {
    let named = |head: &jwt::Unverified| {
        let kid = head.header("kid");
        keys.iter().filter(|key| kid.is_some() && key.kid() == kid).cloned().collect()
    };
    let claims = jwt::verify(token, named).map_err(|error| error.to_string())?;
    held(&claims, expected)?;
    within_its_time(&claims, now).map_err(|why| why.text().to_owned())?;
    let object = text(&claims, "oid").and_then(ObjectId::parse).ok_or("the id token names no object")?;
    Ok(Identity {
        upn: Upn::new(text(&claims, "preferred_username").ok_or("the id token names nobody")?),
        object,
        tenant,
        amr: words(&claims, "amr").map(str::to_owned).collect(),
        wids: words(&claims, "wids").filter_map(|id| Uuid::parse_str(id).ok()).collect(),
    })
}

/// Is it from the one who was asked, for the one who asked, in answer to this question?
fn held(claims: &Claims, expected: &Expected<'_>) -> Result<(), String> {
    let holds = |name: &str, value: &str, otherwise: &str| match text(claims, name) == Some(value) {
        true => Ok(()),
        false => Err(otherwise.to_owned()),
    };
    holds("iss", expected.issuer, "the id token is issued by somebody else")?;
    holds("aud", expected.audience, "the id token is for another application")?;
    holds("nonce", expected.nonce, "the id token answers another question: its nonce is not the one that was sent")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::directory::world;
    use crate::keys::{KeyRing, KeySource, Owner};
    use crate::token::jwt::Typ;

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

    #[test]
    fn an_id_token_is_believed_only_from_the_issuer_for_the_asker_in_answer_and_in_time() {
        let ring = KeyRing::new(KeySource::Development);
        let key = ring.current(Owner::Entra).unwrap();
        let published: Vec<Arc<PublicKey>> =
            ring.published(Owner::Entra).unwrap().iter().map(|key| Arc::clone(key.public())).collect();
        let expected = Expected { issuer: "https://here.test/t/v2.0", audience: "portal", nonce: "n" };
        let claims = json!({
            "iss": expected.issuer, "aud": "portal", "nonce": "n", "nbf": 100, "exp": 200, "amr": ["pwd", "mfa"],
            "oid": "364526c4-eb11-4985-917d-37d04d230685", "preferred_username": "Jane@contoso.test",
            "wids": ["62e90394-69f5-4237-9190-012177145e10"],
        });
        let read = |change: Value, keys: &[Arc<PublicKey>], second: i64| {
            let mut claims = claims.clone();
            crate::directory::world::merge(&mut claims, change);
            let token = jwt::sign(&key, Typ::Jwt, &claims).unwrap();
            identity(&token, &expected, keys, TenantId::default(), Timestamp::from_seconds(second))
        };
        let jane = read(json!({}), &published, 150).unwrap();
        assert_eq!((jane.upn, jane.amr, jane.wids.len()), (Upn::new("jane@contoso.test"), words(&["pwd", "mfa"]), 1));
        let another = KeyRing::new(KeySource::Fresh).current(Owner::Entra).unwrap();
        let table = [
            (json!({ "iss": "https://here.test/u/v2.0" }), 150, "is issued by somebody else"),
            (json!({ "iss": null }), 150, "is issued by somebody else"),
            (json!({ "aud": "another" }), 150, "for another application"),
            (json!({ "aud": ["portal", "another"] }), 150, "for another application"),
            (json!({ "nonce": "m" }), 150, "its nonce is not"),
            (json!({ "nonce": null }), 150, "its nonce is not"),
            (json!({}), 99, "not valid yet"),
            (json!({}), 200, "expired"),
            (json!({ "exp": null }), 150, "expired"),
            (json!({ "oid": "x" }), 150, "names no object"),
            (json!({ "preferred_username": null }), 150, "names nobody"),
        ];
        for (change, second, why) in table {
            let refused = read(change.clone(), &published, second).unwrap_err();
            assert!(refused.contains(why), "{change}: {refused}");
        }
        assert!(read(json!({}), &[], 150).unwrap_err().contains("not known"));
        assert!(read(json!({}), &[Arc::clone(another.public())], 150).unwrap_err().contains("not known"));
    }

    #[test]
    fn names_and_secrets_are_encoded_before_they_are_joined() {
        assert_eq!(basic("a", "b:c d%"), format!("Basic {}", STANDARD.encode("a:b%3Ac+d%25")));
    }

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|word| (*word).to_owned()).collect()
    }
}

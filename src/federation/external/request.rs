//! What does a tenant ask of an external provider? The parameters of the form that the browser posts there.

use serde_json::json;

use super::{LIVES, reply_address};
use crate::directory::Account;
use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::id::{ClientId, ObjectId};
use crate::time::Timestamp;
use crate::token::claim_set::ClaimSet;
use crate::token::claims::pairwise;
use crate::token::issuer::issuer_v2;

/// Something one has, or something one is: what goes with a password.
pub const POSSESSION_OR_INHERENCE: &str = "possessionorinherence";
/// What the answer's `acr` may be. A password was shown before, so what one knows is no second factor.
pub const CONTEXTS: [&str; 3] = [POSSESSION_OR_INHERENCE, "possession", "inherence"];
/// What its `amr` may hold (RFC 8176).
pub const METHODS: [&str; 13] =
    ["face", "fido", "fpt", "hwk", "iris", "otp", "pop", "retina", "sc", "sms", "swk", "tel", "vbm"];

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What our own addresses begin with.
    pub origin: &'a Origin,
    /// What the provider calls the tenant.
    pub client_id: &'a str,
    /// What has to come back in the answer.
    pub nonce: &'a str,
    /// What has to come back beside it.
    pub state: &'a str,
    /// Whom it is about, signed.
    pub hint: &'a str,
    /// By what the request can be found again.
    pub correlation_id: &'a str,
}

impl Request<'_> {
    /// The form's fields.
    pub fn fields(&self) -> Vec<(String, String)> {
        let all = [
            ("scope", "openid".to_owned()),
            ("response_type", "id_token".to_owned()),
            ("response_mode", "form_post".to_owned()),
            ("client_id", self.client_id.to_owned()),
            ("redirect_uri", reply_address(self.origin)),
            ("nonce", self.nonce.to_owned()),
            ("state", self.state.to_owned()),
            ("id_token_hint", self.hint.to_owned()),
            ("claims", wanted().to_string()),
            ("client-request-id", self.correlation_id.to_owned()),
        ];
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

fn wanted() -> serde_json::Value {
    json!({
        "id_token": {
            "acr": {"essential": true, "values": CONTEXTS},
            "amr": {"essential": true, "values": METHODS},
        }
    })
}

/// Whom a request is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The tenant that asks.
    pub tenant: Tenant<'a>,
    /// What the provider calls it.
    pub client_id: &'a str,
    /// The account.
    pub account: Account<'a>,
    /// Its object in that tenant.
    pub object: ObjectId,
}

impl Subject<'_> {
    /// What the provider is told to call the person: another name than other providers and applications know.
    pub fn name(&self) -> String {
        pairwise(self.tenant, &ClientId::new(self.client_id), self.object)
    }

    /// The claims of the id token hint.
    pub fn hint(&self, origin: &Origin, now: Timestamp) -> ClaimSet {
        let mut claims = ClaimSet::default();
        claims.insert("aud".into(), self.client_id.into());
        claims.insert("iss".into(), issuer_v2(origin, self.tenant).into());
        claims.insert("iat".into(), now.seconds().into());
        claims.insert("nbf".into(), now.seconds().into());
        claims.insert("exp".into(), now.plus(LIVES).seconds().into());
        claims.insert("name".into(), self.account.title().into());
        claims.insert("oid".into(), self.object.to_string().into());
        claims.insert("preferred_username".into(), self.account.upn.as_str().into());
        claims.insert("sub".into(), self.name().into());
        claims.insert("tid".into(), self.tenant.id().to_string().into());
        claims.insert("ver".into(), "2.0".into());
        claims
    }
}

//! All that differs between the three dialects, one file each.

mod entra_v1;
mod entra_v2;
mod generic;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::directory::app::App;
use crate::directory::tenant::Tenant;
use crate::http::origin::Origin;
use crate::oauth::redirect::{Comparison, Platform};
use crate::refusal::{Code, Word};
use crate::token::claim_set::ClaimSet;
use crate::token::claims::entra::{self, IdToken};
use crate::token::claims::{Issue, Person};
use crate::token::issuer::{issuer_generic, issuer_v1, issuer_v2};
use crate::token::jwt::Typ;

/// Which rules of the wire a request follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Entra's older endpoints: `resource`, numbers as strings.
    EntraV1,
    /// Entra's newer endpoints.
    EntraV2,
    /// The standards: a third-party provider.
    Generic,
}

/// What a token request yields, before a dialect writes it down.
#[derive(Clone, Default)]
pub struct TokenSet {
    /// The access token.
    pub access_token: String,
    /// What kind of token that is, where it is none of the usual.
    pub issued_token_type: Option<&'static str>,
    /// Its scopes.
    pub scope: Option<String>,
    /// How many seconds it lives.
    pub expires_in: i64,
    /// When it ends, in seconds since 1970.
    pub expires_on: i64,
    /// When it begins, likewise.
    pub not_before: i64,
    /// The resource as the request named it.
    pub resource: String,
    /// The refresh token.
    pub refresh_token: Option<String>,
    /// The family whose members may redeem that too.
    pub family: Option<&'static str>,
    /// The id token.
    pub id_token: Option<String>,
    /// Entra's `client_info`.
    pub client_info: Option<String>,
}

impl TokenSet {
    /// The family that may redeem the refresh token, where there is one.
    fn shared_with(&self) -> Option<&'static str> {
        self.refresh_token.as_ref().and(self.family)
    }
}

/// What a dialect demands of an authorize request's PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pkce {
    /// Must there be a challenge?
    pub required: bool,
    /// May it be the verifier itself?
    pub plain_allowed: bool,
}

impl Dialect {
    /// The OAuth error word at the token endpoint.
    pub fn token_error(self, code: Code) -> Word {
        match self {
            Dialect::EntraV1 => entra_v1::token_error(code),
            Dialect::EntraV2 => entra_v2::token_error(code),
            Dialect::Generic => generic::token_error(code),
        }
    }

    /// The HTTP status of a refusal at the token endpoint.
    pub fn token_status(self, code: Code) -> u16 {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => code.status(),
            Dialect::Generic => generic::token_status(code),
        }
    }

    /// The OAuth error word sent back from the authorize endpoint.
    pub fn authorize_error(self, code: Code) -> Word {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => entra_v2::authorize_error(code),
            Dialect::Generic => generic::authorize_error(code),
        }
    }

    /// The body of a token response.
    pub fn token_response(self, set: TokenSet) -> Map<String, Value> {
        match self {
            Dialect::EntraV1 => entra_v1::token_response(set),
            Dialect::EntraV2 => entra_v2::token_response(set),
            Dialect::Generic => generic::token_response(set),
        }
    }

    /// The claims of an id token.
    pub fn id_token(self, issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> (Typ, ClaimSet) {
        match self {
            Dialect::EntraV1 => (Typ::JwtWithX5t, entra::id_v1(issue, person, id)),
            Dialect::EntraV2 => (Typ::Jwt, entra::id_v2(issue, person, id)),
            Dialect::Generic => (Typ::Jwt, crate::token::claims::generic::id(issue, person, id)),
        }
    }

    /// The issuer of its id tokens.
    pub fn issuer(self, origin: &Origin, tenant: Tenant<'_>) -> String {
        match self {
            Dialect::EntraV1 => issuer_v1(tenant),
            Dialect::EntraV2 => issuer_v2(origin, tenant),
            Dialect::Generic => issuer_generic(origin, tenant.handle()),
        }
    }

    /// What it demands of PKCE, by the application and the platform its address is registered for.
    pub fn pkce(self, app: &App, platform: Platform) -> Pkce {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => Pkce { required: platform == Platform::Spa, plain_allowed: true },
            Dialect::Generic => generic::pkce(app),
        }
    }

    /// How it compares redirect addresses.
    pub fn comparison(self) -> Comparison {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => Comparison::RootIsNoPath,
            Dialect::Generic => Comparison::Exact,
        }
    }

    /// Must a request for this scope say where it is answered, also where there is one address only?
    pub fn needs_redirect(self, scope: &str) -> bool {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => false,
            Dialect::Generic => generic::needs_redirect(scope),
        }
    }

    /// Is a refresh token replaced by each use (RFC 9700, 4.14.2)?
    pub fn rotates_refresh_tokens(self) -> bool {
        match self {
            // Differs from RFC 9700, as the real service does: old refresh tokens stay valid.
            Dialect::EntraV1 | Dialect::EntraV2 => false,
            Dialect::Generic => true,
        }
    }

    /// Does an authorize request without `openid` or `offline_access` still get their tokens?
    pub fn gives_unasked(self) -> bool {
        match self {
            Dialect::EntraV1 => true,
            Dialect::EntraV2 | Dialect::Generic => false,
        }
    }

    /// Is this one of Entra's?
    pub fn is_entra(self) -> bool {
        match self {
            Dialect::EntraV1 | Dialect::EntraV2 => true,
            Dialect::Generic => false,
        }
    }
}

//! What does a request to the token endpoint say?

use std::cell::OnceCell;

use serde_json::Value;

use crate::directory::tenant::{Family, Tenant};
use crate::http::outbound::Outbound;
use crate::http::params::Params;
use crate::oauth::claims_parameter;
use crate::oauth::client_auth::Caller;
use crate::oauth::desk::Desk;
use crate::oauth::dialect::Dialect;
use crate::oauth::grant::Grant;
use crate::oauth::issue::{Form, Order, Refresh, Which};
use crate::oauth::scope::{self, Requested};
use crate::oauth::subject::Subject;
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

/// A request to the token endpoint.
pub struct TokenRequest<'a> {
    /// The world and the moment.
    pub desk: Desk<'a>,
    /// Which rules it follows.
    pub dialect: Dialect,
    /// Where it was asked.
    pub authority: &'a Authority,
    /// The form.
    pub params: &'a Params,
    /// The web page's origin, when a browser sent it.
    pub origin: Option<&'a str>,
    /// Who calls.
    pub caller: Caller<'a>,
    /// The way to other servers.
    pub outbound: &'a Outbound,
    /// Whom it is about, once that is known.
    pub subject: OnceCell<Subject>,
}

impl<'a> TokenRequest<'a> {
    /// A parameter that must be there.
    pub fn need(&self, name: &str) -> Result<&'a str, Refusal> {
        self.params.get(name).ok_or_else(|| Refusal::missing(name))
    }

    /// Notes whom the request is about.
    pub fn is_about(&self, subject: Subject) {
        self.subject.get_or_init(|| subject);
    }

    /// The place the address names, else this one.
    pub fn place_or(&self, other: &str) -> String {
        self.tenant().map_or_else(|| other.to_owned(), |tenant| tenant.place())
    }

    /// The tenant the address names.
    pub fn tenant(&self) -> Option<Tenant<'a>> {
        self.authority.tenant(self.desk.directory)
    }

    /// What was granted is redeemed where it was asked for, or at the tenant it was granted in: it is decided again for the
    /// place that the address names, and good for the one it was granted in.
    pub fn check_place(&self, asked_at: &Authority, grant: &Grant, what: &str) -> Result<(), Refusal> {
        let granted_here = matches!(self.authority, Authority::Tenant(handle) if *handle == grant.tenant);
        match granted_here || asked_at == self.authority {
            true => Ok(()),
            false => Err(Code::CodeFromOtherTenant
                .because(format!("Provided {what} is intended to use against other tenant, thus rejected."))),
        }
    }

    /// What the request asks for by `scope`, or `resource` at v1; nothing, when it has neither.
    pub fn requested(&self) -> Result<Option<Requested>, Refusal> {
        let directory = self.desk.directory;
        match self.dialect {
            Dialect::EntraV1 => {
                let Some(name) = self.params.get("resource") else { return Ok(None) };
                let mut requested = scope::resource(directory, name)?;
                scope::check_itself(self.caller.app, &requested)?;
                requested.oidc = vec!["openid".into(), "profile".into(), "email".into(), "offline_access".into()];
                Ok(Some(requested))
            }
            Dialect::EntraV2 | Dialect::Generic => {
                let Some(text) = self.params.get("scope") else { return Ok(None) };
                let family = if self.dialect.is_entra() { Family::Entra } else { Family::Generic };
                let requested = scope::read(directory, family, text)?;
                if requested.resources.len() > 1 {
                    return Err(Code::ScopesOfTwoResources.because(
                        "Provided value for the input parameter scope is not valid because it contains more than one resource.",
                    ));
                }
                scope::check_itself(self.caller.app, &requested)?;
                Ok(Some(requested))
            }
        }
    }

    /// The `claims` parameter, which Entra's token addresses take; to the standards it is the authorize address's alone,
    /// where somebody agrees to it.
    pub fn claims(&self) -> Result<Option<Value>, Refusal> {
        match self.dialect {
            Dialect::EntraV1 | Dialect::EntraV2 => claims_parameter::read(self.params),
            Dialect::Generic => Ok(None),
        }
    }

    /// Is `client_info` wanted?
    pub fn wants_client_info(&self) -> bool {
        self.dialect.is_entra() && matches!(self.params.get("client_info"), Some("1" | "2"))
    }

    /// What to issue for a grant about a person: an access token, and whatever else was asked for with it.
    pub fn order<'o>(&self, grant: &Grant, claims: Option<&'o Value>) -> Order<'o> {
        Order {
            dialect: self.dialect,
            proof: self.caller.proof,
            refresh: self.refresh(&grant.requested),
            client_info: self.wants_client_info(),
            claims,
            code: None,
            tokens: Which { access: true, id: grant.requested.has("openid") },
            form: Form::Jwt,
            in_address: false,
        }
    }

    /// A refresh token for what was asked, as the dialect gives them.
    pub fn refresh(&self, requested: &Requested) -> Refresh {
        match self.dialect.gives_unasked() || requested.has("offline_access") {
            true => Refresh::New,
            false => Refresh::No,
        }
    }
}

//! The token endpoint's grants, one file each: machines without HTTP.

pub mod authorization_code;
pub mod client_credentials;
pub mod device_code;
pub mod handed_over;
pub mod on_behalf_of;
pub mod password;
pub mod refresh_token;
pub mod saml_bearer;

use std::cell::OnceCell;

use serde_json::{Map, Value};

use super::claims_parameter;
use super::client_auth::Caller;
use super::desk::{Denied, Desk};
use super::dialect::Dialect;
use super::grant::{Grant, Revoked};
use super::issue::{Order, Refresh, Which};
use super::scope::{self, Requested};
use super::subject::Subject;
use crate::directory::Application;
use crate::directory::policy::ClientType;
use crate::directory::tenant::{Family, Tenant};
use crate::federation::assertion::Version;
use crate::http::outbound::Outbound;
use crate::http::params::{Params, shorten};
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin;
use crate::signin::factors::{Factor, Factors};
use crate::signin::session::{self, Session, SignedIn};
use crate::signin::state::{Asks, Authenticated, Authority, Demand, Evidence, Facts, Presence, Prompt};

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

/// What a grant answers: the response's body, and what the journal should know.
pub struct Granted {
    /// The body.
    pub body: Map<String, Value>,
    /// Was a second factor proven?
    pub second_factor: bool,
    /// One sentence.
    pub summary: String,
    /// Why it was granted, as far as that was decided now.
    pub because: Vec<Because>,
}

/// Runs the grant a request names, and writes down who signed in by it, or did not.
pub async fn run(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    let outcome = granted(request).await;
    if let Some(subject) = request.subject.get()
        && request.dialect.is_entra()
    {
        subject.log(&request.desk, request.caller.app.handle, &outcome).await?;
    }
    outcome
}

async fn granted(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    if request.dialect == Dialect::EntraV2 && request.params.has("resource") {
        return Err(Refusal::resource_at_v2().into());
    }
    let entra = request.dialect.is_entra();
    match request.need("grant_type")? {
        "authorization_code" => authorization_code::redeem(request).await,
        "refresh_token" => refresh_token::redeem(request).await,
        "client_credentials" => client_credentials::issue(request).await,
        "password" if entra => password::issue(request).await,
        "device_code" | "urn:ietf:params:oauth:grant-type:device_code" if entra => device_code::redeem(request).await,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" if entra => on_behalf_of::issue(request).await,
        "urn:ietf:params:oauth:grant-type:saml1_1-bearer" if entra => {
            saml_bearer::issue(request, Version::Saml11).await
        }
        "urn:ietf:params:oauth:grant-type:saml2-bearer" if entra => saml_bearer::issue(request, Version::Saml20).await,
        other => Err(Code::GrantUnknown
            .because(format!("The app requested an unsupported grant type '{}'.", shorten(other)))
            .into()),
    }
}

/// The refusal of a request that lacks a parameter.
fn missing(name: &str) -> Refusal {
    Code::BodyParameterMissing.because(format!("The request body must contain the following parameter: '{name}'."))
}

impl<'a> TokenRequest<'a> {
    /// A parameter that must be there.
    pub fn need(&self, name: &str) -> Result<&'a str, Refusal> {
        self.params.get(name).ok_or_else(|| missing(name))
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

    /// What the request asks for by `scope`, or `resource` at v1; nothing, when it has neither.
    pub fn requested(&self) -> Result<Option<Requested>, Refusal> {
        let directory = self.desk.directory;
        match self.dialect {
            Dialect::EntraV1 => {
                let Some(name) = self.params.get("resource") else { return Ok(None) };
                let mut requested = scope::resource(directory, name)?;
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
                Ok(Some(requested))
            }
        }
    }

    /// The `claims` parameter.
    pub fn claims(&self) -> Result<Option<Value>, Refusal> {
        claims_parameter::read(self.params)
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

/// Somebody whose proof comes from an earlier sign-in.
pub struct Proven<'a> {
    /// Who.
    pub upn: &'a Upn,
    /// Who verified them, by place.
    pub home: String,
    /// How and when.
    pub factors: Factors,
}

/// What is decided without anybody to ask.
pub struct Again<'a> {
    /// Where.
    pub authority: Authority,
    /// For which application.
    pub app: Application<'a>,
    /// What is asked for.
    pub requested: &'a Requested,
    /// What is asked of the second factor.
    pub asks: Asks,
    /// What kind of client asks.
    pub client: ClientType,
    /// Is the person there?
    pub presence: Presence,
}

/// Decides again, as a sign-in without anybody to ask would: policies, access and consent hold for tokens that
/// come without a browser just the same.
pub fn decide_again(desk: &Desk<'_>, proven: &Proven<'_>, again: Again<'_>) -> Result<Authenticated, Refusal> {
    let session = Session {
        accounts: vec![SignedIn {
            upn: proven.upn.clone(),
            home: proven.home.clone(),
            factors: proven.factors.clone(),
            sid: String::new(),
            apps: vec![],
            epoch: String::new(),
        }],
        persistent: false,
    };
    let evidence = Evidence {
        chosen: Some(proven.upn.clone()),
        // What the server was started to take for proven stays so.
        unattended: proven.factors.second.iter().any(|second| second.with == Factor::Unattended),
        ..Evidence::default()
    };
    decide(desk, &session, &evidence, again).map_err(too_old)
}

/// Decides as a sign-in would that has this evidence and nobody to ask.
pub fn decide(
    desk: &Desk<'_>,
    session: &Session,
    evidence: &Evidence,
    again: Again<'_>,
) -> Result<Authenticated, Refusal> {
    let demand = Demand {
        permissions: again.requested.permissions(),
        prompt: Prompt::None,
        asks: again.asks,
        client: again.client,
        presence: again.presence,
        ..Demand::new(again.authority, again.app.handle)
    };
    let facts = Facts {
        directory: desk.directory,
        demand: &demand,
        evidence,
        session,
        now: desk.now,
        ip: desk.ip.parse().ok(),
        remembered: &[],
    };
    let decision = signin::next_step(&facts);
    decision.outcome.map_err(|step| {
        let mut refusal = signin::without_asking(step);
        refusal.because.extend(decision.because);
        refusal
    })
}

/// What a browser would be asked to do again, nobody can be asked here: the grant is over, and a new sign-in begins
/// another. `login_required` is a word of the authorize address.
fn too_old(refusal: Refusal) -> Refusal {
    match refusal.code {
        Code::SessionTooOld => Refusal {
            code: Code::RefreshTooOld,
            text: "The refresh token has expired or is invalid due to sign-in frequency checks by conditional access."
                .into(),
            ..refusal
        },
        _ => refusal,
    }
}

/// Refuses a grant that was revoked, by itself or with its person's sessions.
pub async fn check_revoked(desk: &Desk<'_>, grant: &Grant) -> Result<(), Denied> {
    check_still_good(desk, &grant.upn, &grant.epoch, &grant.id).await
}

/// The same of a grant that only its tokens tell of: what the revocations were then, and its id.
pub async fn check_still_good(desk: &Desk<'_>, upn: &Upn, epoch: &str, grant: &str) -> Result<(), Denied> {
    if session::epoch(desk.store, upn, desk.now).await? != epoch {
        return Err(Code::SessionRevoked
            .because("The provided grant has expired because the session was revoked.")
            .into());
    }
    if desk.store.find::<Revoked>(grant, desk.now).await?.is_some() {
        return Err(Code::InvalidGrant.because("The provided grant was revoked.").into());
    }
    Ok(())
}

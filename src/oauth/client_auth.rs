//! Which application calls, and how did it prove that (RFC 6749, 2.3; RFC 7523)?

use super::assertion;
use super::desk::{Denied, Desk};
use crate::directory::Application;
use crate::directory::app::{App, ClientSecret};
use crate::directory::tenant::{Family, Tenant};
use crate::http::outbound::Outbound;
use crate::http::params::{Params, shorten};
use crate::id::ClientId;
use crate::refusal::{Code, Refusal};
use crate::time::Timestamp;
use crate::token::claims::Proof;

/// An application that calls.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'d> {
    /// Which.
    pub app: Application<'d>,
    /// How it proved itself.
    pub proof: Proof,
}

impl Caller<'_> {
    /// Refuses an application that has ways to prove itself and used none.
    pub fn must_have_proven_itself(&self) -> Result<(), Refusal> {
        match self.proof {
            Proof::Secret | Proof::Certificate => Ok(()),
            Proof::Public => Err(Code::ClientProofMissing.because(
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )),
        }
    }
}

/// Credentials as a request carries them.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The form.
    pub params: &'a Params,
    /// Name and password of the `Authorization: Basic` header.
    pub basic: Option<&'a (String, String)>,
}

/// The type of a signed assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Finds out who calls. Answers also for an application that proved nothing: what that means is for the grant
/// to say. `tenant` is where applications are looked up; for shared authorities any Entra tenant will do.
pub async fn authenticate<'d>(
    desk: &Desk<'d>,
    tenant: Option<Tenant<'d>>,
    credentials: Credentials<'_>,
    outbound: &Outbound,
) -> Result<Caller<'d>, Denied> {
    let params = credentials.params;
    let basic = credentials.basic.map(|(id, secret)| (form_decoded(id), form_decoded(secret)));
    let asserted = params.get("client_assertion");
    let named = match (&basic, params.get("client_id"), asserted) {
        (Some((id, _)), Some(other), _) if id != other => {
            return Err(Code::RequestMalformed.because("The request names two different applications.").into());
        }
        (Some((id, _)), _, _) => id.clone(),
        (None, Some(id), _) => id.to_owned(),
        (None, None, Some(token)) => assertion::subject(token).unwrap_or_default(),
        (None, None, None) => String::new(),
    };
    if named.is_empty() {
        return Err(unnamed(tenant).into());
    }
    let app = find(desk, tenant, &named)?;
    let proof = match (secret(tenant, basic.as_ref(), params)?, asserted) {
        (Some(_), Some(_)) => return Err(two_ways().into()),
        (Some(secret), None) => {
            check_secret(&app, secret, desk.now)?;
            Proof::Secret
        }
        (None, Some(token)) => {
            if params.get("client_assertion_type") != Some(JWT_BEARER) {
                return Err(Refusal::missing("client_assertion_type").into());
            }
            assertion::check(desk, app, tenant, token, outbound).await?;
            Proof::Certificate
        }
        (None, None) => Proof::Public,
    };
    Ok(Caller { app, proof })
}

/// The secret that came, in the header or in the form.
fn secret<'s>(
    tenant: Option<Tenant<'_>>,
    basic: Option<&'s (String, String)>,
    params: &'s Params,
) -> Result<Option<&'s str>, Refusal> {
    let in_header = basic.map(|(_, secret)| secret.as_str()).filter(|secret| !secret.is_empty());
    match (in_header, params.get("client_secret"), tenant.map(|tenant| tenant.family())) {
        (Some(_), Some(_), Some(Family::Generic)) => Err(two_ways()),
        (in_header, in_body, Some(Family::Generic | Family::Entra) | None) => Ok(in_header.or(in_body)),
    }
}

/// No more than one way may be used in a request (RFC 6749, 2.3).
fn two_ways() -> Refusal {
    Code::RequestMalformed.because("The application tried to prove itself in two ways.")
}

/// Nobody says who asks. The standards count that as a client that failed to prove itself (RFC 6749, 5.2).
fn unnamed(tenant: Option<Tenant<'_>>) -> Refusal {
    match tenant.map(|tenant| tenant.family()) {
        Some(Family::Generic) => Code::ClientProofMissing.because("The request names and proves no client."),
        Some(Family::Entra) | None => Refusal::missing("client_id"),
    }
}

/// OAuth form-encodes name and password before they go into the header (RFC 6749, 2.3.1).
fn form_decoded(text: &str) -> String {
    let pair = format!("v={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(pair.as_bytes()).next().map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The application of a client id, where it is looked for.
pub fn find<'d>(desk: &Desk<'d>, tenant: Option<Tenant<'d>>, client_id: &str) -> Result<Application<'d>, Refusal> {
    let id = ClientId::new(client_id);
    let entra = tenant.is_none_or(|tenant| tenant.family() == Family::Entra);
    if entra && uuid::Uuid::try_parse(id.as_str()).is_err() {
        return Err(
            Code::ClientIdMalformed.because(format!("{} is not a valid application identifier.", shorten(client_id)))
        );
    }
    let found = match tenant {
        Some(tenant) => desk.directory.app(tenant, &id),
        None => desk.directory.entra_app(&id),
    };
    match found {
        Some(app) if app.disabled => {
            Err(Code::AppDisabled.because(format!("The application {} is disabled.", app.title())))
        }
        Some(app) => Ok(app),
        None => Err(not_found(&id, tenant)),
    }
}

fn not_found(id: &ClientId, tenant: Option<Tenant<'_>>) -> Refusal {
    let place = tenant.map_or_else(|| "any tenant".to_owned(), |tenant| format!("the directory '{}'", tenant.name()));
    Code::AppNotFound
        .because(format!("Application with identifier '{}' was not found in {place}.", shorten(id.as_str())))
}

fn check_secret(app: &App, candidate: &str, now: Timestamp) -> Result<(), Refusal> {
    if !app.is_confidential() {
        return Err(Code::PublicClientProvedItself
            .because("The client is public, so neither 'client_assertion' nor 'client_secret' should be presented."));
    }
    let mut expired = false;
    for secret in &app.secrets {
        match secret {
            ClientSecret::Forever(secret) if secret.matches(candidate) => return Ok(()),
            ClientSecret::Until(secret) if secret.value.matches(candidate) => {
                if now < secret.expires {
                    return Ok(());
                }
                expired = true;
            }
            ClientSecret::Forever(_) | ClientSecret::Until(_) => {}
        }
    }
    if expired {
        return Err(Code::ClientSecretExpired
            .because(format!("The provided client secret keys for app '{}' are expired.", app.client_id)));
    }
    Err(Code::WrongClientSecret.because(format!(
        "Invalid client secret provided for app '{}'. Send the secret's value, not its id.",
        app.client_id
    )))
}

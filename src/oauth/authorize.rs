//! What does an authorize request ask for, and may it (RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.1)?
//!
//! [`read`] checks a request in the order in which trust grows: first who asks and where an answer may go,
//! then everything else. Until the reply address is known to be the application's, nothing is sent there.

mod details;
mod meant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::client_auth;
use super::desk::Desk;
use super::dialect::Dialect;
use super::pkce::Challenge;
use super::redirect::{self, Platform};
use super::scope::Requested;
use crate::directory::Application;
use crate::directory::tenant::Tenant;
use crate::federation::parties;
use crate::http::params::{Params, shorten};
use crate::id::Upn;
use crate::partner::site;
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Authority, Demand};
use crate::signin::tenant_access::app_serves;
use details::Details;

/// A checked authorize request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    /// Which rules it follows.
    pub dialect: Dialect,
    /// Where it was asked.
    pub authority: Authority,
    /// Where the answer goes.
    pub reply: Reply,
    /// Was the address in the request?
    pub named_redirect: bool,
    /// The platform of that address.
    pub platform: Platform,
    /// The application, by handle.
    pub app: String,
    /// What the answer holds.
    pub response: ResponseType,
    /// What is asked for.
    pub requested: Requested,
    /// Echoed in the id token.
    pub nonce: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<Challenge>,
    /// Is `client_info` wanted?
    pub client_info: bool,
    /// Is `clientdata` wanted?
    #[serde(default)]
    pub client_data: bool,
    /// Must id tokens carry `auth_time`?
    pub wants_auth_time: bool,
    /// Whom the request insists on: nobody else may be answered for.
    #[serde(default)]
    pub meant: Option<Upn>,
    /// The word by which a second factor was asked for, where the dialect says it back.
    #[serde(default)]
    pub acr: Option<String>,
    /// The `claims` parameter.
    pub claims: Option<Value>,
}

/// Where and how an answer goes back to the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The address.
    pub uri: String,
    /// How.
    pub mode: ResponseMode,
    /// The application's own word for the request.
    pub state: Option<String>,
}

/// What an answer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResponseType {
    /// A code.
    pub code: bool,
    /// An id token.
    pub id_token: bool,
    /// An access token.
    pub token: bool,
}

/// How an answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// Behind a question mark.
    Query,
    /// Behind a hash: servers do not see it.
    Fragment,
    /// As a form that posts itself.
    FormPost,
}

/// A request that is not carried out, and where that may be told.
#[derive(Debug, PartialEq)]
pub struct Rejected {
    /// Why.
    pub refusal: Refusal,
    /// Where, once the address is known to be the application's.
    pub reply: Option<Reply>,
}

impl From<Refusal> for Box<Rejected> {
    fn from(refusal: Refusal) -> Self {
        Box::new(Rejected { refusal, reply: None })
    }
}

/// Reads and checks a request. Answers what it asks for, and what that demands of a sign-in.
pub fn read(
    desk: &Desk<'_>,
    authority: &Authority,
    dialect: Dialect,
    params: &Params,
) -> Result<(Authorization, Demand), Box<Rejected>> {
    let tenant = authority.tenant(desk.directory);
    let app = application(desk, authority, tenant, params)?;
    let object = request_object(dialect, params);
    let (uri, platform) = match (reply_address(desk, dialect, app, params), &object) {
        // The address, too, is said to be where it is not looked for.
        (Err(_), Err(unsupported)) if params.get("redirect_uri").is_none() => return Err(unsupported.clone().into()),
        (address, _) => address?,
    };
    let response = response_type(params);
    let reply = Reply {
        uri,
        mode: response_mode(params, response.as_ref().copied().unwrap_or_default()),
        state: params.get("state").map(str::to_owned),
    };
    let details = Details { desk, dialect, params, app, platform, tenant };
    match object.and(response).and_then(|response| details.read(authority, &reply, response)) {
        Ok(read) => Ok(read),
        Err(refusal) => Err(Box::new(Rejected { refusal, reply: Some(reply) })),
    }
}

/// Where it is told that parameters came twice, given those that came once: at the application's own address, where that
/// and the application are beyond doubt (RFC 6749, 4.1.2.1).
///
/// Differs at Entra: it shows a page.
pub fn told_at(desk: &Desk<'_>, authority: &Authority, dialect: Dialect, once: &Params) -> Option<Reply> {
    if dialect.is_entra() || !once.has("redirect_uri") {
        return None;
    }
    let app = application(desk, authority, authority.tenant(desk.directory), once).ok()?;
    let (uri, _) = reply_address(desk, dialect, app, once).ok()?;
    let mode = response_mode(once, response_type(once).unwrap_or_default());
    Some(Reply { uri, mode, state: once.get("state").map(str::to_owned) })
}

/// The application a request names, if it is served at this authority.
pub fn application<'d>(
    desk: &Desk<'d>,
    authority: &Authority,
    tenant: Option<Tenant<'d>>,
    params: &Params,
) -> Result<Application<'d>, Refusal> {
    let Some(client_id) = params.get("client_id") else {
        return Err(Refusal::missing("client_id"));
    };
    let app = client_auth::find(desk, tenant, client_id)?;
    serves(app, authority, tenant)?;
    Ok(app)
}

/// Is an application served at an authority? `tenant` is the one the authority names.
pub fn serves(app: Application<'_>, authority: &Authority, tenant: Option<Tenant<'_>>) -> Result<(), Refusal> {
    match (authority, tenant) {
        (_, Some(tenant @ Tenant::Entra { .. })) => app_serves(app, tenant),
        (Authority::Common | Authority::Organizations | Authority::Consumers, None)
            if !app.multi_tenant && !app.first_party =>
        {
            Err(single_tenant(app))
        }
        (_, None | Some(Tenant::Provider { .. })) => Ok(()),
    }
}

fn single_tenant(app: Application<'_>) -> Refusal {
    Code::SingleTenantApp.because(format!(
        "Application '{}' ({}) is not configured as a multi-tenant application. Use the address of its own tenant instead of a shared one.",
        app.client_id,
        app.title()
    ))
}

/// May a sign-in still be answered where its request said? Between the two an address can be taken from its application.
pub fn still_answered(desk: &Desk<'_>, request: &Authorization) -> Result<(), Refusal> {
    let Some(app) = desk.directory.app_by_handle(&request.app) else {
        return Err(Code::AppNotFound.because("The application is gone."));
    };
    registered(desk, request.dialect, app, &request.reply.uri).map(|_| ())
}

/// The platform of an address that is the application's.
fn registered(desk: &Desk<'_>, dialect: Dialect, app: Application<'_>, uri: &str) -> Result<Platform, Refusal> {
    // Where tenants and our own sites are answered depends on where this server is reached: no address is registered.
    let tenants = app.handle == parties::MICROSOFT_ONLINE_APP && uri == parties::login_address(desk.origin);
    let own = tenants || site::is_own_address(app.handle, uri, desk.origin);
    redirect::registered(&app, uri, dialect.comparison()).or(own.then_some(Platform::Web)).ok_or_else(|| {
        Code::RedirectNotRegistered.because(format!(
            "The redirect URI '{}' specified in the request does not match the redirect URIs configured for the application '{}'.",
            shorten(uri),
            app.client_id
        ))
    })
}

fn reply_address(
    desk: &Desk<'_>,
    dialect: Dialect,
    app: Application<'_>,
    params: &Params,
) -> Result<(String, Platform), Refusal> {
    if let Some(uri) = params.get("redirect_uri") {
        return registered(desk, dialect, app, uri).map(|platform| (uri.to_owned(), platform));
    }
    if dialect.needs_redirect(params.get("scope").unwrap_or_default()) {
        return Err(Refusal::missing("redirect_uri"));
    }
    let mut every = app.facts().every_redirect_uri();
    match (every.next(), every.next()) {
        (Some(only), None) => {
            let platform = redirect::registered(&app, only, dialect.comparison()).unwrap_or(Platform::Web);
            Ok((only.to_owned(), platform))
        }
        (Some(_), Some(_)) => Err(Code::NoReplyAddress
            .because("No reply address provided. The application has several reply addresses; the request must contain 'redirect_uri'.")),
        (None, _) => Err(Code::NoReplyAddress.because("No reply address is registered for the application.")),
    }
}

fn response_type(params: &Params) -> Result<ResponseType, Refusal> {
    let Some(text) = params.get("response_type") else {
        return Err(Code::ParameterMissing.because("The required field 'response_type' is missing."));
    };
    let mut read = ResponseType::default();
    for word in text.split_ascii_whitespace() {
        match word {
            "code" if !read.code => read.code = true,
            "id_token" if !read.id_token => read.id_token = true,
            "token" if !read.token => read.token = true,
            _ => {
                return Err(
                    Code::BadResponseType.because(format!("The response type '{}' is not supported.", shorten(text)))
                );
            }
        }
    }
    Ok(read)
}

/// Are the parameters here, and not in a request object (OpenID Connect Core, 3.1.2.6 and 6)?
fn request_object(dialect: Dialect, params: &Params) -> Result<(), Refusal> {
    match dialect {
        // Its metadata promises neither, and what it does not know in an address it lets pass.
        Dialect::EntraV1 | Dialect::EntraV2 => Ok(()),
        Dialect::Generic if params.get("request").is_some() => {
            Err(Code::RequestObject.because("The parameter 'request' is not supported."))
        }
        Dialect::Generic if params.get("request_uri").is_some() => {
            Err(Code::RequestUri.because("The parameter 'request_uri' is not supported."))
        }
        Dialect::Generic => Ok(()),
    }
}

/// A mode that does not go with the type is reported in a way that cannot leak what it would have carried.
fn response_mode(params: &Params, response: ResponseType) -> ResponseMode {
    let carries_tokens = response.id_token || response.token;
    match params.get("response_mode") {
        Some("form_post") => ResponseMode::FormPost,
        Some("fragment") => ResponseMode::Fragment,
        Some("query") if !carries_tokens => ResponseMode::Query,
        _ if carries_tokens => ResponseMode::Fragment,
        _ => ResponseMode::Query,
    }
}

//! What does an authorize request ask for, and may it (RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.1)?
//!
//! [`read`] checks a request in the order in which trust grows: first who asks and where an answer may go,
//! then everything else. Until the reply address is known to be the application's, nothing is sent there.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desk::Desk;
use super::dialect::Dialect;
use super::grant::Challenge;
use super::redirect::{self, Platform};
use super::scope::{self, Requested};
use super::{claims_parameter, client_auth};
use crate::directory::Application;
use crate::directory::tenant::Tenant;
use crate::http::params::{Params, shorten};
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Authority, Demand, Prompt};
use crate::signin::tenant_access::app_serves;
use crate::time::Span;
use crate::token::claims::read_login_hint;

/// The longest `state` or `nonce` that is echoed.
const LONGEST: usize = 8 * 1024;

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
    /// Must id tokens carry `auth_time`?
    pub wants_auth_time: bool,
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
    let (uri, platform, named_redirect) = reply_address(app, params)?;
    let response = response_type(params);
    let reply = Reply {
        uri,
        mode: response_mode(params, response.as_ref().copied().unwrap_or_default()),
        state: params.get("state").map(str::to_owned),
    };
    let rest = Rest { desk, dialect, params, app, platform, tenant };
    match response.and_then(|response| rest.read(authority, &reply, response, named_redirect)) {
        Ok(read) => Ok(read),
        Err(refusal) => Err(Box::new(Rejected { refusal, reply: Some(reply) })),
    }
}

/// The application a request names, if it is served at this authority.
pub fn application<'d>(
    desk: &Desk<'d>,
    authority: &Authority,
    tenant: Option<Tenant<'d>>,
    params: &Params,
) -> Result<Application<'d>, Refusal> {
    let Some(client_id) = params.get("client_id") else {
        return Err(
            Code::BodyParameterMissing.because("The request must contain the following parameter: 'client_id'.")
        );
    };
    let app = client_auth::find(desk, tenant, client_id)?;
    match (authority, tenant) {
        (_, Some(tenant @ Tenant::Entra { .. })) => app_serves(app, tenant)?,
        (Authority::Common, None) if !app.multi_tenant && !app.first_party => return Err(single_tenant(app)),
        (Authority::Organizations | Authority::Consumers, None) if !app.multi_tenant && !app.first_party => {
            return Err(single_tenant(app));
        }
        (_, _) => {}
    }
    Ok(app)
}

fn single_tenant(app: Application<'_>) -> Refusal {
    Code::SingleTenantApp.because(format!(
        "Application '{}' ({}) is not configured as a multi-tenant application. Use the address of its own tenant instead of a shared one.",
        app.client_id,
        app.title()
    ))
}

fn reply_address(app: Application<'_>, params: &Params) -> Result<(String, Platform, bool), Refusal> {
    if let Some(uri) = params.get("redirect_uri") {
        return match redirect::registered(&app, uri) {
            Some(platform) => Ok((uri.to_owned(), platform, true)),
            None => Err(Code::RedirectNotRegistered.because(format!(
                "The redirect URI '{}' specified in the request does not match the redirect URIs configured for the application '{}'.",
                shorten(uri),
                app.client_id
            ))),
        };
    }
    let mut every = app.facts().every_redirect_uri();
    match (every.next(), every.next()) {
        (Some(only), None) => {
            let platform = redirect::registered(&app, only).unwrap_or(Platform::Web);
            Ok((only.to_owned(), platform, false))
        }
        (Some(_), Some(_)) => Err(Code::BodyParameterMissing
            .because("The application has several reply addresses; the request must contain 'redirect_uri'.")),
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
            "code" => read.code = true,
            "id_token" => read.id_token = true,
            "token" => read.token = true,
            _ => {
                return Err(
                    Code::BadResponseType.because(format!("The response type '{}' is not supported.", shorten(text)))
                );
            }
        }
    }
    Ok(read)
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

/// The checks whose outcome the application may be told.
struct Rest<'a> {
    desk: &'a Desk<'a>,
    dialect: Dialect,
    params: &'a Params,
    app: Application<'a>,
    platform: Platform,
    tenant: Option<Tenant<'a>>,
}

impl Rest<'_> {
    fn read(
        &self,
        authority: &Authority,
        reply: &Reply,
        response: ResponseType,
        named_redirect: bool,
    ) -> Result<(Authorization, Demand), Refusal> {
        let params = self.params;
        self.check_mode(response)?;
        self.check_response(response)?;
        let requested = self.requested()?;
        let nonce = params.get("nonce").map(str::to_owned);
        if response.id_token && nonce.is_none() {
            return Err(Code::ParameterMissing.because(
                "The required field 'nonce' is missing: an id token from the authorize endpoint must carry it.",
            ));
        }
        if [reply.state.as_ref(), nonce.as_ref()].iter().flatten().any(|text| text.len() > LONGEST) {
            return Err(Code::InputInvalid.because("The parameter 'state' or 'nonce' is too long."));
        }
        let challenge = self.challenge(response)?;
        let claims = claims_parameter::read(params)?;
        let max_age = self.max_age()?;
        let authorization = Authorization {
            dialect: self.dialect,
            authority: authority.clone(),
            reply: reply.clone(),
            named_redirect,
            platform: self.platform,
            app: self.app.handle.to_owned(),
            response,
            requested,
            nonce,
            challenge,
            client_info: params.get("client_info") == Some("1"),
            wants_auth_time: max_age.is_some() || asks_for_auth_time(claims.as_ref()),
            claims,
        };
        let demand = self.demand(authority, &authorization, max_age)?;
        Ok((authorization, demand))
    }

    fn check_mode(&self, response: ResponseType) -> Result<(), Refusal> {
        match self.params.get("response_mode") {
            None | Some("form_post" | "fragment") => Ok(()),
            Some("query") if !response.id_token && !response.token => Ok(()),
            Some("query") => {
                Err(Code::BadResponseMode
                    .because("The response mode 'query' is not supported when a token is requested."))
            }
            Some(other) => {
                Err(Code::BadResponseMode.because(format!("The response mode '{}' is not supported.", shorten(other))))
            }
        }
    }

    fn check_response(&self, response: ResponseType) -> Result<(), Refusal> {
        let app = self.app.facts();
        if !response.code && !response.id_token && !response.token {
            return Err(Code::BadResponseType.because("The response type is empty."));
        }
        if response.id_token && !app.implicit.id_tokens {
            return Err(Code::IdTokenNotEnabled.because("Response type 'id_token' is not enabled for the application."));
        }
        if response.token && !app.implicit.access_tokens {
            return Err(Code::ImplicitNotEnabled.because("Response type 'token' is not enabled for the application."));
        }
        Ok(())
    }

    fn requested(&self) -> Result<Requested, Refusal> {
        let params = self.params;
        match self.dialect {
            Dialect::EntraV1 => {
                let mut requested = match params.get("resource") {
                    Some(name) => scope::resource(self.desk.directory, name)?,
                    None => Requested::default(),
                };
                requested.oidc = vec!["openid".into(), "profile".into(), "email".into(), "offline_access".into()];
                Ok(requested)
            }
            Dialect::EntraV2 if params.has("resource") => Err(Code::ResourceAtV2
                .because("The parameter 'resource' is not supported here; name the resource in 'scope'.")),
            Dialect::EntraV2 | Dialect::Generic => {
                let Some(text) = params.get("scope") else {
                    return Err(
                        Code::ParameterMissing.because("The request must contain the following parameter: 'scope'.")
                    );
                };
                let family = self.tenant.map_or(crate::directory::tenant::Family::Entra, |tenant| tenant.family());
                let requested = scope::read(self.desk.directory, family, text)?;
                if requested.oidc.is_empty() && requested.resources.is_empty() {
                    return Err(Code::BadScope.because("The scope is empty."));
                }
                Ok(requested)
            }
        }
    }

    fn challenge(&self, response: ResponseType) -> Result<Option<Challenge>, Refusal> {
        let rules = self.dialect.pkce(self.app.facts(), self.platform == Platform::Spa);
        let Some(text) = self.params.get("code_challenge") else {
            return match rules.required && response.code {
                true => Err(Code::PkceRequired
                    .because("Proof Key for Code Exchange is required: the request must contain 'code_challenge'.")),
                false => Ok(None),
            };
        };
        let fine = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
        let bad = |why: &'static str| Err(Code::BadCodeChallenge.because(why));
        if !(43..=128).contains(&text.len()) || !text.chars().all(fine) {
            return bad("The code challenge has the wrong size or characters.");
        }
        match self.params.get("code_challenge_method") {
            Some("S256") => Ok(Some(Challenge::S256(text.to_owned()))),
            Some("plain") | None if rules.plain_allowed => Ok(Some(Challenge::Plain(text.to_owned()))),
            Some("plain") | None => bad("The code challenge method must be 'S256'."),
            Some(_) => bad("The code challenge method is not supported."),
        }
    }

    fn max_age(&self) -> Result<Option<Span>, Refusal> {
        let Some(text) = self.params.get("max_age") else { return Ok(None) };
        match text.parse::<u32>() {
            Ok(seconds) => Ok(Some(Span::seconds(i64::from(seconds)))),
            Err(_) => Err(Code::InputInvalid.because("The parameter 'max_age' is not a number of seconds.")),
        }
    }

    fn demand(&self, authority: &Authority, request: &Authorization, max_age: Option<Span>) -> Result<Demand, Refusal> {
        let params = self.params;
        Ok(Demand {
            authority: authority.clone(),
            app: request.app.clone(),
            permissions: request.requested.permissions(self.app),
            prompt: self.prompt()?,
            login_hint: params.get("login_hint").map(read_login_hint),
            domain_hint: params.get("domain_hint").or(params.get("whr")).map(str::to_owned),
            sid: params.get("sid").map(str::to_owned),
            max_age,
            for_everyone: self.dialect == Dialect::EntraV1 && params.get("prompt") == Some("admin_consent"),
        })
    }

    fn prompt(&self) -> Result<Prompt, Refusal> {
        let Some(text) = self.params.get("prompt") else { return Ok(Prompt::AsNeeded) };
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        match words.as_slice() {
            ["none"] => Ok(Prompt::None),
            words if words.contains(&"none") => {
                Err(Code::InputInvalid.because("The prompt 'none' cannot be combined with another."))
            }
            words if words.contains(&"login") => Ok(Prompt::Login),
            words if words.contains(&"select_account") => Ok(Prompt::SelectAccount),
            ["consent"] => Ok(Prompt::Consent),
            ["admin_consent"] if self.dialect == Dialect::EntraV1 => Ok(Prompt::AsNeeded),
            _ => Err(Code::InputInvalid.because(format!("The prompt '{}' is not supported.", shorten(text)))),
        }
    }
}

fn asks_for_auth_time(claims: Option<&Value>) -> bool {
    claims.and_then(|claims| claims.get("id_token")?.get("auth_time")).is_some()
}

//! The checks of an authorize request whose outcome the application may be told: its reply address is known.

use serde_json::Value;

use super::{Authorization, Reply, ResponseType, meant};
use crate::directory::Application;
use crate::directory::tenant::Tenant;
use crate::http::params::{Params, shorten};
use crate::oauth::asks;
use crate::oauth::claims_parameter;
use crate::oauth::desk::Desk;
use crate::oauth::dialect::Dialect;
use crate::oauth::discovery;
use crate::oauth::pkce::Challenge;
use crate::oauth::redirect::Platform;
use crate::oauth::scope::{self, Requested};
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Authority, Demand, Permission, Prompt};
use crate::time::Span;
use crate::token::claims::read_login_hint;

/// The longest `state` or `nonce` that is echoed.
const LONGEST: usize = 8 * 1024;

/// The prompt of the older endpoint that asks an administrator to agree for everybody.
const ADMIN_CONSENT: &str = "admin_consent";

/// The checks whose outcome the application may be told.
pub(super) struct Details<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) dialect: Dialect,
    pub(super) params: &'a Params,
    pub(super) app: Application<'a>,
    pub(super) platform: Platform,
    pub(super) tenant: Option<Tenant<'a>>,
}

impl Details<'_> {
    pub(super) fn read(
        &self,
        authority: &Authority,
        reply: &Reply,
        response: ResponseType,
    ) -> Result<(Authorization, Demand), Refusal> {
        let params = self.params;
        self.check_mode(response)?;
        self.check_response(response)?;
        let requested = self.wanted(response)?;
        let nonce = self.nonce(reply, response)?;
        let challenge = self.challenge(response)?;
        let claims = self.claims()?;
        let max_age = self.max_age()?;
        let authorization = Authorization {
            dialect: self.dialect,
            authority: authority.clone(),
            reply: reply.clone(),
            named_redirect: self.params.get("redirect_uri").is_some(),
            platform: self.platform,
            app: self.app.handle.to_owned(),
            response,
            requested,
            nonce,
            challenge,
            client_info: params.get("client_info") == Some("1"),
            client_data: self.dialect.is_entra() && params.get("clidata") == Some("1"),
            wants_auth_time: max_age.is_some() || asks_for_auth_time(claims.as_ref()),
            meant: meant::meant(self.desk, authority, params, claims.as_ref())?,
            acr: asks::context_named(params, claims.as_ref()).filter(|_| !self.dialect.is_entra()),
            claims,
        };
        let demand = self.demand(authority, &authorization, max_age)?;
        Ok((authorization, demand))
    }

    /// What is asked for, as far as this response type can give it. OpenID Connect makes more of that than Entra does.
    fn wanted(&self, response: ResponseType) -> Result<Requested, Refusal> {
        let mut requested = self.requested()?;
        if self.dialect.is_entra() {
            return Ok(requested);
        }
        if !response.code {
            // Nothing could come of it (OpenID Connect Core, 11).
            requested.oidc.retain(|scope| scope != "offline_access");
        }
        if response.id_token && !requested.has("openid") {
            return Err(Code::InputInvalid.because("An id token is given to requests with the scope 'openid' only."));
        }
        Ok(requested)
    }

    fn nonce(&self, reply: &Reply, response: ResponseType) -> Result<Option<String>, Refusal> {
        let nonce = self.params.get("nonce").map(str::to_owned);
        if response.id_token && nonce.is_none() {
            return Err(Code::ParameterMissing.because(
                "The required field 'nonce' is missing: an id token from the authorize endpoint must carry it.",
            ));
        }
        if [reply.state.as_ref(), nonce.as_ref()].iter().flatten().any(|text| text.len() > LONGEST) {
            return Err(Code::InputInvalid.because("The parameter 'state' or 'nonce' is too long."));
        }
        Ok(nonce)
    }

    fn claims(&self) -> Result<Option<Value>, Refusal> {
        let claims = claims_parameter::read(self.params)?;
        if let Some(Tenant::Provider { facts, .. }) = self.tenant
            && claims_parameter::is_out_of_reach(claims.as_ref(), discovery::contexts(facts))
        {
            return Err(Code::AcrOutOfReach
                .because("No sign-in here reaches what the claim acr has to say. See acr_values_supported."));
        }
        Ok(claims)
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
                scope::check_itself(self.app, &requested)?;
                requested.oidc = vec!["openid".into(), "profile".into(), "email".into(), "offline_access".into()];
                Ok(requested)
            }
            Dialect::EntraV2 if params.has("resource") => Err(Refusal::resource_at_v2()),
            Dialect::EntraV2 | Dialect::Generic => {
                let Some(text) = params.get("scope") else {
                    let code = if self.dialect.is_entra() { Code::ParameterMissing } else { Code::BadScope };
                    return Err(code.because("The request must contain the following parameter: 'scope'."));
                };
                let family = self.tenant.map_or(crate::directory::tenant::Family::Entra, |tenant| tenant.family());
                let requested = scope::read(self.desk.directory, family, text)?;
                if requested.oidc.is_empty() && requested.resources.is_empty() {
                    return Err(Code::BadScope.because("The scope is empty."));
                }
                scope::check_itself(self.app, &requested)?;
                Ok(requested)
            }
        }
    }

    fn challenge(&self, response: ResponseType) -> Result<Option<Challenge>, Refusal> {
        let rules = self.dialect.pkce(self.app.facts(), self.platform);
        let Some(text) = self.params.get("code_challenge") else {
            return match (rules.required && response.code, self.params.get("code_challenge_method")) {
                (true, _) => Err(Code::PkceRequired
                    .because("Proof Key for Code Exchange is required: the request must contain 'code_challenge'.")),
                (false, Some(_)) if !self.dialect.is_entra() => {
                    Err(Code::BadCodeChallenge.because("The request names a method and has no 'code_challenge'."))
                }
                (false, _) => Ok(None),
            };
        };
        let read = match self.params.get("code_challenge_method") {
            Some("S256") => Challenge::s256(text),
            Some("plain") | None if rules.plain_allowed => Challenge::plain(text),
            Some("plain") | None => {
                return Err(Code::BadCodeChallenge.because("The code challenge method must be 'S256'."));
            }
            Some(_) => return Err(Code::BadCodeChallenge.because("The code challenge method is not supported.")),
        };
        match read {
            Some(challenge) => Ok(Some(challenge)),
            None => Err(Code::BadCodeChallenge.because("The code challenge has the wrong size or characters.")),
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
        let gives_access = request.response.code || request.response.token;
        Ok(Demand {
            permissions: self.permissions(request),
            unnamed: request.requested.unnamed().filter(|_| gives_access),
            prompt: self.prompt()?,
            login_hint: request
                .meant
                .as_ref()
                .map(|upn| upn.to_string())
                .or_else(|| params.get("login_hint").map(read_login_hint)),
            domain_hint: params.get("domain_hint").or(params.get("whr")).map(str::to_owned),
            sid: params.get("sid").map(str::to_owned),
            max_age,
            for_everyone: self.prompts().contains(&ADMIN_CONSENT),
            asks: asks::read(params, request.claims.as_ref()),
            client: self.platform.client_type(),
            ..Demand::new(authority.clone(), request.app.clone())
        })
    }

    /// What has to be agreed to: the scopes, and what is asked for claim by claim.
    fn permissions(&self, request: &Authorization) -> Vec<Permission> {
        let mut permissions = request.requested.permissions();
        if !self.dialect.is_entra() {
            let more = claims_parameter::scopes(request.claims.as_ref());
            let more = more.into_iter().filter(|scope| !request.requested.has(scope));
            permissions.extend(more.map(|scope| Permission { resource: None, scope: scope.to_owned() }));
        }
        permissions
    }

    /// `prompt` is a list (OpenID Connect Core, 3.1.2.1): whatever it names is done.
    fn prompt(&self) -> Result<Prompt, Refusal> {
        let Some(text) = self.params.get("prompt") else { return Ok(Prompt::AsNeeded) };
        let words = self.prompts();
        let has = |word: &str| words.contains(&word);
        if words.is_empty() || words.iter().any(|word| !self.knows_prompt(word)) {
            return Err(Code::InputInvalid.because(format!("The prompt '{}' is not supported.", shorten(text))));
        }
        match (has("none"), has("login"), has("select_account"), has("consent")) {
            (true, ..) if words.len() > 1 => {
                Err(Code::InputInvalid.because("The prompt 'none' cannot be combined with another."))
            }
            (true, ..) => Ok(Prompt::None),
            (false, true, _, true) => Ok(Prompt::LoginAndConsent),
            (false, true, _, false) => Ok(Prompt::Login),
            (false, false, true, true) => Ok(Prompt::SelectAccountAndConsent),
            (false, false, true, false) => Ok(Prompt::SelectAccount),
            (false, false, false, true) => Ok(Prompt::Consent),
            (false, false, false, false) => Ok(Prompt::AsNeeded),
        }
    }

    fn prompts(&self) -> Vec<&str> {
        self.params.get("prompt").unwrap_or_default().split_ascii_whitespace().collect()
    }

    fn knows_prompt(&self, word: &str) -> bool {
        match word {
            "none" | "login" | "select_account" | "consent" => true,
            ADMIN_CONSENT => self.dialect == Dialect::EntraV1,
            _ => false,
        }
    }
}

fn asks_for_auth_time(claims: Option<&Value>) -> bool {
    claims.and_then(|claims| claims.get("id_token")?.get("auth_time")).is_some()
}

//! What does the browser do with each page, until one leads back to the application?

use std::sync::Arc;

use awc::Client;
use url::Url;

use super::answer::Answer;
use super::application;
use super::cookies::Cookies;
use super::ended::{Ended, Posted, SignInError};
use super::form::{self, Form};
use super::home::Home;
use super::second_factor::{Mfa, Register};
use crate::control::ours::world_of;
use crate::directory::user::Secret;
use crate::directory::{Account, Directory};
use crate::http::path::Path;
use crate::id::Upn;
use crate::worlds::Isolate;

/// More pages and redirects than any sign-in has.
const PATIENCE: usize = 30;
/// How the form of an external provider begins.
const EXTERNAL_FORM: &str = "<form method=\"post\" id=\"externalForm1\"";

/// A visit under way.
pub(super) struct Visit {
    pub client: Client,
    /// The server and the world it stays in.
    pub home: Home,
    /// Where the application wants its answer, when the sign-in begins with its request.
    pub application: Option<Url>,
    pub cookies: Cookies,
    pub directory: Arc<Directory>,
    pub user: Upn,
    pub password: Option<String>,
    pub mfa: Mfa,
    pub register: Register,
    /// The provider whose page it is on, when it is one's.
    pub provider: Option<String>,
    /// The secret of the code app that is being registered.
    pub new_secret: Option<Secret>,
    /// How many codes of the app were tried.
    pub tried: usize,
    pub isolate: Arc<Isolate>,
    pub steps: Vec<String>,
}

impl Visit {
    /// Goes on until a page or a redirect leads to the application.
    pub async fn run(mut self, start: Url) -> Result<Ended, SignInError> {
        let mut at = start;
        let mut answer = self.ask(&at, None).await?;
        for _ in 0..PATIENCE {
            match answer {
                Answer::Redirect(to) if self.leaves(&to) => return Ok(self.ended_at(to)),
                Answer::Redirect(to) => {
                    at = to;
                    answer = self.ask(&at, None).await?;
                }
                Answer::Page(html) => {
                    refused(&html)?;
                    if application::plays(&at) {
                        return Ok(self.ended_at(at));
                    }
                    let form = form_on(&at, &html)?;
                    if self.leaves(&form.action) {
                        let posted = Posted { action: form.action.into(), fields: form.fields };
                        return Ok(Ended { location: None, form: Some(posted), steps: self.steps });
                    }
                    self.provider = provider_of(&form.action);
                    let fields = self.fill_in(&at, &form, &html).await?;
                    at = form.action;
                    answer = self.ask(&at, Some(fields)).await?;
                }
            }
        }
        Err(SignInError::Stuck("the pages go round in circles".into()))
    }

    fn ended_at(self, location: Url) -> Ended {
        Ended { location: Some(location.into()), form: None, steps: self.steps }
    }

    /// Does this lead out of the sign-in: to another server or world, or to the application, wherever that is?
    fn leaves(&self, url: &Url) -> bool {
        !self.home.holds(url) || application::answers_at(self.application.as_ref(), url)
    }

    async fn fill_in(&mut self, at: &Url, form: &Form, html: &str) -> Result<Vec<(String, String)>, SignInError> {
        let mut fields: Vec<(String, String)> = form.hidden().collect();
        if let Some(more) = self.second_factor(at, form, html).await? {
            // What a script would fill in stands among the hidden ones.
            fields.retain(|(name, _)| more.iter().all(|(filled, _)| filled != name));
            fields.extend(more);
            return Ok(fields);
        }
        let mut put = |name: &str, value: String| fields.push((name.to_owned(), value));
        if form.has("UserName") {
            self.steps.push("gave user name and password to the provider".into());
            put("UserName", self.user.to_string());
            put("Password", self.secret()?);
        } else if form.has("loginfmt") {
            self.steps.push("gave the user name".into());
            put("loginfmt", self.user.to_string());
        } else if form.has("passwd") {
            self.steps.push("gave the password".into());
            put("passwd", self.secret()?);
        } else if let Some(tile) = form.tile(self.user.as_str()) {
            self.steps.push("picked the account".into());
            put("action", tile);
        } else {
            self.steps.push("went on".into());
        }
        Ok(fields)
    }

    fn secret(&self) -> Result<String, SignInError> {
        if let Some(given) = &self.password {
            return Ok(given.clone());
        }
        let password = self.account(&self.directory).and_then(|account| account.user.password.as_ref());
        let known = password.map(|password| password.reveal().to_owned());
        known.ok_or_else(|| SignInError::Stuck(format!("the world has no password for {}", self.user)))
    }

    /// Whose account it is on this page: at a provider one of its own, else a tenant's.
    pub fn account<'d>(&self, directory: &'d Directory) -> Option<Account<'d>> {
        match &self.provider {
            Some(name) => directory.account_at(directory.provider(name)?, &self.user),
            None => directory.account(&self.user),
        }
    }
}

/// What a page refuses with, of a sign-in or of an application.
fn refused(html: &str) -> Result<(), SignInError> {
    let Some(code) = form::text_of(html, "data-testid=\"error-code\"") else { return Ok(()) };
    let sentence = form::text_behind(html, "id=\"exceptionMessageContainer\"", "</span>");
    let text = sentence.or_else(|| form::text_of(html, "class=\"lead\"")).unwrap_or_default();
    Err(SignInError::Refused { code, text })
}

/// The form on a page, or what the page says instead.
fn form_on(at: &Url, html: &str) -> Result<Form, SignInError> {
    // What a provider's page says of a code is for whoever gives codes: another one may do.
    let of_a_code = html.contains("id=\"verificationCodeInput\"");
    let marks = ["id=\"usernameError\"", "id=\"passwordError\"", "id=\"errorText\""];
    for mark in marks.into_iter().filter(|mark| !(of_a_code && mark.contains("errorText"))) {
        if let Some(text) = form::text_of(html, mark).filter(|text| !text.is_empty()) {
            return Err(SignInError::Stuck(text));
        }
    }
    // A page that leads to an external provider has a form of its own for that.
    let from = html.find(EXTERNAL_FORM).unwrap_or_default();
    Form::read(at, &html[from..]).ok_or_else(|| SignInError::Stuck("the page has no form".into()))
}

/// The provider whose page has this address.
fn provider_of(url: &Url) -> Option<String> {
    let path = Path::read(url.path());
    let path = if world_of(url).is_some() { path.without(0..2) } else { path };
    match path.get(0)? {
        "idp" => path.get(1).map(str::to_owned),
        _ => None,
    }
}

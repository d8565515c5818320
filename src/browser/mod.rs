//! A browser just big enough to sign in: for tests that want the redirect and not the pages.
//!
//! It asks the server over its real address, follows redirects, fills in forms and keeps cookies, so what it
//! proves holds for real browsers too.

mod cookies;
mod form;
mod second_factor;
mod security_key;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use awc::Client;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use crate::control::ours::world_of;
use crate::directory::user::Secret;
use crate::directory::{Account, Directory};
use crate::http::outbound::Outbound;
use crate::http::path::Path;
use crate::id::Upn;
use crate::worlds::{Isolate, Worlds};
use cookies::Cookies;
use form::Form;
pub use second_factor::{Mfa, Register};

/// More pages and redirects than any sign-in has.
const PATIENCE: usize = 30;
/// How the form of an external provider begins.
const EXTERNAL_FORM: &str = "<form method=\"post\" id=\"externalForm1\"";
/// The largest page that is read.
const LIMIT: usize = 1024 * 1024;

/// Where a sign-in ended.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// The redirect to the application, when that is how it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The form that would be posted to the application, when that is how it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Posted>,
    /// What happened on the way, in words.
    pub steps: Vec<String>,
}

/// A form that a page would post to the application.
#[derive(Clone, Serialize)]
pub struct Posted {
    /// Where.
    pub action: String,
    /// What.
    pub fields: Vec<(String, String)>,
}

/// The fields hold codes and tokens.
impl fmt::Debug for Posted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Posted").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Ended {
    /// A parameter of the answer, wherever it travels: query, fragment or form.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let find = |text: &str| {
            url::form_urlencoded::parse(text.as_bytes())
                .find(|(known, _)| known == name)
                .map(|(_, value)| value.into_owned())
        };
        let address = self.location.as_deref().and_then(|location| Url::parse(location).ok());
        let carried = address.and_then(|url| url.query().and_then(find).or_else(|| url.fragment().and_then(find)));
        let posted =
            || self.form.as_ref()?.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        carried.or_else(posted)
    }
}

/// Why a sign-in did not end at the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// A page refused, with this code and sentence.
    Refused {
        /// `AADSTS…`, or a provider's word.
        code: String,
        /// The sentence.
        text: String,
    },
    /// A page asks for something that was not given, or refused what was.
    Stuck(String),
    /// The server could not be reached, or its answer not read.
    Unreachable(String),
}

impl fmt::Display for SignInError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignInError::Refused { code, text } => write!(f, "refused with {code}: {text}"),
            SignInError::Stuck(why) => write!(f, "the sign-in stopped: {why}"),
            SignInError::Unreachable(why) => write!(f, "the server cannot be reached: {why}"),
        }
    }
}

impl std::error::Error for SignInError {}

/// A sign-in to be driven. Await it.
#[derive(Debug)]
pub struct SignIn {
    worlds: Arc<Worlds>,
    ca_pem: String,
    url: String,
    user: String,
    password: Option<String>,
    mfa: Mfa,
    register: Register,
    place: Option<OwnedSemaphorePermit>,
}

impl SignIn {
    pub(crate) fn new(worlds: Arc<Worlds>, ca_pem: &str, url: &str) -> Self {
        Self {
            worlds,
            ca_pem: ca_pem.to_owned(),
            url: url.to_owned(),
            user: String::new(),
            password: None,
            mfa: Mfa::Auto,
            register: Register::Auto,
            place: None,
        }
    }

    /// Who signs in.
    pub fn user(mut self, upn: &str) -> Self {
        self.user = upn.to_owned();
        self
    }

    /// With which password; the world's own when left out.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// What to do about a second factor that is asked for; proving it when left out.
    pub fn mfa(mut self, mfa: Mfa) -> Self {
        self.mfa = mfa;
        self
    }

    /// Which method to register when one is asked for; a code app when left out.
    pub fn register(mut self, register: Register) -> Self {
        self.register = register;
        self
    }

    /// Keeps this place until it is done, also when nobody waits for it any more.
    pub(crate) fn until_done(mut self, place: OwnedSemaphorePermit) -> Self {
        self.place = Some(place);
        self
    }

    async fn drive(self) -> Result<Ended, SignInError> {
        let start =
            Url::parse(&self.url).map_err(|error| SignInError::Unreachable(format!("{}: {error}", self.url)))?;
        let isolate = match world_of(&start) {
            Some(id) => {
                self.worlds.get(&id).ok_or_else(|| SignInError::Unreachable(format!("there is no world {id}")))?
            }
            None => self.worlds.root().clone(),
        };
        let directory =
            isolate.store().directory().await.map_err(|error| SignInError::Unreachable(error.to_string()))?.1;
        let client = Outbound::new(&self.ca_pem).client().map_err(SignInError::Unreachable)?;
        let visit = Visit {
            client,
            home: (start.origin(), world_of(&start)),
            cookies: Cookies::default(),
            directory,
            user: Upn::new(&self.user),
            password: self.password,
            mfa: self.mfa,
            register: self.register,
            provider: None,
            new_secret: None,
            tried: 0,
            isolate,
            steps: Vec::new(),
        };
        visit.run(start).await
    }
}

impl IntoFuture for SignIn {
    type Output = Result<Ended, SignInError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        // The client needs a runtime of its own kind; a thread of its own lets any test await it.
        let (done, waits) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new().name("sign-in".into()).spawn(move || {
            let outcome = actix_web::rt::System::new().block_on(self.drive());
            // Nobody waits any more when the test gave up.
            drop(done.send(outcome));
        });
        Box::pin(async move {
            thread.map_err(|error| SignInError::Stuck(format!("there is no thread for it: {error}")))?;
            waits.await.unwrap_or_else(|_| Err(SignInError::Stuck("the browser broke".into())))
        })
    }
}

/// The provider whose page has this address.
fn provider_of(url: &Url) -> Option<String> {
    let path = Path::read(url.path());
    let path = if world_of(url).is_some() { path.without_first(2) } else { path };
    match path.get(0)? {
        "idp" => path.get(1).map(str::to_owned),
        _ => None,
    }
}

/// A visit under way.
struct Visit {
    client: Client,
    /// The server and the world it stays in.
    home: (url::Origin, Option<String>),
    cookies: Cookies,
    directory: Arc<Directory>,
    user: Upn,
    password: Option<String>,
    mfa: Mfa,
    register: Register,
    /// The provider whose page it is on, when it is one's.
    provider: Option<String>,
    /// The secret of the code app that is being registered.
    new_secret: Option<Secret>,
    /// How many codes of the app were tried.
    tried: usize,
    isolate: Arc<Isolate>,
    steps: Vec<String>,
}

/// What the server answered.
enum Answer {
    Redirect(Url),
    Page(String),
}

impl Visit {
    async fn run(mut self, start: Url) -> Result<Ended, SignInError> {
        let mut at = start;
        let mut answer = self.ask(&at, None).await?;
        for _ in 0..PATIENCE {
            match answer {
                Answer::Redirect(to) if !self.is_home(&to) => {
                    return Ok(Ended { location: Some(to.into()), form: None, steps: self.steps });
                }
                Answer::Redirect(to) => {
                    at = to;
                    answer = self.ask(&at, None).await?;
                }
                Answer::Page(html) => {
                    let form = self.form(&at, &html)?;
                    if !self.is_home(&form.action) {
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

    fn is_home(&self, url: &Url) -> bool {
        (url.origin(), world_of(url)) == self.home
    }

    /// The form on a page, or what the page says instead.
    fn form(&self, at: &Url, html: &str) -> Result<Form, SignInError> {
        if let Some(code) = form::text_of(html, "data-testid=\"error-code\"") {
            let text = form::text_behind(html, "id=\"exceptionMessageContainer\"", "</span>").unwrap_or_default();
            return Err(SignInError::Refused { code, text });
        }
        for mark in ["id=\"usernameError\"", "id=\"passwordError\"", "id=\"errorText\""] {
            if let Some(text) = form::text_of(html, mark).filter(|text| !text.is_empty()) {
                return Err(SignInError::Stuck(text));
            }
        }
        // A page that leads to an external provider has a form of its own for that.
        let from = html.find(EXTERNAL_FORM).unwrap_or_default();
        Form::read(at, &html[from..]).ok_or_else(|| SignInError::Stuck("the page has no form".into()))
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
    fn account<'d>(&self, directory: &'d Directory) -> Option<Account<'d>> {
        match &self.provider {
            Some(name) => directory.account_at(directory.provider(name)?, &self.user),
            None => directory.account(&self.user),
        }
    }

    async fn ask(&mut self, url: &Url, fields: Option<Vec<(String, String)>>) -> Result<Answer, SignInError> {
        let failed = |error: String| SignInError::Unreachable(format!("{}: {error}", url.path()));
        let request = match &fields {
            Some(_) => self.client.post(url.as_str()),
            None => self.client.get(url.as_str()),
        };
        // A connection kept open may have been closed at the other end by the time it is used again.
        let mut request = request.insert_header(("Accept", "text/html")).force_close();
        if let Some(line) = self.cookies.line(url.path()) {
            request = request.insert_header((COOKIE, line));
        }
        let sent = match fields {
            Some(fields) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                request.insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded")).send_body(body).await
            }
            None => request.send().await,
        };
        let mut response = sent.map_err(|error| failed(error.to_string()))?;
        for cookie in response.headers().get_all(SET_COOKIE).filter_map(|value| value.to_str().ok()) {
            self.cookies.keep(cookie);
        }
        if response.status().is_redirection() {
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            return url.join(location).map(Answer::Redirect).map_err(|error| failed(error.to_string()));
        }
        let body = response.body().limit(LIMIT).await.map_err(|error| failed(error.to_string()))?;
        Ok(Answer::Page(String::from_utf8_lossy(&body).into_owned()))
    }
}

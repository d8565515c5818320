//! Who is to sign in, with what and where? An order, and the visit that carries it out.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;
use url::Url;

use super::application;
use super::cookies::Cookies;
use super::ended::{Ended, SignInError};
use super::home::{self, Home};
use super::second_factor::{Mfa, Register};
use super::visit::Visit;
use crate::control::ours::world_of;
use crate::http::outbound::Outbound;
use crate::id::Upn;
use crate::server::{Doors, Settings};
use crate::worlds::Worlds;

/// A sign-in to be driven. Await it.
#[derive(Debug)]
pub struct SignIn {
    worlds: Arc<Worlds>,
    settings: Arc<Settings>,
    doors: Arc<Doors>,
    /// The origin by which whoever ordered it came to the server.
    called: Option<String>,
    url: String,
    user: String,
    password: Option<String>,
    mfa: Mfa,
    register: Register,
    place: Option<OwnedSemaphorePermit>,
}

impl SignIn {
    pub(crate) fn new(worlds: Arc<Worlds>, settings: Arc<Settings>, doors: Arc<Doors>, url: &str) -> Self {
        Self {
            worlds,
            settings,
            doors,
            called: None,
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

    /// Under this origin the server is known to whoever ordered it.
    pub(crate) fn called(mut self, origin: &str) -> Self {
        self.called = Some(origin.to_owned());
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
        let client = Outbound::new(self.settings.trust.clone()).client().map_err(SignInError::Unreachable)?;
        let called = self.called.or_else(|| home::known_by(&start, &self.doors));
        let home = Home { settings: self.settings, doors: self.doors, called, world: home::world(&start) };
        if !home.holds(&start) {
            return Err(SignInError::Unreachable(format!("{} is not an address of this server", self.url)));
        }
        let visit = Visit {
            client,
            home,
            application: application::named(&start),
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

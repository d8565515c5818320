//! What the small browser does about a second factor: it plays the phone and the code app as well.

use serde::{Deserialize, Serialize};
use url::Url;

use super::ended::SignInError;
use super::form::{Form, text_of};
use super::security_key::{self, PrivateHalf};
use super::visit::Visit;
use crate::directory::policy::MethodKind;
use crate::directory::user::Secret;
use crate::signin::factors::Factor;
use crate::signin::input::METHODS;
use crate::signin::mfa::phone::{self, Reply, State};
use crate::signin::mfa::totp;
use crate::time::Span;

/// What to do about a second factor that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mfa {
    /// Prove it.
    #[default]
    Auto,
    /// Deny it on the phone.
    Deny,
    /// Leave it unanswered.
    Timeout,
    /// Give a wrong code or number.
    Wrong,
}

/// Which method to register when one has to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Register {
    /// A code app, where it is allowed.
    #[default]
    Auto,
    /// This one.
    Method(MethodKind),
}

/// The number that is typed where one is asked for.
const NUMBER: &str = "+1 555 0199";
/// A passkey that was made here is at hand this long.
const KEPT: Span = Span::days(3650);
/// Codes count in their own time step and the ones beside it: so many can be tried when one was used already.
const STEPS: [i64; 3] = [0, 30, -30];

type Fields = Option<Vec<(String, String)>>;

impl Visit {
    /// What to fill in, if this is a page of verification or registration.
    pub async fn second_factor(&mut self, at: &Url, form: &Form, html: &str) -> Result<Fields, SignInError> {
        let has = |id: &str| html.contains(&format!("id=\"{id}\""));
        if has("idSubmit_ProofUp_Redirect") {
            return self.say("was told that more information is required", vec![]);
        }
        if form.buttons().any(|value| value.starts_with("method:")) {
            return self.pick(form, html);
        }
        if let Some(secret) = text_of(html, "data-testid=\"totp-secret\"") {
            self.new_secret = Some(Secret::new(secret));
            return self.say("put the secret into a code app", vec![]);
        }
        if has("externalForm1") {
            return match self.mfa {
                Mfa::Auto => self.say("went to an external provider", vec![]),
                Mfa::Deny | Mfa::Timeout | Mfa::Wrong => {
                    Err(SignInError::Stuck("an external provider has to verify this".into()))
                }
            };
        }
        if form.has("phone") {
            return self.say("gave a telephone number", vec![("phone", NUMBER.into())]);
        }
        for field in ["otc", "VerificationCode"] {
            if form.has(field) && (has("idSubmit_SAOTCC_Continue") || field != "otc") {
                return self.code(form, field, html).await;
            }
        }
        if form.offers("poll") || has("idBtn_Poll") || has("idBtn_Again") {
            return self.phone(html).await;
        }
        if has("passkeyForm") {
            return self.passkey(at, form, html).await;
        }
        if form.has("accesspass") {
            return self.elsewhere(form);
        }
        Ok(None)
    }

    fn say(&mut self, what: &str, fields: Vec<(&str, String)>) -> Result<Fields, SignInError> {
        self.steps.push(what.to_owned());
        Ok(Some(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()))
    }

    /// A list of methods: the one wanted, else the code app, else the first that anybody has.
    fn pick(&mut self, form: &Form, html: &str) -> Result<Fields, SignInError> {
        if let Some(problem) = text_of(html, "id=\"registrationError\"").filter(|text| !text.is_empty()) {
            return Err(SignInError::Stuck(problem));
        }
        let wanted = match self.register {
            Register::Method(kind) => Factor::of(kind),
            Register::Auto => Some(Factor::Totp),
        };
        let word = |factor: Factor| METHODS.iter().find(|(known, _)| *known == factor).map(|(_, word)| *word);
        let offers = |factor: &Factor| word(*factor).is_some_and(|word| form.offers(&format!("method:{word}")));
        let others = [Factor::Totp, Factor::Push, Factor::Sms, Factor::Call, Factor::External, Factor::Passkey];
        // What was ordered for registration must be what is registered; to verify, anything registered will do.
        let strict = self.register != Register::Auto && html.contains("<h1>Choose a method");
        let picked = wanted.filter(offers).or_else(|| others.into_iter().find(offers).filter(|_| !strict));
        match picked.and_then(word) {
            Some(word) => self.say(&format!("picked {word}"), vec![("action", format!("method:{word}"))]),
            None => Err(SignInError::Stuck("the wanted method is not offered".into())),
        }
    }

    /// A page that only a real browser can go on from: another way, if there is one.
    fn elsewhere(&mut self, form: &Form) -> Result<Fields, SignInError> {
        match form.offers("another-way") {
            true => self.say("asked for another way", vec![("action", "another-way".into())]),
            false => Err(SignInError::Stuck("this page needs a real browser".into())),
        }
    }

    /// A page that makes a passkey, or wants to be shown one.
    async fn passkey(&mut self, at: &Url, form: &Form, html: &str) -> Result<Fields, SignInError> {
        for mark in ["id=\"registrationError\"", "id=\"passkeyError\""] {
            if let Some(text) = text_of(html, mark).filter(|text| !text.is_empty()) {
                return Err(SignInError::Stuck(text));
            }
        }
        if self.mfa != Mfa::Auto {
            return Err(SignInError::Stuck("nobody used a passkey".into()));
        }
        let (now, store) = (self.isolate.now(), self.isolate.store());
        let broken = |error: crate::store::StoreError| SignInError::Unreachable(error.to_string());
        if let Some(options) = form.data("create") {
            let made = security_key::create(at, options, self.isolate.chance().bytes());
            let Some(made) = made else { return Err(SignInError::Stuck("no passkey could be made".into())) };
            store.keep(&made.id, &made.private, now, KEPT).await.map_err(broken)?;
            return self.say("made a passkey", vec![("credential", made.credential)]);
        }
        let options = form.data("get").unwrap_or_default();
        for id in security_key::wanted(options) {
            if let Some(private) = store.find::<PrivateHalf>(&id, now).await.map_err(broken)?
                && let Some(shown) = security_key::get(at, options, &id, private)
            {
                return self.say("used a passkey", vec![("credential", shown.credential)]);
            }
        }
        self.elsewhere(form)
    }

    async fn code(&mut self, form: &Form, field: &str, html: &str) -> Result<Fields, SignInError> {
        let complaint =
            ["id=\"idSpan_SAOTCC_Error_OTC\"", "id=\"errorText\""].into_iter().find_map(|mark| text_of(html, mark));
        let complaint = complaint.filter(|text| !text.is_empty());
        if let Some(text) = complaint.filter(|text| !text.contains("was used already") || self.tried >= STEPS.len()) {
            return Err(SignInError::Stuck(text));
        }
        let code = match self.mfa {
            Mfa::Wrong => return self.say("gave a wrong code", vec![(field, "000000".into())]),
            Mfa::Deny | Mfa::Timeout => return Err(SignInError::Stuck("nobody gave a code".into())),
            Mfa::Auto if form.offers("again") => self.text_code(html).await?,
            Mfa::Auto => self.app_code().await?,
        };
        self.say("gave a code", vec![(field, code)])
    }

    async fn app_code(&mut self) -> Result<String, SignInError> {
        let secret = match &self.new_secret {
            Some(secret) => secret.clone(),
            None => self.registered_secret().await?,
        };
        let step = STEPS.get(self.tried).copied().unwrap_or_default();
        self.tried += 1;
        let at = self.isolate.now().plus(Span::seconds(step));
        let code = totp::code(&secret, at).map(|(code, _)| code);
        code.ok_or_else(|| SignInError::Stuck("the secret of the code app is no secret".into()))
    }

    /// The secret as it stands now: it may have been registered during this sign-in.
    async fn registered_secret(&self) -> Result<Secret, SignInError> {
        let broken = |error: crate::store::StoreError| SignInError::Unreachable(error.to_string());
        let (_, directory) = self.isolate.store().directory().await.map_err(broken)?;
        let secret = self.account(&directory).and_then(|account| account.user.methods.totp.clone());
        secret.ok_or_else(|| SignInError::Stuck(format!("{} has no code app", self.user)))
    }

    async fn text_code(&mut self, html: &str) -> Result<String, SignInError> {
        let newest = self.newest(phone::Kind::Sms, html, None).await?;
        newest.and_then(|message| message.code).ok_or_else(|| SignInError::Stuck("no text message came".into()))
    }

    /// The newest message that waits for this very page: somebody else may be signing in as the same person.
    async fn newest(
        &self,
        kind: phone::Kind,
        html: &str,
        number: Option<&str>,
    ) -> Result<Option<phone::Message>, SignInError> {
        let now = self.isolate.now();
        let broken = |error: crate::store::StoreError| SignInError::Unreachable(error.to_string());
        let messages = phone::inbox(self.isolate.store(), Some(&self.user), now).await.map_err(broken)?;
        let flow = flow_of(html);
        let shown = |message: &phone::Message| message.number.as_ref().is_none_or(|own| number == Some(own.reveal()));
        let ours = |message: &phone::Message| flow.is_none_or(|flow| message.flow == flow) && shown(message);
        let waiting = |message: &phone::Message| message.kind == kind && message.state_at(now) == State::Waiting;
        Ok(messages.into_iter().rev().find(|message| waiting(message) && ours(message)))
    }

    /// A push or a call: answered on the phone, then the page is told so.
    async fn phone(&mut self, html: &str) -> Result<Fields, SignInError> {
        if let Some(text) = text_of(html, "id=\"idSpan_SAASDS_Error\"").filter(|text| !text.is_empty()) {
            return Err(SignInError::Stuck(text));
        }
        let number = text_of(html, "id=\"idRichContext_DisplaySign\"");
        let kind = if number.is_some() { phone::Kind::Push } else { phone::Kind::Call };
        let Some(message) = self.newest(kind, html, number.as_deref()).await? else {
            return Err(SignInError::Stuck("nothing waits on the phone".into()));
        };
        let reply = match self.mfa {
            Mfa::Auto => Reply::Approve(number),
            Mfa::Deny => Reply::Deny,
            Mfa::Wrong if kind == phone::Kind::Call => Reply::Deny,
            Mfa::Wrong => Reply::Approve(Some("0".into())),
            Mfa::Timeout => return Err(SignInError::Stuck("nobody answered the phone".into())),
        };
        let answered = phone::answer(self.isolate.store(), &message.id, reply, self.isolate.now()).await;
        if let Err(error) = answered {
            return Err(SignInError::Unreachable(error.to_string()));
        }
        self.say("answered the phone", vec![("action", "poll".into())])
    }
}

/// The sign-in that a page belongs to: its footer links to the diagram.
fn flow_of(html: &str) -> Option<&str> {
    html.split_once("/console/flows/")?.1.split('"').next()
}

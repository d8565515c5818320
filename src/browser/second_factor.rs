//! What is done when a second factor is asked for: which page is it, and what is picked?

use serde::{Deserialize, Serialize};
use url::Url;

use super::code::ACCESS_PASS;
use super::ended::SignInError;
use super::form::{Form, text_of};
use super::visit::Visit;
use crate::directory::policy::MethodKind;
use crate::directory::user::Secret;
use crate::signin::factors::Factor;
use crate::signin::input::METHODS;

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

/// What is filled in; nothing where a page asks for no second factor.
pub(super) type Fields = Option<Vec<(String, String)>>;

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
        if form.has(ACCESS_PASS) {
            return self.access_pass(html);
        }
        Ok(None)
    }

    /// Notes what was done, and fills this in.
    pub fn say(&mut self, what: &str, fields: Vec<(&str, String)>) -> Result<Fields, SignInError> {
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
    pub fn elsewhere(&mut self, form: &Form) -> Result<Fields, SignInError> {
        match form.offers("another-way") {
            true => self.say("asked for another way", vec![("action", "another-way".into())]),
            false => Err(SignInError::Stuck("this page needs a real browser".into())),
        }
    }
}

//! Which code is given? The browser plays the code app, and reads the newest text.

use super::ended::SignInError;
use super::form::{Form, text_of};
use super::second_factor::{Fields, Mfa};
use super::visit::Visit;
use crate::directory::user::Secret;
use crate::signin::mfa::phone;
use crate::signin::mfa::totp;
use crate::time::Span;

/// Codes count in their own time step and the ones beside it: so many can be tried when one was used already.
const STEPS: [i64; 3] = [0, 30, -30];

impl Visit {
    /// A page that asks for a code.
    pub async fn code(&mut self, form: &Form, field: &str, html: &str) -> Result<Fields, SignInError> {
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
}

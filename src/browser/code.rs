//! Which code is given? The browser plays the code app, and reads the newest text.
//!
//! A code of the app counts once. Which ones were used already is known here, so those are not sent: each would count
//! as a wrong guess, and enough of them lock the method.

use super::ended::SignInError;
use super::form::{Form, text_of};
use super::second_factor::{Fields, Mfa};
use super::visit::Visit;
use crate::directory::AccountRef;
use crate::directory::user::Secret;
use crate::signin::guesses;
use crate::signin::mfa::phone;
use crate::signin::mfa::totp;
use crate::time::{Span, Timestamp};

/// Codes count in their own time step and the ones beside it: so many are good at one moment, the present one first.
const STEPS: [Span; 3] = [Span::seconds(0), Span::seconds(30), Span::seconds(-30)];

/// The field that an access pass is typed into.
pub(super) const ACCESS_PASS: &str = "accesspass";

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

    /// A page that asks for a temporary access pass.
    pub fn access_pass(&mut self, html: &str) -> Result<Fields, SignInError> {
        if let Some(text) = text_of(html, "id=\"accessPassError\"").filter(|text| !text.is_empty()) {
            return Err(SignInError::Stuck(text));
        }
        let pass = match self.mfa {
            Mfa::Wrong => return self.say("gave a wrong access pass", vec![(ACCESS_PASS, "wrong".into())]),
            Mfa::Deny | Mfa::Timeout => return Err(SignInError::Stuck("nobody gave the access pass".into())),
            Mfa::Auto => self.account(&self.directory).and_then(|account| account.user.methods.access_pass.as_ref()),
        };
        match pass.map(|pass| pass.code.reveal().to_owned()) {
            Some(code) => self.say("gave the access pass", vec![(ACCESS_PASS, code)]),
            None => Err(SignInError::Stuck(format!("{} has no access pass", self.user))),
        }
    }

    async fn app_code(&mut self) -> Result<String, SignInError> {
        let secret = match &self.new_secret {
            Some(secret) => secret.clone(),
            None => self.registered_secret().await?,
        };
        self.tried += 1;
        let now = self.isolate.now();
        for step in STEPS {
            if let Some((code, _)) = totp::code(&secret, now.plus(step))
                && !self.was_used(&secret, &code, now).await?
            {
                return Ok(code);
            }
        }
        Err(SignInError::Stuck(match totp::code(&secret, now) {
            Some((_, until)) => all_used(until, now),
            None => "the secret of the code app is no secret".into(),
        }))
    }

    /// Was this code used before, by whomever?
    async fn was_used(&self, secret: &Secret, code: &str, now: Timestamp) -> Result<bool, SignInError> {
        let broken = |error: crate::store::StoreError| SignInError::Unreachable(error.to_string());
        let store = self.isolate.store();
        let (_, directory) = store.directory().await.map_err(broken)?;
        let (Some(account), Some(step)) = (self.account(&directory), totp::accepted(secret, code, now)) else {
            return Ok(false);
        };
        let home = account.home.place();
        let whose = AccountRef { home: &home, upn: account.upn };
        guesses::is_used_up(store, whose, &totp::use_of(secret, step), now).await.map_err(broken)
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

/// No code is left at this moment. The next one counts as soon as the step after the present one is beside it.
fn all_used(until: Timestamp, now: Timestamp) -> String {
    let seconds = until.since(now).millis().max(0).unsigned_abs().div_ceil(1000);
    format!(
        "every code that the app shows for this moment was used already; the next one counts in {seconds} s of this world's clock"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_told_in_whole_seconds_that_are_enough() {
        let at = Timestamp::from_millis;
        for (now, seconds) in [(60_000, 30), (60_001, 30), (61_000, 29), (89_999, 1)] {
            let told = all_used(at(90_000), at(now));
            assert!(told.contains(&format!(" in {seconds} s ")), "{now}: {told}");
        }
    }
}

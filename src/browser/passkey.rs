//! What is done with a page that makes a passkey, or wants to be shown one?

use url::Url;

use super::ended::SignInError;
use super::form::{Form, text_of};
use super::second_factor::{Fields, Mfa};
use super::security_key::{self, PrivateHalf};
use super::visit::Visit;
use crate::signin::mfa::passkey::Rp;
use crate::time::Span;

/// A passkey that was made here is at hand this long.
const KEPT: Span = Span::days(3650);

/// Why there is no passkey, as far as the address tells (`signin/mfa/passkey/rp.rs`): the page then asks for none.
fn not_made(at: &Url) -> String {
    let origin = at.origin().ascii_serialization();
    match Rp::at(&origin, "") {
        Some(_) => "no passkey could be made".to_owned(),
        None => format!(
            "no passkey could be made at {origin}: browsers know passkeys only under the name of a host, over https or at \
             http://localhost"
        ),
    }
}

impl Visit {
    /// A page that makes a passkey, or wants to be shown one.
    pub async fn passkey(&mut self, at: &Url, form: &Form, html: &str) -> Result<Fields, SignInError> {
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
            let Some(made) = made else { return Err(SignInError::Stuck(not_made(at))) };
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
}

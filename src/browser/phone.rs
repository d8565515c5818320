//! What does the person do on the virtual phone? The browser plays it as well.

use super::ended::SignInError;
use super::form::text_of;
use super::second_factor::{Fields, Mfa};
use super::visit::Visit;
use crate::signin::mfa::phone::{self, Reply, State};

impl Visit {
    /// The newest message that waits for this very page: somebody else may be signing in as the same person.
    pub async fn newest(
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
    pub async fn phone(&mut self, html: &str) -> Result<Fields, SignInError> {
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

//! What does a request to sign out say, and who is meant; and what is answered to one (SAML 2.0 core, 3.7; profiles, 4.4)?

use super::{NotAsked, deflated, id, issuer, not, told_no};
use crate::federation::parties;
use crate::federation::xml::names::{SAML20, SAMLP};
use crate::federation::xml::redirect::{self, Direction};
use crate::federation::xml::{Element, SignError, write};
use crate::keys::SigningKey;
use crate::time::{Span, Timestamp};

/// How long a request of ours counts.
const LIVES: Span = Span::minutes(5);

/// A request to sign somebody out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogoutRequest {
    /// Its id.
    pub id: String,
    /// Who asks, or tells.
    pub issuer: String,
    /// Where it is sent.
    pub destination: Option<String>,
    /// Until when it counts.
    pub ends: Option<Timestamp>,
    /// Whom it is about, by the name that was given out.
    pub name: String,
    /// What kind of name.
    pub format: Option<String>,
    /// Which sessions; all, where none is named.
    pub sessions: Vec<String>,
}

impl LogoutRequest {
    /// What an element says.
    pub fn of(root: &Element<'_>) -> Result<Self, NotAsked> {
        if !root.is(SAMLP, "LogoutRequest") || root.value("Version") != Some("2.0") {
            return Err(not("the message is no LogoutRequest of SAML 2.0"));
        }
        let name = root.only(SAML20, "NameID").ok_or_else(|| not("the request does not say by NameID who is meant"))?;
        let sessions = root.all(SAMLP, "SessionIndex").filter_map(Element::content);
        let ends = match root.value("NotOnOrAfter") {
            None => None,
            Some(text) => Some(Timestamp::parse(text).ok_or_else(|| not("NotOnOrAfter is not a moment in UTC"))?),
        };
        Ok(Self {
            id: id(root)?,
            issuer: issuer(root)?,
            destination: root.value("Destination").filter(|value| !value.is_empty()).map(str::to_owned),
            ends,
            name: name.content().unwrap_or_default().to_owned(),
            format: name.value("Format").map(str::to_owned),
            sessions: sessions.map(str::to_owned).collect(),
        })
    }

    /// The address by which a browser brings it there, signed.
    pub fn carried(self, to: &str, key: &SigningKey, now: Timestamp) -> Result<String, SignError> {
        let request = Self { destination: Some(to.to_owned()), ends: Some(now.plus(LIVES)), ..self };
        let message = deflated(&write(&request.build(now)));
        Ok(parties::carrying(to, &redirect::sign(key, Direction::Request, &message, None)?))
    }

    /// As an element.
    pub fn build(&self, now: Timestamp) -> Element<'_> {
        let sessions = self.sessions.iter().map(|session| SAMLP.element("SessionIndex").text(session));
        SAMLP
            .element("LogoutRequest")
            .attribute("ID", &self.id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", now.to_string())
            .optional("Destination", self.destination.as_deref())
            .optional("NotOnOrAfter", self.ends.map(|ends| ends.to_string()))
            .child(SAML20.element("Issuer").text(&self.issuer))
            .child(SAML20.element("NameID").optional("Format", self.format.as_deref()).text(&self.name))
            .children(sessions)
    }
}

/// What somebody answers who was told to sign somebody out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutResponse {
    /// Who answers.
    pub issuer: String,
    /// Where it is sent.
    pub destination: Option<String>,
    /// Why that was not done, if it was not.
    pub told_no: Option<String>,
}

impl LogoutResponse {
    /// What an element says.
    pub fn of(root: &Element<'_>) -> Result<Self, NotAsked> {
        if !root.is(SAMLP, "LogoutResponse") || root.value("Version") != Some("2.0") {
            return Err(not("the message is no LogoutResponse of SAML 2.0"));
        }
        id(root)?;
        Ok(Self {
            issuer: issuer(root)?,
            destination: root.value("Destination").filter(|value| !value.is_empty()).map(str::to_owned),
            told_no: told_no(root),
        })
    }
}

/// An account that is signed in, as the one who asks knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAs {
    /// What its session is called in assertions.
    pub session: String,
    /// The name that was given out; none where the one who asks was told nothing of it.
    pub name: Option<String>,
}

/// Which of these a request means. Somebody of whom the one who asks was never told is not theirs to sign out.
pub fn meant<'k>(request: &LogoutRequest, known: &'k [KnownAs]) -> Option<&'k KnownAs> {
    let fits = |one: &&KnownAs| {
        one.name.as_ref() == Some(&request.name)
            && (request.sessions.is_empty() || request.sessions.contains(&one.session))
    };
    known.iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::xml::{read, write};

    fn request() -> LogoutRequest {
        LogoutRequest {
            id: "_l1".into(),
            issuer: "urn:example:saml".into(),
            destination: Some("http://idp.test/slo".into()),
            ends: Some(Timestamp::from_seconds(1_800_000_300)),
            name: "alice".into(),
            format: Some("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".into()),
            sessions: vec!["_s1".into()],
        }
    }

    #[test]
    fn a_request_to_sign_out_is_read_as_it_was_written() {
        let text = write(&request().build(Timestamp::from_seconds(1_800_000_000)));
        assert_eq!(LogoutRequest::of(&read(&text).unwrap()), Ok(request()));
        for (from, to) in
            [("Version=\"2.0\"", "Version=\"1.1\""), ("NameID", "BaseID"), ("LogoutRequest", "LogoutResponse")]
        {
            let wrong = text.replace(from, to);
            assert!(LogoutRequest::of(&read(&wrong).unwrap()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_means_whom_it_was_told_of_by_name_and_session() {
        let known =
            |session: &str, name: Option<&str>| KnownAs { session: session.into(), name: name.map(str::to_owned) };
        let all = [known("_s0", None), known("_s1", Some("alice")), known("_s2", Some("bob"))];
        let whom = |name: &str, sessions: &[&str]| {
            let sessions = sessions.iter().map(|session| (*session).to_owned()).collect();
            let request = LogoutRequest { name: name.into(), sessions, ..request() };
            meant(&request, &all).map(|one| one.session.clone())
        };
        assert_eq!(whom("alice", &["_s1"]).as_deref(), Some("_s1"));
        assert_eq!(whom("bob", &[]).as_deref(), Some("_s2"));
        for (name, sessions) in [("alice", &["_s2"][..]), ("carol", &[]), ("", &["_s0"]), ("bob", &["_s1", "_s9"])] {
            assert_eq!(whom(name, sessions), None, "{name} {sessions:?}");
        }
    }
}

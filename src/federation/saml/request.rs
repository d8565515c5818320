//! What does a request to sign in say (SAML 2.0 core, 3.4.1)?

use super::context::{Comparison, Wanted};
use super::{Binding, NotAsked, deflated, id, issuer, not, packed};
use crate::federation::assertion::claims;
use crate::federation::parties;
use crate::federation::xml::names::{SAML20, SAMLP};
use crate::federation::xml::redirect::{self, Direction};
use crate::federation::xml::{Element, SignError, read, sign, write};
use crate::keys::SigningKey;
use crate::signin::federated::{self, Fresh};
use crate::time::Timestamp;
use url::form_urlencoded::Serializer;

/// A request to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub issuer: String,
    /// When it says it was made; requests made here say so as they are written.
    pub issued: Option<Timestamp>,
    /// Where it was sent.
    pub destination: Option<String>,
    /// Where the answer goes.
    pub reply: Option<String>,
    /// Which of the registered addresses the answer goes to, instead.
    pub reply_index: Option<usize>,
    /// How the answer has to travel.
    pub binding: Option<String>,
    /// Has the person to sign in again?
    pub force: bool,
    /// May nobody be asked anything?
    pub passive: bool,
    /// How the subject is to be named.
    pub name_format: Option<String>,
    /// How the person has to sign in.
    pub wanted: Wanted,
    /// Who it probably is.
    pub subject: Option<String>,
}

impl Request {
    /// Reads it.
    pub fn read(document: &str) -> Result<Self, NotAsked> {
        let root = read(document).map_err(|error| not(error.to_string()))?;
        Self::of(&root)
    }

    /// What an element says.
    pub fn of(root: &Element<'_>) -> Result<Self, NotAsked> {
        if !root.is(SAMLP, "AuthnRequest") || root.value("Version") != Some("2.0") {
            return Err(not("the message is no AuthnRequest of SAML 2.0"));
        }
        let own = |name: &str| root.value(name).map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let set = |name: &str| matches!(root.value(name), Some("true" | "1"));
        let policy = root.only(SAMLP, "NameIDPolicy");
        let subject = root.only(SAML20, "Subject").and_then(|subject| subject.only(SAML20, "NameID"));
        Ok(Self {
            id: id(root)?,
            issuer: issuer(root)?,
            issued: root.value("IssueInstant").and_then(Timestamp::parse),
            destination: own("Destination"),
            reply: own("AssertionConsumerServiceURL"),
            reply_index: own("AssertionConsumerServiceIndex").and_then(|index| index.parse().ok()),
            binding: own("ProtocolBinding"),
            force: set("ForceAuthn"),
            passive: set("IsPassive"),
            name_format: policy.and_then(|policy| policy.value("Format")).map(str::to_owned),
            wanted: root.only(SAMLP, "RequestedAuthnContext").map(wanted).transpose()?.unwrap_or_default(),
            subject: subject.and_then(Element::content).filter(|name| !name.is_empty()).map(str::to_owned),
        })
    }

    /// Does it ask for MFA?
    pub fn wants_mfa(&self) -> bool {
        self.wanted.is_mfa()
    }

    /// Can the answer travel as it is asked to?
    pub fn may_be_posted(&self) -> bool {
        self.binding.as_deref().is_none_or(|binding| binding == Binding::Post.uri())
    }

    /// As an element.
    pub fn build(&self, now: Timestamp) -> Element<'_> {
        let set = |flag: bool| flag.then_some("true");
        let policy = self
            .name_format
            .as_deref()
            .map(|format| SAMLP.element("NameIDPolicy").attribute("Format", format).attribute("AllowCreate", "true"));
        let classes = &self.wanted.classes;
        let named = classes.iter().map(|class| SAML20.element("AuthnContextClassRef").text(class));
        let wanted = (!classes.is_empty())
            .then(|| SAMLP.element("RequestedAuthnContext").attribute("Comparison", "exact").children(named));
        SAMLP
            .element("AuthnRequest")
            .attribute("ID", &self.id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", now.to_string())
            .optional("Destination", self.destination.as_deref())
            .optional("AssertionConsumerServiceURL", self.reply.as_deref())
            .optional("ForceAuthn", set(self.force))
            .optional("IsPassive", set(self.passive))
            .child(SAML20.element("Issuer").text(&self.issuer))
            .children(policy)
            .children(wanted)
    }

    /// The query that carries it, over the Redirect binding; signed by this key, if there is one.
    pub fn query(&self, key: Option<&SigningKey>, relay_state: &str, now: Timestamp) -> Result<String, SignError> {
        let message = deflated(&write(&self.build(now)));
        match key {
            Some(key) => redirect::sign(key, Direction::Request, &message, Some(relay_state)),
            None => Ok(Serializer::new(String::new())
                .append_pair(Direction::Request.parameter(), &message)
                .append_pair(redirect::RELAY_STATE, relay_state)
                .finish()),
        }
    }

    /// As the POST binding carries it; signed by this key, if there is one.
    pub fn message(&self, key: Option<&SigningKey>, now: Timestamp) -> Result<String, SignError> {
        let element = self.build(now);
        Ok(match key {
            Some(key) => packed(sign(key, &element)?.text()),
            None => packed(&write(&element)),
        })
    }

    /// The request of a tenant to a provider, asking for MFA where that is wanted.
    pub fn of_a_tenant(id: String, at: &str, reply: String, asked: federated::Wanted, fresh: Fresh) -> Self {
        let class = match asked {
            federated::Wanted::Mfa => Some(claims::MULTIPLE),
            federated::Wanted::SignIn => None,
        };
        Self {
            id,
            issuer: parties::MICROSOFT_ONLINE.to_owned(),
            destination: Some(at.to_owned()),
            reply: Some(reply),
            force: fresh.is_forced(),
            name_format: Some(claims::PERSISTENT.to_owned()),
            wanted: Wanted::exactly(class),
            ..Self::default()
        }
    }
}

/// Declarations are contexts too, and none is known here: whoever asks for one alone is not to be told that it was met.
fn wanted(element: &Element<'_>) -> Result<Wanted, NotAsked> {
    let comparison = Comparison::read(element.value("Comparison"))
        .ok_or_else(|| not("the comparison of contexts is none that SAML 2.0 has"))?;
    let named = ["AuthnContextClassRef", "AuthnContextDeclRef"];
    let classes = named.iter().flat_map(|name| element.all(SAML20, name)).filter_map(Element::content);
    Ok(Wanted { classes: classes.map(str::to_owned).collect(), comparison })
}

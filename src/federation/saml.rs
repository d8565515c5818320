//! SAML 2.0 Web Browser SSO (profiles, 4.1), requests and responses, over the Redirect and POST bindings.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use url::form_urlencoded::Serializer;

use super::assertion::claims;
use super::xml::names::{SAML20, SAMLP};
use super::xml::read::Limits;
use super::xml::{Element, read, write};
use crate::time::Timestamp;

/// How hard a request is deflated: it is small anyway.
const LEVEL: u8 = 6;

/// A request to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// Who asks.
    pub issuer: String,
    /// Where it was sent.
    pub destination: Option<String>,
    /// Where the answer goes.
    pub reply: Option<String>,
    /// Has the person to sign in again?
    pub force: bool,
    /// May nobody be asked anything?
    pub passive: bool,
    /// How the subject is to be named.
    pub name_format: Option<String>,
    /// How the person has to sign in.
    pub contexts: Vec<String>,
    /// Who it probably is.
    pub subject: Option<String>,
}

/// Why a request is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAsked(pub String);

impl std::fmt::Display for NotAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn not(why: impl Into<String>) -> NotAsked {
    NotAsked(why.into())
}

/// The text of a message as the POST binding carries it.
pub fn posted(message: &str) -> Result<String, NotAsked> {
    text(unpacked(message)?)
}

/// The text of a message as the Redirect binding carries it.
pub fn redirected(message: &str) -> Result<String, NotAsked> {
    let limit = Limits::MESSAGE.bytes;
    let inflated = decompress_to_vec_with_limit(&unpacked(message)?, limit);
    text(inflated.map_err(|_| not("the message is not deflated, or grows too large"))?)
}

fn unpacked(message: &str) -> Result<Vec<u8>, NotAsked> {
    let packed: String = message.split_ascii_whitespace().collect();
    STANDARD.decode(packed).map_err(|_| not("the message is not base64"))
}

fn text(bytes: Vec<u8>) -> Result<String, NotAsked> {
    String::from_utf8(bytes).map_err(|_| not("the message is not UTF-8"))
}

impl Request {
    /// Reads it.
    pub fn read(document: &str) -> Result<Self, NotAsked> {
        let root = read(document).map_err(|error| not(error.to_string()))?;
        if !root.is(SAMLP, "AuthnRequest") || root.value("Version") != Some("2.0") {
            return Err(not("the message is no AuthnRequest of SAML 2.0"));
        }
        let own = |name: &str| root.value(name).map(str::to_owned).filter(|value| !value.is_empty());
        let set = |name: &str| matches!(root.value(name), Some("true" | "1"));
        let content = |element: &Element<'_>| element.content().map(str::to_owned);
        let policy = root.only(SAMLP, "NameIDPolicy");
        let wanted = root.only(SAMLP, "RequestedAuthnContext");
        let contexts = wanted.into_iter().flat_map(|wanted| wanted.all(SAML20, "AuthnContextClassRef"));
        Ok(Self {
            id: own("ID").ok_or_else(|| not("the request has no ID"))?,
            issuer: root
                .only(SAML20, "Issuer")
                .and_then(content)
                .filter(|issuer| !issuer.is_empty())
                .ok_or_else(|| not("the request does not say who asks"))?,
            destination: own("Destination"),
            reply: own("AssertionConsumerServiceURL"),
            force: set("ForceAuthn"),
            passive: set("IsPassive"),
            name_format: policy.and_then(|policy| policy.value("Format")).map(str::to_owned),
            contexts: contexts.filter_map(content).collect(),
            subject: root.only(SAML20, "Subject").and_then(|it| it.only(SAML20, "NameID")).and_then(content),
        })
    }

    /// Does it ask for MFA?
    pub fn wants_mfa(&self) -> bool {
        self.contexts.iter().any(|context| crate::oauth::asks::MFA_CONTEXTS.contains(&context.as_str()))
    }

    /// As an element.
    pub fn build(&self, now: Timestamp) -> Element<'_> {
        let set = |flag: bool| flag.then_some("true");
        let policy = self
            .name_format
            .as_deref()
            .map(|format| SAMLP.element("NameIDPolicy").attribute("Format", format).attribute("AllowCreate", "true"));
        let contexts = self.contexts.iter().map(|context| SAML20.element("AuthnContextClassRef").text(context));
        let wanted = (!self.contexts.is_empty())
            .then(|| SAMLP.element("RequestedAuthnContext").attribute("Comparison", "exact").children(contexts));
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

    /// The address that carries it, over the Redirect binding.
    pub fn address(&self, at: &str, relay_state: &str, now: Timestamp) -> String {
        let packed = STANDARD.encode(compress_to_vec(write(&self.build(now)).as_bytes(), LEVEL));
        let query = Serializer::new(String::new())
            .append_pair("SAMLRequest", &packed)
            .append_pair("RelayState", relay_state)
            .finish();
        format!("{at}?{query}")
    }

    /// The request of a tenant to a provider, asking for MFA where that is wanted.
    pub fn of_a_tenant(id: String, at: &str, reply: String, mfa: bool, force: bool) -> Self {
        Self {
            id,
            issuer: super::parties::MICROSOFT_ONLINE.to_owned(),
            destination: Some(at.to_owned()),
            reply: Some(reply),
            force,
            name_format: Some(claims::PERSISTENT.to_owned()),
            contexts: mfa.then(|| claims::MULTIPLE.to_owned()).into_iter().collect(),
            ..Self::default()
        }
    }
}

const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const RESPONDER: &str = "urn:oasis:names:tc:SAML:2.0:status:Responder";
/// Nobody could be asked, and somebody would have had to be.
pub const NO_PASSIVE: &str = "urn:oasis:names:tc:SAML:2.0:status:NoPassive";
/// The context that was asked for cannot be had.
pub const NO_CONTEXT: &str = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext";
/// Somebody was told no.
pub const DENIED: &str = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";

/// What a response is, besides its assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<'a> {
    /// Its id.
    pub id: &'a str,
    /// Who answers.
    pub issuer: &'a str,
    /// Where it is sent.
    pub destination: &'a str,
    /// The request it answers; none when nobody asked.
    pub in_response_to: Option<&'a str>,
    /// When.
    pub issued: Timestamp,
}

impl<'a> Response<'a> {
    fn head(&self) -> Element<'a> {
        SAMLP
            .element("Response")
            .attribute("ID", self.id)
            .attribute("Version", "2.0")
            .attribute("IssueInstant", self.issued.to_string())
            .attribute("Destination", self.destination)
            .optional("InResponseTo", self.in_response_to)
            .child(SAML20.element("Issuer").text(self.issuer))
    }

    /// Around a signed assertion.
    pub fn with(&self, assertion: Element<'a>) -> Element<'a> {
        self.head().child(status(SUCCESS, None, None)).child(assertion)
    }

    /// Saying no.
    pub fn refusing(&self, why: &'a str, sentence: impl Into<Cow<'a, str>>) -> Element<'a> {
        self.head().child(status(RESPONDER, Some(why), Some(sentence.into())))
    }
}

fn status<'a>(code: &'a str, detail: Option<&'a str>, sentence: Option<Cow<'a, str>>) -> Element<'a> {
    let inner = detail.map(|detail| SAMLP.element("StatusCode").attribute("Value", detail));
    let message = sentence.map(|sentence| SAMLP.element("StatusMessage").text(sentence));
    SAMLP
        .element("Status")
        .child(SAMLP.element("StatusCode").attribute("Value", code).children(inner))
        .children(message)
}

/// A message as the POST binding carries it.
pub fn packed(message: &str) -> String {
    STANDARD.encode(message)
}

/// What a response's status says: nothing when all went well, else why it did not.
pub fn told_no(response: &Element<'_>) -> Option<String> {
    let status = response.only(SAMLP, "Status")?;
    let code = status.only(SAMLP, "StatusCode")?;
    if code.value("Value") == Some(SUCCESS) {
        return None;
    }
    let detail = code.only(SAMLP, "StatusCode").and_then(|inner| inner.value("Value"));
    let sentence = status.only(SAMLP, "StatusMessage").and_then(|message| message.content()).unwrap_or_default();
    let word = detail.or(code.value("Value")).unwrap_or("no reason");
    Some(format!("{} {sentence}", super::brief(word)).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn request() -> Request {
        Request::of_a_tenant("_r1".into(), "http://idp.test/sso", "http://sp.test/login.srf".into(), true, true)
    }

    #[test]
    fn a_request_is_read_as_it_was_written_over_both_bindings() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let address = request().address("http://idp.test/sso", "the state", now);
        let url = url::Url::parse(&address).unwrap();
        let pairs: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(pairs["RelayState"], "the state");
        let read = Request::read(&redirected(&pairs["SAMLRequest"]).unwrap()).unwrap();
        assert_eq!(read, request());
        assert!(read.wants_mfa() && read.force && !read.passive);
        let text = write(&request().build(now));
        assert_eq!(Request::read(&posted(&packed(&text)).unwrap()).unwrap(), request());
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for wrong in [
            "",
            "<a/>",
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"/>",
            "<!DOCTYPE a><a/>",
        ] {
            assert!(Request::read(wrong).is_err(), "{wrong}");
        }
        assert!(posted("%%%").is_err() && redirected("%%%").is_err() && redirected("AAAA").is_err());
        // A small message that would grow beyond all bounds.
        let bomb = STANDARD.encode(compress_to_vec(&vec![b' '; 10_000_000], LEVEL));
        assert!(redirected(&bomb).is_err());
    }

    #[test]
    fn a_no_is_told_with_its_reason() {
        let response = Response {
            id: "_p",
            issuer: "i",
            destination: "d",
            in_response_to: Some("_r"),
            issued: Timestamp::from_seconds(0),
        };
        let no = response.refusing(NO_PASSIVE, "Nobody is signed in.");
        assert_eq!(told_no(&no), Some(format!("{NO_PASSIVE} Nobody is signed in.")));
        assert_eq!(told_no(&response.with(SAML20.element("Assertion"))), None);
    }

    proptest! {
        #[test]
        fn nothing_sent_makes_the_readers_panic(message in "\\PC{0,200}") {
            if let Ok(text) = posted(&message) {
                let _ = Request::read(&text);
            }
            let _ = redirected(&message);
            let _ = Request::read(&message);
        }
    }
}

//! WS-Federation 1.2, section 13, the passive requestor, as AD FS and Entra speak it.

use url::form_urlencoded::Serializer;

use super::assertion::{Assertion, Version};
use super::parties::carrying;
use super::saml::context::Wanted;
use super::wstrust::edition::Edition;
use super::wstrust::names::{ADDRESSING_WSA, POLICY, UTILITY_WSU};
use super::xml::names::{SAML11, SAML20};
use super::xml::{Element, Sealed, XmlError, read, write};
use crate::http::params::Params;
use crate::time::{Span, Timestamp};

/// The action that signs in.
pub const SIGN_IN: &str = "wsignin1.0";
/// The action that signs out.
pub const SIGN_OUT: &str = "wsignout1.0";
/// The action that signs out at one relying party.
pub const CLEAN_UP: &str = "wsignoutcleanup1.0";

/// A request to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Who asks.
    pub realm: String,
    /// Where the answer goes.
    pub reply: Option<String>,
    /// What has to be sent back with it, to the byte.
    pub context: Option<String>,
    /// Who it probably is.
    pub username: Option<String>,
    /// Whose domain it probably is (`whr`, or as Entra also takes it, `domain_hint`).
    pub home: Option<String>,
    /// Is a sign-in of this very moment wanted (`wfresh=0`)?
    pub fresh: bool,
    /// How old a sign-in may be, where that is said.
    pub max_age: Option<Span>,
    /// How the person has to sign in.
    pub authentication: Option<String>,
    /// What the sign-in is called in the logs of whoever asks. Sent along; who is asked makes nothing of it.
    pub correlation: Option<String>,
}

impl Request {
    /// Reads it.
    pub fn read(params: &Params) -> Option<Self> {
        let text = |name: &str| params.get(name).map(str::to_owned);
        Some(Self {
            realm: text("wtrealm")?,
            reply: text("wreply"),
            context: text("wctx"),
            username: text("username").or_else(|| text("login_hint")),
            home: text("whr").or_else(|| text("domain_hint")),
            fresh: params.get("wfresh") == Some("0"),
            max_age: params.get("wfresh").and_then(|minutes| minutes.parse::<u32>().ok()).map(minutes),
            authentication: text("wauth"),
            correlation: None,
        })
    }

    /// How the person has to sign in.
    pub fn wanted(&self) -> Wanted {
        Wanted::exactly(self.authentication.as_deref())
    }

    /// The address that carries it.
    pub fn address(&self, at: &str) -> String {
        let mut query = Serializer::new(String::new());
        if let Some(correlation) = &self.correlation {
            query.append_pair("client-request-id", correlation);
        }
        query.append_pair("wa", SIGN_IN).append_pair("wtrealm", &self.realm);
        let more = [
            ("wctx", self.context.as_deref()),
            ("cbcxt", Some("")),
            ("username", self.username.as_deref().or(Some(""))),
            ("mkt", Some("")),
            ("lc", Some("")),
            ("wfresh", self.fresh.then_some("0")),
            ("wauth", self.authentication.as_deref()),
            ("wreply", self.reply.as_deref()),
        ];
        for (name, value) in more {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        carrying(at, &query.finish())
    }
}

/// WS-Federation counts in minutes.
fn minutes(minutes: u32) -> Span {
    Span::minutes(i64::from(minutes))
}

/// What a token of this version is called.
fn token_type(version: Version) -> &'static str {
    match version {
        Version::Saml11 => "urn:oasis:names:tc:SAML:1.0:assertion",
        Version::Saml20 => "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
    }
}

/// The answer around an assertion, signed as it is: what passes it on is the draft of WS-Trust.
pub fn response(signed: Sealed, said: &Assertion, audience: &str) -> String {
    let edition = Edition::Draft2005;
    let trust = edition.namespace();
    let moment = |name, moment: Timestamp| UTILITY_WSU.element(name).text(moment.to_string());
    let lifetime = trust
        .element("Lifetime")
        .child(moment("Created", said.issued))
        .child(moment("Expires", said.not_on_or_after.unwrap_or(said.issued)));
    let address = ADDRESSING_WSA.element("Address").text(audience);
    let applies_to = POLICY.element("AppliesTo").child(ADDRESSING_WSA.element("EndpointReference").child(address));
    let response = trust
        .element("RequestSecurityTokenResponse")
        .child(lifetime)
        .child(applies_to)
        .child(trust.element("RequestedSecurityToken").child(signed))
        .child(trust.element("TokenType").text(token_type(said.version)))
        .child(trust.element("RequestType").text(edition.issue()))
        .child(trust.element("KeyType").text(edition.bearer()));
    write(&response)
}

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// It is no XML that is read here.
    Xml(XmlError),
    /// There is no token in it, or several.
    NoToken,
}

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoAnswer::Xml(error) => write!(f, "{error}"),
            NoAnswer::NoToken => f.write_str("there is no security token in it, or more than one"),
        }
    }
}

/// The document of an answer.
pub fn document(wresult: &str) -> Result<Element<'_>, NoAnswer> {
    read(wresult).map_err(NoAnswer::Xml)
}

/// The one assertion in an answer, whichever year's WS-Trust wraps it.
pub fn token<'d>(root: &'d Element<'d>) -> Result<&'d Element<'d>, NoAnswer> {
    let mut found = Vec::new();
    collect(root, &mut found);
    match found.as_slice() {
        [only] => Ok(only),
        [] | [_, _, ..] => Err(NoAnswer::NoToken),
    }
}

fn collect<'d>(element: &'d Element<'d>, found: &mut Vec<&'d Element<'d>>) {
    if element.is(SAML11, "Assertion") || element.is(SAML20, "Assertion") {
        found.push(element);
    }
    element.elements().for_each(|child| collect(child, found));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::fixtures::{assertion, trusted, wingtip};
    use crate::federation::xml::{sign, verify};

    #[test]
    fn the_assertion_is_in_it_to_the_byte_and_what_is_around_it_is_as_relying_parties_know_it() {
        for version in [Version::Saml11, Version::Saml20] {
            let said = assertion(version);
            let signed = sign(&wingtip(), &said.build()).unwrap();
            let alone = signed.text().to_owned();
            let text = response(signed, &said, "urn:a<b&\"c");
            let around = format!(
                concat!(
                    r#"<t:RequestSecurityTokenResponse xmlns:t="http://schemas.xmlsoap.org/ws/2005/02/trust"><t:Lifetime>"#,
                    r#"<wsu:Created xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">2026-11-20T10:00:00Z</wsu:Created>"#,
                    r#"<wsu:Expires xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">2026-11-20T11:00:00Z</wsu:Expires>"#,
                    r#"</t:Lifetime><wsp:AppliesTo xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy">"#,
                    r#"<wsa:EndpointReference xmlns:wsa="http://www.w3.org/2005/08/addressing">"#,
                    r#"<wsa:Address>urn:a&lt;b&amp;"c</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"#,
                    r#"<t:RequestedSecurityToken>{alone}</t:RequestedSecurityToken><t:TokenType>{token_type}</t:TokenType>"#,
                    r#"<t:RequestType>http://schemas.xmlsoap.org/ws/2005/02/trust/Issue</t:RequestType>"#,
                    r#"<t:KeyType>http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey</t:KeyType>"#,
                    r#"</t:RequestSecurityTokenResponse>"#
                ),
                alone = alone,
                token_type = token_type(version),
            );
            assert_eq!(text, around);
            let document = document(&text).unwrap();
            assert!(verify(token(&document).unwrap(), &trusted()).is_ok());
        }
    }
}

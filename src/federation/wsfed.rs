//! WS-Federation 1.2, section 13, the passive requestor, as AD FS and Entra speak it.

use url::form_urlencoded::Serializer;

use super::assertion::Version;
use super::parties::carrying;
use super::saml::context::Wanted;
use super::xml::names::{SAML11, SAML20};
use super::xml::{Element, Namespace, XmlError, read};
use crate::http::params::Params;
use crate::time::{Span, Timestamp};

/// WS-Trust as of February 2005: what passive answers are wrapped in.
const TRUST: Namespace = Namespace::new("t", "http://schemas.xmlsoap.org/ws/2005/02/trust");
const POLICY: Namespace = Namespace::new("wsp", "http://schemas.xmlsoap.org/ws/2004/09/policy");
const ADDRESSING: Namespace = Namespace::new("wsa", "http://www.w3.org/2005/08/addressing");
const UTILITY: Namespace =
    Namespace::new("wsu", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd");

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
        })
    }

    /// How the person has to sign in.
    pub fn wanted(&self) -> Wanted {
        Wanted::exactly(self.authentication.as_deref())
    }

    /// The address that carries it.
    pub fn address(&self, at: &str) -> String {
        let mut query = Serializer::new(String::new());
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
pub fn token_type(version: Version) -> &'static str {
    match version {
        Version::Saml11 => "urn:oasis:names:tc:SAML:1.0:assertion",
        Version::Saml20 => "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
    }
}

/// The answer around a signed assertion, which is passed on as it is: another writing would break its signature.
pub fn response(assertion: &str, version_uri: &str, audience: &str, issued: Timestamp, ends: Timestamp) -> String {
    let escaped =
        |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    format!(
        concat!(
            r#"<t:RequestSecurityTokenResponse xmlns:t="{trust}"><t:Lifetime>"#,
            r#"<wsu:Created xmlns:wsu="{utility}">{issued}</wsu:Created>"#,
            r#"<wsu:Expires xmlns:wsu="{utility}">{ends}</wsu:Expires></t:Lifetime>"#,
            r#"<wsp:AppliesTo xmlns:wsp="{policy}"><wsa:EndpointReference xmlns:wsa="{addressing}">"#,
            r#"<wsa:Address>{audience}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>"#,
            r#"<t:RequestedSecurityToken>{assertion}</t:RequestedSecurityToken>"#,
            r#"<t:TokenType>{version}</t:TokenType>"#,
            r#"<t:RequestType>{trust}/Issue</t:RequestType>"#,
            r#"<t:KeyType>http://schemas.xmlsoap.org/ws/2005/05/identity/NoProofKey</t:KeyType>"#,
            r#"</t:RequestSecurityTokenResponse>"#
        ),
        trust = TRUST.uri,
        utility = UTILITY.uri,
        policy = POLICY.uri,
        addressing = ADDRESSING.uri,
        issued = issued,
        ends = ends,
        audience = escaped(audience),
        version = escaped(version_uri),
        assertion = assertion,
    )
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

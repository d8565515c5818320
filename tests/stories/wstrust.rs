//! WS-Trust: how a federated account signs in without a browser. A password goes to the provider, what the provider says
//! goes to the tenant, and nobody can be asked anything more.

mod addresses;
mod attack;
mod grant;
mod provider;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use standin::Standin;
use standin::time::Span;

use crate::answer::Answer;
use crate::apps::App;
use crate::client::{Call, Fields, get, patch_world};

pub const TRENT: &str = "trent@wingtip.test";
pub const PASSWORD: &str = "Wingtip1!";
pub const MICROSOFT_ONLINE: &str = "urn:federation:MicrosoftOnline";
pub const WINGTIP: &str = "/wingtip.test/oauth2";
pub const ARM: &str = "https://management.core.windows.net/";
/// A public client that is in every tenant.
pub const AZURE_CLI: App =
    App { id: "04b07795-8ddb-461a-bbee-02f9e1bf7b46", secret: "", redirect: "http://localhost", origin: "" };
pub const SAML11: &str = "urn:ietf:params:oauth:grant-type:saml1_1-bearer";
pub const SAML20: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

const SOAP: &str = "application/soap+xml; charset=utf-8";
const STANDARD: &str = "http://docs.oasis-open.org/ws-sx/ws-trust/200512";
const DRAFT: &str = "http://schemas.xmlsoap.org/ws/2005/02/trust";

/// A message to a provider. A story changes what it is about.
#[derive(Clone)]
pub struct Message<'m> {
    pub provider: &'m str,
    pub edition: &'m str,
    pub user: &'m str,
    pub password: &'m str,
    pub applies_to: &'m str,
    pub token_type: &'m str,
    /// When it was made, in minutes from now.
    pub created: i64,
}

pub const MESSAGE: Message<'static> = Message {
    provider: "wingtip",
    edition: "13",
    user: TRENT,
    password: PASSWORD,
    applies_to: MICROSOFT_ONLINE,
    token_type: "",
    created: 0,
};

impl Message<'_> {
    /// As libraries write it.
    pub fn text(&self, standin: &Standin) -> String {
        let trust = if self.edition == "13" { STANDARD } else { DRAFT };
        let created = standin.clock().now().plus(Span::minutes(self.created));
        let expires = created.plus(Span::minutes(10));
        let kind = match self.token_type {
            "" => String::new(),
            kind => format!("<t:TokenType>{kind}</t:TokenType>"),
        };
        let (user, password, to) = (self.user, self.password, self.applies_to);
        format!(
            r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"><s:Header><a:Action s:mustUnderstand="1">{trust}/RST/Issue</a:Action><a:MessageID>urn:uuid:0b7c</a:MessageID><o:Security s:mustUnderstand="1" xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><u:Timestamp><u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires></u:Timestamp><o:UsernameToken><o:Username>{user}</o:Username><o:Password>{password}</o:Password></o:UsernameToken></o:Security></s:Header><s:Body><t:RequestSecurityToken xmlns:t="{trust}"><p:AppliesTo xmlns:p="http://schemas.xmlsoap.org/ws/2004/09/policy"><a:EndpointReference><a:Address>{to}</a:Address></a:EndpointReference></p:AppliesTo>{kind}<t:RequestType>{trust}/Issue</t:RequestType></t:RequestSecurityToken></s:Body></s:Envelope>"#
        )
    }

    pub fn address(&self) -> String {
        format!("/idp/{}/adfs/services/trust/{}/usernamemixed", self.provider, self.edition)
    }

    pub fn send(&self, standin: &Standin) -> Answer {
        self.send_as(standin, self.text(standin))
    }

    /// Other words to the same address.
    pub fn send_as(&self, standin: &Standin, text: impl Into<Vec<u8>>) -> Answer {
        Call::new(standin, "POST", &self.address()).body(SOAP, text).send()
    }
}

/// The assertion in an answer, to the byte.
pub fn assertion(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.gist());
    let (_, rest) = answer.body.split_once("RequestedSecurityToken>").unwrap();
    let (whole, _) = rest.rsplit_once("RequestedSecurityToken>").unwrap();
    whole.rsplit_once("</").unwrap().0.to_owned()
}

/// It must be this fault. Answers what it says.
pub fn faulted(answer: &Answer, status: u16, subcode: &str) -> String {
    assert_eq!((answer.status, answer.header("content-type")), (status, SOAP), "{}", answer.gist());
    let text = |from: &str, to: &str| {
        let (_, rest) = answer.body.split_once(from)?;
        rest.split_once(to).map(|(text, _)| text.to_owned())
    };
    let found = text("<s:Subcode><s:Value", "</s:Value>").unwrap_or_default();
    assert_eq!(found.split_once('>').map_or("", |(_, word)| word), subcode, "{}", answer.gist());
    text("xml:lang=\"en-US\">", "</s:Text>").unwrap_or_else(|| panic!("a reason, not {}", answer.gist()))
}

/// What an application posts that hands an assertion over.
pub fn hand_over(standin: &Standin, app: App, at: &str, assertion: &str, more: Fields<'_>) -> Answer {
    let encoded = URL_SAFE_NO_PAD.encode(assertion);
    let mut fields =
        vec![("grant_type", SAML11), ("assertion", encoded.as_str()), ("resource", ARM), ("scope", "openid")];
    fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    fields.extend_from_slice(more);
    app.token(standin, at, &fields)
}

/// Wingtip's provider asks for a second factor only when it is asked to, so that a password alone can do.
pub fn asks_on_request(standin: &Standin) {
    patch_world(standin, json!({"providers": {"wingtip": {"mfa": "on_request"}}}));
}

pub fn told(standin: &Standin) -> String {
    get(standin, "/_standin/events?kind=decision,token,error").body
}

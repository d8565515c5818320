//! What is the answer around an assertion? WS-Trust 1.3 has it in a collection, the draft of 2005 by itself.

use super::edition::Edition;
use super::names::{ADDRESSING, POLICY, SECURITY, SECURITY11, SOAP, UTILITY};
use crate::federation::assertion::{Assertion, Version};
use crate::federation::xml::{Element, Sealed, write};
use crate::time::{Span, Timestamp};

/// How long the message itself is good.
const LIVES: Span = Span::minutes(5);

/// What an answer holds.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// Which edition it is in.
    pub edition: Edition,
    /// The message it answers.
    pub message: Option<&'a str>,
    /// What the assertion says.
    pub assertion: &'a Assertion,
    /// What its type is called.
    pub token_type: &'a str,
    /// For whom it was asked.
    pub applies_to: &'a str,
    /// The time.
    pub now: Timestamp,
}

impl<'a> Answer<'a> {
    /// The whole message, with the signed assertion as it was signed.
    pub fn around(&self, signed: Sealed) -> String {
        let response = self.response(signed);
        let content = match self.edition {
            Edition::Draft2005 => response,
            Edition::Standard13 => {
                self.edition.namespace().element("RequestSecurityTokenResponseCollection").child(response)
            }
        };
        let body = SOAP.element("Body").child(content);
        write(&SOAP.element("Envelope").child(self.header()).child(body))
    }

    fn header(&self) -> Element<'a> {
        let action = ADDRESSING.element("Action").qualified(SOAP, "mustUnderstand", "1").text(self.edition.answer());
        let relates_to = self.message.map(|id| ADDRESSING.element("RelatesTo").text(id));
        let timestamp = UTILITY
            .element("Timestamp")
            .qualified(UTILITY, "Id", "_0")
            .child(moment("Created", self.now))
            .child(moment("Expires", self.now.plus(LIVES)));
        let security = SECURITY.element("Security").qualified(SOAP, "mustUnderstand", "1").child(timestamp);
        SOAP.element("Header").child(action).children(relates_to).child(security)
    }

    fn response(&self, signed: Sealed) -> Element<'a> {
        let trust = self.edition.namespace();
        let ends = self.assertion.not_on_or_after.unwrap_or(self.now);
        let lifetime =
            trust.element("Lifetime").child(moment("Created", self.assertion.issued)).child(moment("Expires", ends));
        let endpoint =
            ADDRESSING.element("EndpointReference").child(ADDRESSING.element("Address").text(self.applies_to));
        let reference = |name| trust.element(name).child(self.reference());
        trust
            .element("RequestSecurityTokenResponse")
            .child(lifetime)
            .child(POLICY.element("AppliesTo").child(endpoint))
            .child(trust.element("RequestedSecurityToken").child(signed))
            .child(reference("RequestedAttachedReference"))
            .child(reference("RequestedUnattachedReference"))
            .child(trust.element("TokenType").text(self.token_type))
            .child(trust.element("RequestType").text(self.edition.issue()))
            .child(trust.element("KeyType").text(self.edition.bearer()))
    }

    /// How a message refers to the assertion (SAML Token Profile 1.1, 3.3).
    fn reference(&self) -> Element<'a> {
        let (kind, id) = match self.assertion.version {
            Version::Saml11 => (
                "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV1.1",
                "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.0#SAMLAssertionID",
            ),
            Version::Saml20 => (
                "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0",
                "http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLID",
            ),
        };
        let identifier = SECURITY.element("KeyIdentifier").attribute("ValueType", id).text(self.assertion.id.as_str());
        SECURITY.element("SecurityTokenReference").qualified(SECURITY11, "TokenType", kind).child(identifier)
    }
}

fn moment<'a>(name: &'a str, moment: Timestamp) -> Element<'a> {
    UTILITY.element(name).text(moment.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::fixtures::{MICROSOFT_ONLINE, assertion, now, trusted, wingtip};
    use crate::federation::xml::{read, sign, verify};

    #[test]
    fn the_assertion_is_in_it_to_the_byte_and_still_verifies_alone() {
        for (edition, version) in [(Edition::Draft2005, Version::Saml11), (Edition::Standard13, Version::Saml20)] {
            let (said, key) = (assertion(version), wingtip());
            let signed = sign(&key, &said.build()).unwrap();
            let alone = signed.text().to_owned();
            let answer = Answer {
                edition,
                message: Some("urn:uuid:1"),
                assertion: &said,
                token_type: "urn:oasis:names:tc:SAML:1.0:assertion",
                applies_to: MICROSOFT_ONLINE,
                now: now(),
            };
            let text = answer.around(signed);
            let (_, rest) = text.split_once("RequestedSecurityToken>").unwrap();
            let (inside, _) = rest.split_once(&format!("</{}:Requested", edition.namespace().prefix)).unwrap();
            assert_eq!(inside, alone);
            let document = read(inside).unwrap();
            assert!(verify(&document, &trusted()).is_ok());
            let whole = read(&text).unwrap();
            let body = whole.only(SOAP, "Body").unwrap();
            let trust = edition.namespace();
            let collection = body.only(trust, "RequestSecurityTokenResponseCollection");
            assert_eq!(collection.is_some(), edition == Edition::Standard13);
            assert!(collection.unwrap_or(body).only(trust, "RequestSecurityTokenResponse").is_some(), "{text}");
        }
    }
}

use proptest::prelude::*;

use super::*;
use crate::federation::fixtures::{AT_ONCE, fastest, now};
use crate::federation::xml::read::Limits;
use crate::time::Span;

/// A message as MSAL sends it.
fn message(edition: Edition) -> String {
    let (created, expires) = (now(), now().plus(Span::minutes(10)));
    let trust = edition.namespace().uri;
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="{soap}" xmlns:wsa="{addressing}" xmlns:wsu="{utility}">
  <s:Header>
    <wsa:Action s:mustUnderstand="1">{action}</wsa:Action>
    <wsa:MessageID>urn:uuid:6d3a</wsa:MessageID>
    <wsa:ReplyTo><wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address></wsa:ReplyTo>
    <wsa:To s:mustUnderstand="1">https://idp.test/trust</wsa:To>
    <wsse:Security s:mustUnderstand="1" xmlns:wsse="{security}">
      <wsu:Timestamp wsu:Id="_0"><wsu:Created>{created}</wsu:Created><wsu:Expires>{expires}</wsu:Expires></wsu:Timestamp>
      <wsse:UsernameToken wsu:Id="token"><wsse:Username>trent@wingtip.test</wsse:Username><wsse:Password>W&lt;1!</wsse:Password></wsse:UsernameToken>
    </wsse:Security>
  </s:Header>
  <s:Body>
    <t:RequestSecurityToken xmlns:t="{trust}">
      <wsp:AppliesTo xmlns:wsp="{policy}"><wsa:EndpointReference><wsa:Address>urn:federation:MicrosoftOnline</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>
      <t:KeyType>{key}</t:KeyType>
      <t:RequestType>{issue}</t:RequestType>
    </t:RequestSecurityToken>
  </s:Body>
</s:Envelope>"#,
        soap = SOAP.uri,
        addressing = ADDRESSING.uri,
        utility = crate::federation::wstrust::names::UTILITY.uri,
        security = SECURITY.uri,
        policy = POLICY.uri,
        action = edition.action(),
        key = edition.bearer(),
        issue = edition.issue(),
    )
}

fn changed(from: &str, to: &str) -> Result<Request, Fault> {
    let text = message(Edition::Standard13);
    assert!(text.contains(from), "{from}");
    request(&text.replace(from, to), Edition::Standard13, now())
}

#[test]
fn what_libraries_send_is_read_in_both_editions() {
    for edition in Edition::ALL {
        let read = request(&message(edition), edition, now()).unwrap();
        let expected = Request {
            message: Some("urn:uuid:6d3a".into()),
            name: "trent@wingtip.test".into(),
            password: Secret::new("W<1!"),
            applies_to: "urn:federation:MicrosoftOnline".into(),
            token: TOKEN_TYPES[0].clone(),
        };
        assert_eq!(read, expected);
    }
    let other = request(&message(Edition::Draft2005), Edition::Standard13, now()).unwrap_err();
    assert_eq!((other.reason, other.relates_to.as_deref()), (Reason::ActionNotSupported, Some("urn:uuid:6d3a")));
}

#[test]
fn libraries_differ_in_small_things() {
    assert!(changed("wsa:MessageID", "wsa:messageID").unwrap().message.is_some());
    assert!(changed("<wsa:MessageID>urn:uuid:6d3a</wsa:MessageID>", "").unwrap().message.is_none());
    assert_eq!(changed("W&lt;1!", " two spaces ").unwrap().password.reveal(), " two spaces ");
    assert_eq!(changed("W&lt;1!", "<![CDATA[a<b]]>").unwrap().password.reveal(), "a<b");
    let typed = format!("<wsse:Password Type=\"{PASSWORD_TEXT}\">");
    assert!(changed("<wsse:Password>", &typed).is_ok());
    assert!(changed("<wsse:UsernameToken", "<x:Note xmlns:x=\"urn:x\"/><wsse:UsernameToken").is_ok());
    for kind in &TOKEN_TYPES {
        let wanted = format!("<t:TokenType>{}</t:TokenType><t:KeyType>", kind.name);
        assert_eq!(changed("<t:KeyType>", &wanted).unwrap().token, *kind);
    }
    let [draft, _] = Edition::ALL;
    assert!(changed(Edition::Standard13.bearer(), draft.bearer()).is_ok());
}

#[test]
fn each_thing_that_is_wrong_has_its_own_fault() {
    let digest = "<wsse:Password Type=\"…#PasswordDigest\">";
    let table = [
        ("</s:Envelope>", "", Reason::Malformed),
        (
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///x'>]>",
            Reason::Malformed,
        ),
        ("W&lt;1!", "&x;", Reason::Malformed),
        ("s:Envelope", "s:Letter", Reason::Malformed),
        ("s:Body", "s:Soul", Reason::Malformed),
        (SOAP.uri, SOAP11.uri, Reason::VersionMismatch),
        ("<wsa:ReplyTo>", "<x:Must xmlns:x=\"urn:x\" s:mustUnderstand=\"true\"/><wsa:ReplyTo>", Reason::MustUnderstand),
        ("/RST/Issue", "/RST/Renew", Reason::ActionNotSupported),
        ("wsa:Action", "wsa:Act", Reason::MustUnderstand),
        ("wsse:Security", "wsse:Insecurity", Reason::MustUnderstand),
        ("s:Header", "s:Hat", Reason::InvalidSecurity),
        ("wsu:Timestamp", "wsu:Time", Reason::InvalidSecurity),
        ("wsse:UsernameToken", "wsse:BinarySecurityToken", Reason::InvalidSecurity),
        ("wsse:Password", "wsse:Pin", Reason::InvalidSecurity),
        ("wsse:Username>", "wsse:User>", Reason::InvalidSecurity),
        ("<wsse:Password>", digest, Reason::UnsupportedSecurityToken),
        ("t:RequestSecurityToken", "t:Request", Reason::InvalidRequest),
        ("200512/Issue", "200512/Validate", Reason::InvalidRequest),
        ("<t:KeyType>", "<t:OnBehalfOf/><t:KeyType>", Reason::BadRequest),
        ("<t:KeyType>", "<t:TokenType>urn:x</t:TokenType><t:KeyType>", Reason::BadRequest),
        ("200512/Bearer", "200512/SymmetricKey", Reason::BadRequest),
        ("wsp:AppliesTo", "wsp:For", Reason::InvalidRequest),
        ("urn:federation:MicrosoftOnline", "", Reason::InvalidRequest),
    ];
    for (from, to, reason) in table {
        let fault = changed(from, to).unwrap_err();
        assert_eq!(fault.reason, reason, "{from} → {to}: {}", fault.text);
        assert!(!fault.text.contains("W<1!"), "{}", fault.text);
    }
}

#[test]
fn nothing_that_is_sent_takes_long() {
    let full = Limits::MESSAGE.bytes - 4000;
    let hostile = [
        ("deep", "<wsa:ReplyTo>", format!("{}<wsa:ReplyTo>", "<a>".repeat(full / 3))),
        ("many headers", "<wsa:ReplyTo>", format!("{}<wsa:ReplyTo>", "<a s:mustUnderstand='0'/>".repeat(full / 25))),
        ("many timestamps", "<wsu:Timestamp", format!("{}<wsu:Timestamp", "<wsu:Timestamp/>".repeat(full / 16))),
        ("long password", "W&lt;1!", "&lt;".repeat(full / 4)),
        ("long action", "/RST/Issue", "x".repeat(full)),
        ("long audience", "urn:federation:MicrosoftOnline", "y".repeat(full)),
    ];
    for (what, from, to) in hostile {
        let text = message(Edition::Standard13).replace(from, &to);
        let taken = fastest(|| drop(request(&text, Edition::Standard13, now())));
        assert!(taken < AT_ONCE, "{what} took {taken:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}", at in 0_usize..3000) {
        drop(request(&text, Edition::Draft2005, now()));
        let mut whole = message(Edition::Draft2005);
        if let Some((place, _)) = whole.char_indices().nth(at) {
            whole.insert_str(place, &text);
        }
        drop(request(&whole, Edition::Draft2005, now()));
    }
}

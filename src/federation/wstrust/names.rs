//! What are the namespaces around WS-Trust and WS-Federation called? Each by the document that gave it its name.

use crate::federation::xml::Namespace;

/// SOAP 1.2, part 1.
pub const SOAP: Namespace = Namespace::new("s", "http://www.w3.org/2003/05/soap-envelope");
/// SOAP 1.1, which is told apart and not spoken.
pub const SOAP11: Namespace = Namespace::new("s", "http://schemas.xmlsoap.org/soap/envelope/");
/// Web Services Addressing 1.0.
pub const ADDRESSING: Namespace = Namespace::new("a", "http://www.w3.org/2005/08/addressing");
/// WS-Security 1.0 and 1.1: SOAP Message Security.
pub const SECURITY: Namespace =
    Namespace::new("o", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd");
/// What WS-Security 1.1 added.
pub const SECURITY11: Namespace =
    Namespace::new("k", "http://docs.oasis-open.org/wss/oasis-wss-wssecurity-secext-1.1.xsd");
/// The same, for ids and times.
pub const UTILITY: Namespace =
    Namespace::new("u", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd");
/// Web Services Policy 1.2.
pub const POLICY: Namespace = Namespace::new("wsp", "http://schemas.xmlsoap.org/ws/2004/09/policy");
/// Web Services Description Language 1.1.
pub const WSDL: Namespace = Namespace::new("wsdl", "http://schemas.xmlsoap.org/wsdl/");
/// Its binding to SOAP 1.2.
pub const WSDL_SOAP: Namespace = Namespace::new("soap12", "http://schemas.xmlsoap.org/wsdl/soap12/");
/// Web Services Addressing once more, by the prefix that AD FS and Entra use outside SOAP.
pub const ADDRESSING_WSA: Namespace = Namespace::new("wsa", ADDRESSING.uri);
/// And by the one that descriptions use.
pub const WSDL_ADDRESSING: Namespace = Namespace::new("wsa10", ADDRESSING.uri);
/// That a description's addresses follow it (WS-Addressing 1.0, WSDL Binding).
pub const WSDL_USES_ADDRESSING: Namespace = Namespace::new("wsaw", "http://www.w3.org/2006/05/addressing/wsdl");
/// Ids and times by the prefix outside SOAP: MSAL for Java finds ids by this very one.
pub const UTILITY_WSU: Namespace = Namespace::new("wsu", UTILITY.uri);
/// WS-SecurityPolicy 1.2.
pub const SECURITY_POLICY: Namespace =
    Namespace::new("sp", "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702");
/// WS-SecurityPolicy as drafted in July 2005.
pub const SECURITY_POLICY_2005: Namespace =
    Namespace::new("sp", "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy");
/// The profile under which a password is sent as it is (Username Token Profile 1.0, 3.1).
pub const PASSWORD_TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

//! Where can a token be asked for, and how? The description (WSDL 1.1 with WS-Policy) in which libraries look the
//! addresses up before they send a password.
//!
//! MSAL and ADAL read it: a policy that wants a user name token over TLS, a binding that names the policy and the
//! action, a port that names the binding and the address. Both editions are there, each in the policy language of its
//! time, as AD FS has them.

use super::edition::Edition;
use super::names::{POLICY, UTILITY_WSU, WSDL, WSDL_ADDRESSING, WSDL_SOAP, WSDL_USES_ADDRESSING};
use crate::federation::xml::{Element, Namespace, write};
use crate::http::origin::Origin;

/// The service's own names, which bindings and ports are called by.
const SERVICE: Namespace =
    Namespace::new("tns", "http://schemas.microsoft.com/ws/2008/06/identity/securitytokenservice");
/// SOAP over HTTP.
const TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";

/// The address of a provider that takes requests of an edition.
pub fn address(origin: &Origin, provider: &str, edition: Edition) -> String {
    origin.url(&format!("/idp/{provider}/adfs/services/trust/{}/usernamemixed", edition.segment()))
}

/// The description of a provider.
pub fn description(origin: &Origin, provider: &str) -> String {
    let addresses = Edition::ALL.map(|edition| (edition, address(origin, provider, edition)));
    let ports = addresses.iter().map(|(edition, address)| port(*edition, address));
    let service = WSDL.element("service").attribute("name", "SecurityTokenService").children(ports);
    let root = WSDL
        .element("definitions")
        .attribute("name", "SecurityTokenService")
        .attribute("targetNamespace", SERVICE.uri)
        .declare(SERVICE)
        .children(Edition::ALL.map(policy))
        .children(messages())
        .children(Edition::ALL.map(port_type))
        .children(Edition::ALL.map(binding))
        .child(service);
    write(&root)
}

fn policy(edition: Edition) -> Element<'static> {
    let sp = edition.security_policy();
    let within =
        |name: &'static str, inner: Element<'static>| sp.element(name).child(POLICY.element("Policy").child(inner));
    let always = format!("{}/IncludeToken/AlwaysToRecipient", sp.uri);
    let token = within("UsernameToken", sp.element("WssUsernameToken10")).qualified(sp, "IncludeToken", always);
    let (supporting, https) = match edition {
        Edition::Draft2005 => {
            ("SignedSupportingTokens", sp.element("HttpsToken").attribute("RequireClientCertificate", "false"))
        }
        Edition::Standard13 => ("SignedEncryptedSupportingTokens", sp.element("HttpsToken")),
    };
    let transport = POLICY
        .element("Policy")
        .child(within("TransportToken", https))
        .child(within("AlgorithmSuite", sp.element("Basic256")))
        .child(sp.element("IncludeTimestamp"));
    let all = POLICY
        .element("All")
        .child(sp.element("TransportBinding").child(transport))
        .child(within(supporting, token))
        .child(WSDL_USES_ADDRESSING.element("UsingAddressing"));
    POLICY
        .element("Policy")
        .qualified(UTILITY_WSU, "Id", policy_name(edition))
        .child(POLICY.element("ExactlyOne").child(all))
}

fn policy_name(edition: Edition) -> &'static str {
    match edition {
        Edition::Draft2005 => "UserNameWSTrustBinding_IWSTrustFeb2005Async_policy",
        Edition::Standard13 => "UserNameWSTrustBinding_IWSTrust13Async_policy",
    }
}

fn binding_name(edition: Edition) -> &'static str {
    match edition {
        Edition::Draft2005 => "UserNameWSTrustBinding_IWSTrustFeb2005Async",
        Edition::Standard13 => "UserNameWSTrustBinding_IWSTrust13Async",
    }
}

fn port_type_name(edition: Edition) -> &'static str {
    match edition {
        Edition::Draft2005 => "IWSTrustFeb2005Async",
        Edition::Standard13 => "IWSTrust13Async",
    }
}

fn operation_name(edition: Edition) -> &'static str {
    match edition {
        Edition::Draft2005 => "TrustFeb2005IssueAsync",
        Edition::Standard13 => "Trust13IssueAsync",
    }
}

/// What goes in and what comes out: any XML, as far as this language can tell.
fn messages() -> [Element<'static>; 2] {
    ["Request", "Response"].map(|name| WSDL.element("message").attribute("name", name))
}

fn port_type(edition: Edition) -> Element<'static> {
    let operation = WSDL
        .element("operation")
        .attribute("name", operation_name(edition))
        .child(WSDL.element("input").attribute("message", "tns:Request"))
        .child(WSDL.element("output").attribute("message", "tns:Response"));
    WSDL.element("portType").attribute("name", port_type_name(edition)).child(operation)
}

fn binding(edition: Edition) -> Element<'static> {
    let literal = |name: &'static str| WSDL.element(name).child(WSDL_SOAP.element("body").attribute("use", "literal"));
    let soap = WSDL_SOAP.element("operation").attribute("soapAction", edition.action()).attribute("style", "document");
    let operation = WSDL
        .element("operation")
        .attribute("name", operation_name(edition))
        .child(soap)
        .child(literal("input"))
        .child(literal("output"));
    WSDL.element("binding")
        .attribute("name", binding_name(edition))
        .attribute("type", format!("tns:{}", port_type_name(edition)))
        .child(POLICY.element("PolicyReference").attribute("URI", format!("#{}", policy_name(edition))))
        .child(WSDL_SOAP.element("binding").attribute("transport", TRANSPORT))
        .child(operation)
}

fn port(edition: Edition, address: &str) -> Element<'_> {
    WSDL.element("port")
        .attribute("name", binding_name(edition))
        .attribute("binding", format!("tns:{}", binding_name(edition)))
        .child(WSDL_SOAP.element("address").attribute("location", address))
        .child(WSDL_ADDRESSING.element("EndpointReference").child(WSDL_ADDRESSING.element("Address").text(address)))
}

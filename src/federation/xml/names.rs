//! What are the namespaces and algorithms of federation called? Each by the document that gave it its name.

use super::element::Namespace;

/// `xml:lang` and its kin (Namespaces in XML 1.0, 3).
pub const XML: Namespace = Namespace::new("xml", "http://www.w3.org/XML/1998/namespace");
/// XML Signature Syntax and Processing, 1.1.
pub const DS: Namespace = Namespace::new("ds", "http://www.w3.org/2000/09/xmldsig#");
/// Exclusive XML Canonicalization 1.0, 3.
pub const EXCLUSIVE: Namespace = Namespace::new("ec", EXCLUSIVE_C14N);
/// SAML 1.1 assertions.
pub const SAML11: Namespace = Namespace::new("saml", "urn:oasis:names:tc:SAML:1.0:assertion");
/// SAML 2.0 assertions.
pub const SAML20: Namespace = Namespace::new("saml", "urn:oasis:names:tc:SAML:2.0:assertion");
/// SAML 2.0 messages.
pub const SAMLP: Namespace = Namespace::new("samlp", "urn:oasis:names:tc:SAML:2.0:protocol");
/// SAML 2.0 metadata.
pub const METADATA: Namespace = Namespace::new("md", "urn:oasis:names:tc:SAML:2.0:metadata");

/// The signature stands in what it signs (XML Signature, 6.6.4).
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Exclusive canonicalisation without comments.
pub const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// RSA over SHA-256 (RFC 6931, 2.3.2).
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
/// RSA over SHA-384 (RFC 6931, 2.3.3).
pub const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
/// RSA over SHA-512 (RFC 6931, 2.3.4).
pub const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
/// SHA-256 (XML Encryption, 5.7.2).
pub const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// SHA-384 (RFC 6931, 2.1.3).
pub const SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#sha384";
/// SHA-512 (XML Encryption, 5.7.3).
pub const SHA512: &str = "http://www.w3.org/2001/04/xmlenc#sha512";

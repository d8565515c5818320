//! What are the claims called that are said about somebody, and those that mean something to a tenant? (Microsoft, "Use a SAML 2.0 identity provider for
//! single sign-on", "Satisfy Microsoft Entra ID MFA controls with MFA claims from a federated IdP".)

/// The authentication methods that were used, one value each: here stands the proof of MFA.
pub const METHODS: &str = "http://schemas.microsoft.com/claims/authnmethodsreferences";
/// The same, as the documentation of the real service names it.
pub const METHOD: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod";
/// The proof of MFA.
pub const MULTIPLE: &str = "http://schemas.microsoft.com/claims/multipleauthn";
/// The proof that it was MFA, or a computer of the organisation.
pub const WINDOWS_OR_MULTIPLE: &str = "http://schemas.microsoft.com/claims/wiaormultiauthn";

/// What the account is called in the directory it comes from.
pub const IMMUTABLE_ID: &str = "http://schemas.microsoft.com/LiveID/Federation/2008/05/ImmutableID";
/// The user name.
pub const UPN: &str = "http://schemas.xmlsoap.org/claims/UPN";
/// The user name, in SAML 2.0.
pub const IDP_EMAIL: &str = "IDPEmail";

/// What somebody is called.
pub const NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name";
/// The given name.
pub const GIVEN_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname";
/// The family name.
pub const SURNAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname";
/// The mail address.
pub const MAIL: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
/// The user name, as AD FS writes it.
pub const USER_NAME: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn";

/// A password, as AD FS writes it.
pub const PASSWORD: &str = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password";
/// A password, in SAML 1.1 (SAML 1.1 core, 7.1).
pub const PASSWORD_11: &str = "urn:oasis:names:tc:SAML:1.0:am:password";
/// A password over TLS, in SAML 2.0 (SAML 2.0 authentication contexts, 3.4.9).
pub const PASSWORD_20: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

/// A name that stays the same and tells nothing (SAML 2.0 core, 8.3.7).
pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
/// A name of a kind that is not told (SAML 2.0 core, 8.3.1).
pub const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

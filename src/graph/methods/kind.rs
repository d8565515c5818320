//! Which types of authentication method does Microsoft Graph know, and what does it call them?

/// A kind of authentication method, as this interface sorts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodType {
    /// The password.
    Password,
    /// Telephones.
    Phone,
    /// Code apps.
    SoftwareOath,
    /// Microsoft Authenticator.
    Authenticator,
    /// Security keys and passkeys.
    Fido2,
    /// Temporary access passes.
    AccessPass,
}

impl MethodType {
    /// Every type, in the order of the list.
    pub const ALL: [MethodType; 6] = [
        MethodType::Password,
        MethodType::Phone,
        MethodType::Authenticator,
        MethodType::SoftwareOath,
        MethodType::Fido2,
        MethodType::AccessPass,
    ];

    /// Its collection's name.
    pub fn segment(self) -> &'static str {
        match self {
            MethodType::Password => "passwordMethods",
            MethodType::Phone => "phoneMethods",
            MethodType::SoftwareOath => "softwareOathMethods",
            MethodType::Authenticator => "microsoftAuthenticatorMethods",
            MethodType::Fido2 => "fido2Methods",
            MethodType::AccessPass => "temporaryAccessPassMethods",
        }
    }

    /// What its objects are called in `@odata.type`.
    pub fn odata_type(self) -> &'static str {
        match self {
            MethodType::Password => "#microsoft.graph.passwordAuthenticationMethod",
            MethodType::Phone => "#microsoft.graph.phoneAuthenticationMethod",
            MethodType::SoftwareOath => "#microsoft.graph.softwareOathAuthenticationMethod",
            MethodType::Authenticator => "#microsoft.graph.microsoftAuthenticatorAuthenticationMethod",
            MethodType::Fido2 => "#microsoft.graph.fido2AuthenticationMethod",
            MethodType::AccessPass => "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
        }
    }
}

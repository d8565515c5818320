//! The words by which OAuth and OpenID Connect tell a client what went wrong, and those that are Entra's alone.

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Somebody said no (RFC 6749).
    AccessDenied,
    /// Somebody has to say who they are (OpenID Connect Core).
    AccountSelectionRequired,
    /// Entra's word for a device that is not let in.
    AuthorizationDeclined,
    /// A device has to wait (RFC 8628).
    AuthorizationPending,
    /// Entra's word for a device code that is none.
    BadVerificationCode,
    /// Somebody has to agree (OpenID Connect Core).
    ConsentRequired,
    /// A device code has ended (RFC 8628).
    ExpiredToken,
    /// Somebody has to do something on a page (OpenID Connect Core).
    InteractionRequired,
    /// The client is not who it says (RFC 6749).
    InvalidClient,
    /// What was shown is not good for tokens (RFC 6749).
    InvalidGrant,
    /// Entra's word for a host that is none of its own.
    InvalidInstance,
    /// The request makes no sense (RFC 6749).
    InvalidRequest,
    /// Entra's word for a resource that there is not.
    InvalidResource,
    /// The scope is unknown or malformed (RFC 6749).
    InvalidScope,
    /// The standards' word for a resource that there is not (RFC 8707).
    InvalidTarget,
    /// Somebody has to sign in (OpenID Connect Core).
    LoginRequired,
    /// Request objects are not read (OpenID Connect Core).
    RequestNotSupported,
    /// Nor fetched (OpenID Connect Core).
    RequestUriNotSupported,
    /// We broke (RFC 6749).
    TemporarilyUnavailable,
    /// The client may not do this (RFC 6749).
    UnauthorizedClient,
    /// No sign-in reaches what is demanded (OpenID Connect Unmet Authentication Requirements).
    UnmetAuthenticationRequirements,
    /// The grant is not served (RFC 6749).
    UnsupportedGrantType,
    /// Nor is the kind of answer (RFC 6749).
    UnsupportedResponseType,
    /// Entra's older word for a password that has ended.
    UserPasswordExpired,
}

impl Word {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Word::AccessDenied => "access_denied",
            Word::AccountSelectionRequired => "account_selection_required",
            Word::AuthorizationDeclined => "authorization_declined",
            Word::AuthorizationPending => "authorization_pending",
            Word::BadVerificationCode => "bad_verification_code",
            Word::ConsentRequired => "consent_required",
            Word::ExpiredToken => "expired_token",
            Word::InteractionRequired => "interaction_required",
            Word::InvalidClient => "invalid_client",
            Word::InvalidGrant => "invalid_grant",
            Word::InvalidInstance => "invalid_instance",
            Word::InvalidRequest => "invalid_request",
            Word::InvalidResource => "invalid_resource",
            Word::InvalidScope => "invalid_scope",
            Word::InvalidTarget => "invalid_target",
            Word::LoginRequired => "login_required",
            Word::RequestNotSupported => "request_not_supported",
            Word::RequestUriNotSupported => "request_uri_not_supported",
            Word::TemporarilyUnavailable => "temporarily_unavailable",
            Word::UnauthorizedClient => "unauthorized_client",
            Word::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Word::UnsupportedGrantType => "unsupported_grant_type",
            Word::UnsupportedResponseType => "unsupported_response_type",
            Word::UserPasswordExpired => "user_password_expired",
        }
    }
}

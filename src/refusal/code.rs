//! What can be wrong: every AADSTS number, its OAuth words, and whether an application may be told.
//!
//! Numbers and gist follow Microsoft's published list of AADSTS codes; the OAuth words are what recorded
//! answers of the real service carry.

use super::word::Word;

/// Where a refusal met at the authorize endpoint goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// On a page: the application cannot be trusted with it, or cannot help.
    OnPage,
    /// Back to the application.
    ToApp,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $shown:ident, $v2:ident $(/ $v1:ident)? $(+ $suberror:literal)?;)*) => {
        /// What was wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The number behind `AADSTS`.
            pub fn number(self) -> u32 {
                match self { $(Code::$name => $number,)* }
            }

            /// The HTTP status of an error body that carries it.
            pub fn status(self) -> u16 {
                match self { $(Code::$name => $status,)* }
            }

            /// Where it goes when met at the authorize endpoint.
            pub fn shown(self) -> Shown {
                match self { $(Code::$name => Shown::$shown,)* }
            }

            /// The OAuth error word at v2 endpoints.
            pub fn error_v2(self) -> Word {
                match self { $(Code::$name => Word::$v2,)* }
            }

            /// The OAuth error word at v1 endpoints.
            pub fn error_v1(self) -> Word {
                match self { $(Code::$name => first_of([$(Word::$v1,)? Word::$v2]),)* }
            }

            /// The suberror by which client libraries tell what a person could do about it.
            pub fn suberror(self) -> Option<&'static str> {
                match self { $(Code::$name => [$($suberror)?].first().copied(),)* }
            }
        }
    };
}

/// What the older endpoints say: a word of their own, or the newer ones'.
fn first_of<const N: usize>(words: [Word; N]) -> Word {
    words[0]
}

codes! {
    /// Several sessions, and nobody may be asked which.
    SeveralSessions = 16000, 400, ToApp, InteractionRequired;
    /// The signed-in account is unknown in the resource tenant.
    AccountNotInTenant = 50020, 400, OnPage, InvalidGrant;
    /// The resource is unknown in the tenant.
    ResourceNotFound = 500011, 400, ToApp, InvalidResource;
    /// The resource is switched off; the older endpoints' number for it.
    ResourceUnavailable = 50001, 400, ToApp, InvalidResource;
    /// The same, at the newer endpoints.
    ResourceDisabled = 500014, 400, ToApp, InvalidResource;
    /// The redirect address is not registered.
    RedirectNotRegistered = 50011, 400, OnPage, InvalidRequest;
    /// A client assertion has the wrong audience, issuer or subject.
    ClientAssertionWrong = 50012, 401, OnPage, InvalidClient;
    /// An assertion to act on behalf of somebody is not for this application, or not ours.
    AssertionInvalid = 50013, 400, OnPage, InvalidGrant;
    /// The same, by time.
    AssertionExpired = 500133, 400, OnPage, InvalidGrant;
    /// A client assertion is outside its time.
    ClientAssertionExpired = 700024, 401, OnPage, InvalidClient;
    /// There is no such account.
    NoSuchUser = 50034, 400, OnPage, InvalidGrant + "bad_token";
    /// The instance is unknown.
    UnknownInstance = 50049, 400, OnPage, InvalidInstance;
    /// Locked after too many wrong passwords.
    Locked = 50053, 400, OnPage, InvalidGrant / UnauthorizedClient;
    /// The password has expired.
    PasswordExpired = 50055, 400, OnPage, InvalidGrant / UserPasswordExpired + "user_password_expired";
    /// The account has no password here.
    NoPassword = 50056, 400, OnPage, InvalidGrant;
    /// The account is disabled.
    AccountDisabled = 50057, 400, OnPage, InvalidGrant;
    /// Nobody is signed in, and nobody may be asked.
    NoSession = 50058, 400, ToApp, LoginRequired;
    /// The address does not say which tenant, and the request needs one.
    TenantNotNamed = 50059, 400, OnPage, InvalidRequest;
    /// MFA is needed and can be done.
    MfaRequired = 50076, 400, ToApp, InvalidGrant / InteractionRequired + "basic_action";
    /// MFA is needed and nothing is registered.
    MfaRegistrationRequired = 50079, 400, ToApp, InvalidGrant / InteractionRequired + "basic_action";
    /// MFA is needed and nothing is registered, and somebody is at a page to do so: for the log alone.
    MfaRegistrationInterrupt = 50072, 400, OnPage, InteractionRequired;
    /// A second factor is demanded and was not proven, or not one of those that are demanded.
    StrongAuthenticationRequired = 50074, 400, ToApp, InvalidGrant / InteractionRequired + "basic_action";
    /// The second factor was proven too long ago.
    MfaTooOld = 50078, 400, ToApp, InvalidGrant / InteractionRequired + "basic_action";
    /// Somebody reported the request as not theirs.
    StrongAuthenticationFailed = 500121, 400, OnPage, AccessDenied;
    /// Terms are not accepted, or a custom control is not passed.
    ExternalChallenge = 50158, 400, ToApp, InteractionRequired;
    /// What an external provider says is not enough, or not to be believed.
    ExternalAnswerInvalid = 50161, 400, OnPage, InvalidGrant;
    /// A custom control, for an account that has no object in the tenant.
    ControlNotForPassthrough = 50177, 400, OnPage, InvalidGrant;
    /// The provider of an external method or custom control cannot be asked as it is set up.
    ExternalMisconfigured = 900491, 400, OnPage, InvalidRequest;
    /// A conditional access policy blocks.
    PolicyBlocks = 53003, 400, OnPage, InvalidGrant / InteractionRequired + "message_only";
    /// Security defaults block a client that knows no second factor.
    DefaultsBlock = 530035, 400, OnPage, InvalidGrant + "message_only";
    /// The sign-in behind a refresh token is older than a policy allows.
    RefreshTooOld = 70043, 400, ToApp, InvalidGrant + "token_expired";
    /// The sign-in of a browser is older than a policy allows.
    SessionTooOld = 70044, 400, ToApp, LoginRequired;
    /// The user is not assigned to the application.
    NotAssigned = 50105, 400, ToApp, InvalidGrant;
    /// A provider's answer is missing, malformed, wrongly signed, or not for us, now.
    FederatedAnswerInvalid = 50008, 400, OnPage, InvalidGrant;
    /// A provider names an account that there is none of.
    AccountNotFederated = 51004, 400, OnPage, InvalidGrant;
    /// A provider does not name the account.
    ImmutableIdMissing = 90020, 400, OnPage, InvalidGrant;
    /// A SAML answer was asked for over a binding that is not served.
    SamlBindingUnsupported = 75003, 400, OnPage, InvalidRequest;
    /// A SAML message is malformed, or its signature does not hold.
    SamlMessageInvalid = 75005, 400, OnPage, InvalidRequest;
    /// There is no SAML message.
    SamlMessageMissing = 750054, 400, OnPage, InvalidRequest;
    /// A SAML message was meant for another address.
    SamlDestinationWrong = 75008, 400, OnPage, InvalidRequest;
    /// How somebody signed in is not how it was asked for.
    AuthnContextUnmet = 75011, 400, OnPage, InvalidRequest;
    /// The subject cannot be named as it was asked for.
    NameIdPolicyInvalid = 75016, 400, OnPage, InvalidRequest;
    /// The application signs its requests, and this one is not signed.
    SignedRequestRequired = 76021, 400, OnPage, InvalidRequest;
    /// A signed request was made too long ago.
    SamlRequestExpired = 76026, 400, OnPage, InvalidRequest;
    /// The federation realm is unknown.
    UnknownFederationRealm = 50107, 400, OnPage, InvalidRequest;
    /// The application is not assigned to a role.
    AppNotAssigned = 501051, 400, ToApp, InvalidGrant;
    /// Wrong user name or password.
    WrongPassword = 50126, 400, OnPage, InvalidGrant;
    /// The domain belongs to no tenant.
    UnknownDomain = 50128, 400, OnPage, InvalidRequest;
    /// The session was revoked.
    SessionRevoked = 50173, 400, ToApp, InvalidGrant + "bad_token";
    /// The code challenge is missing or malformed.
    BadCodeChallenge = 501491, 400, ToApp, InvalidRequest;
    /// The code verifier does not match the challenge.
    WrongCodeVerifier = 501481, 400, OnPage, InvalidGrant;
    /// The code was asked for with another reply address.
    RedirectMismatch = 500112, 400, OnPage, InvalidGrant;
    /// The application serves one tenant only.
    SingleTenantApp = 50194, 400, OnPage, InvalidRequest;
    /// The code was redeemed already.
    CodeAlreadyRedeemed = 54005, 400, OnPage, InvalidGrant;
    /// Consent is missing.
    ConsentRequired = 65001, 400, ToApp, InvalidGrant + "consent_required";
    /// The user declined.
    ConsentDeclined = 65004, 400, ToApp, AccessDenied;
    /// The application asks for a scope the resource does not have.
    ScopeNotOnResource = 650053, 400, ToApp, InvalidClient;
    /// The resource is not among the application's permissions.
    ResourceNotRequested = 650057, 400, ToApp, InvalidResource;
    /// The code or refresh token is not one of ours.
    InvalidGrant = 70000, 400, OnPage, InvalidGrant;
    /// The application is switched off.
    AppDisabled = 7000112, 400, OnPage, UnauthorizedClient;
    /// The code belongs to another tenant.
    CodeFromOtherTenant = 700005, 400, OnPage, InvalidGrant;
    /// The application is unknown in the tenant.
    AppNotFound = 700016, 400, OnPage, UnauthorizedClient;
    /// The client id is not a client id.
    ClientIdMalformed = 700038, 400, OnPage, UnauthorizedClient;
    /// The client secret is wrong.
    WrongClientSecret = 7000215, 401, OnPage, InvalidClient;
    /// The client secret has expired.
    ClientSecretExpired = 7000222, 401, OnPage, InvalidClient;
    /// The application must prove itself and did not.
    ClientProofMissing = 7000218, 401, OnPage, InvalidClient;
    /// A public application tried to prove itself.
    PublicClientProvedItself = 700025, 401, OnPage, InvalidClient;
    /// A client assertion's signature is wrong, or its key unknown.
    ClientAssertionSignature = 700027, 401, OnPage, InvalidClient;
    /// No federated credential matches a client assertion's issuer.
    NoFederatedIssuer = 700211, 401, OnPage, InvalidClient;
    /// No federated credential matches a client assertion's audience.
    NoFederatedAudience = 700212, 401, OnPage, InvalidClient;
    /// No federated credential matches a client assertion's subject.
    NoFederatedSubject = 700213, 401, OnPage, InvalidClient;
    /// Scopes of two resources in one request.
    ScopesOfTwoResources = 700022, 400, ToApp, InvalidRequest;
    /// An app-only request without `/.default`.
    DefaultScopeNeeded = 1002012, 400, OnPage, InvalidScope;
    /// The scope is malformed.
    BadScope = 70011, 400, ToApp, InvalidScope;
    /// The grant type is unknown.
    GrantUnknown = 70003, 400, OnPage, UnsupportedGrantType;
    /// The response type is unknown.
    BadResponseType = 70005, 400, ToApp, UnsupportedResponseType;
    /// The response mode does not go with the response type.
    BadResponseMode = 70007, 400, ToApp, InvalidRequest;
    /// The application may not take tokens from the authorize endpoint.
    ImplicitNotEnabled = 700051, 400, ToApp, UnsupportedResponseType;
    /// The application may not take id tokens from the authorize endpoint.
    IdTokenNotEnabled = 700054, 400, ToApp, UnsupportedResponseType;
    /// The code has expired.
    CodeExpired = 70008, 400, OnPage, InvalidGrant;
    /// The refresh token was not used for too long.
    RefreshTokenExpired = 700082, 400, OnPage, InvalidGrant;
    /// The refresh token of a single-page application reached its end.
    SpaRefreshTokenExpired = 700084, 400, OnPage, InvalidGrant;
    /// The device code was not entered yet.
    DeviceCodePending = 70016, 400, OnPage, AuthorizationPending;
    /// The device code is unknown.
    BadDeviceCode = 70018, 400, OnPage, BadVerificationCode;
    /// The device code has expired.
    DeviceCodeExpired = 70020, 400, OnPage, ExpiredToken;
    /// The user declined on the other device.
    DeviceCodeDeclined = 70017, 400, OnPage, AuthorizationDeclined;
    /// The tenant is unknown.
    UnknownTenant = 90002, 400, OnPage, InvalidRequest;
    /// The tenant's name is not a name.
    TenantMalformed = 900023, 400, OnPage, InvalidRequest;
    /// A parameter is missing.
    ParameterMissing = 90014, 400, ToApp, InvalidRequest;
    /// A parameter of the body is missing.
    BodyParameterMissing = 900144, 400, OnPage, InvalidRequest;
    /// No reply address was given and none is registered.
    NoReplyAddress = 900971, 400, OnPage, InvalidRequest;
    /// A parameter is malformed.
    InputInvalid = 90013, 400, ToApp, InvalidRequest;
    /// The parameters came as a request object, which is not read. The standards' word; only their dialect says it, and
    /// Entra has no number for it.
    RequestObject = 9999001, 400, ToApp, RequestNotSupported;
    /// The parameters are said to lie at an address, which is not fetched. Likewise.
    RequestUri = 9999002, 400, ToApp, RequestUriNotSupported;
    /// An authentication context is demanded that no sign-in reaches. Likewise.
    AcrOutOfReach = 9999003, 400, ToApp, UnmetAuthenticationRequirements;
    /// The request is malformed.
    RequestMalformed = 9002313, 400, OnPage, InvalidRequest;
    /// A code of a web application redeemed across origins.
    CrossOriginNotSpa = 9002326, 400, OnPage, InvalidRequest;
    /// A code of a single-page application redeemed without an origin.
    SpaNeedsOrigin = 9002327, 400, OnPage, InvalidRequest;
    /// The password grant on an address that names no tenant.
    PasswordGrantNeedsTenant = 9001023, 400, OnPage, InvalidRequest;
    /// The account type is not served at this address.
    NotOnThisAuthority = 90124, 400, OnPage, InvalidRequest;
    /// The wrong verb.
    WrongVerb = 900561, 405, OnPage, InvalidRequest;
    /// An administrator has to consent.
    AdminConsentRequired = 90094, 400, ToApp, AccessDenied;
    /// A partner's agents use an application that the customer has not authorized.
    AppNotAuthorizedAtCustomer = 90099, 400, OnPage, InvalidGrant;
    /// `resource` at a v2 endpoint.
    ResourceAtV2 = 901002, 400, ToApp, InvalidRequest;
    /// An app-only token to act on behalf of a user.
    AppTokenOnBehalfOf = 7000114, 400, OnPage, UnauthorizedClient;
    /// An id token to act on behalf of a user.
    IdTokenOnBehalfOf = 240002, 400, OnPage, InvalidRequest;
    /// An application asks for a token for itself and does not name itself by its client id.
    TokenForItself = 90009, 400, ToApp, InvalidRequest;
    /// A single-page application must use PKCE.
    PkceRequired = 9002325, 400, ToApp, InvalidRequest;
    /// The page's state is unknown, stale, or another browser's.
    FlowTokenInvalid = 165000, 400, OnPage, InvalidRequest;
    /// Something broke here.
    Broken = 90033, 503, OnPage, TemporarilyUnavailable;
}

impl Code {
    /// Does it say that a second factor was demanded, and not shown?
    pub fn is_about_second_factors(self) -> bool {
        matches!(
            self,
            Code::MfaRequired
                | Code::MfaRegistrationRequired
                | Code::MfaRegistrationInterrupt
                | Code::MfaTooOld
                | Code::StrongAuthenticationRequired
                | Code::StrongAuthenticationFailed
        )
    }

    /// Has the real service a look-up page for it (then bodies carry `error_uri`)?
    pub fn has_page(self) -> bool {
        !matches!(self, Code::ClientIdMalformed)
    }
}

//! What does an entry tell programs? Its sentence is for people: nobody has to read anything out of that.

/// What is told in data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A request was answered. The entry's sentence is what was asked, until it is shown.
    Answered {
        /// Who answered.
        by: By,
        /// With which status.
        status: u16,
    },
    /// Somebody was told no, by this AADSTS number.
    Refused(u32),
    /// An application has its tokens.
    TokensIssued,
    /// Somebody is signed in, and no token of ours tells so.
    SignedIn,
}

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A tenant, or one of the services that its people use.
    Tenant,
    /// A third-party provider.
    Provider,
}

//! What is asked of somebody who must prove more than a password, and what it is called where nobody can be asked.

use crate::directory::AccountRef;
use crate::directory::policy::MethodKind;
use crate::id::{ObjectId, Upn};
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factor;

/// Somebody must prove a second factor that they have registered.
#[derive(Clone, Debug, PartialEq)]
pub struct VerifyQuestion {
    /// Who.
    pub upn: Upn,
    /// Where the account lives, by place: its methods are asked for.
    pub home: String,
    /// Which page asks.
    pub page: VerifyPage,
    /// What can be proven, the first choice first.
    pub offered: Vec<Factor>,
    /// Why what was proven so far is not enough.
    pub lack: Lack,
    /// The claims challenge, where a conditional access policy demands it.
    pub challenge: Option<String>,
    /// For how many days this browser may be remembered; nothing where the tenant does not allow it.
    pub remember_days: Option<u32>,
}

/// A page that asks for a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyPage {
    /// Which one?
    Choose,
    /// This one.
    With(Factor),
}

impl VerifyPage {
    /// What is proven on this page.
    pub fn factor(self) -> Option<Factor> {
        match self {
            VerifyPage::Choose => None,
            VerifyPage::With(factor) => Some(factor),
        }
    }
}

/// Why what was proven is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// There is no second factor.
    Missing,
    /// It was proven too long ago.
    TooOld,
    /// It is not one of those that are demanded.
    TooWeak,
}

/// Somebody must register a method first.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisterQuestion {
    /// Who.
    pub upn: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// Which page of the wizard.
    pub page: RegisterPage,
    /// What may be registered, in the order of the list.
    pub offered: Vec<MethodKind>,
    /// What was being set up and may not be registered any more.
    pub withdrawn: Option<MethodKind>,
    /// Whether it can wait.
    pub grace: Grace,
    /// The claims challenge, where a conditional access policy demands it.
    pub challenge: Option<String>,
    /// For how many days this browser may be remembered, once the new method was tried.
    pub remember_days: Option<u32>,
}

/// A page of the registration wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterPage {
    /// "More information required".
    MoreInformation,
    /// Which method?
    Choose,
    /// Setting this one up.
    SetUp(MethodKind),
    /// The ordinary verification page of the method just set up.
    Confirm(MethodKind),
}

impl RegisterPage {
    /// What is set up or proven on this page.
    pub fn factor(self) -> Option<Factor> {
        match self {
            RegisterPage::MoreInformation | RegisterPage::Choose => None,
            RegisterPage::SetUp(method) | RegisterPage::Confirm(method) => Factor::of(method),
        }
    }
}

/// Whether registration can be put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// It must be now.
    None,
    /// It can wait a few days more.
    Days(i64),
}

/// Somebody must pass a custom control at its provider.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlQuestion {
    /// Who.
    pub upn: Upn,
    /// Where the account lives, by place.
    pub home: String,
    /// The tenant whose control it is, by handle.
    pub tenant: String,
    /// The account's object there.
    pub object: ObjectId,
    /// The control, by handle.
    pub control: String,
    /// The claims challenge of the policy that demands it.
    pub challenge: Option<String>,
}

impl ControlQuestion {
    /// Who is asked.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// What happens, in one sentence for the journal.
    pub fn summary(&self) -> String {
        format!("send {} to the provider of the custom control {}", self.upn, self.control)
    }

    /// The refusal where nobody can be sent anywhere.
    pub fn unasked(&self) -> Refusal {
        let refusal = Code::ExternalChallenge.because(format!(
            "External security challenge not satisfied: {} has to pass the custom control {}, and this request cannot ask for it.",
            self.upn, self.control
        ));
        Refusal { claims: self.challenge.clone(), ..refusal }
    }
}

impl VerifyQuestion {
    /// Who is asked.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// What happens, in one sentence for the journal.
    pub fn summary(&self) -> String {
        match self.page {
            VerifyPage::Choose => format!("ask {} which second factor to use", self.upn),
            VerifyPage::With(factor) => format!("ask {} for a second factor: {}", self.upn, factor.title()),
        }
    }

    /// The refusal where nobody can be asked.
    pub fn unasked(&self) -> Refusal {
        let refusal = match self.lack {
            Lack::Missing => Code::MfaRequired.because(format!(
                "{} must use multi-factor authentication to access this resource, and this request cannot ask for it.",
                self.upn
            )),
            Lack::TooOld => Code::MfaTooOld.because(format!(
                "The multi-factor authentication of {} is older than a policy allows and has to be done again.",
                self.upn
            )),
            Lack::TooWeak => Code::StrongAuthenticationRequired
                .because(format!("{} must prove a stronger second factor than the one proven so far.", self.upn)),
        };
        Refusal { claims: self.challenge.clone(), ..refusal }
    }

    /// What the log of sign-ins says of its being asked.
    pub fn interrupts(&self) -> Refusal {
        let unasked = self.unasked();
        let code = match (self.lack, &self.challenge) {
            (Lack::Missing, None) => Code::StrongAuthenticationRequired,
            (Lack::Missing | Lack::TooOld | Lack::TooWeak, _) => unasked.code,
        };
        Refusal { code, text: format!("{} is asked for a second factor.", self.upn).into(), ..unasked }
    }
}

impl RegisterQuestion {
    /// Who is asked.
    pub fn whose(&self) -> AccountRef<'_> {
        AccountRef { home: &self.home, upn: &self.upn }
    }

    /// What happens, in one sentence for the journal.
    pub fn summary(&self) -> String {
        match self.page {
            RegisterPage::MoreInformation => format!("tell {} that more information is required", self.upn),
            RegisterPage::Choose => format!("ask {} which method to register", self.upn),
            RegisterPage::SetUp(method) => format!("have {} set up a method: {}", self.upn, method.title()),
            RegisterPage::Confirm(method) => format!("have {} try the new method: {}", self.upn, method.title()),
        }
    }

    /// The refusal where nobody can be asked.
    pub fn unasked(&self) -> Refusal {
        let refusal = Code::MfaRegistrationRequired.because(format!(
            "{} must register for multi-factor authentication to access this resource, and this request cannot ask for it.",
            self.upn
        ));
        Refusal { claims: self.challenge.clone(), ..refusal }
    }

    /// What the log of sign-ins says of its being asked.
    pub fn interrupts(&self) -> Refusal {
        let code = Code::MfaRegistrationInterrupt;
        Refusal { code, text: format!("{} is asked to register a second factor.", self.upn).into(), ..self.unasked() }
    }
}

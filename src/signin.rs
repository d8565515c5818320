//! DECISIONS: what happens next in a sign-in, from facts, evidence and the time.
//!
//! [`next_step`] is the ordered list of questions. Each takes what the ones before it proved, so the compiler
//! keeps the order; each lives in a file of its own and knows nothing of HTTP.
//!
//! ```text
//! identify, home_realm, password, federated, tenant_access, mfa/, stay, consent
//!                  the questions, in their order
//! state/           what they are asked about: the demand, the evidence, the facts; and the step they lead to
//! factors/         what was proven, with what, and how tokens say it
//! input/           what somebody can do on a page, and how a form tells it
//! pages/           what each page shows; routes: forms in, pages and redirects out
//! flow             a sign-in under way; session: who is signed in in a browser; remembered: browsers not asked again
//! failures, guesses, lock
//!                  what was guessed wrong, and what that locks
//! unattended       who signs in where nobody is at the pages
//! own_account      what a sign-in changes in the directory; security_info: what an account sees and changes of itself
//! app_password     passwords of clients that know no second factor
//! log              who signed in where, or was refused
//! ```

pub mod app_password;
pub mod consent;
pub mod factors;
pub mod failures;
pub mod federated;
pub mod flow;
pub mod guesses;
pub mod home_realm;
pub mod identify;
pub mod input;
pub mod lock;
pub mod log;
pub mod mfa;
pub mod own_account;
pub mod pages;
pub mod password;
pub mod remembered;
pub mod routes;
pub mod security_info;
pub mod session;
pub mod state;
pub mod stay;
pub mod tenant_access;
pub mod unattended;

use crate::directory::domain::Realm;
use crate::directory::policy::PolicyVerdict;
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use state::{Authenticated, Decision, Facts, Prompt, Step};

/// What happens next, and why.
pub fn next_step(facts: &Facts<'_>) -> Decision {
    let (mut about, mut policies, mut because) = (None, PolicyVerdict::default(), Vec::new());
    let outcome = questions(facts, &mut about, &mut policies, &mut because);
    let outcome = match facts.demand.prompt {
        Prompt::None => outcome.map_err(|step| Step::Refuse(without_asking(step))),
        Prompt::AsNeeded
        | Prompt::Login
        | Prompt::Consent
        | Prompt::SelectAccount
        | Prompt::LoginAndConsent
        | Prompt::SelectAccountAndConsent => outcome,
    };
    let outcome = outcome.map_err(|step| with_reasons_in(step, &mut because));
    Decision { outcome, about, policies, because }
}

/// The same where there is nobody to ask, whatever the demand says of it.
pub fn decide_unasked(facts: &Facts<'_>) -> Result<Authenticated, Refusal> {
    let decision = next_step(facts);
    decision.outcome.map_err(|step| {
        let mut refusal = without_asking(step);
        refusal.policies = decision.policies;
        refusal.because.extend(decision.because);
        refusal
    })
}

/// A refusal's own reasons are among those of the decision, behind what led to it, and nowhere else (R-82).
fn with_reasons_in(step: Step, because: &mut Vec<Because>) -> Step {
    match step {
        Step::Refuse(mut refusal) => {
            because.append(&mut refusal.because);
            Step::Refuse(refusal)
        }
        asking => asking,
    }
}

fn questions(
    facts: &Facts<'_>,
    about: &mut Option<Upn>,
    policies: &mut PolicyVerdict,
    because: &mut Vec<Because>,
) -> Result<Authenticated, Step> {
    let name = identify::identify(facts, because)?;
    *about = Some(name.upn.clone());
    let home = home_realm::home_realm(facts, &name, because)?;
    let who = match home.realm {
        Realm::Managed => password::password(facts, home.account, because)?,
        Realm::Federated(trust) => federated::federated(facts, home.account, trust, because)?,
    };
    let access = tenant_access::tenant_access(facts, &who, because)?;
    let verified = mfa::mfa(facts, &who, &access, policies, because)?;
    let stays = stay::stay_signed_in(facts, &who, verified.persistent)?;
    let agreed = consent::consent(facts, &who, &access, because)?;
    Ok(Authenticated {
        upn: who.account.upn.clone(),
        home: who.account.home.place(),
        tenant: access.tenant.place(),
        object: access.object,
        factors: verified.factors,
        contexts: verified.contexts,
        client: facts.demand.client,
        presence: facts.demand.presence,
        stays,
        persistent: verified.persistent,
        policies: *policies,
        agreed,
        because: because.clone(),
    })
}

/// The refusal an asking step becomes where nobody may be asked: `prompt=none`, and every grant that has no
/// person in front of it.
fn without_asking(step: Step) -> Refusal {
    match step {
        Step::AskUsername { .. } | Step::AskPassword { .. } | Step::AskInstead { .. } => {
            Code::NoSession.because("Nobody is signed in, and this request does not allow asking.")
        }
        Step::GoToProvider(journey) => journey.unasked(),
        Step::AskPasswordAgain { upn } => Code::SessionTooOld.because(format!(
            "The sign-in of {upn} is older than a policy allows, and this request does not allow asking."
        )),
        Step::Verify(question) => question.unasked(),
        Step::Register(question) => question.unasked(),
        Step::PassControl(question) => question.unasked(),
        Step::AskTerms { upn, policy, challenge, .. } => Refusal {
            claims: challenge,
            ..Code::ExternalChallenge
                .because(format!("{upn} has not accepted the terms that the policy {policy} asks for."))
        },
        Step::PickAccount => Code::SeveralSessions
            .because("Several accounts are signed in, and this request does not allow asking which is meant."),
        // Whether to stay signed in is an offer, not a demand: `stay` does not make it where nobody may be asked.
        Step::AskStaySignedIn { .. } => Code::NoSession.because("The sign-in is not finished."),
        Step::AskConsent(question) => consent::missing(&question),
        Step::Refuse(refusal) => refusal,
    }
}

#[cfg(test)]
mod tests;

//! How is a technical exception asked for, and what may be said to it?
//!
//! What a request amounts to at a moment is a fact: see [`crate::directory::exception`].

pub mod form;

use std::sync::Arc;

use crate::directory::exception::{Evidence, Exception, ExceptionState, Integration, Reason};
use crate::directory::role::Role;
use crate::directory::tenant::{Tenant, TenantKind};
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::store::{Store, StoreError, Thought};
use crate::time::Timestamp;

/// The longest name of a product or document.
pub const LONGEST: usize = 1000;

/// A request as it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// The partner tenant, by handle.
    pub tenant: String,
    /// The product that cannot do what is asked.
    pub product: String,
    /// How it is joined to the tenant.
    pub integration: Integration,
    /// Why it is asked for.
    pub reason: Reason,
    /// What is handed in.
    pub evidence: Evidence,
    /// Who asks, where somebody signed in does.
    pub filed_by: Option<Upn>,
}

/// What is said to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Granted, until then.
    Approve(Option<Timestamp>),
    /// Not granted.
    Deny,
    /// Taken back.
    Withdraw,
}

/// Why something cannot be said to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cannot {
    /// There is no such request.
    Unknown,
    /// It is over: this is what it came to.
    Over(ExceptionState),
    /// It was granted, so it can only be taken back.
    Granted,
    /// The end it is granted until has passed.
    EndPassed,
}

impl Filing {
    /// The request as it is kept.
    pub fn at(self, now: Timestamp) -> Exception {
        let Self { tenant, product, integration, reason, evidence, filed_by } = self;
        let undated = Exception { tenant, product, integration, reason, evidence, filed_by, ..Exception::default() };
        let submitted = Exception { submitted: Some(now), ..undated };
        Exception { due: submitted.due(), ..submitted }
    }
}

/// May this account ask on behalf of its tenant?
pub fn may_file(account: &Account<'_>) -> bool {
    let roles = &account.user.roles;
    is_partner(account.home) && roles.iter().any(|role| matches!(role, Role::GlobalAdmin | Role::AdminAgent))
}

/// Is it a tenant that the mandate is about?
pub fn is_partner(tenant: Tenant<'_>) -> bool {
    matches!(tenant, Tenant::Entra { facts, .. } if facts.kind == TenantKind::Partner)
}

/// The request after something was said to it.
pub fn decided(request: &Exception, decision: Decision, now: Timestamp) -> Result<Exception, Cannot> {
    let state = match (request.state_at(now), decision) {
        (ExceptionState::Submitted, Decision::Approve(Some(until))) if until <= now => return Err(Cannot::EndPassed),
        (ExceptionState::Submitted, Decision::Approve(_)) => ExceptionState::Approved,
        (ExceptionState::Submitted, Decision::Deny) => ExceptionState::Denied,
        (ExceptionState::Submitted | ExceptionState::Approved, Decision::Withdraw) => ExceptionState::Withdrawn,
        (ExceptionState::Approved, Decision::Approve(_) | Decision::Deny) => return Err(Cannot::Granted),
        (over @ (ExceptionState::Denied | ExceptionState::Withdrawn | ExceptionState::Expired), _) => {
            return Err(Cannot::Over(over));
        }
    };
    let until = match decision {
        Decision::Approve(until) => until,
        Decision::Deny | Decision::Withdraw => request.until,
    };
    Ok(Exception { state, until, ..request.clone() })
}

impl Cannot {
    /// The sentence for whoever said it.
    pub fn text(self) -> String {
        match self {
            Cannot::Unknown => "There is no request of that id.".to_owned(),
            Cannot::Over(state) => format!("This request is {}: file a new one.", state.word()),
            Cannot::Granted => "This request is approved: it can be withdrawn, and nothing else.".to_owned(),
            Cannot::EndPassed => "An exception cannot end before it begins: this moment has passed.".to_owned(),
        }
    }
}

/// A request by its id, in any case.
pub fn find<'d>(directory: &'d Directory, id: &str) -> Option<(&'d str, &'d Exception)> {
    let exceptions = &directory.world().exceptions;
    let exact = exceptions.get_key_value(id);
    let found = exact.or_else(|| exceptions.iter().find(|(handle, _)| handle.eq_ignore_ascii_case(id)));
    found.map(|(handle, exception)| (handle.as_str(), exception))
}

/// Keeps a new request.
pub async fn file(store: &dyn Store, id: &str, request: &Exception) -> Result<(), StoreError> {
    store.change(async |before| Ok(Thought::Become(with(&before, id, request)?, ()))).await
}

/// Says something to a request, and keeps what becomes of it.
pub async fn decide(
    store: &dyn Store,
    id: &str,
    decision: Decision,
    now: Timestamp,
) -> Result<Result<(String, Exception), Cannot>, StoreError> {
    let think = async |before: Arc<Directory>| {
        let Some((id, request)) = find(&before, id) else { return Ok(Thought::Keep(Err(Cannot::Unknown))) };
        Ok(match decided(request, decision, now) {
            Ok(request) => Thought::Become(with(&before, id, &request)?, Ok((id.to_owned(), request))),
            Err(cannot) => Thought::Keep(Err(cannot)),
        })
    };
    store.change(think).await
}

fn with(before: &Directory, id: &str, request: &Exception) -> Result<Box<Directory>, StoreError> {
    let after = before.changed(|world| {
        world.exceptions.insert(id.to_owned(), request.clone());
    });
    after.map(Box::new).map_err(|_| StoreError("the tenant of a request is gone".into()))
}

/// The journal's entry for a request that was made.
pub fn filed_entry(id: &str, request: &Exception, now: Timestamp) -> Entry {
    let text = format!("{} asks to be excused: {}", request.tenant, request.reason.title().to_lowercase());
    let because = vec![
        Because::new("R-70", text),
        Because::new("R-71", request.due().map_or_else(String::new, |due| format!("it is answered by {due}"))),
    ];
    let user = request.filed_by.as_ref().map(Upn::as_str);
    Entry::new(now, Kind::Decision, format!("The technical exception {id} was asked for.")).about(user).with(because)
}

/// The journal's entry for a request that something was said to.
pub fn decided_entry(id: &str, request: &Exception, now: Timestamp) -> Entry {
    let because = match request.state {
        ExceptionState::Approved => {
            let until = request.until.map_or_else(|| "for good".to_owned(), |until| format!("until {until}"));
            Because::new("R-72", format!("the accounts of {} are excused {until}", request.tenant))
        }
        ExceptionState::Withdrawn => {
            Because::new("R-72", format!("the accounts of {} are excused no more", request.tenant))
        }
        ExceptionState::Submitted | ExceptionState::Denied | ExceptionState::Expired => {
            Because::new("R-71", request.reason.guidance())
        }
    };
    let summary = format!("The technical exception {id} was {}.", request.state.word());
    Entry::new(now, Kind::Decision, summary).with(vec![because])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;
    use crate::time::Span;

    fn now() -> Timestamp {
        Timestamp::parse("2026-11-23T10:00:00Z").unwrap()
    }

    fn filed() -> Exception {
        let name = |text: &str| text.to_owned();
        let evidence = Evidence { configuration: name("a"), test_result: name("b"), purchase_order: name("c") };
        let filing = Filing {
            tenant: name("wingtip"),
            product: name("Wingtip Sentry"),
            integration: Integration::Federation,
            reason: Reason::ThirdPartyMfa,
            evidence,
            filed_by: None,
        };
        filing.at(now())
    }

    #[test]
    fn r_71_what_was_said_to_a_request_decides_what_can_be_said_next() {
        use Decision::{Approve, Deny, Withdraw};
        use ExceptionState::{Approved, Denied, Expired, Submitted, Withdrawn};
        let gone = |state| Err(Cannot::Over(state));
        for (state, decision, became) in [
            (Submitted, Approve(None), Ok(Approved)),
            (Submitted, Deny, Ok(Denied)),
            (Submitted, Withdraw, Ok(Withdrawn)),
            (Approved, Withdraw, Ok(Withdrawn)),
            (Approved, Approve(None), Err(Cannot::Granted)),
            (Approved, Deny, Err(Cannot::Granted)),
            (Denied, Approve(None), gone(Denied)),
            (Withdrawn, Approve(None), gone(Withdrawn)),
            (Expired, Withdraw, gone(Expired)),
        ] {
            let request = Exception { state, ..filed() };
            let said = decided(&request, decision, now()).map(|request| request.state);
            assert_eq!(said, became, "{state:?} {decision:?}");
        }
    }

    #[test]
    fn r_71_after_the_review_a_granted_request_can_be_withdrawn_and_a_denied_one_is_over() {
        let later = now().plus(Span::days(3));
        assert_eq!(decided(&filed(), Decision::Deny, later), Err(Cannot::Granted));
        assert_eq!(decided(&filed(), Decision::Withdraw, later).unwrap().state_at(later), ExceptionState::Withdrawn);
        let hopeless = Exception { reason: Reason::MoreTime, ..filed() };
        assert_eq!(decided(&hopeless, Decision::Approve(None), later), Err(Cannot::Over(ExceptionState::Denied)));
    }

    #[test]
    fn r_72_a_grant_ends_after_it_begins() {
        let until = now().plus(Span::days(30));
        let granted = decided(&filed(), Decision::Approve(Some(until)), now()).unwrap();
        assert_eq!((granted.until, granted.state_at(until)), (Some(until), ExceptionState::Expired));
        assert_eq!(decided(&filed(), Decision::Approve(Some(now())), now()), Err(Cannot::EndPassed));
    }

    #[test]
    fn r_70_only_a_partners_global_admin_or_admin_agent_may_ask() {
        let directory = Directory::new(world::partner().unwrap()).unwrap();
        for (upn, may) in [
            ("jane@contoso.test", true),
            ("gwen@contoso.test", true),
            ("trent@wingtip.test", true),
            ("sam@contoso.test", false),
            ("hana@contoso.test", false),
            ("bill@contoso.test", false),
            ("scanner@fabrikam.test", false),
            ("ada@adatum.test", false),
        ] {
            assert_eq!(may_file(&directory.account(&Upn::new(upn)).unwrap()), may, "{upn}");
        }
    }
}

//! Has this assertion been delivered before? Each counts once, wherever and by whichever protocol it comes (SAML 2.0
//! profiles, 4.1.4.5).

use serde::{Deserialize, Serialize};

use super::accept::Accepted;
use crate::directory::tenant::Answer;
use crate::refusal::{Code, Refusal};
use crate::store::{Record, Store, StoreError};
use crate::time::{Span, Timestamp};

/// An assertion that was delivered.
#[derive(Serialize, Deserialize)]
struct Delivered;

impl Record for Delivered {
    const KIND: &'static str = "assertion";
}

/// Takes an assertion about somebody of this domain as delivered, or refuses it. Of two that come at the same moment,
/// one is first.
pub async fn once(
    store: &dyn Store,
    domain: &str,
    accepted: &Accepted,
    now: Timestamp,
) -> Result<Result<(), Refusal>, StoreError> {
    let first = store.claim_first(&key(domain, &accepted.id), &Delivered, now, accepted.until.since(now)).await?;
    let again =
        || Code::FederatedAnswerInvalid.because("The provider's assertion was delivered before: each counts once.");
    Ok(if first { Ok(()) } else { Err(accepted.home.explain(again(), &[Answer::Replayed])) })
}

/// Marks an assertion as delivered before it is: what a provider that replays does.
pub async fn beforehand(store: &dyn Store, domain: &str, id: &str, now: Timestamp) -> Result<(), StoreError> {
    store.claim_first(&key(domain, id), &Delivered, now, Span::hours(2)).await.map(|_| ())
}

fn key(domain: &str, id: &str) -> String {
    format!("{domain}/{id}")
}

//! Were somebody's sessions ended, or their password changed, while they sign in? Then what they proved before counts no
//! more.

use super::Complaint;
use crate::directory::AccountRef;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::signin::flow::SignIn;
use crate::signin::identify::known_at;
use crate::signin::session;
use crate::signin::state::Evidence;
use crate::store::StoreError;

/// Forgets what was proven before the sessions of whoever proved it were ended: they are asked again, and told why.
pub(super) async fn forget_if_ended(cx: &Context, sign_in: &mut SignIn) -> Result<Complaint, StoreError> {
    let (Some(then), Some(now)) = (sign_in.evidence.epoch.clone(), epoch(cx, sign_in).await?) else { return Ok(None) };
    if then == now {
        return Ok(None);
    }
    let chosen = sign_in.evidence.chosen.take();
    let upn = chosen.as_ref().map(ToString::to_string).unwrap_or_default();
    sign_in.evidence = Evidence { chosen, ..Evidence::default() };
    let because =
        vec![Because::new("R-28", "the sessions were ended, or the password was changed, after it was proven")];
    let entry = Entry::new(cx.now, Kind::Decision, format!("what {upn} has proven counts no more"));
    cx.journal(entry.about(Some(&upn)).with(because)).await?;
    Ok(Some("Your sign-in was ended while it was under way. Sign in again.".to_owned()))
}

/// Notes what the revocations were when the first thing was proven. What ends sessions later ends this one too, also when
/// it has not begun by then.
pub(super) async fn note_epoch(cx: &Context, sign_in: &mut SignIn) -> Result<(), StoreError> {
    if sign_in.evidence.epoch.is_none() {
        sign_in.evidence.epoch = epoch(cx, sign_in).await?;
    }
    Ok(())
}

/// What the revocations of whoever has proven something are.
async fn epoch(cx: &Context, sign_in: &SignIn) -> Result<Option<String>, StoreError> {
    let Some(upn) = sign_in.evidence.proven_by() else { return Ok(None) };
    let Some(account) = known_at(&cx.directory, &sign_in.demand.authority, upn) else { return Ok(None) };
    let whose = AccountRef { home: &account.home.place(), upn };
    session::epoch(cx.store(), &cx.directory, whose, cx.now).await.map(Some)
}

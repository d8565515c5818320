//! May one more sign-in be driven now? So many are at once, since each has a thread; whoever comes when all places are
//! taken waits for one. Parallel tests all order theirs at the same moment.

use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;

use super::super::error::Refused;
use crate::http::context::Context;

/// Longer than any sign-in takes: only where they do not end is anybody sent away.
const PATIENCE: Duration = Duration::from_secs(30);

/// A place, as soon as there is one.
pub(super) async fn place(cx: &Context) -> Result<OwnedSemaphorePermit, Refused> {
    let waits = tokio::time::timeout(PATIENCE, cx.doors.browsers.clone().acquire_owned());
    waits.await.ok().and_then(Result::ok).ok_or_else(|| {
        Refused::Conflict("As many sign-ins as this server drives at once are under way. Try again.".into())
    })
}

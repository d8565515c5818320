//! Is a refresh token given, and how long is it good?

use crate::oauth::desk::{Denied, Desk};
use crate::oauth::grant::{Grant, Parties, RefreshRecord};
use crate::oauth::redirect::Platform;
use crate::time::{Span, Timestamp};

/// How much longer than it is good a record is kept, so that "expired" can be told from "unknown".
pub const REMEMBERED: Span = Span::days(365);

/// Whether a refresh token is given, and how long it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refresh {
    /// None.
    No,
    /// One with a life of its own.
    New,
    /// One that ends when the one before it would have.
    Until(Timestamp),
}

/// A refresh token for a grant alone: where it is to be good for more than the tokens that come with it.
pub async fn renew(desk: &Desk<'_>, grant: &Grant, refresh: Refresh) -> Result<Option<String>, Denied> {
    refresh_token(desk, grant, &grant.parties(desk.directory)?, refresh).await
}

pub(super) async fn refresh_token(
    desk: &Desk<'_>,
    grant: &Grant,
    parties: &Parties<'_>,
    refresh: Refresh,
) -> Result<Option<String>, Denied> {
    let lifetimes = parties.tenant.lifetimes();
    let expires = match refresh {
        Refresh::No => return Ok(None),
        Refresh::Until(moment) => moment,
        Refresh::New => desk.now.plus(match grant.platform {
            Platform::Spa => lifetimes.spa_refresh,
            Platform::Web | Platform::Native => lifetimes.refresh,
        }),
    };
    let token = desk.chance.secret();
    let record = RefreshRecord { grant: grant.clone(), expires };
    let kept = expires.plus(REMEMBERED).since(desk.now);
    desk.store.keep(&token, &record, desk.now, kept).await?;
    Ok(Some(token))
}

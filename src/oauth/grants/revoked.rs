//! Was a grant revoked, by itself or with its person's sessions?

use crate::directory::AccountRef;
use crate::oauth::desk::{Denied, Desk};
use crate::oauth::grant::{Grant, Revoked};
use crate::refusal::Code;
use crate::signin::session;

/// Refuses a grant that was revoked, by itself or with its person's sessions.
pub async fn check_revoked(desk: &Desk<'_>, grant: &Grant) -> Result<(), Denied> {
    check_still_good(desk, grant.whose(), &grant.epoch, &grant.id).await
}

/// The same of a grant that only its tokens tell of: what the revocations were then, and its id.
pub async fn check_still_good(desk: &Desk<'_>, whose: AccountRef<'_>, epoch: &str, grant: &str) -> Result<(), Denied> {
    if session::epoch(desk.store, desk.directory, whose, desk.now).await? != epoch {
        return Err(Code::SessionRevoked
            .because("The provided grant has expired because the session was revoked or the password was changed.")
            .into());
    }
    if desk.store.find::<Revoked>(grant, desk.now).await?.is_some() {
        return Err(Code::InvalidGrant.because("The provided grant was revoked.").into());
    }
    Ok(())
}

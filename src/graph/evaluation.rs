//! Does what a token came of still hold? A client that says it handles claims challenges (`xms_cc` with `CP1`) is sent back
//! as soon as the sessions of its person were ended, the password changed or the grant was revoked (continuous access
//! evaluation, R-28).
//!
//! Differs: policies that changed meanwhile are evaluated when tokens are issued, not here.

use super::caller::Caller;
use super::error::Refused;
use crate::directory::AccountRef;
use crate::oauth::desk::{Denied, Desk};
use crate::oauth::grants::check_still_good;
use crate::token::bearer::{text, words};
use crate::token::claims::entra::read_evidence;

/// Refuses a token that has outlived what it came of, where its client can do something about it. All others are good until
/// they end.
pub async fn check(desk: &Desk<'_>, caller: &Caller<'_>) -> Result<(), Refused> {
    let Some(person) = caller.person() else { return Ok(()) };
    if !words(&caller.claims, "xms_cc").any(|word| word == "CP1") {
        return Ok(());
    }
    let Some(source) = text(&caller.claims, "aio").and_then(read_evidence).and_then(|evidence| evidence.grant) else {
        return Ok(());
    };
    let whose = AccountRef { home: &person.account.home.place(), upn: person.account.upn };
    check_still_good(desk, whose, &source.epoch, &source.id).await.map_err(|denied| match denied {
        Denied::Refused(refusal) => Refused::Outlived(refusal.text.into_owned()),
        Denied::Broken(error) => Refused::Broken(error),
    })
}

//! Somebody who was signed in by a provider signs out of the tenant: the frame by which the provider is told.

use crate::federation::journey::trust;
use crate::federation::outside::Ask;
use crate::federation::provider::behind;
use crate::federation::upstream::Farewell;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::keys::Owner;
use crate::signin::factors::First;
use crate::signin::federated::SessionThere;
use crate::signin::session::SignedIn;
use crate::store::StoreError;

/// The address of that frame, if there is somebody to tell.
pub async fn provider_told(cx: &Context, ended: &SignedIn) -> Result<Option<String>, StoreError> {
    if ended.factors.first != First::Federated {
        return Ok(None);
    }
    let home = cx.directory.at(&ended.home);
    let Some(trust) = home.and_then(|home| trust(home, ended.upn.domain())) else { return Ok(None) };
    let provider = match behind(&cx.desk(), &cx.outbound(), trust, Ask::IfForgotten).await? {
        Ok(provider) => provider,
        Err(refusal) => {
            note(cx, ended, "the provider is not told of the sign-out", refusal.text.as_ref()).await?;
            return Ok(None);
        }
    };
    let there: Option<SessionThere> = cx.store().redeem(&ended.sid, cx.now).await?;
    if there.as_ref().is_some_and(|there| there.issuer != provider.issuer) {
        note(cx, ended, "the provider is not told of the sign-out", ANOTHER).await?;
        return Ok(None);
    }
    let known = there.map(|there| there.known_by);
    let broken = |error: &dyn std::fmt::Display| StoreError(error.to_string());
    let key = cx.keys().current(Owner::Entra).map_err(|error| broken(&error))?;
    let id = format!("_{}", cx.chance().uuid());
    let farewell = Farewell { trust, provider: &provider, known: known.as_ref(), key: &key, id: &id, now: cx.now };
    let address = farewell.address().map_err(|error| broken(&error))?;
    let name = trust.provider.as_deref().unwrap_or(&provider.issuer);
    match &address {
        Some(_) => note(cx, ended, &format!("the provider {name} is told of the sign-out"), SIGNED_IN_THERE).await?,
        None => note(cx, ended, &format!("the provider {name} is not told of the sign-out"), NO_ADDRESS).await?,
    }
    Ok(address)
}

const SIGNED_IN_THERE: &str = "it signed this account in, and its session would sign it in again";
const ANOTHER: &str = "the domain trusts another provider by now than the one that signed this account in";
const NO_ADDRESS: &str =
    "it publishes no address where a browser could be sent to sign out, or knows the session by nothing";

async fn note(cx: &Context, ended: &SignedIn, summary: &str, why: &str) -> Result<(), StoreError> {
    let because = vec![Because::new("sign-out", why)];
    let entry = Entry::new(cx.now, Kind::Decision, summary).about(Some(ended.upn.as_str()));
    cx.journal(entry.with(because)).await
}

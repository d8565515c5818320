//! Is this the first time that an application shows this assertion (OpenID Connect Core, 9: `jti` is required and good
//! once)?
//!
//! Only what an application signs itself is asked this: another issuer's token stands for it as long as it lives
//! (RFC 7523, 3), and workloads show the same one again and again.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{LEEWAY, text};
use crate::directory::app::App;
use crate::oauth::desk::{Denied, Desk};
use crate::refusal::Code;
use crate::store::Record;
use crate::time::Span;
use crate::token::jwt::{self, Claims};

/// An assertion that was shown.
#[derive(Serialize, Deserialize)]
struct Shown;

impl Record for Shown {
    const KIND: &'static str = "client-assertion";
}

/// Takes a verified assertion as shown, or refuses it. Of two that come at the same moment, one is first.
pub(super) async fn shown(desk: &Desk<'_>, provider: &str, app: &App, claims: &Claims) -> Result<(), Denied> {
    let id = text(claims, "jti");
    if id.is_empty() {
        return Err(Code::ClientAssertionWrong
            .because("The client assertion has no 'jti', by which one that is shown again is known.")
            .into());
    }
    match desk.store.claim_first(&key(provider, app, id), &Shown, desk.now, remembered(desk, claims)).await? {
        true => Ok(()),
        false => Err(Code::ClientAssertionWrong
            .because("The client assertion was shown before: each is good once. Make a new one for each request.")
            .into()),
    }
}

/// As long as it would be believed. The store keeps so many records and no more, whatever `exp` says.
fn remembered(desk: &Desk<'_>, claims: &Claims) -> Span {
    let expires = claims.get("exp").and_then(jwt::moment).unwrap_or(desk.now);
    expires.plus(LEEWAY).since(desk.now)
}

/// An id is the application's own choice and as long as it likes; its hash is not.
fn key(provider: &str, app: &App, id: &str) -> String {
    let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, id.as_bytes()).as_ref());
    format!("{provider}/{}/{hash}", app.client_id)
}

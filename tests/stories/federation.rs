//! A federated domain: its provider really signs people in, and relays that MFA was done, or fails to.

mod answers;
mod freshness;
mod id_tokens;
mod matrix;
mod outside;
mod sign_out;
mod single_sign_on;
mod strengths;

use serde_json::json;
use standin::Standin;

use crate::answer::{Answer, claims};
use crate::apps::{PARTNER, text};
use crate::client::{Fields, get, patch_world};
use crate::second_factor::{app_code, words};
use crate::visitor::Visitor;

pub const TRENT: &str = "trent@wingtip.test";
pub const WINGTIP: &str = "/wingtip.test/oauth2";
const PASSWORD: &str = "Wingtip1!";
const SECRET: &str = "TRENTTRENTTRENTTRENTTRENTTRENTTR";
const PARTNER_CENTER: &str = "https://api.partnercenter.microsoft.com";

/// What an application of a partner asks for: an older token, in which `amr` stands.
pub fn asks(more: Fields<'_>) -> String {
    let mut fields = vec![("scope", ""), ("resource", PARTNER_CENTER)];
    fields.extend_from_slice(more);
    PARTNER.asks(WINGTIP, &fields)
}

/// Changes how Wingtip's tenant trusts its provider, and what the provider does.
pub fn set(standin: &Standin, trust: serde_json::Value, provider: serde_json::Value) {
    patch_world(
        standin,
        json!({
            "tenants": {"wingtip": {"federation": {"wingtip.test": trust}}},
            "providers": {"wingtip": provider},
        }),
    );
}

/// Goes wherever the browser is sent, signs in at the provider with password and code, and answers what comes after.
pub async fn through_the_provider(standin: &Standin, visitor: &mut Visitor, mut page: Answer) -> Answer {
    for _ in 0..12 {
        page = if page.status == 302 && is_ours(&page) {
            visitor.get(page.header("location")).await
        } else if page.has("name=\"UserName\"") {
            visitor.submit(&page, &[("UserName", TRENT), ("Password", PASSWORD)]).await
        } else if page.has("name=\"VerificationCode\"") {
            // A code counts once, and stories of several sign-ins stand still in time.
            standin.clock().advance(std::time::Duration::from_secs(60));
            visitor.submit(&page, &[("VerificationCode", &app_code(standin, SECRET))]).await
        } else if page.has("name=\"loginfmt\"") {
            visitor.submit(&page, &[("loginfmt", TRENT)]).await
        } else if page.has("name=\"hiddenform\"") && page.body.contains("/login.srf") {
            post_back(visitor, &page).await
        } else {
            return page;
        };
    }
    panic!("in circles: {}", page.gist())
}

fn is_ours(page: &Answer) -> bool {
    let to = page.at.join(page.header("location")).unwrap();
    to.origin() == page.at.origin()
}

/// What the provider's form would post to the tenant.
pub fn posted(page: &Answer) -> Vec<(String, String)> {
    page.sent()
}

pub async fn post_back(visitor: &mut Visitor, page: &Answer) -> Answer {
    let fields = posted(page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post("/login.srf", &fields).await
}

/// Trent at the first page that is not the provider's.
pub async fn trent(standin: &Standin, visitor: &mut Visitor, more: Fields<'_>) -> Answer {
    let page = visitor.get(&asks(more)).await;
    through_the_provider(standin, visitor, page).await
}

/// What the token says of how he signed in.
pub fn amr(standin: &Standin, done: &Answer) -> Vec<String> {
    let code = done.sent_back("code").unwrap_or_else(|| panic!("a code, not {}", done.gist()));
    let tokens = PARTNER.redeem(standin, WINGTIP, &code, &[("resource", PARTNER_CENTER)]).granted();
    words(&claims(text(&tokens, "access_token"))["amr"])
}

pub fn decisions(standin: &Standin) -> String {
    get(standin, "/_standin/events?kind=decision,token,error").body
}

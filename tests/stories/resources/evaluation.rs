//! Continuous access evaluation: Microsoft Graph sends a client back whose token has outlived what it came of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{holding, refused};
use crate::apps::{ALICE, PASSWORD, V2, WEB, text};
use crate::client::{Call, patch_world, started};
use crate::second_factor::journal;
use crate::visitor::Visitor;

const ABLE: (&str, &str) = ("claims", r#"{"access_token":{"xms_cc":{"values":["cp1"]}}}"#);

#[actix_web::test]
async fn r_28_a_client_that_handles_challenges_is_sent_back_when_sessions_end_or_the_password_changes() {
    let standin = started().await;
    let scope = ("scope", "openid offline_access User.Read");
    let new = "Another1!";
    let end_sessions = || assert!(Call::new(&standin, "DELETE", "/_standin/sessions").send().status < 300);
    let change_password = || patch_world(&standin, json!({"users": {ALICE: {"password": new}}}));
    let ends: [(&dyn Fn(), &str); 2] = [(&end_sessions, PASSWORD), (&change_password, new)];
    for (end, password) in ends {
        let able = WEB.tokens(&standin, V2, &[scope, ABLE], ALICE).await;
        let unable = WEB.tokens(&standin, V2, &[scope], ALICE).await;
        let me = |tokens: &Value| holding(&standin, "/graph/v1.0", text(tokens, "access_token")).get("me");
        me(&able).granted();
        end();
        me(&unable).granted();
        let sent_back = me(&able);
        refused(&sent_back, 401, "InvalidAuthenticationToken");
        let challenge = sent_back.header("www-authenticate").to_owned();
        assert!(challenge.contains(r#"error="insufficient_claims""#), "{challenge}");
        assert!(journal(&standin, "error").contains("R-28"));
        let claims = challenge.split_once("claims=\"").unwrap().1.trim_end_matches('"');
        let claims = String::from_utf8(STANDARD.decode(claims).unwrap()).unwrap();
        // The refresh token is over too; whoever signs in again with the challenge is served.
        WEB.refresh(&standin, V2, text(&able, "refresh_token"), &[("claims", &claims)]).refused(
            400,
            "invalid_grant",
            50173,
        );
        let asks = WEB.asks(V2, &[scope, ("claims", &claims)]);
        let mut alice = Visitor::new(&standin);
        let page = alice.get(&asks).await;
        let code = alice.sign_in(page, ALICE, password).await.sent_back("code").unwrap();
        me(&WEB.redeem(&standin, V2, &code, &[ABLE]).granted()).granted();
    }
}

//! Terms that a policy wants accepted: once, by everybody it is about.

use serde_json::json;

use super::past_the_password;
use crate::apps::{ALICE, BOB};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn terms_are_accepted_once_and_who_declines_is_sent_back() {
    let standin = started().await;
    let policy = json!({"include": {"all": true}, "grant": ["terms"]});
    patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"house-rules": policy}}}}));
    let mut alice = Visitor::new(&standin);
    let page = past_the_password(&mut alice, ALICE).await;
    assert!(page.has("house-rules") && page.has("id=\"idSIButton9\""), "{}", page.gist());
    alice.submit(&page, &[]).await.sent_back("code").unwrap();
    past_the_password(&mut Visitor::new(&standin), ALICE).await.sent_back("code").unwrap();

    let mut bob = Visitor::new(&standin);
    let page = past_the_password(&mut bob, BOB).await;
    let declined = bob.submit(&page, &[("action", "back")]).await;
    declined.told("access_denied", 65004);
    assert_eq!(declined.sent_back("error_subcode").as_deref(), Some("cancel"));
}

//! A customer has to know an application before its partner's agents may use it there.

use serde_json::json;

use super::{ARM, AT_ADATUM, JANE, arrives, janes_tokens};
use crate::apps::{PARTNER, text};
use crate::client::{patch_world, started};
use crate::visitor::Visitor;

#[actix_web::test]
async fn an_application_that_the_customer_does_not_know_is_refused_until_it_does() {
    let standin = started().await;
    let refresh = text(&janes_tokens(&standin, AT_ADATUM).await, "refresh_token").to_owned();
    patch_world(&standin, json!({"apps": {"partner-app": {"consented": ["contoso"]}}}));
    arrives(&mut Visitor::new(&standin), AT_ADATUM, JANE).await.on_page(90099);
    let ask = || PARTNER.refresh(&standin, AT_ADATUM, &refresh, &[("resource", ARM)]);
    ask().refused(400, "invalid_grant", 90099);
    PARTNER.refresh(&standin, "/contoso.test/oauth2", &refresh, &[("resource", ARM)]).granted();
    // Known, and agreed to for something else only.
    let consent = |resource: &str| {
        json!({"consents": {"theirs": {
            "tenant": "adatum", "app": "partner-app", "resource": resource, "scopes": ["user_impersonation"],
        }}})
    };
    patch_world(&standin, consent("partner-center-api"));
    ask().refused(400, "invalid_grant", 65001);
    patch_world(&standin, consent("arm"));
    ask().granted();
}

//! Azure Resource Manager: a subscription is its tenant's, and its owners' to see.

use serde_json::json;

use super::{Bearer, bearer, holding, refused};
use crate::apps::{PARTNER, text};
use crate::client::{get, patch_world, started};
use crate::partner_api::{ADATUM, CONTOSO, JANE, TAILSPIN, jane_signs_in};

const ARM: (&str, &str) = ("/arm", "arm");
const VERSION: &str = "api-version=2022-12-01";

fn person<'s>(standin: &'s standin::Standin, user: &str, tenant: &str) -> Bearer<'s> {
    bearer(standin, ARM, user, tenant, &["user_impersonation"])
}

#[actix_web::test]
async fn an_admin_agent_owns_the_subscriptions_of_customers_it_signed_in_to() {
    let standin = started().await;
    let resource = "https://management.azure.com/";
    let tokens = jane_signs_in(&standin, "/adatum.test/oauth2", &[("scope", ""), ("resource", resource)]).await;
    let jane = holding(&standin, "/arm", text(&tokens, "access_token"));
    let [subscription] = jane.list(&format!("subscriptions?{VERSION}")).try_into().unwrap();
    assert_eq!((text(&subscription, "tenantId"), text(&subscription, "displayName")), (ADATUM, "Adatum Azure plan"));
    let id = text(&subscription, "subscriptionId");
    assert_eq!(jane.get(&format!("subscriptions/{id}?{VERSION}")).granted(), subscription);
    assert_eq!(jane.list(&format!("subscriptions/{id}/resourceGroups?{VERSION}")).len(), 1);
    let tenants = jane.list(&format!("tenants?{VERSION}"));
    let told: Vec<_> = tenants.iter().map(|one| (text(one, "tenantId"), text(one, "tenantCategory"))).collect();
    assert_eq!(told.len(), 3);
    for one in [(ADATUM, "ProjectedBy"), (TAILSPIN, "ProjectedBy"), (CONTOSO, "Home")] {
        assert!(told.contains(&one), "{told:?}");
    }
}

#[actix_web::test]
async fn a_token_of_another_tenant_is_told_whose_it_has_to_be() {
    let standin = started().await;
    let ada = person(&standin, "ada@adatum.test", "adatum");
    let theirs = ada.list(&format!("subscriptions?{VERSION}")).remove(0);
    let id = text(&theirs, "subscriptionId");
    let at_home = person(&standin, JANE, "contoso");
    assert!(at_home.list(&format!("subscriptions?{VERSION}")).is_empty(), "an agent is no administrator at home");
    let answer = at_home.get(&format!("subscriptions/{id}?{VERSION}"));
    let told = refused(&answer, 401, "InvalidAuthenticationTokenTenant");
    assert!(told.contains(CONTOSO) && told.contains(ADATUM) && !told.contains("Adatum"), "{told}");
    assert!(
        answer.header("www-authenticate").contains(&format!("/{ADATUM}\"")),
        "{}",
        answer.header("www-authenticate")
    );
    let because = get(&standin, "/_standin/events?kind=error").body;
    assert!(because.contains("R-52"), "{because}");
    // In the tenant, and not an owner.
    refused(
        &person(&standin, "amy@adatum.test", "adatum").get(&format!("subscriptions/{id}?{VERSION}")),
        403,
        "AuthorizationFailed",
    );
    let helper = person(&standin, "hana@contoso.test", "adatum");
    assert!(helper.list(&format!("subscriptions?{VERSION}")).is_empty());
    refused(&helper.get(&format!("subscriptions/nothing?{VERSION}")), 404, "SubscriptionNotFound");
}

#[actix_web::test]
async fn what_is_wrong_with_a_call_is_said_in_the_surfaces_own_words() {
    let standin = started().await;
    let ada = person(&standin, "ada@adatum.test", "adatum");
    refused(&ada.get("subscriptions"), 400, "MissingApiVersionParameter");
    refused(&ada.get(&format!("providers?{VERSION}")), 404, "ResourceNotFound");
    let answer = ada.call("POST", &format!("subscriptions?{VERSION}")).send();
    refused(&answer, 405, "MethodNotAllowed");
    assert_eq!(answer.header("allow"), "GET, HEAD");
    let none = holding(&standin, "/arm", "");
    refused(&none.get(&format!("tenants?{VERSION}")), 401, "AuthenticationFailed");
    refused(&holding(&standin, "/arm", "a.b.c").get("tenants"), 401, "InvalidAuthenticationToken");
    let to_graph = bearer(&standin, ("/arm", "graph"), "ada@adatum.test", "adatum", &["User.Read"]);
    refused(&to_graph.get(&format!("tenants?{VERSION}")), 401, "InvalidAuthenticationTokenAudience");
    standin.clock().advance(std::time::Duration::from_secs(3700));
    refused(&ada.get(&format!("tenants?{VERSION}")), 401, "ExpiredAuthenticationToken");
}

#[actix_web::test]
async fn what_the_relationship_ends_the_list_of_tenants_forgets() {
    let standin = started().await;
    let jane = person(&standin, JANE, "contoso");
    assert_eq!(jane.list(&format!("tenants?{VERSION}")).len(), 3);
    patch_world(&standin, json!({ "relationships": { "contoso-adatum": { "status": "terminated" } } }));
    assert_eq!(jane.list(&format!("tenants?{VERSION}")).len(), 2);
    let fields = [("grant_type", "client_credentials"), ("resource", "https://management.azure.com/")];
    let app = PARTNER.token(&standin, "/contoso.test/oauth2", &fields).granted();
    let app = holding(&standin, "/arm", text(&app, "access_token"));
    assert_eq!(app.list(&format!("tenants?{VERSION}")).len(), 1);
    assert!(app.list(&format!("subscriptions?{VERSION}")).is_empty());
}

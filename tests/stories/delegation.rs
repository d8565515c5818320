//! A partner's agents in the tenants of its customers: with MFA always, with what a relationship gives, or not at all
//!

mod consent;
mod non_interactive;

use std::time::Duration;

use serde_json::{Value, json};
use standin::Standin;

use crate::answer::{Answer, claims};
use crate::apps::{API, PARTNER, PASSWORD, text};
use crate::client::{Call, get, patch_world, started};
use crate::federation::{TRENT, through_the_provider};
use crate::second_factor::{app_code, words};
use crate::visitor::Visitor;

const ADATUM: &str = "6054110b-58f7-4fe8-b31b-aa33c9c7d173";
const CONTOSO: &str = "3deee153-d142-49b5-9dd8-16b246dfa0ce";
const FABRIKAM: &str = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0";
const AT_ADATUM: &str = "/adatum.test/oauth2";
const AT_TAILSPIN: &str = "/tailspin.test/oauth2";
const ARM: &str = "https://management.azure.com/";
const JANE: &str = "jane@contoso.test";
const HANA: &str = "hana@contoso.test";
const JOHN: &str = "john@fabrikam.test";
const USER_ADMIN: &str = "fe930be7-5e62-47db-91af-98c3a49a38b1";
const HELPDESK_ADMIN: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
const GLOBAL_ADMIN: &str = "62e90394-69f5-4237-9190-012177145e10";

/// Somebody past the password, at a customer's address.
async fn arrives(visitor: &mut Visitor, at: &str, user: &str) -> Answer {
    let page = visitor.get(&PARTNER.asks(at, &[("scope", ""), ("resource", ARM)])).await;
    visitor.sign_in(page, user, PASSWORD).await
}

/// Proves the code app, whose page this is.
async fn proves(standin: &Standin, visitor: &mut Visitor, page: &Answer, secret: &str) -> Answer {
    assert!(page.has("name=\"otc\""), "{}", page.gist());
    visitor.submit(page, &[("otc", &app_code(standin, secret))]).await
}

fn tokens(standin: &Standin, at: &str, done: &Answer) -> Value {
    let code = done.sent_back("code").unwrap_or_else(|| panic!("a code, not {}", done.gist()));
    PARTNER.redeem(standin, at, &code, &[("resource", ARM)]).granted()
}

/// Jane, signed in to a customer's tenant.
async fn janes_tokens(standin: &Standin, at: &str) -> Value {
    let mut visitor = Visitor::new(standin);
    let page = arrives(&mut visitor, at, JANE).await;
    let done = proves(standin, &mut visitor, &page, "JANEJANEJANEJANEJANEJANEJANEJANE").await;
    tokens(standin, at, &done)
}

#[actix_web::test]
async fn an_agent_signs_in_to_the_customers_tenant_with_a_second_factor_and_the_roles_it_was_given() {
    let standin = started().await;
    let token = claims(text(&janes_tokens(&standin, AT_ADATUM).await, "access_token"));
    assert_eq!((text(&token, "tid"), text(&token, "iss")), (ADATUM, &*format!("https://sts.windows.net/{ADATUM}/")));
    assert_eq!(text(&token, "idp"), format!("https://sts.windows.net/{CONTOSO}/"));
    assert_eq!((text(&token, "xms_idrel"), &token["wids"]), ("11", &json!([USER_ADMIN])));
    assert_eq!(words(&token["amr"]), ["pwd", "otp", "mfa"]);
    assert_eq!((text(&token, "unique_name"), token.get("upn")), (JANE, None));
    assert_eq!(text(&token, "oid"), "ee4d6f33-e70c-4666-9df9-4ada3fc1b807");
    let because = get(&standin, "/_standin/events?kind=decision").body;
    for rule in ["R-01", "R-50", "contoso-adatum"] {
        assert!(because.contains(rule), "{rule}");
    }
}

#[actix_web::test]
async fn whose_own_tenant_asks_for_nothing_is_asked_all_the_same() {
    let standin = started().await;
    // At home, nothing.
    let mut visitor = Visitor::new(&standin);
    arrives(&mut visitor, "/fabrikam.test/oauth2", JOHN).await.sent_back("code").expect("a password is enough at home");
    // The same session, a customer's tenant: he has to register first.
    let page = visitor.get(&PARTNER.asks(AT_ADATUM, &[("scope", ""), ("resource", ARM), ("login_hint", JOHN)])).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "{}", page.gist());
    patch_world(&standin, json!({"users": {JOHN: {"methods": {"totp": "JANEJANEJANEJANEJANEJANEJANEJANE"}}}}));
    let page = arrives(&mut Visitor::new(&standin), AT_ADATUM, JOHN).await;
    assert!(page.has("name=\"otc\""), "{}", page.gist());
    let mut visitor = Visitor::new(&standin);
    let page = arrives(&mut visitor, AT_ADATUM, JOHN).await;
    let done = proves(&standin, &mut visitor, &page, "JANEJANEJANEJANEJANEJANEJANEJANE").await;
    let token = claims(text(&tokens(&standin, AT_ADATUM, &done), "access_token"));
    assert_eq!((text(&token, "xms_idrel"), &token["wids"]), ("31", &json!([GLOBAL_ADMIN])));
    assert_eq!(text(&token, "idp"), format!("https://sts.windows.net/{FABRIKAM}/"));
}

#[actix_web::test]
async fn a_federated_agent_proves_it_at_the_provider() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page =
        visitor.get(&PARTNER.asks(AT_TAILSPIN, &[("scope", ""), ("resource", ARM), ("login_hint", TRENT)])).await;
    let done = through_the_provider(&standin, &mut visitor, page).await;
    let token = claims(text(&tokens(&standin, AT_TAILSPIN, &done), "access_token"));
    assert_eq!(words(&token["amr"]), ["fed", "mfa"]);
    assert_eq!((text(&token, "xms_idrel"), &token["wids"]), ("11", &json!([USER_ADMIN])));
}

#[actix_web::test]
async fn who_it_is_can_be_asked_with_its_token_while_the_relationship_lasts() {
    let standin = started().await;
    let refresh = text(&janes_tokens(&standin, AT_ADATUM).await, "refresh_token").to_owned();
    let scope = [("scope", "openid profile https://graph.microsoft.com/.default")];
    let tokens = PARTNER.refresh(&standin, "/adatum.test/oauth2/v2.0", &refresh, &scope).granted();
    let bearer = format!("Bearer {}", text(&tokens, "access_token"));
    let ask = || Call::new(&standin, "GET", "/oidc/userinfo").header("Authorization", &bearer).send();
    let told = ask().granted();
    let id = claims(text(&tokens, "id_token"));
    assert_eq!((text(&told, "name"), text(&told, "sub")), ("Jane Lindqvist", text(&id, "sub")));
    assert_eq!((text(&id, "tid"), text(&id, "xms_idrel"), &id["wids"]), (ADATUM, "11", &json!([USER_ADMIN])));
    assert_eq!(text(&id, "email"), JANE);
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    assert_eq!(ask().status, 401);
}

#[actix_web::test]
async fn from_the_request_to_end_a_relationship_nobody_comes_in_by_it() {
    let standin = started().await;
    let refresh = text(&janes_tokens(&standin, AT_ADATUM).await, "refresh_token").to_owned();
    let again = || PARTNER.refresh(&standin, AT_ADATUM, &refresh, &[("resource", ARM)]);
    again().granted();
    for status in ["termination_requested", "terminating"] {
        patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": status}}}));
        again().refused(400, "invalid_grant", 50020);
        arrives(&mut Visitor::new(&standin), AT_ADATUM, JANE).await.on_page(50020);
    }
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "active"}}}));
    again().granted();
}

#[actix_web::test]
async fn an_agent_who_was_invited_too_comes_as_an_agent() {
    let standin = started().await;
    patch_world(&standin, json!({"tenants": {"adatum": {"guests": {JANE: {}}}}}));
    let token = claims(text(&janes_tokens(&standin, AT_ADATUM).await, "access_token"));
    assert_eq!((text(&token, "xms_idrel"), &token["wids"]), ("11", &json!([USER_ADMIN])));
    assert_eq!(words(&token["amr"]), ["pwd", "otp", "mfa"]);
    // Without the relationship, a guest like any other.
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    standin.clock().advance(Duration::from_secs(60));
    let token = claims(text(&janes_tokens(&standin, AT_ADATUM).await, "access_token"));
    assert_eq!((token.get("xms_idrel"), token.get("wids")), (None, None));
}

#[actix_web::test]
async fn a_service_passes_an_agent_on_while_the_relationship_lasts() {
    let standin = started().await;
    patch_world(&standin, json!({"apps": {"example-api": {"multi_tenant": true, "consented": ["example", "adatum"]}}}));
    let refresh = text(&janes_tokens(&standin, AT_ADATUM).await, "refresh_token").to_owned();
    let scope = [("scope", "api://example-api/read")];
    let tokens = PARTNER.refresh(&standin, "/adatum.test/oauth2/v2.0", &refresh, &scope).granted();
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("assertion", text(&tokens, "access_token")),
    ];
    let pass_on = || API.token(&standin, "/adatum.test/oauth2/v2.0", &fields);
    let token = claims(text(&pass_on().granted(), "access_token"));
    assert_eq!(
        (text(&token, "tid"), text(&token, "unique_name"), &token["wids"]),
        (ADATUM, JANE, &json!([USER_ADMIN]))
    );
    assert_eq!(words(&token["amr"]), ["pwd", "otp", "mfa"]);
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    pass_on().refused(400, "invalid_grant", 50020);
}

#[actix_web::test]
async fn nobody_is_asked_twice_for_what_the_session_has_proven() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = arrives(&mut visitor, "/contoso.test/oauth2", HANA).await;
    let done = proves(&standin, &mut visitor, &page, "HANAHANAHANAHANAHANAHANAHANAHANA").await;
    assert!(done.sent_back("code").is_some(), "{}", done.gist());
    for at in [AT_ADATUM, AT_TAILSPIN] {
        let ask = PARTNER.asks(at, &[("scope", ""), ("resource", ARM), ("login_hint", HANA)]);
        let done = visitor.get(&ask).await;
        let token = claims(text(&tokens(&standin, at, &done), "access_token"));
        assert_eq!(token["wids"], json!([HELPDESK_ADMIN]), "{at}");
    }
}

#[actix_web::test]
async fn who_has_no_part_in_a_relationship_is_refused_before_any_second_factor() {
    let standin = started().await;
    // A global administrator of a partner without delegated privileges, a sales agent, a stranger.
    for (user, why) in [
        ("gwen@contoso.test", "gives no role"),
        ("sam@contoso.test", "gives no role"),
        ("greta@fabrikam.test", "gives no role"),
        ("alice@example.test", "no relationship"),
    ] {
        let page = arrives(&mut Visitor::new(&standin), AT_ADATUM, user).await;
        page.on_page(50020);
        assert!(page.has(why), "{user}: {}", page.gist());
        // The journal says so too, and the page does not say it twice.
        let told = get(&standin, &format!("/_standin/events?kind=decision&user={user}")).json();
        let entry = told["value"].as_array().unwrap().last().unwrap().clone();
        assert!(text(&entry, "summary").contains("AADSTS50020"), "{entry}");
        let reason = |one: &&Value| text(one, "rule") == "R-55";
        let reasons: Vec<&Value> = entry["because"].as_array().unwrap().iter().filter(reason).collect();
        assert!(reasons.len() == 1 && text(reasons[0], "text").contains(why), "{entry}");
        assert_eq!(page.body.matches(why).count(), 1, "{user}: {}", page.gist());
    }
    let page = arrives(&mut Visitor::new(&standin), "/example.test/oauth2", JANE).await;
    page.on_page(50020);
}

#[actix_web::test]
async fn a_relationship_that_has_ended_lets_nobody_in_any_more() {
    let standin = started().await;
    let held = janes_tokens(&standin, AT_ADATUM).await;
    let refresh = text(&held, "refresh_token").to_owned();
    PARTNER.refresh(&standin, AT_ADATUM, &refresh, &[("resource", ARM)]).granted();
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    let refused = PARTNER.refresh(&standin, AT_ADATUM, &refresh, &[("resource", ARM)]);
    refused.refused(400, "invalid_grant", 50020);
    PARTNER.refresh(&standin, AT_TAILSPIN, &refresh, &[("resource", ARM)]).granted();
    let page = arrives(&mut Visitor::new(&standin), AT_ADATUM, JANE).await;
    page.on_page(50020);
    assert!(page.has("was terminated"), "{}", page.gist());
    // The clock ends the others: they were for two years.
    let body = json!({"at": "2028-11-20T00:00:01Z"}).to_string();
    Call::new(&standin, "PUT", "/_standin/clock").body("application/json", body).send().granted();
    let page = arrives(&mut Visitor::new(&standin), AT_TAILSPIN, JANE).await;
    page.on_page(50020);
    assert!(page.has("has expired"), "{}", page.gist());
}

#[actix_web::test]
async fn it_may_end_between_the_prompt_and_the_token() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = arrives(&mut visitor, AT_ADATUM, JANE).await;
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    proves(&standin, &mut visitor, &page, "JANEJANEJANEJANEJANEJANEJANEJANE").await.on_page(50020);

    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "active"}}}));
    standin.clock().advance(Duration::from_secs(60));
    let mut visitor = Visitor::new(&standin);
    let page = arrives(&mut visitor, AT_ADATUM, JANE).await;
    let done = proves(&standin, &mut visitor, &page, "JANEJANEJANEJANEJANEJANEJANEJANE").await;
    patch_world(&standin, json!({"relationships": {"contoso-adatum": {"status": "terminated"}}}));
    let code = done.sent_back("code").unwrap();
    PARTNER.redeem(&standin, AT_ADATUM, &code, &[("resource", ARM)]).refused(400, "invalid_grant", 50020);
}

#[actix_web::test]
async fn the_customers_own_policies_hold_for_a_partners_agents_too() {
    let standin = started().await;
    let policy = |include: Value| json!({"tenants": {"adatum": {"conditional_access": {"partners": {"include": include, "grant": ["block"]}}}}});
    patch_world(&standin, policy(json!({"guests": true})));
    let page = arrives(&mut Visitor::new(&standin), AT_ADATUM, JANE).await;
    assert!(page.has("name=\"otc\""), "an agent is no guest: {}", page.gist());
    patch_world(&standin, policy(json!({"guests": false, "service_providers": true})));
    arrives(&mut Visitor::new(&standin), AT_ADATUM, JANE).await.on_page(53003);
    let amy = arrives(&mut Visitor::new(&standin), AT_ADATUM, "amy@adatum.test").await;
    assert!(amy.sent_back("code").is_some(), "{}", amy.gist());
}

#[actix_web::test]
async fn the_dry_run_says_which_rules_ask() {
    let standin = started().await;
    let explain = |user: &str, tenant: &str, client: &str| {
        let body = json!({"user": user, "tenant": tenant, "app": "azure-cli", "client": client, "evidence": ["pwd"]});
        Call::new(&standin, "POST", "/_standin/explain").body("application/json", body.to_string()).send().granted()
    };
    let rules = |told: &Value| -> Vec<String> {
        told["because"].as_array().unwrap().iter().map(|one| text(one, "rule").to_owned()).collect()
    };
    let told = explain(JANE, "tailspin.test", "browser");
    assert_eq!(told["next"], "ask_mfa");
    for rule in ["R-01", "R-02", "R-04", "R-50"] {
        assert!(rules(&told).iter().any(|one| one == rule), "{rule}: {told}");
    }
    assert_eq!(explain(JOHN, "adatum.test", "browser")["next"], "register");
    let told = explain(JOHN, "adatum.test", "password");
    assert_eq!((&told["next"], &told["code"]), (&json!("refuse"), &json!(50079)));
    let told = explain("greta@fabrikam.test", "adatum.test", "browser");
    assert_eq!((&told["next"], &told["code"]), (&json!("refuse"), &json!(50020)));
    assert!(rules(&told).iter().any(|one| one == "R-55"), "{told}");
    // Whoever uses no delegated privilege never meets R-01.
    let told = explain(JOHN, "fabrikam.test", "browser");
    assert_eq!(told["next"], "done");
    assert!(!rules(&told).iter().any(|one| one == "R-01"), "{told}");
}

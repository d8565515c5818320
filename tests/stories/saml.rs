//! A tenant and a third-party provider as SAML 2.0 identity providers for applications (R-06, R-10 to R-14).

mod journeys;
mod refusals;
mod sign_out;
mod signed;
mod ways;

use serde_json::json;

use crate::apps::{ALICE, BOB, WEB};
use crate::client::{patch_world, started};
use crate::service_provider::{
    ACS, LOCAL, TENANT, asks, claim, packed, policy, request, request_of, said, signs_in, status,
};
use crate::visitor::Visitor;

const ALICE_AT_LOCAL: &str = "alice@local.test";
pub const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
pub const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
pub const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

#[actix_web::test]
async fn alice_signs_in_to_a_saml_application_of_her_tenant_over_both_bindings() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let form = signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    assert_eq!(form.sent_back("RelayState").as_deref(), Some("where & what"));
    let told = said(&standin, TENANT, &form);
    assert_eq!(told.issuer, "https://sts.windows.net/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/");
    assert_eq!((told.subject.name.as_str(), told.subject.format.as_deref()), (ALICE, Some(EMAIL)));
    assert_eq!(told.audiences, ["urn:example:saml"]);
    assert_eq!((told.recipient.as_deref(), told.in_response_to.as_deref()), (Some(ACS), Some("_r1")));
    assert_eq!(told.authentication.context, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password");
    assert!(told.authentication.session_index.is_some());
    assert_eq!(claim(&told, "name"), [ALICE]);
    assert_eq!(claim(&told, "objectidentifier"), ["364526c4-eb11-4985-917d-37d04d230685"]);
    assert_eq!(claim(&told, "tenantid"), ["10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1"]);
    assert_eq!(claim(&told, "identityprovider"), [told.issuer.as_str()]);
    assert_eq!(told.methods, ["http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password"]);

    // The session serves the next request, which comes in a form this time.
    let fields = [("SAMLRequest", packed(&request("", ""))), ("RelayState", "again".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let form = alice.post(TENANT, &fields).await;
    assert_eq!(form.sent_back("RelayState").as_deref(), Some("again"));
    let again = said(&standin, TENANT, &form);
    assert_eq!(again.authentication.session_index, told.authentication.session_index);
    assert_ne!(again.id, told.id);
}

#[actix_web::test]
async fn one_session_serves_openid_connect_and_saml() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    WEB.code(&mut alice, crate::apps::V2, &[], ALICE).await;
    let form = alice.get(&asks(TENANT, &request(r#"IsPassive="true""#, ""))).await;
    assert_eq!(said(&standin, TENANT, &form).subject.name, ALICE);
    let nobody = Visitor::new(&standin).get(&asks(TENANT, &request(r#"IsPassive="true""#, ""))).await;
    assert_eq!(status(&standin, TENANT, &nobody), ("Responder".into(), "NoPassive".into()));
}

#[actix_web::test]
async fn a_person_of_a_provider_signs_in_to_a_saml_application_there() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let form = signs_in(&mut alice, LOCAL, &request("", ""), ALICE_AT_LOCAL).await;
    let told = said(&standin, LOCAL, &form);
    assert_eq!(told.issuer, standin.http("/idp/local/adfs/services/trust"));
    assert_eq!(told.subject.name, ALICE_AT_LOCAL);
    assert_eq!(claim(&told, "emailaddress"), [ALICE_AT_LOCAL]);
    let nobody = Visitor::new(&standin).get(&asks(LOCAL, &request(r#"IsPassive="true""#, ""))).await;
    assert_eq!(status(&standin, LOCAL, &nobody), ("Responder".into(), "NoPassive".into()));
}

#[actix_web::test]
async fn the_local_provider_serves_whoever_is_on_localhost_and_nobody_else() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    let acs = "http://localhost:4711/any/where";
    let from = |acs: &str| {
        request_of("http://localhost:4711/metadata", &format!(r#"AssertionConsumerServiceURL="{acs}""#), "")
    };
    let form = signs_in(&mut alice, LOCAL, &from(acs), ALICE_AT_LOCAL).await;
    assert_eq!(form.attribute_after("<form", "action").as_deref(), Some(acs), "{}", form.gist());
    for acs in
        ["http://evil.test/", "http://localhost.evil.test/", "http://localhost@evil.test/", "javascript:alert(1)", ""]
    {
        let page = alice.get(&asks(LOCAL, &from(acs))).await;
        page.on_providers_page("invalid_request");
        assert!(!page.has("href=\"http://evil") && !page.has("action=\"http://evil"), "{}", page.gist());
    }
    let wingtip = alice.get(&asks("/idp/wingtip/saml/sso", &from(acs))).await;
    wingtip.on_providers_page("unauthorized_client");
}

#[actix_web::test]
async fn somebody_is_named_as_the_application_asks() {
    let standin = started().await;
    let mut alice = Visitor::new(&standin);
    signs_in(&mut alice, TENANT, &request("", ""), ALICE).await;
    let mut named = async |format: &str| {
        let form = alice.get(&asks(TENANT, &request("", &policy(format)))).await;
        said(&standin, TENANT, &form).subject
    };
    let pairwise = named(PERSISTENT).await;
    assert_eq!(pairwise.format.as_deref(), Some(PERSISTENT));
    assert!(pairwise.name.len() > 20 && !pairwise.name.contains('@'), "{}", pairwise.name);
    assert_eq!(named(PERSISTENT).await, pairwise);
    let transient = named(TRANSIENT).await;
    assert_eq!(named(EMAIL).await.name, ALICE);
    assert_eq!(named("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified").await.name, ALICE);
    let mut later = Visitor::new(&standin);
    let form = signs_in(&mut later, TENANT, &request("", &policy(TRANSIENT)), ALICE).await;
    assert_ne!(said(&standin, TENANT, &form).subject.name, transient.name, "another session, another name");

    let kerberos = policy("urn:oasis:names:tc:SAML:2.0:nameid-format:kerberos");
    alice.get(&asks(TENANT, &request("", &kerberos))).await.on_page(75016);
    let told = alice.get(&asks(LOCAL, &request("", &kerberos))).await;
    assert_eq!(status(&standin, LOCAL, &told), ("Requester".into(), "InvalidNameIDPolicy".into()));
}

#[actix_web::test]
async fn groups_and_roles_are_told_where_the_application_asks_for_them() {
    let standin = started().await;
    patch_world(
        &standin,
        json!({
            "tenants": {"example": {"groups": {"staff": {"id": "5b0e5f4e-96f5-4b0f-8ca5-65e1f0a7a5f1"}}}},
            "apps": {"example-saml": {"group_claims": "all", "roles": {"Editor": {}}, "assignment_required": true}},
            "users": {ALICE: {
                "groups": ["staff"], "app_roles": {"example-saml": ["Editor"]}, "given_name": "Alice",
                "claims": {"department": "Sales", "http://example.test/claims/sites": ["one", "two"]},
            }},
        }),
    );
    let form = signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), ALICE).await;
    let told = said(&standin, TENANT, &form);
    assert_eq!(claim(&told, "groups"), ["5b0e5f4e-96f5-4b0f-8ca5-65e1f0a7a5f1"]);
    assert_eq!(claim(&told, "role"), ["Editor"]);
    assert_eq!(claim(&told, "givenname"), ["Alice"]);
    assert_eq!(claim(&told, "sites"), ["one", "two"]);
    assert_eq!(told.attributes.iter().find(|one| one.name == "department").unwrap().values, ["Sales"]);

    let unassigned = signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), BOB).await;
    unassigned.on_page(50105);
}

#[actix_web::test]
async fn a_guest_is_told_of_with_the_object_of_this_tenant_and_the_issuer_of_theirs() {
    let standin = started().await;
    let id = "11d4b5a1-bbbb-4ccc-8ddd-0123456789ab";
    let stranger = signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), "fay@fabrikam.test").await;
    stranger.on_page(50020);
    patch_world(&standin, json!({"tenants": {"example": {"guests": {"fay@fabrikam.test": {"id": id}}}}}));
    let form = signs_in(&mut Visitor::new(&standin), TENANT, &request("", ""), "fay@fabrikam.test").await;
    let told = said(&standin, TENANT, &form);
    assert_eq!(claim(&told, "objectidentifier"), [id]);
    assert_eq!(claim(&told, "identityprovider"), ["https://sts.windows.net/2e9bc4e8-33ab-4dcc-9d23-0542420ceda0/"]);
    assert_eq!(claim(&told, "tenantid"), ["10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1"]);
}

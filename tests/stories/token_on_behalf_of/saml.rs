//! The next service takes SAML only.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use standin::Standin;
use standin::federation::assertion::{Assertion, Version};
use standin::federation::xml;

use super::{incoming, pass_on};
use crate::answer::claims;
use crate::apps::{ALICE, API, V1, text};
use crate::client::{Fields, patch_world, started};
use crate::service_provider::{ACS, ENTITY, TENANT, claim, keys};

const SAML1: (&str, &str) = ("requested_token_type", "urn:ietf:params:oauth:token-type:saml1");
const SAML2: (&str, &str) = ("requested_token_type", "urn:ietf:params:oauth:token-type:saml2");
const ALL: (&str, &str) = ("scope", "urn:example:saml/.default");

/// The service that takes SAML gets a permission; Example API has it.
async fn with_a_saml_service() -> Standin {
    let standin = started().await;
    let service = json!({"identifier_uris": [ENTITY], "scopes": {"user_impersonation": {"title": "Act for you"}}});
    let api = json!({"permissions": {"example-saml": ["user_impersonation"]}});
    patch_world(&standin, json!({"apps": {"example-saml": service, "example-api": api}}));
    standin
}

fn read(standin: &Standin, tokens: &Value) -> Assertion {
    let bytes = URL_SAFE_NO_PAD.decode(text(tokens, "access_token")).unwrap();
    let document = String::from_utf8(bytes).unwrap();
    let root = xml::read(&document).unwrap();
    Assertion::read(xml::verify(&root, &keys(standin, TENANT)).unwrap()).unwrap()
}

#[actix_web::test]
async fn it_gets_a_signed_assertion_about_the_same_person() {
    let standin = with_a_saml_service().await;
    let first = incoming(&standin).await;
    let tokens = pass_on(&standin, API, &first, &[SAML2, ALL]).granted();
    assert_eq!((text(&tokens, "issued_token_type"), text(&tokens, "token_type")), (SAML2.1, "Bearer"));
    assert_eq!(text(&tokens, "scope"), "urn:example:saml/user_impersonation urn:example:saml/.default");
    let said = read(&standin, &tokens);
    assert_eq!((said.version, said.audiences.as_slice()), (Version::Saml20, [ENTITY.to_owned()].as_slice()));
    assert_eq!(said.recipient.as_deref(), Some(ACS));
    assert_eq!(said.issuer, "https://sts.windows.net/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/");
    assert_eq!((said.subject.name.as_str(), claim(&said, "name")), (ALICE, vec![ALICE]));
    assert_eq!(claim(&said, "objectidentifier"), [text(&claims(&first), "oid")]);
    assert_eq!(said.methods, ["http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password"]);
    let lives = said.not_on_or_after.unwrap().since(said.issued);
    assert_eq!(tokens["expires_in"], lives.whole_seconds());
}

#[actix_web::test]
async fn the_older_version_and_the_older_address_do_as_well() {
    let standin = with_a_saml_service().await;
    let first = incoming(&standin).await;
    let older = read(&standin, &pass_on(&standin, API, &first, &[SAML1, ALL]).granted());
    assert_eq!((older.version, older.subject.name.as_str()), (Version::Saml11, ALICE));
    let fields: Fields<'_> = &[
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("assertion", &first),
        ("resource", ENTITY),
        SAML2,
    ];
    let tokens = API.token(&standin, V1, fields).granted();
    assert_eq!((text(&tokens, "resource"), text(&tokens, "scope")), (ENTITY, "user_impersonation"));
    assert_eq!(read(&standin, &tokens).audiences, [ENTITY]);
}

#[actix_web::test]
async fn what_is_refused_for_json_web_tokens_is_refused_for_assertions() {
    let standin = with_a_saml_service().await;
    let first = incoming(&standin).await;
    for kind in ["saml2", "urn:ietf:params:oauth:token-type:saml3", "urn:ietf:params:oauth:token-type:id_token"] {
        let asked = pass_on(&standin, API, &first, &[("requested_token_type", kind), ALL]);
        asked.refused(400, "invalid_request", 90013);
    }
    let nobody = ("scope", "urn:example:wsfed/.default");
    pass_on(&standin, API, &first, &[SAML2, nobody]).refused(400, "invalid_resource", 500_011);
    pass_on(&standin, API, "PHNhbWw", &[SAML2, ALL]).refused(400, "invalid_grant", 50013);
    patch_world(&standin, json!({"apps": {"example-api": {"permissions": {"example-saml": null}}}}));
    pass_on(&standin, API, &first, &[SAML2, ALL]).refused(400, "invalid_resource", 650_057);
    standin.clock().advance(Duration::from_secs(3600));
    pass_on(&standin, API, &first, &[SAML2, ALL]).refused(400, "invalid_grant", 500_133);
}

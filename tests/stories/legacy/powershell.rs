//! The old Exchange PowerShell module: it signs in at home and administers customers from there.

use serde_json::json;

use super::{JANE, because, refused, with};
use crate::apps::PASSWORD;
use crate::client::{get, patch_world, started};

const JOHN: &str = "john@fabrikam.test";

fn of(customer: &str) -> String {
    format!("/legacy/powershell?DelegatedOrg={customer}")
}

#[actix_web::test]
async fn a_partners_agent_administers_a_customer_without_signing_in_to_it() {
    let standin = started().await;
    // Tailspin has security defaults, which are not met: nobody signs in to Tailspin.
    let session = with(&standin, &of("tailspin.test"), JOHN, PASSWORD).granted();
    assert_eq!(session["organization"]["name"], "Tailspin");
    assert_eq!(session["delegated"], json!({"relationship": "fabrikam-tailspin", "kind": "DAP"}));
    assert_eq!(session["roles"], json!(["Global administrator"]));
    assert!(because(&standin).contains("R-62"), "{}", because(&standin));
    let by_id = with(&standin, &of("6054110b-58f7-4fe8-b31b-aa33c9c7d173"), JOHN, PASSWORD).granted();
    assert_eq!(by_id["organization"]["name"], "Adatum");
    let own = with(&standin, "/legacy/powershell", "greta@fabrikam.test", PASSWORD).granted();
    assert_eq!((&own["delegated"], &own["roles"][0]), (&json!(null), &json!("Global administrator")));
}

#[actix_web::test]
async fn without_a_relationship_or_a_role_by_it_nothing_is_administered() {
    let standin = started().await;
    let forbidden = |user: &str, customer: &str| {
        let answer = with(&standin, &of(customer), user, PASSWORD);
        assert_eq!((answer.status, answer.header("www-authenticate")), (403, ""), "{}", answer.gist());
        assert_eq!(answer.json()["error"]["code"], "AADSTS50020");
    };
    forbidden("greta@fabrikam.test", "adatum.test");
    assert!(because(&standin).contains("R-55"), "{}", because(&standin));
    forbidden("fay@fabrikam.test", "adatum.test");
    forbidden(JOHN, "contoso.test");
    forbidden("alice@example.test", "adatum.test");
    patch_world(&standin, json!({"relationships": {"fabrikam-adatum": {"status": "terminated"}}}));
    forbidden(JOHN, "adatum.test");
    let unknown = with(&standin, &of("nowhere.test"), JOHN, PASSWORD);
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (400, &json!("AADSTS90002")));
    let twice = with(&standin, "/legacy/powershell?DelegatedOrg=adatum.test&DelegatedOrg=x", JOHN, PASSWORD);
    assert_eq!(twice.status, 400, "{}", twice.gist());
}

#[actix_web::test]
async fn who_may_not_sign_in_at_home_learns_nothing_of_customers() {
    let standin = started().await;
    refused(&with(&standin, &of("adatum.test"), JANE, PASSWORD), 50076);
    refused(&with(&standin, &of("nowhere.test"), JOHN, "wrong"), 50126);
    assert_eq!(get(&standin, &of("nowhere.test")).status, 401);
}

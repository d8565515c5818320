//! The second factor: asked of people, never of applications (R-40 to R-42, R-44, R-07).

use std::io::Read as _;

use serde_json::{Value, json};
use standin::Standin;

use super::{API, JANE, Partner, alone, bearer, jane_signs_in, person, refused, with_mfa};
use crate::apps::{PARTNER, PASSWORD, text};
use crate::client::{get, patch_world, started};

/// What a call without a second factor is answered, byte for byte; of what differs each time only the form.
fn raw(partner: &Partner<'_>, path: &str, header: Option<(&str, &str)>) -> String {
    let mut call = partner.call("GET", path);
    if let Some((name, value)) = header {
        call = call.header(name, value);
    }
    let mut bytes = Vec::new();
    call.open().read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// John by the password grant: no second factor anywhere.
fn johns_token(standin: &Standin) -> String {
    let fields =
        [("grant_type", "password"), ("username", "john@fabrikam.test"), ("password", PASSWORD), ("resource", API)];
    text(&PARTNER.token(standin, "/fabrikam.test/oauth2", &fields).granted(), "access_token").to_owned()
}

#[actix_web::test]
async fn a_person_without_a_second_factor_is_refused_as_published_and_one_with_it_is_served() {
    let standin = started().await;
    let john = bearer(&standin, &johns_token(&standin));
    let answer = raw(&john, "customers", None);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines.remove(0), "HTTP/1.1 401 Unauthorized - MFA required");
    lines.sort_unstable();
    let [connection, date, context, chunked, challenge] = lines.try_into().unwrap_or_else(|_| panic!("{head}"));
    assert!(connection.eq_ignore_ascii_case("Connection: close") && date.starts_with("Date: "), "{head}");
    let app = context.strip_prefix("Request-Context: appId=cid-v1:").unwrap_or_else(|| panic!("{context}"));
    assert_eq!(app.len(), 36);
    assert!(chunked.eq_ignore_ascii_case("Transfer-Encoding: chunked"), "{head}");
    assert!(challenge.eq_ignore_ascii_case(r#"WWW-Authenticate: Bearer error="invalid_token""#), "{head}");
    assert_eq!(body, "0\r\n\r\n", "no data");
    let because = get(&standin, "/_standin/events?kind=error").body;
    assert!(because.contains("R-40") && because.contains("john@fabrikam.test"), "{because}");
    let jane = jane_signs_in(&standin, "/contoso.test/oauth2", &[("scope", ""), ("resource", API)]).await;
    assert_eq!(bearer(&standin, text(&jane, "access_token")).list("customers").len(), 2);
}

#[actix_web::test]
async fn registering_a_second_factor_is_not_proving_it() {
    let standin = started().await;
    let token = johns_token(&standin);
    patch_world(&standin, json!({ "users": { "john@fabrikam.test": { "methods": { "push": true } } } }));
    assert_eq!(bearer(&standin, &token).get("customers").status, 401);
}

#[actix_web::test]
async fn the_edition_of_2025_names_a_code() {
    let standin = started().await;
    patch_world(&standin, json!({ "edition": "2025" }));
    let john = person(&standin, "john@fabrikam.test", &["pwd"]);
    let answer = raw(&john, "customers", None);
    assert!(answer.starts_with("HTTP/1.1 401 Unauthorized - MFA required\r\n"), "{answer}");
    assert!(answer.contains(r#""code":"900421""#) && answer.contains("Correlation ID: "), "{answer}");
    assert_eq!(with_mfa(&standin, "john@fabrikam.test").list("customers").len(), 2);
}

#[actix_web::test]
async fn an_application_by_itself_is_not_asked_and_reaches_what_takes_it() {
    let standin = started().await;
    let app = alone(&standin);
    assert_eq!(app.list("customers").len(), 2);
    assert!(!app.list("invoices").is_empty());
    let told = refused(&app.get("profiles/organization"), 403, "2032");
    assert!(told.contains("App+User"), "{told}");
    let because = get(&standin, "/_standin/events?kind=decision").body;
    assert!(because.contains("R-41"), "{because}");
}

#[actix_web::test]
async fn who_asks_is_told_whether_the_token_would_do() {
    let standin = started().await;
    let header = |partner: &Partner<'_>, asks: &str| {
        let answer = partner.call("GET", "customers").header("ValidateMfa", asks).send();
        (answer.status, answer.header("ismfacompliant").to_owned())
    };
    assert_eq!(header(&with_mfa(&standin, JANE), "true"), (200, "true".into()));
    assert_eq!(header(&with_mfa(&standin, JANE), "false"), (200, String::new()));
    assert_eq!(header(&person(&standin, JANE, &["pwd"]), "true"), (401, "false".into()));
    assert_eq!(header(&alone(&standin), "True"), (200, "true".into()));
    assert_eq!(with_mfa(&standin, JANE).get("customers").header("ismfacompliant"), "");
    // Before enforcement: the same question, and data besides.
    patch_world(&standin, json!({ "tenants": { "contoso": { "mfa_audit_only": true } } }));
    assert_eq!(header(&person(&standin, JANE, &["pwd"]), "true"), (200, "false".into()));
}

#[actix_web::test]
async fn enforcement_comes_to_each_partner_on_its_day() {
    let standin = started().await;
    standin.clock().freeze();
    let now = standin.clock().now();
    let soon = now.plus(standin::time::Span::minutes(10)).to_string();
    patch_world(&standin, json!({ "tenants": { "contoso": { "mfa_api_from": soon } } }));
    let (jane, john) = (person(&standin, JANE, &["pwd"]), person(&standin, "john@fabrikam.test", &["pwd"]));
    assert_eq!((jane.get("customers").status, john.get("customers").status), (200, 401));
    let because = get(&standin, "/_standin/events?kind=decision").body;
    assert!(because.contains("R-44"), "{because}");
    standin.clock().advance(std::time::Duration::from_secs(600));
    assert_eq!(jane.get("customers").status, 401);
}

#[actix_web::test]
async fn a_technical_exception_excuses_its_tenant_and_no_other_while_it_lasts() {
    let standin = started().await;
    let exception = json!({ "exceptions": { "theirs": {
        "tenant": "contoso", "state": "approved", "product": "Ticket MFA", "reason": "third_party_mfa",
    } } });
    patch_world(&standin, exception);
    let (jane, john) = (person(&standin, JANE, &["pwd"]), person(&standin, "john@fabrikam.test", &["pwd"]));
    assert_eq!((jane.get("customers").status, john.get("customers").status), (200, 401));
    let because = get(&standin, "/_standin/events?kind=decision").body;
    assert!(because.contains("R-07") && because.contains("Ticket MFA"), "{because}");
    // It excuses from the second factor and from nothing else.
    refused(&person(&standin, "bill@contoso.test", &["pwd"]).get("customers"), 403, "2032");
    // A world file may leave the product out, and the reason still reads.
    patch_world(&standin, json!({ "exceptions": { "theirs": { "product": "" } } }));
    assert_eq!(jane.get("customers").status, 200);
    let because = get(&standin, "/_standin/events?kind=decision").body;
    assert!(because.contains("the technical exception theirs excuses contoso"), "{because}");
    assert!(because.contains("let jane@contoso.test through to GET /partnercenter/v1/customers"), "{because}");
    patch_world(&standin, json!({ "exceptions": { "theirs": { "state": "withdrawn" } } }));
    assert_eq!(jane.get("customers").status, 401);
}

#[actix_web::test]
async fn ids_of_a_request_come_back_when_they_are_some() {
    let standin = started().await;
    let id = "5ce66de5-eea9-486f-a11c-c852aa3d1502";
    let ask = |request: &str, correlation: &str| {
        let call = with_mfa(&standin, JANE).call("GET", "customers");
        call.header("MS-RequestId", request).header("MS-CorrelationId", correlation).send()
    };
    let answer = ask(id, id);
    assert_eq!((answer.header("ms-requestid"), answer.header("ms-correlationid")), (id, id));
    assert!(answer.header("ms-cv").ends_with(".0") && !answer.header("ms-serverid").is_empty());
    let answer = ask("<script>", "");
    for name in ["ms-requestid", "ms-correlationid"] {
        assert_eq!(answer.header(name).len(), 36);
    }
    let refusal = bearer(&standin, "").call("GET", "customers").header("MS-CorrelationId", id).send();
    assert!(refused(&refusal, 401, "800001").ends_with(id));
    assert_eq!(refusal.header("www-authenticate"), format!("OAuth realm=urn:cpsvc:cpid:{id}"));
    let _: Value = refusal.json();
}

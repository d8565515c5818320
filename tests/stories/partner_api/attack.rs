//! Tokens of others, and input that nobody honest sends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use standin::directory::app::TokenVersion;
use standin::time::Span;
use standin::token::forge::{Order, Signature};

use super::{ADATUM, API, JANE, bearer, forged, jane_signs_in, order, person, refused, with_mfa};
use crate::apps::text;
use crate::client::{Call, get, started};

#[actix_web::test]
async fn a_token_that_is_not_good_is_refused_with_its_reason() {
    let standin = started().await;
    let good = || order(JANE, &["pwd", "mfa"]);
    let claim = |name: &str, value: Value| {
        let mut wanted = good();
        wanted.claims.insert(name.to_owned(), value);
        wanted
    };
    for (wanted, reason) in [
        (Order { signature: Signature::Invalid, ..good() }, "signature is not ours"),
        (Order { signature: Signature::None, ..good() }, "cannot be read"),
        (Order { signature: Signature::UnknownKey, ..good() }, "key that is not known"),
        (Order { lifetime: Span::minutes(-5), ..good() }, "has expired"),
        (Order { resource: Some("graph".into()), ..good() }, "audience"),
        (Order { resource: Some("aad-graph".into()), ..good() }, "audience"),
        (claim("iss", json!("https://sts.windows.net/evil/")), "issuer"),
        (claim("nbf", json!(4_000_000_000_u32)), "not valid yet"),
        (claim("oid", json!("00000000-0000-0000-0000-000000000001")), "not about a person"),
    ] {
        let told = refused(&bearer(&standin, &forged(&standin, &wanted)).get("customers"), 401, "400");
        assert!(told.contains(reason), "{reason}: {told}");
    }
    // A partner's agent is no less here for having signed in at a customer's; but the API is not for that tenant.
    let at_adatum = |wanted: Order| Order { tenant: Some("adatum".into()), ..wanted };
    let by_itself = Order { user: None, amr: None, ..good() };
    for wanted in [at_adatum(good()), at_adatum(by_itself)] {
        let told = refused(&bearer(&standin, &forged(&standin, &wanted)).get("customers"), 403, "2032");
        assert!(told.contains("the token is of Adatum, which is no partner tenant"), "{told}");
    }
    let mut newer = Order { version: Some(TokenVersion::V2), ..good() };
    newer.claims.insert("amr".into(), json!(["pwd", "mfa"]));
    assert_eq!(bearer(&standin, &forged(&standin, &newer)).list("customers").len(), 2, "the newer shape is as good");
    let because = get(&standin, "/_standin/events?kind=error").body;
    assert!(because.contains("R-43") && !because.contains("eyJ"), "{because}");
}

#[actix_web::test]
async fn tokens_that_nobody_signed_open_nothing() {
    let standin = started().await;
    let token = forged(&standin, &order(JANE, &["mfa"]));
    let parts: Vec<&str> = token.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(json!({ "alg": "none", "typ": "JWT" }).to_string());
    let mut more: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    more["oid"] = json!("b44f1c9b-25bb-4f0a-9e65-0931e1682fa7");
    let more = URL_SAFE_NO_PAD.encode(more.to_string());
    for forged in [
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{}.{more}.{}", parts[0], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        "a".repeat(20_000),
        "x y".into(),
    ] {
        refused(&bearer(&standin, &forged).get("customers"), 401, "400");
    }
}

#[actix_web::test]
async fn worlds_keep_to_themselves() {
    let standin = started().await;
    let body = json!({ "id": "other" }).to_string();
    let answer = Call::new(&standin, "POST", "/_standin/worlds").body("application/json", body).send();
    assert_eq!(answer.status, 201, "{}", answer.body);
    let theirs = jane_signs_in(&standin, "/w/other/contoso.test/oauth2", &[("scope", ""), ("resource", API)]).await;
    let theirs = text(&theirs, "access_token").to_owned();
    refused(&bearer(&standin, &theirs).get("customers"), 401, "400");
    let there = |token: &str, path: &str| {
        let call = Call::new(&standin, "GET", &format!("/w/other/partnercenter/v1/{path}"));
        call.header("Authorization", &format!("Bearer {token}")).send()
    };
    assert_eq!(there(&theirs, "customers").granted()["totalCount"], 2);
    let requests = there(&theirs, "partnerRequests").granted();
    assert_eq!(requests["totalCount"], 2, "its own requests, and nobody else's: {requests}");
    // Nothing of it is left when it is gone.
    assert_eq!(Call::new(&standin, "DELETE", "/_standin/worlds/other").send().status, 204);
    assert_eq!(there(&theirs, "customers").status, 404);
}

#[actix_web::test]
async fn what_nobody_honest_sends_is_refused_in_the_apis_own_shape() {
    let standin = started().await;
    let jane = with_mfa(&standin, JANE);
    let huge = format!("{{\"x\":\"{}\"}}", "y".repeat(300 * 1024));
    refused(&jane.call("POST", "customers").body("application/json", huge).send(), 413, "800002");
    let deep = format!("{}1{}", "[".repeat(50_000), "]".repeat(50_000));
    refused(&jane.call("POST", "customers").body("application/json", deep).send(), 400, "800002");
    for path in ["nothing", "customers/a/b/c", "%2e%2e/%2e%2e", "customers%00"] {
        refused(&jane.get(path), 404, "1000");
    }
    for (verb, path, allowed) in [
        ("DELETE", "customers", "GET, HEAD, POST"),
        ("OPTIONS", "invoices", "GET, HEAD"),
        ("PUT", "profiles/mpn", "GET, HEAD"),
    ] {
        let answer = jane.call(verb, path).send();
        refused(&answer, 405, "405");
        assert_eq!(answer.header("allow"), allowed);
    }
    refused(&jane.get("customers?size=1&size=2"), 400, "800002");
    let told =
        refused(&jane.get(&format!("customers/{ADATUM}/users/%3Cscript%3Ealert(1)%3C%2Fscript%3E")), 404, "60002");
    assert!(told.contains("<script>"), "it is JSON, and says so");
    assert_eq!(jane.get("x").header("content-type"), "application/json; charset=utf-8");
    // A person who is gone asks no more, whatever the token says.
    crate::client::patch_world(&standin, json!({ "users": { JANE: { "enabled": false } } }));
    refused(&jane.get("customers"), 401, "400");
    refused(&person(&standin, "ada@adatum.test", &["pwd", "mfa"]).get("customers"), 403, "2032");
}

//! Wrong verbs, unknown addresses, hosts that are none.

use super::{ASKED, POSTED};
use crate::answer::Answer;
use crate::apps::{LOCAL, LOCAL_WEB, V1, V2, WEB};
use crate::client::{Call, get, started};

fn in_entras_shape(answer: &Answer) {
    answer.refused(405, "invalid_request", 900_561);
}

#[actix_web::test]
async fn a_wrong_verb_is_told_the_right_ones_in_the_surfaces_own_shape() {
    let standin = started().await;
    for path in ["/example.test/oauth2/v2.0/token", "/common/oauth2/token"] {
        for verb in ["GET", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            let answer = Call::new(&standin, verb, path).send();
            in_entras_shape(&answer);
            assert_eq!(answer.header("allow"), "POST, OPTIONS", "{verb} {path}");
        }
    }
    for path in ["/common/v2.0/.well-known/openid-configuration", "/common/discovery/keys", "/common/userrealm/x"] {
        in_entras_shape(&Call::new(&standin, "POST", path).send());
    }
    in_entras_shape(&get(&standin, "/common/GetCredentialType"));
    let provider = Call::new(&standin, "PUT", "/idp/local/token").send();
    provider.refused_plainly(405, "invalid_request");
}

#[actix_web::test]
async fn every_address_names_the_verbs_it_takes() {
    let standin = started().await;
    for path in ASKED.iter().chain(&POSTED) {
        for verb in ["PUT", "DELETE", "PATCH"] {
            let answer = Call::new(&standin, verb, path).send();
            assert_eq!(answer.status, 405, "{verb} {path}: {}", answer.gist());
            assert!(answer.header("allow").contains(['G', 'P']), "{verb} {path}");
        }
    }
}

#[actix_web::test]
async fn whatever_answers_get_answers_head_the_same_without_a_body_and_says_so() {
    let standin = started().await;
    let authorize =
        [WEB.asks(V2, &[]), WEB.asks(V1, &[]), LOCAL_WEB.asks(LOCAL, &[]), WEB.asks(V2, &[("prompt", "none")])];
    let pages = [
        "/portal/overview",
        "/admin/adatum.test",
        "/exchange/adatum.test",
        "/legacy/mail",
        "/graph/v1.0/me",
        "/arm/tenants",
    ];
    let own = authorize.iter().map(String::as_str);
    for path in ASKED.iter().chain(&POSTED).copied().chain(pages).chain(own) {
        let asked = |verb: &str| Call::new(&standin, verb, path).send();
        let (get, head) = (asked("GET"), asked("HEAD"));
        assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}: {}", get.gist());
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
        let allowed = asked("BREW").header("allow").to_owned();
        assert_eq!(allowed.contains("GET"), allowed.contains("HEAD"), "{path}: {allowed}");
        assert_eq!(get.status == 405, !allowed.contains("GET"), "{path}: {allowed}");
    }
    let silent = Call::new(&standin, "HEAD", &WEB.asks(V2, &[("prompt", "none")])).send();
    silent.told("login_required", 50058);
}

#[actix_web::test]
async fn an_unknown_address_is_not_found_and_never_a_page() {
    let standin = started().await;
    let unknown = [
        "/nothing",
        "/common",
        "/example.test/oauth2/v3.0/token",
        "/example.test/oauth2/v2.0/token/more",
        "/idp",
        "/idp/local",
        "/idp/local/nothing",
        "/idp/nowhere/token",
        "/saml2",
        "/favicon.ico",
        "/.env",
        "/index.html",
    ];
    for path in unknown {
        for verb in ["GET", "POST"] {
            let answer = Call::new(&standin, verb, path).send();
            assert_eq!((answer.status, answer.json()["error"].as_str()), (404, Some("not_found")), "{path}");
            assert!(answer.header("content-type").starts_with("application/json"), "{path}");
        }
    }
}

#[actix_web::test]
async fn a_path_leads_nowhere_outside() {
    let standin = started().await;
    let paths = [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "/common/../../etc/passwd",
        "/idp/../../etc/passwd",
        "/w/../etc/passwd",
        "/%00/etc/passwd",
        "/common/%00",
        "/%ff%fe/oauth2/v2.0/token",
        "/\\..\\..\\etc\\passwd",
    ];
    for path in paths {
        let answer = Call::new(&standin, "GET", path).send();
        assert!(matches!(answer.status, 400 | 404 | 405), "{path}: {}", answer.gist());
        assert!(!answer.has("root:"), "{path}");
    }
}

#[actix_web::test]
async fn addresses_match_in_any_case_and_with_more_parameters_than_they_know() {
    let standin = started().await;
    for path in [
        "/Common/V2.0/.Well-Known/OpenID-Configuration",
        "/common/v2.0/.well-known/openid-configuration/",
        "//common//v2.0/.well-known/openid-configuration?appid=x&api-version=1.0&whatever=1",
        "/COMMON/UserRealm/Alice%40Example.test?api-version=1.0&x=y",
        "/IDP/Local/.well-known/openid-configuration",
    ] {
        let answer = Call::new(&standin, "GET", path).send();
        assert_eq!(answer.status, 200, "{path}: {}", answer.gist());
    }
}

#[actix_web::test]
async fn a_host_that_is_none_is_refused_before_an_address_is_built_on_it() {
    let standin = started().await;
    let path = "/common/v2.0/.well-known/openid-configuration";
    for host in ["a b", "<script>", "a/b", "a@b", "a\"b", "", "ü.test", "a,b"] {
        let answer = Call::new(&standin, "GET", path).header("Host", host).send();
        assert_eq!(answer.status, 400, "{host}: {}", answer.gist());
        assert!(host.is_empty() || !answer.has(host), "{host}: {}", answer.gist());
    }
    let answer = Call::new(&standin, "GET", path).header("Host", "Login.Example:80").send();
    assert!(answer.granted()["issuer"].as_str().unwrap().starts_with("http://login.example/"), "{}", answer.gist());
}

#[actix_web::test]
async fn what_is_no_http_is_hung_up_on() {
    let standin = started().await;
    for (name, value) in [("X-Nul", "a\0b"), ("Content-Length", "-5"), ("Content-Length", "99999999999999999999999")] {
        let answer = Call::new(&standin, "POST", "/common/oauth2/token").header(name, value).send();
        assert_eq!(answer.status, 400, "{name}: {}", answer.gist());
    }
    let long = "a".repeat(50_000);
    assert_eq!(get(&standin, &format!("/{long}")).status, 404);
    get(&standin, "/_standin/health").granted();
}

//! A provider's answer is believed when everything about it is right, and refused by name when one thing is not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{amr, asks, decisions, post_back, posted, set, through_the_provider, trent};
use crate::answer::Answer;
use crate::apps::{LOCAL, LOCAL_WEB, text};
use crate::client::{Call, get, patch_world, started};
use crate::visitor::Visitor;

const LOCAL_ALICE: &str = "alice@local.test";

#[actix_web::test]
async fn trent_goes_to_wingtips_provider_and_comes_back_signed_in() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    let name = browser.get(&asks(&[])).await;
    assert!(name.has("id=\"i0116\""), "{}", name.gist());
    let away = browser.submit(&name, &[("loginfmt", super::TRENT)]).await;
    let to = away.location();
    for part in [
        "/idp/wingtip/adfs/ls/",
        "wa=wsignin1.0",
        "wtrealm=urn%3Afederation%3AMicrosoftOnline",
        "username=trent%40wingtip.test",
        "estsrequest%3D",
    ] {
        assert!(to.contains(part), "{part} in {to}");
    }
    let done = through_the_provider(&standin, &mut browser, away).await;
    assert_eq!(amr(&standin, &done), ["fed", "mfa"]);
    let about = get(&standin, &format!("/_standin/events?kind=decision&user={}", super::TRENT)).body;
    assert!(about.contains("ask trent@wingtip.test for the password"), "the provider's question is about him: {about}");
    let again = browser.get(&asks(&[("prompt", "none")])).await;
    assert!(again.sent_back("code").is_some(), "the session at the tenant counts: {}", again.gist());
}

#[actix_web::test]
async fn each_wrong_answer_is_refused_and_says_what_was_wrong() {
    let standin = started().await;
    let table = [
        ("expired", "AADSTS50008", "ended at"),
        ("not_yet_valid", "AADSTS50008", "valid only from"),
        ("wrong_signature", "AADSTS50008", "not signed with a key of the provider"),
        ("wrong_audience", "AADSTS50008", "instead of &#39;urn:federation:MicrosoftOnline&#39;"),
        ("replayed", "AADSTS50008", "delivered before"),
    ];
    for protocol in ["wsfed", "saml", "oidc"] {
        for (answer, code, says) in table {
            set(&standin, json!({"protocol": protocol}), json!({"answer": answer}));
            let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
            assert_eq!((page.status, page.error_code().as_str()), (400, code), "{protocol} {answer}");
            // In OpenID Connect some things have other names; the times have none.
            let named_otherwise = protocol == "oidc" && !matches!(answer, "expired" | "not_yet_valid");
            assert!(page.has(says) || named_otherwise, "{protocol} {answer}: {}", page.gist());
            explained(&standin, &page, "AADSTS50008", answer);
        }
        set(&standin, json!({"protocol": protocol}), json!({"answer": "down"}));
        let page = trent(&standin, &mut Visitor::new(&standin), &[]).await;
        assert_eq!(page.status, 503, "{protocol}: {}", page.gist());
        explained(&standin, &page, "The provider is down.", "down");
        set(&standin, json!({"protocol": protocol}), json!({"answer": "good"}));
        trent(&standin, &mut Visitor::new(&standin), &[]).await.sent_back("code").unwrap();
    }
}

/// The page and the journal name the setting of the provider beside the refusal, and the journal whom it hit.
fn explained(standin: &standin::Standin, page: &Answer, summary: &str, setting: &str) {
    let setting = format!("(answer: {setting})");
    let events = get(standin, &format!("/_standin/events?kind=error&user={}", super::TRENT)).json();
    let last = events["value"].as_array().unwrap().last().unwrap_or_else(|| panic!("{setting}: {events}")).clone();
    assert!(last["summary"].as_str().unwrap().contains(summary), "{setting}: {last}");
    let because = last["because"].as_array().unwrap();
    let names = |one: &serde_json::Value| one["rule"] == "R-14" && one["text"].as_str().unwrap().ends_with(&setting);
    assert!(because.iter().any(names), "{setting}: {last}");
    assert!(page.has(&setting), "{setting}: {}", page.gist());
}

#[actix_web::test]
async fn r_14_a_setting_is_named_beside_what_it_made_wrong_and_nothing_else() {
    let standin = started().await;
    set(&standin, json!({}), json!({"answer": "expired"}));
    let mut browser = Visitor::new(&standin);
    let form = about_to_post(&standin, &mut browser).await;
    let mut fields = posted(&form);
    for (name, value) in &mut fields {
        if name == "wresult" {
            *value = value.replace(super::TRENT, "gwen@contoso.test");
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let page = browser.post("/login.srf", &fields).await;
    page.on_page(50008);
    assert!(page.has("changed after it had been signed"), "{}", page.gist());
    assert!(!page.has("(answer: expired)"), "the setting did not do this: {}", page.gist());
}

/// Trent's browser with the provider's form on the screen.
async fn about_to_post(standin: &standin::Standin, browser: &mut Visitor) -> Answer {
    let mut page = browser.get(&asks(&[("login_hint", super::TRENT)])).await;
    for _ in 0..8 {
        if page.has("name=\"hiddenform\"") {
            return page;
        }
        page = match page.status {
            302 => browser.get(page.header("location")).await,
            _ if page.has("name=\"UserName\"") => {
                browser.submit(&page, &[("UserName", super::TRENT), ("Password", super::PASSWORD)]).await
            }
            _ => {
                let code = crate::second_factor::app_code(standin, super::SECRET);
                browser.submit(&page, &[("VerificationCode", &code)]).await
            }
        };
    }
    panic!("{}", page.gist())
}

#[actix_web::test]
async fn an_answer_counts_once_in_its_own_browser_and_unchanged() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    let form = about_to_post(&standin, &mut browser).await;
    let fields = posted(&form);
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let (wctx, wresult) = (field("wctx"), field("wresult"));
    let changed = wresult.replace(super::TRENT, "greta@fabrikam.test");
    let forged: [(&str, Vec<(&str, &str)>); 5] = [
        ("no context", vec![("wresult", &wresult)]),
        ("another context", vec![("wctx", "estsrequest=AAAA"), ("wresult", &wresult)]),
        ("no answer", vec![("wctx", &wctx)]),
        ("no XML", vec![("wctx", &wctx), ("wresult", "<a")]),
        ("changed", vec![("wctx", &wctx), ("wresult", &changed)]),
    ];
    // Each forged answer uses its own sign-in up: none may be tried twice.
    for (what, fields) in forged {
        let mut victim = Visitor::new(&standin);
        standin.clock().advance(std::time::Duration::from_secs(60));
        let form = about_to_post(&standin, &mut victim).await;
        let own = posted(&form);
        let own_context = own.iter().find(|(name, _)| name == "wctx").unwrap().1.clone();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, if *value == wctx { own_context.as_str() } else { value }))
            .collect();
        let page = victim.post("/login.srf", &fields).await;
        assert_eq!((page.status, page.error_code().as_str()), (400, "AADSTS50008"), "{what}: {}", page.gist());
    }
    let stranger = Visitor::new(&standin).post("/login.srf", &[("wctx", &wctx), ("wresult", &wresult)]).await;
    stranger.on_page(165_000);
    let own = post_back(&mut browser, &form).await;
    assert!(own.sent_back("code").is_some(), "the stranger did not use it up: {}", own.gist());
    let again = post_back(&mut browser, &form).await;
    assert_eq!(again.status, 400, "it counts once: {}", again.gist());
    assert!(decisions(&standin).contains("AADSTS50008"));
    assert_eq!(browser.get("/login.srf").await.status, 405);
}

#[actix_web::test]
async fn a_response_that_says_it_is_for_another_place_request_or_provider_is_refused() {
    let standin = started().await;
    set(&standin, json!({"protocol": "saml"}), json!({}));
    let table: [(&str, Edit, Option<&str>); 5] = [
        ("as it is", &|text| text.to_owned(), None),
        ("elsewhere", &|text| text.replacen("/login.srf", "/elsewhere", 1), Some("the Destination")),
        (
            "another request",
            &|text| text.replacen("InResponseTo=\"", "InResponseTo=\"_other", 1),
            Some("the InResponseTo"),
        ),
        ("another provider", &|text| text.replacen("</saml:Issuer>", "/other</saml:Issuer>", 1), Some("the Issuer")),
        ("another version", &|text| text.replacen("Version=\"2.0\"", "Version=\"1.1\"", 1), Some("no Response")),
    ];
    for (what, edit, wrong) in table {
        let mut browser = Visitor::new(&standin);
        standin.clock().advance(std::time::Duration::from_secs(60));
        let fields = posted(&about_to_post(&standin, &mut browser).await);
        let changed = |(name, value): &(String, String)| match name.as_str() {
            "SAMLResponse" => {
                (name.clone(), STANDARD.encode(edit(&String::from_utf8(STANDARD.decode(value).unwrap()).unwrap())))
            }
            _ => (name.clone(), value.clone()),
        };
        let fields: Vec<_> = fields.iter().map(changed).collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = browser.post("/login.srf", &fields).await;
        match wrong {
            None => assert!(page.sent_back("code").is_some(), "{what}: {}", page.gist()),
            Some(wrong) => assert!(page.has(wrong) && page.status == 400, "{what}: {}", page.gist()),
        }
    }
}

/// What somebody makes of a response of which only the assertion is signed.
type Edit<'e> = &'e dyn Fn(&str) -> String;

#[actix_web::test]
async fn an_account_that_nobody_knows_by_that_name_is_refused() {
    let standin = started().await;
    let provider = |immutable: &str| json!({"users": {super::TRENT: {"immutable_id": immutable}}});
    set(&standin, json!({}), provider("bm9ib2R5"));
    trent(&standin, &mut Visitor::new(&standin), &[]).await.on_page(51004);
    set(&standin, json!({}), provider(""));
    trent(&standin, &mut Visitor::new(&standin), &[]).await.on_page(90020);
}

#[actix_web::test]
async fn the_provider_answers_only_whom_it_knows_and_only_where_they_are() {
    let standin = started().await;
    let mut browser = Visitor::new(&standin);
    for query in [
        "",
        "?wa=wsignin1.0",
        "?wa=wsignin1.0&wtrealm=urn:nobody",
        "?wa=nonsense",
        "?wa=wsignin1.0&wtrealm=urn:federation:MicrosoftOnline&wreply=https://evil.test/",
    ] {
        let page = browser.get(&format!("/idp/wingtip/adfs/ls/{query}")).await;
        assert!(
            (400..500).contains(&page.status) && page.has("data-testid=\"error-code\""),
            "{query}: {}",
            page.gist()
        );
        assert_eq!(page.header("location"), "");
    }
    for body in ["", "%%%", "PGEvPg=="] {
        let page = browser.post("/idp/wingtip/saml/sso", &[("SAMLRequest", body)]).await;
        assert_eq!(page.status, 400, "{body}: {}", page.gist());
    }
    patch_world(&standin, json!({"tenants": {"wingtip": {"federation": {"wingtip.test": {"provider": "local"}}}}}));
    let page = browser.get(&asks(&[("login_hint", super::TRENT)])).await;
    assert!(page.location().contains("/idp/local/"), "{}", page.gist());
}

#[actix_web::test]
async fn r_10_a_password_sent_to_the_tenant_proves_nothing_for_an_account_that_signs_in_elsewhere() {
    let standin = started().await;
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&asks(&[])).await;
    let sent = visitor.submit(&page, &[("UserName", super::TRENT), ("Password", "Password1!")]).await;
    assert_eq!(sent.status, 302, "{}", sent.gist());
    assert!(sent.header("location").contains("/idp/wingtip/"), "{}", sent.header("location"));
}

/// What the journal said last of this kind.
fn last(standin: &standin::Standin, kind: &str) -> serde_json::Value {
    let events = get(standin, &format!("/_standin/events?kind={kind}")).json();
    events["value"].as_array().unwrap().last().unwrap().clone()
}

#[actix_web::test]
async fn r_14_a_providers_own_id_tokens_are_wrong_as_it_is_set_up_and_its_journal_says_so() {
    let standin = started().await;
    let set = |answer: &str| patch_world(&standin, json!({"providers": {"local": {"answer": answer}}}));
    for answer in ["expired", "not_yet_valid", "wrong_audience", "replayed", "wrong_signature"] {
        set(answer);
        LOCAL_WEB.tokens(&standin, LOCAL, &[], LOCAL_ALICE).await;
        let told = last(&standin, "token").to_string();
        assert!(told.contains("R-14") && told.contains(&format!("(answer: {answer})")), "{told}");
    }
    // Without an id token there is nothing that could be wrong.
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[("scope", "offline_access")], LOCAL_ALICE).await;
    assert!(tokens["id_token"].is_null(), "{tokens}");
    assert!(!last(&standin, "token").to_string().contains("R-14"));
    set("good");
    LOCAL_WEB.tokens(&standin, LOCAL, &[], LOCAL_ALICE).await;
    assert!(!last(&standin, "token").to_string().contains("R-14"));
}

#[actix_web::test]
async fn r_14_a_provider_that_is_down_is_down_for_applications_too() {
    let standin = started().await;
    let set = |answer: &str| patch_world(&standin, json!({"providers": {"local": {"answer": answer}}}));
    let tokens = LOCAL_WEB.tokens(&standin, LOCAL, &[], LOCAL_ALICE).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let bearer =
        || Call::new(&standin, "GET", "/idp/local/userinfo").header("Authorization", &format!("Bearer {access}"));
    let asks_about = |what: &str| {
        let token = [("token", access)];
        let fields = LOCAL_WEB.proving(&token);
        Call::new(&standin, "POST", &format!("/idp/local/{what}")).form(&fields).send()
    };
    set("down");
    let answers = [
        LOCAL_WEB.refresh(&standin, LOCAL, refresh, &[]),
        bearer().send(),
        asks_about("introspect"),
        asks_about("revoke"),
    ];
    for answer in answers {
        let told = answer.json();
        assert_eq!((answer.status, &told["error"]), (503, &json!("temporarily_unavailable")), "{}", answer.gist());
    }
    assert_eq!(get(&standin, "/idp/local/logout").status, 503);
    let told = last(&standin, "error").to_string();
    assert!(told.contains("The provider is down.") && told.contains("(answer: down)"), "{told}");
    // What it publishes about itself clients have anyway, and another provider is another matter.
    assert_eq!(get(&standin, "/idp/local/.well-known/openid-configuration").status, 200);
    assert_eq!(get(&standin, "/idp/wingtip/userinfo").status, 401);
    set("good");
    assert_eq!(bearer().send().status, 200);
    assert_eq!(asks_about("introspect").granted()["active"], true, "nothing was revoked meanwhile");
    LOCAL_WEB.refresh(&standin, LOCAL, refresh, &[]).granted();
}

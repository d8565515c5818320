//! Dry runs: what would a sign-in lead to, and why?

use super::*;

fn explain(standin: &Standin, question: Value) -> Value {
    post(standin, "/_standin/explain", question).succeeded()
}

fn rules(explanation: &Value) -> Vec<&str> {
    explanation["because"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap()).collect()
}

#[actix_web::test]
async fn a_dry_run_says_what_comes_next_and_names_each_rule() {
    let standin = started().await;
    let alice = explain(&standin, json!({"user": "alice@example.test"}));
    assert_eq!(
        alice,
        json!({"next": "ask_password", "because": [{"rule": "R-10", "text": "example.test is managed by Example"}]})
    );
    assert_eq!(explain(&standin, json!({"user": "alice@example.test", "evidence": ["pwd"]}))["next"], "done");
    let mia = explain(&standin, json!({"user": MIA, "evidence": ["pwd"], "app": "example-web"}));
    assert_eq!((mia["next"].as_str(), rules(&mia)), (Some("ask_mfa"), vec!["R-10", "R-04", "R-11"]), "{mia}");
    let proven = explain(&standin, json!({"user": MIA, "evidence": ["pwd", "mfa"], "app": "example-web"}));
    assert_eq!(proven["next"], "done");
    let tess = explain(&standin, json!({"user": "tess@tailspin.test", "evidence": ["pwd"]}));
    assert_eq!((tess["next"].as_str(), rules(&tess)), (Some("register"), vec!["R-10", "R-02", "R-11"]), "{tess}");
}

#[actix_web::test]
async fn a_policy_about_graph_is_about_who_names_no_resource() {
    let standin = started().await;
    let graph = json!({"include": {"all": true}, "apps": ["00000003-0000-0000-c000-000000000000"], "grant": ["mfa"]});
    let policies = json!({"tenants": {"example": {"conditional_access": {"graph": graph}}}});
    patch(&standin, "/_standin/world", policies).succeeded();
    let question =
        |client| json!({"user": "alice@example.test", "app": "example-web", "client": client, "evidence": ["pwd"]});
    assert_eq!(explain(&standin, question("browser"))["next"], "register");
    assert_eq!(explain(&standin, question("password"))["code"], 50079);
    assert_eq!(explain(&standin, question("legacy"))["next"], "done", "mail is no matter of Graph's");
}

#[actix_web::test]
async fn a_client_that_cannot_ask_is_refused_by_number() {
    let standin = started().await;
    for (question, code) in [
        (json!({"user": MIA, "client": "password"}), 50076),
        (json!({"user": "tess@tailspin.test", "client": "password"}), 50079),
        (json!({"user": "tom@tailspin.test", "client": "legacy"}), 530035),
        (json!({"user": "alice@example.test", "tenant": "adatum.test", "client": "password"}), 50020),
        (json!({"user": "trent@wingtip.test", "client": "password"}), 50126),
        // At a customer the missing proof comes first, and in an older protocol the provider's word.
        (json!({"user": "trent@wingtip.test", "client": "password", "tenant": "adatum", "app": "partner-app"}), 50079),
        (json!({"user": "trent@wingtip.test", "client": "legacy"}), 50079),
    ] {
        let answer = explain(&standin, question.clone());
        assert_eq!((&answer["next"], &answer["code"]), (&json!("refuse"), &json!(code)), "{question}: {answer}");
        assert!(!rules(&answer).is_empty());
    }
    let agent = explain(
        &standin,
        json!({"user": "jane@contoso.test", "client": "password", "tenant": "adatum", "app": "partner-app"}),
    );
    assert!(rules(&agent).contains(&"R-53"), "{agent}");
    patch(&standin, "/_standin/world", json!({"providers": {"wingtip": {"mfa": "on_request"}}})).succeeded();
    assert_eq!(explain(&standin, json!({"user": "trent@wingtip.test", "client": "legacy"}))["next"], "done");
    let trent = explain(&standin, json!({"user": "trent@wingtip.test"}));
    assert_eq!((&trent["next"], rules(&trent)), (&json!("go_to_provider"), vec!["R-10"]), "{trent}");
    let done = explain(&standin, json!({"user": "alice@example.test", "client": "password"}));
    assert_eq!((&done["next"], done.get("code")), (&json!("done"), None));
}

#[actix_web::test]
async fn what_is_explained_is_what_happens() {
    let standin = started().await;
    let explained = explain(&standin, json!({"user": MIA, "client": "password", "app": "example-cli"}));
    let form = format!(
        "client_id=6027b688-5422-45fd-a0ec-836caa2bf116&scope=openid&grant_type=password&username={MIA}&password=Password1!"
    );
    let token = call(&standin, "POST", "/example.test/oauth2/v2.0/token");
    let refused = token.text("application/x-www-form-urlencoded", &form).send();
    assert_eq!(refused.json()["error_codes"], json!([explained["code"]]));

    // Who is a guest has no password there.
    let guest = json!({"tenants": {"example": {"guests": {"ada@adatum.test": {}}}}});
    patch(&standin, "/_standin/world", guest).succeeded();
    let question = json!({"user": "ada@adatum.test", "tenant": "example", "app": "example-cli", "client": "password"});
    let explained = explain(&standin, question.clone());
    let form = "client_id=6027b688-5422-45fd-a0ec-836caa2bf116&scope=openid&grant_type=password&username=ada@adatum.test&password=Password1!";
    let token = call(&standin, "POST", "/example.test/oauth2/v2.0/token");
    let refused = token.text("application/x-www-form-urlencoded", form).send();
    assert_eq!((&explained["next"], &explained["code"]), (&json!("refuse"), &json!(50034)), "{explained}");
    assert_eq!(refused.json()["error_codes"], json!([50034]));
    let mut in_the_browser = question;
    in_the_browser["client"] = json!("browser");
    assert_eq!(explain(&standin, in_the_browser)["next"], "ask_password");
}

#[actix_web::test]
async fn a_password_that_would_not_do_is_not_taken_here_either() {
    const BOB: &str = "bob@example.test";
    let standin = started().await;
    let form = |password: &str| {
        let form = format!(
            "client_id=6027b688-5422-45fd-a0ec-836caa2bf116&scope=openid&grant_type=password&username={BOB}&password={password}"
        );
        call(&standin, "POST", "/example.test/oauth2/v2.0/token")
            .text("application/x-www-form-urlencoded", &form)
            .send()
    };
    let questions =
        || ["browser", "password", "legacy"].map(|client| json!({"user": BOB, "client": client, "evidence": ["pwd"]}));
    patch(&standin, "/_standin/world", json!({"users": {BOB: {"password_expired": true}}})).succeeded();
    assert_eq!(form("Password1!").json()["error_codes"], json!([50055]));
    for question in questions() {
        let told = explain(&standin, question.clone());
        assert_eq!((&told["next"], &told["code"]), (&json!("refuse"), &json!(50055)), "{question}: {told}");
    }
    assert_eq!(explain(&standin, json!({"user": BOB}))["next"], "ask_password");
    patch(&standin, "/_standin/world", json!({"users": {BOB: {"password_expired": false}}})).succeeded();
    for _ in 0..10 {
        form("wrong");
    }
    assert_eq!(form("Password1!").json()["error_codes"], json!([50053]));
    for question in questions() {
        let told = explain(&standin, question.clone());
        assert_eq!((&told["next"], &told["code"]), (&json!("refuse"), &json!(50053)), "{question}: {told}");
    }
    standin.clock().advance(std::time::Duration::from_secs(3600));
    assert_eq!(explain(&standin, json!({"user": BOB, "client": "password"}))["next"], "done");
}

#[actix_web::test]
async fn a_policy_decides_by_place_and_by_what_the_application_asks() {
    let standin = started().await;
    let policies = json!({
        "named_locations": {"office": {"ranges": ["10.0.0.0/8"]}},
        "conditional_access": {
            "elsewhere": {
                "include": {"users": ["alice@example.test"]}, "grant": ["mfa"],
                "locations": {"include": ["all"], "exclude": ["office"]}
            },
            "house-rules": {"include": {"users": ["bob@example.test"]}, "grant": ["terms"]}
        }
    });
    patch(&standin, "/_standin/world", json!({"tenants": {"example": policies}})).succeeded();
    let alice = |ip: &str| explain(&standin, json!({"user": "alice@example.test", "evidence": ["pwd"], "ip": ip}));
    assert_eq!(alice("10.1.2.3")["next"], "done");
    let elsewhere = alice("203.0.113.7");
    assert_eq!(elsewhere["next"], "register");
    assert!(elsewhere["because"].to_string().contains("elsewhere"), "{elsewhere}");
    assert_eq!(explain(&standin, json!({"user": "bob@example.test", "evidence": ["pwd"]}))["next"], "ask_terms");
    let unasked = explain(&standin, json!({"user": "bob@example.test", "client": "password"}));
    assert_eq!(unasked["code"], 50158, "{unasked}");
    let asked = json!({"id_token": {"amr": {"essential": true, "values": ["mfa"]}}});
    for claims in [asked.clone(), json!(asked.to_string())] {
        let question = json!({"user": "ada@adatum.test", "evidence": ["pwd"], "claims": claims});
        assert!(rules(&explain(&standin, question)).contains(&"R-06"));
    }
}

#[actix_web::test]
async fn r_82_the_browser_of_a_native_application_is_judged_as_that_application() {
    let standin = started().await;
    let policy = |client: &str| {
        json!({"tenants": {"example": {"conditional_access": {"p": {
            "state": "enabled", "include": {"all": true}, "apps": ["all"], "client_types": [client], "grant": ["block"],
        }}}}})
    };
    let cli = crate::apps::CLI;
    for (client, native, web) in [("mobile", 53003, 0), ("browser", 0, 53003)] {
        patch(&standin, "/_standin/world", policy(client)).succeeded();
        for (app, handle, code) in [(cli, "example-cli", native), (WEB, "example-web", web)] {
            let question = json!({"user": "alice@example.test", "app": handle, "evidence": ["pwd"]});
            let told = explain(&standin, question)["code"].as_u64().unwrap_or_default();
            assert_eq!(told, code, "{client} {handle}");
            let mut alice = Visitor::new(&standin);
            let done = app.signs_in(&mut alice, "/example.test/oauth2/v2.0", &[], "alice@example.test").await;
            assert_eq!(done.status, if code > 0 { 400 } else { 302 }, "what happens: {}", done.gist());
        }
        let nothing_named = explain(&standin, json!({"user": "alice@example.test", "evidence": ["pwd"]}));
        assert_eq!(nothing_named["code"].as_u64().unwrap_or_default(), web, "{client}");
    }
}

#[actix_web::test]
async fn all_mistakes_in_a_question_are_told_at_once() {
    let standin = started().await;
    let wrong = json!({
        "user": "alise@example.test", "tenant": "exmaple.test", "app": "example-wbe", "client": "phone", "ip": "here",
        "evidence": ["pwd", "mfaa"], "claims": "{", "why": true,
    });
    let error = post(&standin, "/_standin/explain", wrong).refused(422, "invalid");
    let details = error["details"].as_array().unwrap();
    let targets: Vec<&str> = details.iter().map(|one| one["target"].as_str().unwrap()).collect();
    assert_eq!(targets, ["why", "tenant", "user", "app", "client", "ip", "evidence[1]", "claims"], "{error}");
    for right in ["'alice@example.test'", "'example.test'", "'example-web'", "'mfa'"] {
        assert!(details.iter().any(|one| one["message"].as_str().unwrap().contains(right)), "{right}: {error}");
    }
    assert_eq!(post(&standin, "/_standin/explain", json!({})).refused(422, "invalid")["target"], "user");
    call(&standin, "POST", "/_standin/explain").send().refused(400, "bad_request");
    call(&standin, "POST", "/_standin/explain").text("text/plain", "{}").send().refused(415, "unsupported_media_type");
    get(&standin, "/_standin/explain").refused(405, "method_not_allowed");
}

#[actix_web::test]
async fn a_dry_run_leaves_one_entry_in_the_journal_and_nothing_else() {
    let standin = started().await;
    let before = get(&standin, "/_standin/world").succeeded();
    explain(&standin, json!({"user": "john@fabrikam.test", "evidence": ["pwd"], "tenant": "fabrikam"}));
    explain(&standin, json!({"user": MIA, "client": "password"}));
    assert_eq!(get(&standin, "/_standin/world").succeeded(), before);
    assert!(inbox(&standin, "").is_empty());
    let page = get(&standin, "/_standin/events").succeeded();
    let entries = page["value"].as_array().unwrap();
    let kinds: Vec<&str> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["control", "request", "control", "request"], "{page}");
    assert_eq!(entries[2]["summary"], "A dry run: a sign-in would lead to refuse with AADSTS50076.");
    assert_eq!((&entries[2]["user"], &entries[2]["app"]), (&json!(MIA), &json!("azure-cli")));
    assert!(entries[2]["because"].to_string().contains("R-04"), "{page}");
}

#[actix_web::test]
async fn a_dry_run_is_about_its_own_world_and_not_for_another_site() {
    let standin = started().await;
    post(&standin, "/_standin/worlds", json!({"id": "plain", "world": "plain"})).succeeded();
    post(&standin, "/w/plain/_standin/explain", json!({"user": "jane@contoso.test"})).refused(422, "invalid");
    post(&standin, "/w/plain/_standin/explain", json!({"user": "alice@local.test"})).succeeded();
    let question = || call(&standin, "POST", "/_standin/explain").json(json!({"user": MIA}));
    question().header("Origin", "http://evil.test").send().refused(403, "forbidden");
    question().header("Sec-Fetch-Site", "cross-site").send().refused(403, "forbidden");
}

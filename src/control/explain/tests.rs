use super::*;
use crate::control::error::Refused;
use crate::directory::world;
use proptest::prelude::*;
use serde_json::{Value, json};

const NOW: i64 = 1_763_000_000;

fn directory() -> Directory {
    let world = json!({
        "tenants": {
            "acme": {
                "domains": ["acme.test"],
                "named_locations": {"office": {"ranges": ["10.0.0.0/8"]}},
                "conditional_access": {
                    "elsewhere": {"include": {"all": true}, "grant": ["mfa"], "locations": {"include": ["all"], "exclude": ["office"]}, "apps": ["tool"]},
                    "no-legacy": {"include": {"all": true}, "client_types": ["legacy"], "grant": ["block"]},
                    "house-rules": {"include": {"users": ["terry@acme.test"]}, "grant": ["terms"]},
                    "strict": {"include": {"all": true}, "auth_context": "c1", "grant": ["mfa"]},
                },
            },
            "plain": {"domains": ["plain.test"]},
            "defaults": {"domains": ["defaults.test"], "security_defaults": true},
            "far": {
                "domains": ["far.test", "own.test"],
                "federation": {
                    "far.test": {"provider": "fed", "protocol": "wsfed"},
                    "own.test": {"provider": "fed", "protocol": "wsfed", "federated_idp_mfa_behavior": "rejectMfaByFederatedIdp"},
                },
            },
        },
        "users": {
            "ann@acme.test": {"password": "x", "methods": {"push": true}},
            "terry@acme.test": {"password": "x"},
            "pat@plain.test": {"password": "x"},
            "eve@plain.test": {"password": "x", "per_user_mfa": "enforced"},
            "mia@plain.test": {"password": "x", "per_user_mfa": "enforced", "methods": {"push": true}},
            "off@plain.test": {"password": "x", "enabled": false},
            "old@plain.test": {"password": "x", "password_expired": true},
            "key@plain.test": {"methods": {"push": true}},
            "dan@defaults.test": {"password": "x"},
            "tom@far.test": {"per_user_mfa": "enforced", "methods": {"push": true}},
            "una@own.test": {"per_user_mfa": "enforced", "methods": {"push": true}},
        },
        "providers": {"fed": {"mfa": "always", "users": {"tom@far.test": {"password": "x", "methods": {"push": true}}}}},
        "apps": {
            "tool": {"home": "acme", "client_id": "6027b688-5422-45fd-a0ec-836caa2bf116", "multi_tenant": true},
            "own": {"home": "fed", "client_id": "own"},
            "single": {"home": "acme"},
            "off": {"home": "acme", "disabled": true},
        },
    });
    Directory::new(world::from_value(world).unwrap()).unwrap()
}

fn read(body: Value) -> Result<Question, Refused> {
    Question::read(body, &directory(), "127.0.0.1".parse().ok(), Timestamp::from_seconds(NOW))
}

fn explained(body: &Value) -> Explanation {
    read(body.clone()).unwrap_or_else(|refused| panic!("{body}: {refused:?}")).explain(
        &directory(),
        &[],
        Timestamp::from_seconds(NOW),
    )
}

#[test]
fn each_question_has_its_answer_with_the_rules_that_led_to_it() {
    let table = [
        (json!({"user": "pat@plain.test"}), "ask_password", None, &["R-10"][..]),
        (json!({"user": "Pat@Plain.test", "evidence": []}), "ask_password", None, &["R-10"]),
        (json!({"user": "pat@plain.test", "evidence": ["pwd"]}), "done", None, &["R-10"]),
        (json!({"user": "pat@plain.test", "client": "password"}), "done", None, &["R-10"]),
        (json!({"user": "pat@plain.test", "tenant": "acme"}), "ask_password", None, &["R-10"]),
        (
            json!({"user": "pat@plain.test", "tenant": "acme", "evidence": ["pwd"]}),
            "refuse",
            Some(50020),
            &["R-10", "AADSTS50020"],
        ),
        (json!({"user": "pat@plain.test", "tenant": "common", "evidence": ["pwd"]}), "done", None, &["R-10"]),
        (json!({"user": "pat@plain.test", "tenant": "organizations", "evidence": ["pwd"]}), "done", None, &["R-10"]),
        (json!({"user": "off@plain.test", "client": "password"}), "refuse", Some(50057), &["R-10", "AADSTS50057"]),
        (json!({"user": "old@plain.test"}), "ask_password", None, &["R-10"]),
        (json!({"user": "old@plain.test", "evidence": ["pwd"]}), "refuse", Some(50055), &["R-10", "AADSTS50055"]),
        (json!({"user": "old@plain.test", "evidence": ["fido"]}), "done", None, &["R-10"]),
        (json!({"user": "old@plain.test", "client": "password"}), "refuse", Some(50055), &["R-10", "AADSTS50055"]),
        (json!({"user": "old@plain.test", "client": "legacy"}), "refuse", Some(50055), &["R-10", "AADSTS50055"]),
        (json!({"user": "key@plain.test", "client": "password"}), "refuse", Some(50056), &["R-10"]),
        (json!({"user": "mia@plain.test", "evidence": ["pwd"]}), "ask_mfa", None, &["R-10", "R-04", "R-11"]),
        (json!({"user": "mia@plain.test", "evidence": ["pwd", "mfa"]}), "done", None, &["R-10", "R-04", "R-08"]),
        (json!({"user": "mia@plain.test", "evidence": ["fido"]}), "done", None, &["R-10", "R-04", "R-08"]),
        (json!({"user": "mia@plain.test", "evidence": ["pwd", "otp", "mfa"]}), "done", None, &["R-08"]),
        (
            json!({"user": "mia@plain.test", "client": "password"}),
            "refuse",
            Some(50076),
            &["R-04", "R-11", "AADSTS50076"],
        ),
        (json!({"user": "mia@plain.test", "client": "password", "evidence": ["pwd", "mfa"]}), "done", None, &["R-08"]),
        (json!({"user": "eve@plain.test", "evidence": ["pwd"]}), "register", None, &["R-04", "R-11"]),
        (json!({"user": "eve@plain.test", "client": "password"}), "refuse", Some(50079), &["R-04", "R-11"]),
        (json!({"user": "dan@defaults.test", "evidence": ["pwd"]}), "register", None, &["R-02"]),
        (json!({"user": "dan@defaults.test", "client": "legacy"}), "refuse", Some(530035), &["R-02"]),
        (json!({"user": "ann@acme.test", "client": "legacy"}), "refuse", Some(53003), &["R-05"]),
        (json!({"user": "ann@acme.test", "evidence": ["pwd"]}), "done", None, &["R-10"]),
        (json!({"user": "ann@acme.test", "evidence": ["pwd"], "app": "tool"}), "ask_mfa", None, &["R-05", "R-11"]),
        (
            json!({"user": "ann@acme.test", "evidence": ["pwd"], "app": "6027B688-5422-45FD-A0EC-836CAA2BF116"}),
            "ask_mfa",
            None,
            &["R-05"],
        ),
        (
            json!({"user": "ann@acme.test", "evidence": ["pwd"], "app": "tool", "ip": "10.1.2.3"}),
            "done",
            None,
            &["R-10"],
        ),
        (json!({"user": "terry@acme.test", "evidence": ["pwd"]}), "ask_terms", None, &["R-05"]),
        (json!({"user": "terry@acme.test", "client": "password"}), "refuse", Some(50158), &["R-05"]),
        (
            json!({"user": "ann@acme.test", "evidence": ["pwd"], "claims": {"access_token": {"acrs": {"essential": true, "value": "c1"}}}}),
            "ask_mfa",
            None,
            &["R-06", "R-05"],
        ),
        (
            json!({"user": "pat@plain.test", "evidence": ["pwd"], "claims": "{\"id_token\":{\"amr\":{\"essential\":true,\"values\":[\"mfa\"]}}}"}),
            "register",
            None,
            &["R-06"],
        ),
        (json!({"user": "tom@far.test"}), "go_to_provider", None, &["R-10"]),
        (json!({"user": "tom@far.test", "client": "password"}), "refuse", Some(50126), &["R-10", "AADSTS50126"]),
        (json!({"user": "tom@far.test", "tenant": "fed", "evidence": ["pwd"]}), "ask_mfa", None, &["R-14"]),
        (json!({"user": "tom@far.test", "tenant": "idp/fed", "app": "own"}), "ask_password", None, &["R-10"]),
        (json!({"user": "tom@far.test", "tenant": "consumers"}), "go_to_provider", None, &["R-10"]),
        (json!({"user": "tom@far.test", "evidence": ["fed", "mfa"]}), "done", None, &["R-04", "R-08"]),
        (json!({"user": "una@own.test", "evidence": ["fed", "mfa"]}), "ask_mfa", None, &["R-04", "R-12"]),
        (json!({"user": "una@own.test", "evidence": ["fed", "otp", "mfa"]}), "done", None, &["R-04", "R-08"]),
        (json!({"user": "ann@acme.test", "app": "single"}), "ask_password", None, &["R-10"]),
        (json!({"user": "ann@acme.test", "app": "off"}), "refuse", Some(7000112), &["AADSTS7000112"]),
        (
            json!({"user": "ann@acme.test", "app": "single", "tenant": "common"}),
            "refuse",
            Some(50194),
            &["AADSTS50194"],
        ),
        (
            json!({"user": "pat@plain.test", "app": "single", "tenant": "plain"}),
            "refuse",
            Some(700016),
            &["AADSTS700016"],
        ),
        (
            json!({"user": "pat@plain.test", "client": "password", "tenant": "common"}),
            "refuse",
            Some(9001023),
            &["AADSTS9001023"],
        ),
        (
            json!({"user": "pat@plain.test", "client": "password", "tenant": "consumers"}),
            "refuse",
            Some(9001023),
            &["AADSTS9001023"],
        ),
        (json!({"user": "pat@plain.test", "client": "password", "tenant": "organizations"}), "done", None, &["R-10"]),
    ];
    for (body, next, code, rules) in table {
        let explanation = explained(&body);
        assert_eq!((explanation.next.word(), explanation.code), (next, code), "{body} {explanation:?}");
        for rule in rules {
            assert!(explanation.because.iter().any(|one| one.rule == *rule), "{rule} for {body}: {explanation:?}");
        }
        assert_eq!(serde_json::to_value(explanation.next).unwrap(), next);
    }
}

#[test]
fn all_mistakes_are_told_at_once_with_the_nearest_right_name() {
    let Err(Refused::Invalid(mistakes)) = read(json!({
        "user": "pta@plain.test", "tenant": "acem", "app": "tol", "client": "browsr", "ip": "10.0.0",
        "evidence": ["pwd", "mfaa", "iris"], "claims": "[]", "clams": {},
    })) else {
        panic!("no mistake was found")
    };
    let told: Vec<_> = mistakes.iter().map(|mistake| (mistake.target.as_str(), mistake.message.as_str())).collect();
    let expected = [
        ("clams", "There is no 'clams' here; did you mean 'claims'?"),
        ("tenant", "There is no tenant 'acem'; did you mean 'acme'?"),
        ("user", "There is no account 'pta@plain.test'; did you mean 'pat@plain.test'?"),
        ("app", "There is no application 'tol'; did you mean 'tool'?"),
        ("client", "This must be browser, password or legacy."),
        ("ip", "This must be an IP address such as 203.0.113.7."),
        ("evidence[1]", "There is no evidence 'mfaa'; did you mean 'mfa'?"),
        ("evidence[2]", "There is no evidence 'iris'. There is: pwd, mfa, otp, sms, tel, fido, fed."),
        ("claims", "This must be an object, or one written as a text."),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_question_without_a_user_or_of_another_shape_is_a_mistake() {
    for (body, target) in [
        (json!({}), "user"),
        (json!({"user": null}), "user"),
        (json!({"user": 7}), "user"),
        (json!([]), ""),
        (json!({"user": "pat@plain.test", "evidence": "pwd"}), "evidence"),
        (json!({"user": "pat@plain.test", "evidence": [1]}), "evidence"),
        (json!({"user": "pat@plain.test", "claims": 1}), "claims"),
        (json!({"user": "pat@plain.test", "tenant": 1}), "tenant"),
        (json!({"user": "pat@plain.test", "app": 1}), "app"),
    ] {
        let Err(Refused::Invalid(mistakes)) = read(body.clone()) else { panic!("{body}") };
        assert_eq!(mistakes[0].target, target, "{body}");
    }
}

#[test]
fn the_address_a_sign_in_comes_from_is_the_callers_own_unless_another_is_named() {
    let ip = |body: Value| read(body).unwrap().ip.unwrap().to_string();
    assert_eq!(ip(json!({"user": "pat@plain.test"})), "127.0.0.1");
    assert_eq!(ip(json!({"user": "pat@plain.test", "ip": "2001:db8::1"})), "2001:db8::1");
}

proptest! {
    #[test]
    fn no_words_make_the_reader_panic(words in proptest::collection::vec("\\PC{0,30}", 7)) {
        let body = json!({
            "user": words[0], "tenant": words[1], "app": words[2], "client": words[3], "ip": words[4],
            "evidence": [words[5]], "claims": words[6],
        });
        prop_assert!(read(body).is_err());
    }
}

//! Methods: what is added can be used, what is removed is asked for no more.

use serde_json::{Value, json};

use super::{MIAS_ID, admin, daemon_with_all, done, made, refused};
use crate::apps::{ALICE, BOB, text};
use crate::client::{patch_world, started};
use crate::second_factor::{MIA, MIAS_SECRET, another_way, app_code, past_the_password};
use crate::visitor::Visitor;

const MIAS: &str = "v1.0/users/mia@example.test/authentication";
const BOBS: &str = "v1.0/users/bob@example.test/authentication";

fn types(methods: &[Value]) -> Vec<&str> {
    let short = |row| -> &str { text(row, "@odata.type").strip_prefix("#microsoft.graph.").unwrap() };
    methods.iter().map(short).collect()
}

#[actix_web::test]
async fn all_methods_stand_in_one_list_each_with_its_type() {
    let standin = started().await;
    let key = json!({ "credential_id": "c2VjcmV0", "public_key": "x", "created": "2026-01-01T00:00:00Z" });
    let pass = json!({ "code": "TAP12345", "starts": "2020-01-01T00:00:00Z", "lives": "1h" });
    patch_world(
        &standin,
        json!({ "users": { MIA: { "methods": { "passkeys": { "Red key": key }, "access_pass": pass } } } }),
    );
    let graph = admin(&standin);
    let answer = graph.get(&format!("{MIAS}/methods"));
    let methods = answer.granted()["value"].as_array().unwrap().clone();
    assert_eq!(
        types(&methods),
        [
            "passwordAuthenticationMethod",
            "phoneAuthenticationMethod",
            "microsoftAuthenticatorAuthenticationMethod",
            "softwareOathAuthenticationMethod",
            "fido2AuthenticationMethod",
            "temporaryAccessPassAuthenticationMethod",
        ]
    );
    assert_eq!(methods[0]["id"], "28c10230-6103-485e-b985-444c60001490");
    assert_eq!(methods[1]["id"], "3179e48a-750b-4051-897c-87b9720928f7");
    assert_eq!((&methods[3]["secretKey"], &methods[5]["temporaryAccessPass"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&methods[4]["displayName"], &methods[4]["createdDateTime"]),
        (&"Red key".into(), &"2026-01-01T00:00:00Z".into())
    );
    assert_eq!((&methods[5]["isUsable"], &methods[5]["methodUsabilityReason"]), (&false.into(), &"Expired".into()));
    for secret in ["MIAMIA", "TAP12345", "Password1!", "c2VjcmV0"] {
        assert!(!answer.has(secret), "{secret} is nobody's to read");
    }
    let segments = [
        "passwordMethods",
        "phoneMethods",
        "microsoftAuthenticatorMethods",
        "softwareOathMethods",
        "fido2Methods",
        "temporaryAccessPassMethods",
    ];
    for (segment, method) in segments.iter().zip(&methods) {
        let alone = graph.list(&format!("{MIAS}/{segment}"));
        let (id, mut expected) = (text(method, "id"), method.clone());
        expected.as_object_mut().unwrap().shift_remove("@odata.type");
        assert_eq!(alone, [expected.clone()], "{segment}");
        let one = graph.get(&format!("{MIAS}/{segment}/{}", id.to_uppercase())).granted();
        assert_eq!(one["id"], id);
        let anywhere = graph.get(&format!("{MIAS}/methods/{id}")).granted();
        assert_eq!(anywhere["@odata.type"], method["@odata.type"]);
        refused(&graph.get(&format!("{BOBS}/{segment}/{MIAS_ID}")), 404, "Request_ResourceNotFound");
    }
}

#[actix_web::test]
async fn a_removed_method_is_asked_for_no_more_and_without_any_one_is_registered() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let page = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(page.has("idRichContext_DisplaySign"), "the app is asked first: {}", page.gist());
    let only = |segment: &str| {
        let all = graph.list(&format!("{MIAS}/{segment}"));
        format!("{MIAS}/{segment}/{}", text(&all[0], "id"))
    };
    done(&graph.delete(&only("microsoftAuthenticatorMethods")));
    let page = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(page.has("name=\"otc\"") && !page.has("idRichContext_DisplaySign"), "{}", page.gist());
    let code_app = only("softwareOathMethods");
    done(&graph.delete(&code_app));
    refused(&graph.delete(&code_app), 404, "Request_ResourceNotFound");
    done(&graph.delete(&only("phoneMethods")));
    assert_eq!(types(&graph.list(&format!("{MIAS}/methods"))), ["passwordAuthenticationMethod"]);
    let page = past_the_password(&mut Visitor::new(&standin), MIA).await;
    assert!(page.has("idSubmit_ProofUp_Redirect"), "registration begins: {}", page.gist());
}

#[actix_web::test]
async fn a_method_removed_in_the_middle_of_a_sign_in_proves_nothing_any_more() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let mut mia = Visitor::new(&standin);
    let page = past_the_password(&mut mia, MIA).await;
    let page = another_way(&mut mia, &page, "PhoneAppOTP").await;
    let id = text(&graph.list(&format!("{MIAS}/softwareOathMethods"))[0], "id").to_owned();
    done(&graph.delete(&format!("{MIAS}/softwareOathMethods/{id}")));
    let page = mia.submit(&page, &[("otc", &app_code(&standin, MIAS_SECRET))]).await;
    assert_eq!(page.status, 200, "{}", page.gist());
    assert!(!page.has("name=\"code\""), "{}", page.gist());
}

#[actix_web::test]
async fn a_code_app_made_through_graph_shows_codes_that_count() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = format!("{BOBS}/softwareOathMethods");
    let app = made(&graph.post(&path, json!({})));
    let secret = text(&app, "secretKey");
    assert_eq!(graph.list(&path)[0]["secretKey"], Value::Null, "it was shown once");
    refused(&graph.post(&path, json!({})), 400, "BadRequest");
    patch_world(&standin, json!({ "users": { BOB: { "per_user_mfa": "enforced" } } }));
    let mut bob = Visitor::new(&standin);
    let page = past_the_password(&mut bob, BOB).await;
    assert!(bob.submit(&page, &[("otc", &app_code(&standin, secret))]).await.sent_back("code").is_some());

    done(&graph.delete(&format!("{path}/{}", text(&app, "id"))));
    for wrong in [
        json!({ "secretKey": "no base32!" }),
        json!({ "secretKey": "SHORT" }),
        json!({ "secretKey": 5 }),
        json!({ "secret": "x" }),
    ] {
        refused(&graph.post(&path, wrong), 400, "BadRequest");
    }
    let given = made(&graph.post(&path, json!({ "secretKey": "bobsbobsbobsbobsbobsbobsbobsbobs" })));
    assert_eq!((&given["secretKey"], &given["id"]), (&Value::Null, &app["id"]));
    let world = standin.directory().await.unwrap();
    let bob = world.account(&standin::id::Upn::new(BOB)).unwrap();
    assert_eq!(bob.user.methods.totp.as_ref().unwrap().reveal(), "BOBSBOBSBOBSBOBSBOBSBOBSBOBSBOBS");
}

#[actix_web::test]
async fn a_temporary_access_pass_signs_somebody_in_until_it_ends() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = format!("{MIAS}/temporaryAccessPassMethods");
    let pass = made(&graph.post(&path, json!({ "lifetimeInMinutes": 60, "isUsableOnce": false })));
    assert_eq!((&pass["isUsable"], &pass["methodUsabilityReason"]), (&true.into(), &"EnabledByPolicy".into()));
    assert_eq!(pass["startDateTime"], pass["createdDateTime"]);
    assert_eq!(graph.list(&path)[0]["temporaryAccessPass"], Value::Null);

    let code = text(&pass, "temporaryAccessPass");
    for (typed, lets_in) in [("wrong", false), (code, true), (code, true)] {
        let mut mia = Visitor::new(&standin);
        let page = mia.get(&crate::apps::WEB.asks(crate::apps::V2, &[("login_hint", MIA)])).await;
        let page = mia.submit(&page, &[("action", "access-pass")]).await;
        let answer = mia.submit(&page, &[("accesspass", typed)]).await;
        assert_eq!(answer.status == 302 && answer.sent_back("code").is_some(), lets_in, "{typed}: {}", answer.gist());
    }
    let again = made(&graph.post(&path, json!({ "lifetimeInMinutes": 10 })));
    assert_ne!(again["temporaryAccessPass"], pass["temporaryAccessPass"]);
    assert_eq!(graph.list(&path).len(), 1, "a new pass takes the place of the old one");
    standin.clock().advance(std::time::Duration::from_secs(11 * 60));
    assert_eq!(graph.list(&path)[0]["methodUsabilityReason"], "Expired");
    done(&graph.delete(&format!("{path}/{}", text(&again, "id"))));
    assert!(graph.list(&path).is_empty());
}

#[actix_web::test]
async fn a_pass_for_later_is_not_good_yet_and_nobody_makes_one_for_themselves() {
    let standin = started().await;
    let graph = daemon_with_all(&standin);
    let path = format!("{MIAS}/temporaryAccessPassMethods");
    let later = json!({ "startDateTime": "2099-01-01T00:00:00Z", "isUsableOnce": true });
    let pass = made(&graph.post(&path, later));
    assert_eq!((&pass["methodUsabilityReason"], &pass["isUsable"]), (&"NotYetValid".into(), &false.into()));
    assert_eq!((&pass["isUsableOnce"], &pass["lifetimeInMinutes"]), (&true.into(), &60.into()));
    for wrong in
        [json!({ "lifetimeInMinutes": 5 }), json!({ "startDateTime": "soon" }), json!({ "temporaryAccessPass": "x" })]
    {
        refused(&graph.post(&path, wrong), 400, "BadRequest");
    }
    let own = format!("v1.0/users/{ALICE}/authentication/temporaryAccessPassMethods");
    refused(&admin(&standin).post(&own, json!({})), 403, "Authorization_RequestDenied");
}

#[actix_web::test]
async fn a_key_can_be_removed_but_only_its_owner_registers_one() {
    let standin = started().await;
    let keys = json!({ "Red key": { "credential_id": "YQ" }, "Blue key": { "credential_id": "Yg" } });
    patch_world(&standin, json!({ "users": { BOB: { "methods": { "passkeys": keys } } } }));
    let graph = daemon_with_all(&standin);
    let path = format!("{BOBS}/fido2Methods");
    let known = graph.list(&path);
    assert_eq!(known.iter().map(|key| text(key, "displayName")).collect::<Vec<_>>(), ["Blue key", "Red key"]);
    done(&graph.delete(&format!("{path}/{}", text(&known[0], "id"))));
    assert_eq!(graph.list(&path), known[1..]);
    refused(&graph.post(&path, json!({})), 405, "Request_BadRequest");
    let password = format!("{BOBS}/passwordMethods/28c10230-6103-485e-b985-444c60001490");
    refused(&graph.delete(&password), 405, "Request_BadRequest");
}

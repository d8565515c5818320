//! Whatever somebody presses, in whatever order: no token says "mfa" unless its own sign-in's journal has the evidence.

use serde_json::{Value, json};
use standin::Standin;

use super::{MIA, MIAS_SECRET, app_code, message, reply, words};
use crate::answer::{Answer, claims};
use crate::apps::{ALICE, PASSWORD, V2, WEB, text};
use crate::client::{get, patch_world, started};
use crate::visitor::Visitor;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }
}

/// Everything that can be pressed or typed, sensible or not; codes are right now and then.
fn something(standin: &Standin, dice: &mut Dice, user: &str) -> Vec<(&'static str, String)> {
    let inbox = get(standin, &format!("/_standin/inbox?user={user}")).json();
    let newest = inbox["value"].as_array().and_then(|all| all.last().cloned()).unwrap_or_default();
    let of = |name: &'static str, value: &str| vec![(name, value.to_owned())];
    match dice.roll(21) {
        0 => of("passwd", PASSWORD),
        1 => of("passwd", "wrong"),
        2 => of("loginfmt", user),
        3 => of("otc", "000000"),
        4 => of("otc", newest["code"].as_str().unwrap_or("111111")),
        5 => of("otc", &app_code(standin, MIAS_SECRET)),
        6 => of("action", "another-way"),
        7 => of("action", "method:PhoneAppOTP"),
        8 => of("action", "method:OneWaySMS"),
        9 => of("action", "method:PhoneAppNotification"),
        10 => of("action", "poll"),
        11 => of("action", "again"),
        12 => of("action", "back"),
        13 => of("action", "later"),
        14 => of("phone", "+1 555 0188"),
        15 => of("accesspass", "TAP-0"),
        16 => of("credential", "{}"),
        17 => of("action", "access-pass"),
        18 => of("action", "passkey"),
        19 => vec![("action", "back".to_owned()), ("accesspass", String::new())],
        _ => vec![],
    }
}

/// Presses until the application is answered, or for long enough.
async fn walk(standin: &Standin, dice: &mut Dice, user: &str) -> Option<Answer> {
    let mut visitor = Visitor::new(standin);
    let mut page = visitor.get(&WEB.asks(V2, &[])).await;
    page = visitor.sign_in(page, user, PASSWORD).await;
    for _ in 0..40 {
        if page.status == 302 {
            return Some(page);
        }
        if !page.has("name=\"flowToken\"") {
            return None;
        }
        if dice.roll(6) == 0 && page.has("id=\"idRichContext_DisplaySign\"") {
            let answer = ["approve", "approve", "deny", "report"][dice.roll(4)];
            reply(standin, &message(standin, user), json!({"answer": answer, "number": dice.roll(100).to_string()}));
        }
        let fields = something(standin, dice, user);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        page = visitor.submit(&page, &fields).await;
        assert!(page.status < 500, "{fields:?}: {}", page.gist());
    }
    None
}

/// The number of the newest entry of the journal.
fn newest_entry(standin: &Standin) -> u64 {
    get(standin, "/_standin/events?kind=token").json()["next"].as_u64().unwrap()
}

/// Whatever Alice has registered since, she has proven: the journal says so.
fn registered_with_evidence(standin: &Standin, since: u64) {
    let methods = get(standin, "/_standin/world").json()["users"][ALICE]["methods"].clone();
    let any = ["push", "totp", "sms", "call"].iter().any(|kind| methods[kind] != Value::Null && methods[kind] != false);
    if any || methods["passkeys"].as_object().is_some_and(|all| !all.is_empty()) {
        let decisions = get(standin, &format!("/_standin/events?kind=decision&after={since}")).body;
        assert!(decisions.contains(&format!("{ALICE} proved a second factor")), "{methods}");
    }
}

#[actix_web::test]
async fn no_way_through_the_pages_yields_mfa_without_evidence() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {ALICE: {"per_user_mfa": "enforced"}}}));
    let mut dice = Dice(20_261_126);
    let mut proven = 0;
    for round in 0..30 {
        // What was guessed wrong in one round is forgiven by the next.
        standin.clock().advance(std::time::Duration::from_secs(2 * 3600));
        let user = if round % 2 == 0 { MIA } else { ALICE };
        patch_world(&standin, json!({"users": {ALICE: {"methods": null}}}));
        let terms = json!({"include": {"all": true}, "grant": if round % 3 == 0 { ["terms"] } else { ["mfa"] }});
        patch_world(&standin, json!({"tenants": {"example": {"conditional_access": {"house-rules": terms}}}}));
        let since = newest_entry(&standin);
        let done = walk(&standin, &mut dice, user).await;
        registered_with_evidence(&standin, since);
        let Some(done) = done else { continue };
        let Some(code) = done.sent_back("code") else { continue };
        let tokens = WEB.redeem(&standin, V2, &code, &[]).granted();
        let amr = words(&claims(text(&tokens, "access_token"))["amr"]);
        assert_eq!(amr.last().map(String::as_str), Some("mfa"), "both must prove a second factor");
        let events = get(&standin, "/_standin/events?kind=token").json();
        let flow = text(events["value"].as_array().unwrap().last().unwrap(), "flow").to_owned();
        let decisions = get(&standin, &format!("/_standin/events?kind=decision&flow={flow}")).json();
        let evidence = |event: &Value| event["summary"].as_str().unwrap().contains("proved a second factor");
        assert!(decisions["value"].as_array().unwrap().iter().any(evidence), "{flow}: {decisions}");
        proven += 1;
    }
    assert!(proven >= 3, "the walk must get somewhere to say something: {proven}");
}

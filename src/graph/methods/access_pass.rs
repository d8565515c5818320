//! Temporary access passes: a code that an administrator gives out, shown once.
//!
//! Differs: a tenant has no policy about passes here, so that every lifetime and kind the interface knows is allowed.

use serde_json::{Value, json};

use super::id_of;
use crate::chance::Chance;
use crate::directory::user::{AccessPass, Methods, Secret, User};
use crate::graph::calls::OfPerson;
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::graph::methods::kind::MethodType;
use crate::graph::people::Target;
use crate::graph::{Ask, Outcome};
use crate::time::{Span, Timestamp};

/// How long a pass is good when nobody says.
const USUAL: i64 = 60;
/// How many letters it has.
const LENGTH: usize = 8;

/// Somebody's pass, without its code.
pub fn shown(user: &User, now: Timestamp) -> Vec<Value> {
    user.methods.access_pass.iter().map(|pass| row(user, pass, None, None, now)).collect()
}

fn row(user: &User, pass: &AccessPass, code: Option<&str>, created: Option<Timestamp>, now: Timestamp) -> Value {
    json!({
        "id": id_of(user, "access pass").to_string(),
        "temporaryAccessPass": code,
        "createdDateTime": created,
        "startDateTime": pass.starts,
        "lifetimeInMinutes": pass.lives.map(minutes),
        "isUsableOnce": pass.once,
        "isUsable": pass.is_good(now),
        "methodUsabilityReason": reason(pass, now),
    })
}

fn minutes(span: Span) -> i64 {
    let minute = Span::minutes(1).millis();
    span.millis().saturating_add(minute - 1).div_euclid(minute)
}

fn reason(pass: &AccessPass, now: Timestamp) -> &'static str {
    match (pass.is_good(now), pass.starts.is_some_and(|starts| now < starts)) {
        (true, _) => "EnabledByPolicy",
        (false, true) => "NotYetValid",
        (false, false) => "Expired",
    }
}

/// A new pass, in place of the one there was.
pub fn add(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let pass = pass(&body, code(ask.chance), ask.now)?;
    let user = target.account.user;
    let row = row(user, &pass, Some(pass.code.reveal()), Some(ask.now), ask.now);
    let what = OfPerson::MethodsOf(MethodType::AccessPass, None);
    let told = ask.created_for(target, what, id_of(user, "access pass"), row);
    let methods = Methods { access_pass: Some(pass), ..user.methods.clone() };
    ask.with_methods(target, told, "made a temporary access pass", methods)
}

fn pass(body: &Value, code: Secret, now: Timestamp) -> Result<AccessPass, Refused> {
    let mut members = Members::of(body)?;
    let lives = members.number("lifetimeInMinutes")?.unwrap_or(USUAL);
    let once = members.flag("isUsableOnce")?.unwrap_or_default();
    let starts = members.text("startDateTime")?;
    members.finish()?;
    if !(10..=43_200).contains(&lives) {
        return Err(Refused::bad("lifetimeInMinutes must be between 10 and 43200."));
    }
    let starts = match starts.map(Timestamp::parse) {
        None => now,
        Some(Some(starts)) => starts,
        Some(None) => return Err(Refused::bad("startDateTime must be a moment such as 2028-01-01T00:00:00Z.")),
    };
    Ok(AccessPass { code, starts: Some(starts), lives: Some(Span::minutes(lives)), once })
}

fn code(chance: &Chance) -> Secret {
    Secret::new(chance.short().chars().filter(char::is_ascii_alphanumeric).take(LENGTH).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn read(body: &Value) -> Result<AccessPass, Refused> {
        pass(body, Secret::new("x"), at(1_000))
    }

    #[test]
    fn a_pass_is_good_for_an_hour_from_now_unless_somebody_says_otherwise() {
        let usual = read(&json!({})).unwrap();
        assert_eq!((usual.starts, usual.lives, usual.once), (Some(at(1_000)), Some(Span::hours(1)), false));
        let said =
            read(&json!({ "lifetimeInMinutes": 10, "isUsableOnce": true, "startDateTime": "1970-01-01T01:00:00Z" }));
        let said = said.unwrap();
        assert_eq!((said.starts, said.lives, said.once), (Some(at(3_600)), Some(Span::minutes(10)), true));
        for wrong in [
            json!({ "lifetimeInMinutes": 9 }),
            json!({ "lifetimeInMinutes": 43_201 }),
            json!({ "lifetimeInMinutes": "60" }),
            json!({ "startDateTime": "tomorrow" }),
            json!({ "temporaryAccessPass": "mine" }),
        ] {
            assert_eq!(read(&wrong).unwrap_err().status(), 400, "{wrong}");
        }
    }

    #[test]
    fn a_pass_says_why_it_is_of_no_use() {
        let user = User::default();
        let pass = AccessPass { starts: Some(at(100)), lives: Some(Span::seconds(90)), ..AccessPass::default() };
        for (now, reason, usable) in
            [(99, "NotYetValid", false), (100, "EnabledByPolicy", true), (190, "Expired", false)]
        {
            let row = row(&user, &pass, None, None, at(now));
            assert_eq!((row["methodUsabilityReason"].clone(), row["isUsable"].clone()), (reason.into(), usable.into()));
            assert_eq!((row["lifetimeInMinutes"].clone(), row["temporaryAccessPass"].clone()), (2.into(), Value::Null));
        }
    }

    #[test]
    fn a_pass_is_typed_without_signs() {
        for seed in 0..50 {
            let code = code(&Chance::new(Some(seed), ""));
            assert!(code.reveal().len() == LENGTH && code.reveal().chars().all(|c| c.is_ascii_alphanumeric()));
        }
    }
}

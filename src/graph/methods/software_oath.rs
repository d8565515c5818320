//! Code apps, whose secret nobody is shown but who has it made.
//!
//! Differs: a world keeps one for each account, where the real service has room for five.

use serde_json::{Value, json};

use super::id_of;
use crate::directory::user::{Methods, Secret, User};
use crate::graph::calls::OfPerson;
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::graph::methods::kind::MethodType;
use crate::graph::people::Target;
use crate::graph::{Ask, Outcome};
use crate::signin::mfa::totp;

/// Somebody's code app.
pub fn shown(user: &User) -> Vec<Value> {
    user.methods.totp.iter().map(|_| row(user, None)).collect()
}

fn row(user: &User, secret: Option<&Secret>) -> Value {
    json!({ "id": id_of(user, "code app").to_string(), "secretKey": secret.map(Secret::reveal) })
}

/// A code app. Whoever gives no secret is told the one that was made, once.
pub fn add(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    let given = members.text("secretKey")?.map(|text| Secret::new(text.to_uppercase()));
    members.finish()?;
    let user = target.account.user;
    if user.methods.totp.is_some() {
        return Err(Refused::bad("This world keeps one code app for each user, and this user has one."));
    }
    let made = given.is_none().then(|| totp::fresh(ask.chance));
    let what = OfPerson::MethodsOf(MethodType::SoftwareOath, None);
    let told = ask.created_for(target, what, id_of(user, "code app"), row(user, made.as_ref()));
    let methods = Methods { totp: given.or(made), ..user.methods.clone() };
    ask.with_methods(target, told, "added a code app", methods)
}

//! How somebody proves who they are: Microsoft Graph's authentication methods, over the [`Methods`] that the sign-in
//! asks for. What is removed here is asked for no more.
//!
//! An object has an id that follows from whose it is and what it is, so that nothing but the facts is kept.
//!
//! Differs: when a method was registered is known of keys only. A key's id is made, since the real one depends on upper
//! and lower case, which addresses here do not keep.

pub mod access_pass;
pub mod kind;
pub mod phone;
pub mod software_oath;

use serde_json::{Value, json};

use super::calls::{OfPerson, Verb};
use super::error::Refused;
use super::people::Target;
use super::{Ask, Outcome, Told};
use crate::directory::user::{Methods, User};
use crate::id::ObjectId;
use crate::time::Timestamp;
use kind::MethodType;

/// The id of everybody's password.
const PASSWORD: &str = "28c10230-6103-485e-b985-444c60001490";
/// What a key says of its make when nobody asked.
const NO_MAKE: &str = "00000000-0000-0000-0000-000000000000";

/// All methods of a person, or one of them, each with its type.
pub fn all(ask: &Ask<'_>, target: &Target<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let typed = |kind: MethodType| rows(kind, target, ask.now).into_iter().map(move |row| with_type(kind, row));
    let rows: Vec<Value> = MethodType::ALL.into_iter().flat_map(typed).collect();
    let what = OfPerson::Methods(id);
    match id {
        None => ask.list_of(target, what, rows),
        Some(id) => ask.item_of(target, what, one(rows, id)?),
    }
}

/// What comes of a request about methods of one type.
pub fn answer(
    ask: &Ask<'_>,
    target: &Target<'_>,
    kind: MethodType,
    id: Option<&str>,
    verb: Verb,
) -> Result<Outcome, Refused> {
    let what = OfPerson::MethodsOf(kind, id);
    let rows = rows(kind, target, ask.now);
    match (id, verb) {
        (None, Verb::Post) => add(ask, target, kind),
        (None, Verb::Get | Verb::Patch | Verb::Delete) => ask.list_of(target, what, rows),
        (Some(id), verb) => {
            let row = one(rows, id)?;
            match verb {
                Verb::Get | Verb::Post => ask.item_of(target, what, row),
                Verb::Patch => phone::change(ask, target, id),
                Verb::Delete => remove(ask, target, kind, id),
            }
        }
    }
}

fn one(rows: Vec<Value>, id: &str) -> Result<Value, Refused> {
    let is = |row: &Value| row.get("id").and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(id));
    rows.into_iter().find(is).ok_or_else(|| Refused::no_object(id))
}

fn with_type(kind: MethodType, row: Value) -> Value {
    let mut typed = serde_json::Map::from_iter([("@odata.type".to_owned(), kind.odata_type().into())]);
    if let Value::Object(row) = row {
        typed.extend(row);
    }
    Value::Object(typed)
}

/// The methods of one type, as this interface shows them.
fn rows(kind: MethodType, target: &Target<'_>, now: Timestamp) -> Vec<Value> {
    let user = target.account.user;
    match kind {
        MethodType::Password => password(user),
        MethodType::Phone => phone::shown(&user.methods, target.numbers),
        MethodType::Authenticator => authenticator(user),
        MethodType::SoftwareOath => software_oath::shown(user),
        MethodType::Fido2 => keys(user),
        MethodType::AccessPass => access_pass::shown(user, now),
    }
}

fn password(user: &User) -> Vec<Value> {
    let known = user.password.iter();
    known.map(|_| json!({ "id": PASSWORD, "password": null, "createdDateTime": null })).collect()
}

fn authenticator(user: &User) -> Vec<Value> {
    let shown = json!({
        "id": id_of(user, "push").to_string(),
        "displayName": "Virtual phone",
        "deviceTag": "SoftwareTokenActivated",
        "phoneAppVersion": env!("CARGO_PKG_VERSION"),
        "createdDateTime": null,
    });
    if user.methods.push { vec![shown] } else { Vec::new() }
}

fn keys(user: &User) -> Vec<Value> {
    let shown = |(name, key): (&String, &crate::directory::user::Passkey)| {
        json!({
            "id": key_id(user, name).to_string(),
            "displayName": name,
            "createdDateTime": key.created,
            "aaGuid": NO_MAKE,
            "model": null,
            "attestationCertificates": [],
            "attestationLevel": "notAttested",
        })
    };
    user.methods.passkeys.iter().map(shown).collect()
}

/// The id of somebody's method of which there is one only.
fn id_of(user: &User, what: &str) -> ObjectId {
    ObjectId::derived(&["method", &user.id.to_string(), what])
}

/// The id of one of somebody's keys.
fn key_id(user: &User, name: &str) -> ObjectId {
    ObjectId::derived(&["method", &user.id.to_string(), "key", name])
}

fn add(ask: &Ask<'_>, target: &Target<'_>, kind: MethodType) -> Result<Outcome, Refused> {
    match kind {
        MethodType::Phone => phone::add(ask, target),
        MethodType::SoftwareOath => software_oath::add(ask, target),
        MethodType::AccessPass => access_pass::add(ask, target),
        MethodType::Password | MethodType::Authenticator | MethodType::Fido2 => {
            Err(Refused::bad("Methods of this type are registered by their owner only."))
        }
    }
}

fn remove(ask: &Ask<'_>, target: &Target<'_>, kind: MethodType, id: &str) -> Result<Outcome, Refused> {
    let user = target.account.user;
    let key = user.methods.passkeys.keys().find(|name| key_id(user, name).to_string().eq_ignore_ascii_case(id));
    let mut methods = user.methods.clone();
    match kind {
        MethodType::Phone => phone::remove(&mut methods, id),
        MethodType::SoftwareOath => methods.totp = None,
        MethodType::Authenticator => methods.push = false,
        MethodType::AccessPass => methods.access_pass = None,
        MethodType::Fido2 => {
            key.and_then(|name| methods.passkeys.remove(name));
        }
        MethodType::Password => {}
    }
    let did = format!("removed one of {}", kind.segment());
    ask.with_methods(target, Told::Done, &did, methods)
}

impl Ask<'_> {
    /// The world in which somebody has these methods. A default that is gone is none.
    fn with_methods(
        &self,
        target: &Target<'_>,
        told: Told,
        did: &str,
        mut methods: Methods,
    ) -> Result<Outcome, Refused> {
        methods.default = methods.default.filter(|kind| methods.has(*kind));
        self.with_user(target, told, did, |user| user.methods = methods)
    }
}

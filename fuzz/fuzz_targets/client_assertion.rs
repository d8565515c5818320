//! Is there an assertion that breaks its reader, or that stands for an application without being signed for it?
//!
//! Input that begins with `{` is claims, signed here with the key that the application is registered with; anything
//! else is a whole token.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use standin::http::outbound::Outbound;
use standin::http::trust::Trust;
use standin::keys::Owner;
use standin::oauth::assertion;
use standin::oauth::desk::{Denied, Desk};
use standin::token::jwt::{self, Typ};
use standin_fuzz::{CERTIFIED, Office, answered, chance, now};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::open);

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (records, chance) = (OFFICE.records(), chance());
    let desk = OFFICE.desk(&records, &chance);
    match serde_json::from_str::<Value>(text) {
        Ok(claims @ Value::Object(_)) => signed(&desk, &claims),
        Ok(_) | Err(_) => unsigned(&desk, text),
    }
});

fn signed(desk: &Desk<'_>, claims: &Value) {
    let key = desk.keys.current(Owner::Entra).expect("the development key");
    let token = jwt::sign(&key, Typ::JwtWithX5t, claims).expect("claims are JSON");
    if check(desk, &token) {
        let app = desk.directory.app_by_handle(CERTIFIED).expect("Example Daemon");
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        assert!(text("iss").eq_ignore_ascii_case(app.client_id.as_str()));
        assert!(text("sub").eq_ignore_ascii_case(app.client_id.as_str()));
        assert!(claims.get("aud").is_some());
        assert!(claims.get("exp").and_then(Value::as_f64).is_some_and(|exp| exp > (now().seconds() - 600) as f64));
    }
}

fn unsigned(desk: &Desk<'_>, token: &str) {
    let _ = assertion::subject(token);
    let published = desk.keys.published(Owner::Entra).expect("the development key");
    let keys = || published.iter().map(|key| key.public().clone()).collect();
    assert!(jwt::verify(token, |_| keys()).is_err(), "nobody here has signed this");
    assert!(!check(desk, token), "nobody here has signed this");
}

fn check(desk: &Desk<'_>, token: &str) -> bool {
    let app = desk.directory.app_by_handle(CERTIFIED).expect("Example Daemon");
    let tenant = desk.directory.tenant_by_handle("example");
    match answered(assertion::check(desk, app, tenant, token, &Outbound::new(Arc::new(Trust::new(None))))) {
        Some(Ok(())) => true,
        Some(Err(Denied::Broken(error))) => panic!("{error}"),
        Some(Err(Denied::Refused(_))) | None => false,
    }
}

//! Is a device told the truth, and its grant given once?

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::directory::policy::ClientType;
use crate::directory::{Directory, world};
use crate::id::{ObjectId, Upn};
use crate::oauth::redirect::Platform;
use crate::signin::factors::Factors;
use crate::signin::state::Presence;
use crate::store::Memory;
use crate::time::Span;

fn now() -> Timestamp {
    Timestamp::from_seconds(1_700_000_000)
}

fn grant() -> Grant {
    Grant {
        id: "g".into(),
        flow: "f".into(),
        upn: Upn::new("alice@example.test"),
        home: "example".into(),
        tenant: "example".into(),
        object: ObjectId::default(),
        app: "example-cli".into(),
        requested: Requested::default(),
        factors: Factors::password(now()),
        contexts: Vec::new(),
        sid: String::new(),
        epoch: String::new(),
        client: ClientType::Mobile,
        presence: Presence::There,
        platform: Platform::Native,
        nonce: None,
        wants_auth_time: false,
        acr: None,
        claims: None,
    }
}

fn record(state: DeviceState) -> DeviceRecord {
    DeviceRecord {
        authority: Authority::Common,
        app: "example-cli".into(),
        requested: Requested::default(),
        asks: Asks::default(),
        claims: None,
        user_code: "BCDFGHJKL".into(),
        flow: "f".into(),
        expires: now().plus(Span::minutes(15)),
        state,
    }
}

#[test]
fn a_device_is_told_to_wait_that_it_is_over_or_gets_its_grant() {
    let approved = || DeviceState::Approved(Box::new(grant()));
    let table = [
        (DeviceState::Pending, 0, Some(Code::DeviceCodePending)),
        (DeviceState::Pending, 15, Some(Code::DeviceCodeExpired)),
        (DeviceState::Declined, 0, Some(Code::DeviceCodeDeclined)),
        (DeviceState::Declined, 15, Some(Code::DeviceCodeDeclined)),
        (approved(), 14, None),
        (approved(), 15, Some(Code::DeviceCodeExpired)),
    ];
    for (state, minutes, expected) in table {
        let record = record(state);
        let answer = poll(&record, now().plus(Span::minutes(minutes)));
        assert_eq!(answer.err().map(|refusal| refusal.code), expected, "{record:?} {minutes}");
    }
}

#[test]
fn user_codes_are_read_as_people_type_them() {
    for typed in ["BCDFGHJKL", "bcdfghjkl", " BCD-FGH-JKL ", "bcd fgh jkl"] {
        assert_eq!(user_code(typed).as_deref(), Some("BCDFGHJKL"), "{typed}");
    }
    for typed in ["", "BCDFGHJK", "BCDFGHJKLM", "BCDFGHJK1", "ßCDFGHJKL", "BCDFGHJK/"] {
        assert_eq!(user_code(typed), None, "{typed}");
    }
}

#[actix_web::test]
async fn a_device_code_is_redeemed_once_and_by_its_own_application() {
    let memory = Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
    let store: &dyn Store = &memory;
    let kept = record(DeviceState::Approved(Box::new(grant())));
    store.keep("code", &kept, now(), REMEMBERED).await.unwrap();
    let ask = async |code: &str, app: &str| {
        let approved = approved(store, code, app, now()).await.unwrap().map_err(|refusal| refusal.code)?;
        let taken = take(store, code, approved, now()).await.unwrap();
        taken.map(|grant| grant.id).map_err(|refusal| refusal.code)
    };
    assert_eq!(ask("other", "example-cli").await, Err(Code::BadDeviceCode));
    assert_eq!(ask("code", "example-web").await, Err(Code::BadDeviceCode));
    assert_eq!(ask("code", "example-cli").await, Ok("g".into()));
    assert_eq!(ask("code", "example-cli").await, Err(Code::CodeAlreadyRedeemed));
    assert_eq!(ask("code", "example-web").await, Err(Code::BadDeviceCode));
}

proptest! {
    #[test]
    fn whatever_is_typed_becomes_a_code_or_nothing(typed in "\\PC{0,40}") {
        let code = user_code(&typed);
        prop_assert!(code.is_none_or(|code| code.len() == LETTERS && code.bytes().all(|b| b.is_ascii_uppercase())));
    }
}

//! Is there a message that breaks the reader of WS-Trust, or an assertion that a tenant believes though nobody signed
//! it?
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use standin::federation::assertion::Version;
use standin::federation::bearer::{self, Place};
use standin::federation::wstrust::edition::Edition;
use standin::federation::wstrust::request::request;
use standin::federation::xml::read;
use standin::http::outbound::Outbound;
use standin::http::trust::Trust;
use standin::signin::state::Authority;
use standin_fuzz::{Office, answered, chance, now};

static OFFICE: LazyLock<Office> = LazyLock::new(Office::open);

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for edition in Edition::ALL {
        match request(text, edition, now()) {
            Ok(request) => {
                assert!(!request.applies_to.is_empty());
                let (shown, password) = (format!("{request:?}"), request.password.reveal());
                assert!(
                    password.len() < 8
                        || !shown.contains(password)
                        || request.name.contains(password)
                        || request.applies_to.contains(password)
                        || request.message.is_some_and(|id| id.contains(password))
                );
            }
            Err(fault) => {
                let message = fault.message(edition);
                assert!(read(&message).is_ok(), "{message}");
            }
        }
    }
    let (records, chance, outbound) = (OFFICE.records(), chance(), Outbound::new(Arc::new(Trust::new(None))));
    let place = Place { desk: OFFICE.desk(&records, &chance), outbound: &outbound, authority: &Authority::Common };
    for version in [Version::Saml11, Version::Saml20] {
        let named = answered(bearer::named(&place, text, version));
        assert!(named.is_some_and(|named| named.is_err()), "nobody here has signed this");
    }
});

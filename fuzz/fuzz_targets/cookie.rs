//! Is there a `Cookie` header that breaks its reader, or a value read from it that could not be set again?
#![no_main]

use actix_web::http::header::{COOKIE, HeaderMap, HeaderValue};
use libfuzzer_sys::{Corpus, fuzz_target};
use standin::http::cookies::{self, Jar};

const NAMES: [&str; 5] =
    [cookies::BROWSER, cookies::SESSION, cookies::PERSISTENT, cookies::PROVIDER_SESSION, cookies::PROVIDER_PERSISTENT];

// Each line is a header of its own.
fuzz_target!(|input: &[u8]| -> Corpus {
    let mut headers = HeaderMap::new();
    for line in input.split(|byte| *byte == b'\n') {
        let Ok(value) = HeaderValue::from_bytes(line) else { return Corpus::Reject };
        headers.append(COOKIE, value);
    }
    for name in NAMES {
        let Some(value) = cookies::read(&headers, name) else { continue };
        let jar = Jar { path: "/w/a", secure: true };
        let set = HeaderValue::from_str(&jar.set(name, value, None)).expect("a header");
        let text = set.to_str().expect("visible");
        assert_eq!(text.matches(';').count(), 4, "{text}: a value must not add attributes");
        let mut again = HeaderMap::new();
        again.insert(COOKIE, HeaderValue::from_str(&format!("{name}={value}")).expect("a header"));
        assert_eq!(cookies::read(&again, name), Some(value));
    }
    Corpus::Keep
});

//! Does a piece of text have the form that its key asks for?
//!
//! Host names after RFC 1123, base32 after RFC 4648, PEM after RFC 7468, address ranges after RFC 4632.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use crate::directory::country::is_country;
use crate::id::Upn;

/// What keeps this from being a handle.
pub(super) fn handle(text: &str) -> Option<&'static str> {
    let sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.len() > 100 || !text.chars().all(sane) || text.chars().all(|c| c == '.') {
        return Some("a handle is made of letters, digits, `-`, `_` and `.`");
    }
    None
}

/// What keeps this from being a part of our own addresses, which are read in lower case.
pub(super) fn segment(text: &str) -> Option<&'static str> {
    let folded = text.chars().all(|c| !c.is_uppercase());
    (!folded).then_some("a provider's handle stands in its addresses: write it in lower case")
}

/// What keeps this from being a user name.
pub(super) fn user_name(text: &str) -> Option<&'static str> {
    let strange = |c: char| c.is_whitespace() || c.is_control();
    if text.is_empty() || text.len() > Upn::LONGEST || text.starts_with('@') || text.contains(strange) {
        return Some("not a user name");
    }
    None
}

/// What keeps this from being the name of a domain.
pub(super) fn domain(text: &str) -> Option<&'static str> {
    let label = |label: &str| {
        let letters = label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    if text.len() > 253 || !text.contains('.') || !text.split('.').all(label) {
        return Some("not a domain name such as `contoso.test`");
    }
    None
}

/// What keeps this from being an address that an answer may be sent to.
pub(super) fn address(text: &str) -> Option<&'static str> {
    // What an URL reader would forgive, a `Location` header would not.
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Some("an address is written in visible ASCII, without spaces");
    }
    match Url::parse(text) {
        Err(_) => Some("not an absolute URL"),
        Ok(url) if url.fragment().is_some() => Some("has a fragment (`#`), which an answer's address cannot have"),
        Ok(url) if matches!(url.scheme(), "javascript" | "data" | "vbscript") => {
            Some("an address leads somewhere; this would be run where a browser stands")
        }
        Ok(_) => None,
    }
}

/// What keeps this from being an address on the web.
pub(super) fn web_address(text: &str) -> Option<&'static str> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => address(text),
        Ok(_) | Err(_) => Some("not an absolute URL that begins with `http://` or `https://`"),
    }
}

/// What keeps this from being a range of network addresses.
pub(super) fn range(text: &str) -> Option<&'static str> {
    let parsed = text.split_once('/').and_then(|(address, bits)| {
        let address: IpAddr = address.parse().ok()?;
        let bits: u8 = bits.parse().ok()?;
        Some((address, bits))
    });
    match parsed {
        Some((IpAddr::V4(_), 0..=32)) | Some((IpAddr::V6(_), 0..=128)) => None,
        Some(_) | None => Some("not an address range such as `10.0.0.0/8`"),
    }
}

/// What keeps this from being the secret of a code app.
pub(super) fn totp_secret(text: &str) -> Option<&'static str> {
    let text = text.trim_end_matches('=');
    let letters = text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'));
    if !letters || matches!(text.len() % 8, 1 | 3 | 6) {
        return Some("not base32: capital letters and the digits 2 to 7, without spaces");
    }
    if text.len() < 16 {
        return Some("too short for a code app: 16 letters at least");
    }
    None
}

/// What keeps this from being a certificate. Only the wrapping is looked at.
pub(super) fn certificate(text: &str) -> Option<&'static str> {
    let inside = text
        .split_once("-----BEGIN CERTIFICATE-----")
        .and_then(|(_, rest)| rest.split_once("-----END CERTIFICATE-----"))
        .map(|(inside, _)| inside.split_ascii_whitespace().collect::<String>());
    // A certificate is an ASN.1 sequence.
    let sequence = |der: &[u8]| der.first() == Some(&0x30) && der.len() > 64;
    match inside.map(|inside| STANDARD.decode(inside)) {
        Some(Ok(der)) if sequence(&der) => None,
        Some(_) => Some("what stands between the PEM lines is not a certificate"),
        None => Some("not in PEM form: begins with `-----BEGIN CERTIFICATE-----`"),
    }
}

/// What keeps this from being a telephone number.
pub(super) fn telephone(text: &str) -> Option<&'static str> {
    let punctuation = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '(' | ')' | '.');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    if !rest.chars().all(punctuation) || !(3..=15).contains(&digits) {
        return Some("not a telephone number such as `+1 555 0100`");
    }
    None
}

/// What keeps this from being a country.
pub(super) fn country(text: &str) -> Option<&'static str> {
    (!is_country(text)).then_some("a country is written in two letters, such as `US`")
}

/// What keeps this from being the name of a scope or role: a token lists them with spaces between.
pub(super) fn permission(text: &str) -> Option<&'static str> {
    // RFC 6749, 3.3.
    let sane = |b: u8| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if text.is_empty() || !text.bytes().all(sane) {
        return Some("a permission has no spaces, quotes or backslashes");
    }
    None
}

//! Concise binary data (RFC 8949), as authenticators write it: shallow, one item after the other.

use coset::cbor::Value;
use coset::cbor::de::from_reader_with_recursion_limit;

/// Authenticators nest four deep at most (CTAP 2.1, section 8).
const DEEPEST: usize = 8;

/// The item at the beginning, and what follows it.
pub fn first(bytes: &[u8]) -> Option<(Value, &[u8])> {
    let mut rest = bytes;
    let item = from_reader_with_recursion_limit(&mut rest, DEEPEST).ok()?;
    Some((item, rest))
}

/// The only item.
pub fn only(bytes: &[u8]) -> Option<Value> {
    first(bytes).filter(|(_, rest)| rest.is_empty()).map(|(item, _)| item)
}

/// The value of a text key.
pub fn field<'v>(map: &'v [(Value, Value)], name: &str) -> Option<&'v Value> {
    map.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

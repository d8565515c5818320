//! How much a stranger may send.

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, Payload};

/// The most a body may hold: no honest request comes near.
pub const LIMIT: usize = 256 * 1024;

/// The body is larger than [`LIMIT`], or broke off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBody {
    /// Too large.
    TooLarge,
    /// Not what its frame announced.
    Broken,
}

/// Reads a body, refusing one that says it is too large before the first byte of it.
pub async fn read(headers: &HeaderMap, payload: Payload) -> Result<Bytes, BadBody> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LIMIT as u64) {
        return Err(BadBody::TooLarge);
    }
    match payload.to_bytes_limited(LIMIT).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(BadBody::Broken),
        Err(_) => Err(BadBody::TooLarge),
    }
}

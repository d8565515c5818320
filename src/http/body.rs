//! How much a stranger may send.

use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt as _;

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
///
/// By hand, because the framework's own way sets 32 KiB aside for every request, most of which have no body.
pub async fn read(headers: &HeaderMap, mut payload: Payload) -> Result<Bytes, BadBody> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > LIMIT as u64) {
        return Err(BadBody::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(part) = payload.next().await {
        let part = part.map_err(|_| BadBody::Broken)?;
        if body.len() + part.len() > LIMIT {
            return Err(BadBody::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(body.freeze())
}

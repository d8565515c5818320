//! How much may a stranger send, and how slowly?

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::Version;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::path::Path;

/// The most a body may hold: no honest request comes near.
pub const LIMIT: usize = 256 * 1024;
/// The same where a whole world may come: one of ten thousand accounts fits.
pub const WORLD_LIMIT: usize = 16 * 1024 * 1024;
/// How long a body may take. Whoever sends a byte now and then would hold a connection for ever.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why there is no body to work with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBody {
    /// Larger than [`LIMIT`], or [`WORLD_LIMIT`].
    TooLarge,
    /// Not what its frame announced.
    Broken,
    /// It does not come.
    TooSlow,
}

impl BadBody {
    /// The status that says so (RFC 9110, 15.5).
    pub fn status(self) -> u16 {
        match self {
            BadBody::TooLarge => 413,
            BadBody::Broken => 400,
            BadBody::TooSlow => 408,
        }
    }

    /// The sentence for the caller.
    pub fn text(self) -> &'static str {
        match self {
            BadBody::TooLarge => "The body is larger than this address takes: 256 KiB, and a whole world 16 MiB.",
            BadBody::Broken => "The body broke off.",
            BadBody::TooSlow => "The body took too long to come.",
        }
    }
}

/// How much may be sent to this address? Whether the sender may come in is asked only where it makes a difference:
/// nobody else gets the room of a whole world.
pub fn room(path: &Path, may_come_in: impl Fn() -> bool) -> usize {
    match (path.get(0), path.get(1), path.get(2)) {
        (Some("_standin"), Some("world" | "worlds"), None) if may_come_in() => WORLD_LIMIT,
        _ => LIMIT,
    }
}

/// Reads a body, refusing one that says it is too large before the first byte of it.
pub async fn read(request: &HttpRequest, payload: Payload, room: usize) -> Result<Bytes, BadBody> {
    // What most requests come with: then no header has to be asked.
    if matches!(payload, Payload::None) {
        return Ok(Bytes::new());
    }
    let headers = request.headers();
    if !is_announced(request.version(), headers) {
        return Ok(Bytes::new());
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > room as u64) {
        return Err(BadBody::TooLarge);
    }
    within(PATIENCE, payload, room).await
}

/// Before HTTP/2 a request that announces no body has none (RFC 9112, 6.3). `CONNECT` and `Upgrade` ask for the
/// connection itself, which would be read here until its end.
fn is_announced(version: Version, headers: &HeaderMap) -> bool {
    version >= Version::HTTP_2 || headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING)
}

async fn within(patience: Duration, payload: Payload, room: usize) -> Result<Bytes, BadBody> {
    tokio::time::timeout(patience, collect(payload, room)).await.unwrap_or(Err(BadBody::TooSlow))
}

/// By hand, because the framework's own way sets 32 KiB aside for every request, most of which have no body.
async fn collect(mut payload: Payload, room: usize) -> Result<Bytes, BadBody> {
    let mut body = BytesMut::new();
    while let Some(part) = payload.next().await {
        let part = part.map_err(|_| BadBody::Broken)?;
        if body.len() + part.len() > room {
            return Err(BadBody::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    Ok(body.freeze())
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use futures_util::stream;

    use super::*;

    type Part = Result<Bytes, PayloadError>;

    fn payload(parts: impl stream::Stream<Item = Part> + 'static) -> Payload {
        Payload::Stream { payload: Box::pin(parts) }
    }

    fn kib(count: usize) -> Part {
        Ok(Bytes::from(vec![b'a'; count * 1024]))
    }

    #[actix_web::test]
    async fn a_body_is_whole_and_small_or_refused() {
        let broken = || Err(PayloadError::Io(Error::from(ErrorKind::UnexpectedEof)));
        for (parts, expected) in [
            (vec![kib(128), kib(128)], Ok(LIMIT)),
            (vec![kib(128), kib(128), Ok(Bytes::from_static(b"b"))], Err(BadBody::TooLarge)),
            (vec![kib(257)], Err(BadBody::TooLarge)),
            (vec![kib(1), broken()], Err(BadBody::Broken)),
            (vec![], Ok(0)),
        ] {
            let read = within(PATIENCE, payload(stream::iter(parts)), LIMIT).await;
            assert_eq!(read.map(|body| body.len()), expected);
        }
    }

    #[actix_web::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let stalled = payload(stream::iter([kib(1)]).chain(stream::pending()));
        assert_eq!(within(Duration::ZERO, stalled, LIMIT).await, Err(BadBody::TooSlow));
    }

    #[test]
    fn whole_worlds_have_more_room_than_anything_else() {
        for (path, expected) in [
            ("/_standin/world", WORLD_LIMIT),
            ("/_Standin/Worlds/", WORLD_LIMIT),
            ("/_standin/worlds/one", LIMIT),
            ("/_standin/reset", LIMIT),
            ("/example.test/oauth2/token", LIMIT),
            ("/", LIMIT),
        ] {
            assert_eq!(room(&Path::read(path), || true), expected, "{path}");
            assert_eq!(room(&Path::read(path), || false), LIMIT, "{path}");
        }
    }

    #[actix_web::test]
    async fn what_announces_no_body_has_none() {
        let request = TestRequest::default().insert_header(("Upgrade", "websocket")).to_http_request();
        assert_eq!(read(&request, payload(stream::pending()), LIMIT).await, Ok(Bytes::new()));
        let request = TestRequest::default().insert_header((CONTENT_LENGTH, LIMIT + 1)).to_http_request();
        assert_eq!(read(&request, payload(stream::pending()), LIMIT).await, Err(BadBody::TooLarge));
    }
}

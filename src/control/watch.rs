//! How does a caller learn of news without asking again and again?
//!
//! By a question that waits for its answer, or by a stream of server-sent events (WHATWG HTML, 9.2).

use std::sync::{Arc, Weak};
use std::time::Duration;

use futures_util::stream::{self, Stream};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, timeout, timeout_at};

use super::events::{Event, Filter, Page};
use super::inbox::Wanted;
use crate::signin::mfa::phone::{self, Message, State};
use crate::store::StoreError;
use crate::worlds::Isolate;

/// How often a silent stream shows that it is alive: well within what proxies allow.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The longest wait for news, in seconds.
pub const LONGEST_WAIT: u64 = 60;
/// What a stream begins with: how soon to come back when it broke off.
const OPENING: &str = "retry: 1000\n\n";

/// The entries asked for, as soon as there is one, or none when the wait is over.
pub async fn page(isolate: &Isolate, filter: &Filter) -> Result<Page, StoreError> {
    let deadline = Instant::now() + Duration::from_secs(filter.wait);
    // Listening begins before reading: what is written in between is not missed.
    let mut news = isolate.news();
    let mut filter = filter.clone();
    loop {
        let page = filter.page(isolate).await?;
        if !page.value.is_empty()
            || isolate.is_over()
            || !matches!(timeout_at(deadline, news.changed()).await, Ok(Ok(())))
        {
            return Ok(page);
        }
        filter.after = page.next;
    }
}

/// The messages asked for, as soon as one of them waits for an answer, or as they are when the wait is over.
pub async fn inbox(isolate: &Isolate, wanted: &Wanted) -> Result<Vec<Message>, StoreError> {
    let deadline = Instant::now() + Duration::from_secs(wanted.wait);
    // A message is kept before the journal tells of it.
    let mut news = isolate.news();
    loop {
        let now = isolate.now();
        let messages = phone::inbox(isolate.store(), wanted.user.as_ref(), now).await?;
        let waiting = messages.iter().any(|message| message.state_at(now) == State::Waiting);
        if waiting || isolate.is_over() || !matches!(timeout_at(deadline, news.changed()).await, Ok(Ok(()))) {
            return Ok(messages);
        }
    }
}

/// The entries asked for and all that follow, as server-sent events. It ends with its world.
pub fn stream(isolate: &Arc<Isolate>, filter: Filter) -> impl Stream<Item = String> + use<> {
    let watcher = Watcher { news: isolate.news(), isolate: Arc::downgrade(isolate), filter };
    stream::unfold((watcher, Some(OPENING)), |(watcher, opening)| async move {
        match opening {
            Some(opening) => Some((opening.to_owned(), (watcher, None))),
            None => watcher.next().await.map(|(text, watcher)| (text, (watcher, None))),
        }
    })
}

/// One open stream. It does not keep a deleted world alive.
struct Watcher {
    isolate: Weak<Isolate>,
    news: Receiver<u64>,
    filter: Filter,
}

impl Watcher {
    async fn next(mut self) -> Option<(String, Self)> {
        loop {
            let (page, over) = {
                let isolate = self.isolate.upgrade()?;
                (self.filter.page(&isolate).await.ok()?, isolate.is_over())
            };
            self.filter.after = page.next;
            if !page.value.is_empty() {
                return Some((page.value.iter().map(frame).collect(), self));
            }
            if over {
                return None;
            }
            match timeout(HEARTBEAT, self.news.changed()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => return None,
                Err(_) => return Some((": nothing new\n\n".to_owned(), self)),
            }
        }
    }
}

/// JSON has no line breaks of its own, so an entry is one `data` line.
fn frame(event: &Event) -> String {
    let data = serde_json::to_string(event).unwrap_or_default();
    format!("id: {}\ndata: {data}\n\n", event.seq)
}

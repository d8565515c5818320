//! What happens to somebody who means harm, or sends what no client would?
//!
//! Each story was first told by something that tried: several once ended in a 5xx, in a full memory, or in an
//! answer at an address nobody had registered.

mod addresses;
mod bodies;
mod clock;
mod framing;
mod pages;
mod sessions;
mod sizes;
mod tokens;

use standin::Standin;

use crate::client::get;

/// What opens a tag where somebody forgot to escape.
const SCRIPT: &str = "\"'><script>alert(1)</script>";

/// The server is as it was: it answers, and nothing in it broke.
fn stands(standin: &Standin) {
    assert_eq!(get(standin, "/_standin/health").json()["status"], "ok");
}

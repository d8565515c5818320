//! Who is let in: what a request shows of its caller, held against `guard`. Whoever is not let in is journalled.

use actix_web::http::header::{HOST, ORIGIN};

use crate::control::error::Refused;
use crate::control::guard::{self, Asker, Whom};
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};

/// Lets a caller in, or journals why not.
pub(super) async fn admit(cx: &Context, whom: Whom) -> Result<(), Refused> {
    let Err(refused) = admitted(cx, whom) else { return Ok(()) };
    let entry = Entry::new(cx.now, Kind::Error, "A call of the control API was refused.");
    cx.journal(entry.with(vec![Because::new("control", refused.message())])).await?;
    Err(refused)
}

fn admitted(cx: &Context, whom: Whom) -> Result<(), Refused> {
    let asker = asker(cx);
    guard::by_a_known_host(&asker, &cx.settings)?;
    guard::by_our_own_site(&asker, &own_origins(cx, &asker))?;
    guard::by_token(&asker, &cx.settings, whom)
}

/// Lets somebody look at a page, also by a link that another site's page has.
pub(super) fn may_look(cx: &Context, verbs: &'static [&'static str], whom: Whom) -> Result<(), Refused> {
    let asker = asker(cx);
    guard::by_a_known_host(&asker, &cx.settings)?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(verbs));
    }
    guard::by_token(&asker, &cx.settings, whom)
}

fn asker(cx: &Context) -> Asker<'_> {
    let request = &cx.request;
    Asker {
        hosts: request.authority.as_deref().into_iter().chain(request.all(HOST.as_str())).collect(),
        origins: request.all(ORIGIN.as_str()).collect(),
        fetch_sites: request.all("sec-fetch-site").collect(),
        bearer: request.bearer(),
    }
}

/// The origins this request came to: the public one, and the one its own host makes.
fn own_origins(cx: &Context, asker: &Asker<'_>) -> Vec<String> {
    let by_host = asker.hosts.iter().map(|host| guard::origin(host, cx.request.secure));
    by_host.chain([cx.origin.scheme_host.clone()]).collect()
}

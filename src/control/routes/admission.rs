//! Who is let in: what a request shows of its caller, held against `guard`. Whoever is not let in is journalled.

use actix_web::http::header::{HOST, ORIGIN};

use crate::control::error::Refused;
use crate::control::guard::{self, Asker, Reached, Whom};
use crate::http::context::Context;
use crate::http::origin::Origin;
use crate::http::request::Request;
use crate::journal::{Because, Entry, Kind};
use crate::server::Settings;

/// Lets a caller in, or journals why not.
pub(super) async fn admit(cx: &Context, whom: Whom) -> Result<(), Refused> {
    let Err(refused) = admitted(cx, whom) else { return Ok(()) };
    let entry = Entry::new(cx.now, Kind::Error, "A call of the control API was refused.");
    cx.journal(entry.with(vec![Because::new("control", refused.message())])).await?;
    Err(refused)
}

fn admitted(cx: &Context, whom: Whom) -> Result<(), Refused> {
    by_head(&cx.request, &cx.origin, &cx.settings, whom)
}

/// May whoever sends this make any call? Asked of its head alone, before there is a body or anything else to go by.
pub fn may_come_in(head: &Request, origin: &Origin, settings: &Settings) -> bool {
    by_head(head, origin, settings, Whom::TokenHolders).is_ok()
}

fn by_head(head: &Request, origin: &Origin, settings: &Settings, whom: Whom) -> Result<(), Refused> {
    let asker = asker(head);
    guard::by_a_known_host(&asker, settings)?;
    guard::by_our_own_site(&asker, &own_origins(head, origin, &asker))?;
    guard::by_token(&asker, settings, whom)
}

/// Lets somebody look at a page, also by a link that another site's page has; that site itself may not.
pub(super) fn may_look(cx: &Context, verbs: &'static [&'static str], whom: Whom) -> Result<(), Refused> {
    let asker = asker(&cx.request);
    guard::by_a_known_host(&asker, &cx.settings)?;
    guard::by_our_own_site_or_a_link(&asker, &own_origins(&cx.request, &cx.origin, &asker))?;
    if !matches!(cx.request.method.as_str(), "GET" | "HEAD") {
        return Err(Refused::WrongVerb(verbs));
    }
    guard::by_token(&asker, &cx.settings, whom)
}

fn asker(request: &Request) -> Asker<'_> {
    Asker {
        hosts: request.authority.as_deref().into_iter().chain(request.all(HOST.as_str())).collect(),
        origins: request.all(ORIGIN.as_str()).collect(),
        fetch_sites: request.all("sec-fetch-site").collect(),
        fetch_modes: request.all("sec-fetch-mode").collect(),
        fetch_dests: request.all("sec-fetch-dest").collect(),
        bearer: request.bearer(),
        password: request.basic().map(|(_, password)| password),
    }
}

/// The origins this request came to: the public one, and the one its own host makes.
fn own_origins(request: &Request, origin: &Origin, asker: &Asker<'_>) -> Vec<String> {
    let reached = if request.secure { Reached::Tls } else { Reached::Plain };
    let by_host = asker.hosts.iter().map(|host| guard::origin(host, reached));
    by_host.chain([origin.scheme_host.clone()]).collect()
}

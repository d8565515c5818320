//! A provider's `/adfs/services/trust/…`: WS-Trust for programs that have a name and a password, as AD FS has it.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::http::{Method, StatusCode};

use super::{DOWN, facts};
use crate::directory::tenant::{Answer, Provider};
use crate::directory::{Account, AccountRef};
use crate::federation::party::{Asks, Party};
use crate::federation::say::{self, About, Addressed};
use crate::federation::wstrust::edition::Edition;
use crate::federation::wstrust::fault::{Fault, Reason};
use crate::federation::wstrust::request::{self, Request};
use crate::federation::wstrust::{decide, mex, response};
use crate::federation::xml::sign;
use crate::federation::{delivered, relay};
use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::id::Upn;
use crate::journal::{Entry, Kind};
use crate::refusal::Refusal;
use crate::signin::failures;
use crate::signin::password::{LONGEST, wrong};
use crate::signin::state::{Authenticated, Authority};
use crate::store::StoreError;

const SOAP: &str = "application/soap+xml; charset=utf-8";

/// The description in which libraries look the addresses up.
pub(super) async fn describe(cx: &Context, name: &str) -> HttpResponse {
    if facts(cx, name).is_some_and(is_down) {
        return down(cx).await;
    }
    match cx.request.method {
        Method::GET | Method::HEAD => {
            answer(StatusCode::OK, "text/xml; charset=utf-8", mex::description(&cx.origin, name))
        }
        _ => wrong_verb("GET, HEAD"),
    }
}

/// The address of an edition.
pub(super) async fn serve(cx: &Rc<Context>, name: &str, edition: Edition) -> HttpResponse {
    let Some(provider) = facts(cx, name) else { return HttpResponse::NotFound().finish() };
    if is_down(provider) {
        return down(cx).await;
    }
    if cx.request.method != Method::POST {
        return wrong_verb("POST");
    }
    if !is_soap(cx) {
        let text = "The content type has to be application/soap+xml, and the charset UTF-8.";
        return fault(cx, edition, &Reason::Malformed.because(text), StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
    let counter = Counter { cx, name, provider, edition };
    match counter.issue().await {
        Ok(Ok(message)) => answer(StatusCode::OK, SOAP, message),
        Ok(Err(told)) => fault(cx, edition, &told, status(told.reason.status())).await,
        Err(error) => broken(&error),
    }
}

/// The answer to a message that could not be read.
pub fn unread(bad: BadBody) -> HttpResponse {
    let fault = Reason::Malformed.because(bad.text());
    answer(status(bad.status()), SOAP, fault.message(Edition::Standard13))
}

fn status(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::BAD_REQUEST)
}

fn answer(status: StatusCode, kind: &'static str, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CONTENT_TYPE, kind))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

fn is_down(provider: &Provider) -> bool {
    provider.answer == Answer::Down
}

/// What stands in front of a provider that is down answers.
async fn down(cx: &Context) -> HttpResponse {
    let because = relay::fault(Answer::Down).into_iter().collect();
    match cx.journal(Entry::new(cx.now, Kind::Error, DOWN).with(because)).await {
        Ok(()) => answer(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", DOWN.into()),
        Err(error) => broken(&error),
    }
}

fn wrong_verb(allowed: &'static str) -> HttpResponse {
    let text = format!("This address takes {allowed} requests.");
    let mut response = answer(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", text);
    response.headers_mut().insert(ALLOW, actix_web::http::header::HeaderValue::from_static(allowed));
    response
}

fn broken(error: &StoreError) -> HttpResponse {
    tracing::error!("{error}");
    answer(StatusCode::SERVICE_UNAVAILABLE, "text/plain; charset=utf-8", "Something broke here. Try again.".into())
}

/// Is it SOAP 1.2 (RFC 3902), in the one charset that is read?
fn is_soap(cx: &Context) -> bool {
    let kind = cx.request.header("content-type").unwrap_or_default();
    let mut parts = kind.split(';').map(str::trim);
    let is_soap = parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/soap+xml"));
    let charset = parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.eq_ignore_ascii_case("charset"));
    is_soap && charset.is_none_or(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
}

async fn fault(cx: &Context, edition: Edition, fault: &Fault, status: StatusCode) -> HttpResponse {
    let entry = Entry::new(cx.now, Kind::Error, format!("the provider faults: {}", fault.text));
    match cx.journal(entry).await {
        Ok(()) => answer(status, SOAP, fault.message(edition)),
        Err(error) => broken(&error),
    }
}

/// One provider's counter for messages of one edition.
struct Counter<'c> {
    cx: &'c Rc<Context>,
    name: &'c str,
    provider: &'c Provider,
    edition: Edition,
}

type Told<T> = Result<Result<T, Fault>, StoreError>;

impl Counter<'_> {
    async fn issue(&self) -> Told<String> {
        let Ok(text) = std::str::from_utf8(&self.cx.request.body) else {
            return Ok(Err(Reason::Malformed.because("The message is not UTF-8.")));
        };
        let request = match request::request(text, self.edition, self.cx.now) {
            Ok(request) => request,
            Err(fault) => return Ok(Err(fault)),
        };
        let answering = |fault: Fault| Fault { relates_to: request.message.clone(), ..fault };
        Ok(self.grant(&request).await?.map_err(answering))
    }

    async fn grant(&self, request: &Request) -> Told<String> {
        let (cx, here) = (self.cx, Authority::Provider(self.name.to_owned()));
        let party = Party::find(&cx.directory, &cx.origin, &here, Asks::WsFed, &request.applies_to);
        let party = match party.and_then(Party::if_registered) {
            Ok(party) => party,
            Err(refusal) => return Ok(Err(Reason::InvalidScope.because(refusal.text))),
        };
        let upn = Upn::new(&request.name);
        self.cx.concerns(None, Some(upn.as_str()), Some(party.app.handle));
        let account = match self.verified(&upn, request).await? {
            Ok(account) => account,
            Err(refusal) => return Ok(Err(self.refused(refusal).await?)),
        };
        match decide::decide(&self.cx.desk(), self.name, party.app, &upn) {
            Ok(done) => self.say(request, account, &done).await,
            Err(refusal) => Ok(Err(self.refused(refusal).await?)),
        }
    }

    /// The account, if the password is its own. Guesses are counted as they are at the page.
    async fn verified(&self, upn: &Upn, request: &Request) -> Result<Result<Account<'_>, Refusal>, StoreError> {
        let cx = self.cx;
        let place = cx.directory.provider(self.name);
        let account = place.and_then(|place| cx.directory.account_at(place, upn));
        let home = place.map_or_else(String::new, |place| place.place());
        let (name, password) = (upn.as_str(), request.password.reveal());
        if name.len() > Upn::LONGEST || password.len() > LONGEST {
            return Ok(Err(wrong()));
        }
        let verdict = failures::verify(cx.store(), AccountRef { home: &home, upn }, account, password, cx.now).await?;
        Ok(verdict.and_then(|()| account.ok_or_else(wrong)))
    }

    /// The fault of somebody who is told no, with the reasons in the provider's journal.
    async fn refused(&self, refusal: Refusal) -> Result<Fault, StoreError> {
        self.cx.journal(refusal.entry(self.cx.now, Kind::Decision)).await?;
        // AD FS begins its sentence with this number, and scripts look for it.
        Ok(Reason::FailedAuthentication.because(format!("ID3242: {}", refusal.text)))
    }

    async fn say(&self, request: &Request, account: Account<'_>, done: &Authenticated) -> Told<String> {
        let (cx, token) = (self.cx, &request.token);
        let about = About { account, factors: &done.factors, sid: None };
        let addressed = Addressed {
            version: token.version,
            audience: &request.applies_to,
            recipient: None,
            in_response_to: None,
            name_format: None,
        };
        let (assertion, why) = say::facts(&cx.desk(), self.name, self.provider, &about, &addressed);
        if self.provider.answer == Answer::Replayed {
            delivered::beforehand(cx.store(), account.upn.domain(), &assertion.id, cx.now).await?;
        }
        let because = done.because.iter().cloned().chain(why).collect();
        let summary = format!("the provider {} says to {} that it is {}", self.name, addressed.audience, account.upn);
        cx.journal(Entry::new(cx.now, Kind::Token, summary).with(because)).await?;
        let key =
            say::key(cx.keys(), self.name, self.provider.answer).map_err(|error| StoreError(error.to_string()))?;
        let signed = sign(&key, &assertion.build()).map_err(|error| StoreError(error.to_string()))?;
        let answer = response::Answer {
            edition: self.edition,
            message: request.message.as_deref(),
            assertion: &assertion,
            token_type: token.name,
            applies_to: &request.applies_to,
            now: cx.now,
        };
        Ok(Ok(answer.around(signed)))
    }
}

//! What does every page of a sign-in have: a frame, a nonce, a status; and what when there is nothing to show but a "no"?

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue};
use askama::Template;

use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::http::page;
use crate::oauth;
use crate::oauth::dialect::Dialect;
use crate::refusal::{Code, Refusal};
use crate::signin::pages::{self, Brand, Frame};
use crate::store::StoreError;

/// The frame of a page that is no sign-in form.
pub fn plain_frame(cx: &Context, tenant: Option<Tenant<'_>>, flow: Option<&str>) -> Frame {
    Frame {
        brand: match tenant {
            None => Brand::Unknown,
            Some(tenant @ Tenant::Entra { .. }) => Brand::Tenant { name: tenant.name().to_owned(), hint: None },
            Some(tenant @ Tenant::Provider { .. }) => Brand::Provider { name: tenant.name().to_owned() },
        },
        app: None,
        action: String::new(),
        flow_token: String::new(),
        nonce: cx.chance().short(),
        base: cx.origin.base.clone(),
        flow: flow.map(str::to_owned),
    }
}

/// A page that has a frame: its nonce must be in the header too.
pub trait Framed: Template {
    /// The frame around it.
    fn frame(&self) -> &Frame;
}

macro_rules! framed {
    ($($page:ident)*) => { $(impl Framed for pages::$page { fn frame(&self) -> &Frame { &self.frame } })* };
}
framed!(AskUsername AskPassword PickAccount StaySignedIn Consent ProviderSignIn Error SignedOut SignOutConfirm);
framed!(DeviceCode DeviceConfirm DeviceDone);
framed!(ChooseVerification EnterCode ApprovePush AnswerCall UsePasskey UseExternal EnterAccessPass ProviderCode);
framed!(MoreInformation ChooseMethod SetUpCodeApp SetUpPush SetUpPhone SetUpPasskey SecurityInfo Terms);

/// A page with status 200.
pub fn render(page: &impl Framed) -> HttpResponse {
    render_with(200, page)
}

/// The page that says that the session is over. The one with nothing to press may be in a frame: a tenant tells its
/// provider in one, and there the provider tells the applications of its own.
pub fn render_signed_out(page: &pages::SignedOut) -> HttpResponse {
    match (&page.return_to, &page.post_to, page.render()) {
        (None, None, Ok(body)) => page::framed(StatusCode::OK, &page.frame.nonce, body),
        _ => render(page),
    }
}

/// A form that posts itself. It may be in a frame, as a redirect may: applications ask in a hidden one whether somebody
/// is signed in, and there is nothing on it to press.
pub fn post(cx: &Context, action: String, fields: Vec<(String, String)>) -> HttpResponse {
    let (base, flow) = (cx.origin.base.clone(), cx.about.borrow().flow.clone());
    let form = pages::FormPost { action, fields, nonce: cx.chance().short(), base, flow };
    match form.page() {
        Ok(body) => page::framed(StatusCode::OK, &form.nonce, body),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

fn render_with(status: u16, page: &impl Framed) -> HttpResponse {
    match page.render() {
        Ok(body) => {
            page::html(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), &page.frame().nonce, body)
        }
        // Templates write to a string, which cannot fail; an empty 500 is the honest answer if it does.
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The page for a refusal that no application can be told.
pub fn error_page(cx: &Context, refusal: &Refusal, flow: Option<&str>) -> HttpResponse {
    let known = cx.about.borrow().flow.clone();
    let provider = provider(cx);
    let page = pages::Error {
        frame: plain_frame(cx, provider, flow.or(known.as_deref())),
        // A provider knows the standards' words only; Entra's numbers are Entra's.
        code: match provider {
            Some(_) => pages::ErrorCode::Named(Dialect::Generic.authorize_error(refusal.code).as_str().to_owned()),
            None => pages::ErrorCode::Entra(refusal.code.number()),
        },
        sentence: refusal.text.to_string(),
        correlation_id: oauth::error::correlation_id(cx),
        request_id: cx.chance().uuid().to_string(),
        time: cx.now.entra(),
        reasons: refusal
            .because
            .iter()
            .map(|one| pages::Reason { rule: one.rule.to_string(), text: one.text.clone() })
            .collect(),
    };
    let mut response = render_with(refusal.code.status(), &page);
    if let Some(allowed) = refusal.allowed {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    }
    response
}

/// The provider at whose address this is.
fn provider(cx: &Context) -> Option<Tenant<'_>> {
    match cx.request.path.segments().as_slice() {
        ["idp", name, ..] => cx.directory.provider(name),
        _ => None,
    }
}

/// Who is told no before a sign-in began sees why, and so does the journal.
pub async fn turned_away(cx: &Context, refusal: &Refusal) -> HttpResponse {
    match note_turned_away(cx, refusal).await {
        Ok(()) => error_page(cx, refusal, None),
        Err(error) => broken(cx, &error),
    }
}

/// The same for the journal alone. What never became a sign-in is a flow all the same: its page leads to a diagram too.
pub async fn note_turned_away(cx: &Context, refusal: &Refusal) -> Result<(), StoreError> {
    cx.concerns(Some(&cx.chance().short()), None, None);
    cx.journal_refusal(refusal).await
}

/// The page for when we broke.
pub fn broken(cx: &Context, error: &StoreError) -> HttpResponse {
    tracing::error!("{error}");
    error_page(cx, &Code::Broken.because("Something broke here. Nothing was changed; try again."), None)
}

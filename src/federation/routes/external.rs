//! A browser goes to an external provider, and its answer comes in at `/common/federation/externalauthprovider`.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::turned_away;
use crate::directory::external::External;
use crate::federation::external::answer::{Accepted, Expected, check};
use crate::federation::external::request::{Request, Subject};
use crate::federation::external::{Errand, LIVES, Role};
use crate::federation::provider::Home;
use crate::http::context::Context;
use crate::http::params::{Params, shorten};
use crate::journal::{Because, Entry, Kind};
use crate::keys::{Owner, PublicKey};
use crate::oauth::error::correlation_id;
use crate::refusal::{Code, Refusal};
use crate::signin::flow::SignIn;
use crate::signin::pages::ExternalWay;
use crate::signin::routes::{error_page, resumed, vouched};
use crate::store::StoreError;
use crate::token::issuer::issuer_generic;
use crate::token::jwt::{self, Typ};

/// Whom a provider is to be asked about, and what for.
pub struct Asks<'a> {
    /// What its answer would be taken for.
    pub role: Role,
    /// The method or control, by handle.
    pub name: &'a str,
    /// How it is set up.
    pub facts: &'a External,
    /// Whom it is about, and the tenant that asks.
    pub subject: Subject<'a>,
}

/// Prepares the form that the browser posts to the provider, and waits for the answer to it; or says why that is no use.
pub async fn way(cx: &Context, token: &str, asks: &Asks<'_>) -> Result<Result<ExternalWay, Refusal>, StoreError> {
    let title = asks.facts.title(asks.name);
    let at = match address(cx, asks.facts).await {
        Ok(at) => at,
        Err(why) => {
            let refusal = misconfigured(title, &why);
            cx.journal_refusal(&refusal).await?;
            return Ok(Err(refusal));
        }
    };
    let hint = cx.keys().current(Owner::Entra).map_err(|error| StoreError(error.to_string())).and_then(|key| {
        let claims = asks.subject.hint(&cx.origin, cx.now);
        jwt::sign(&key, Typ::Jwt, &claims).map_err(|error| StoreError(error.to_string()))
    })?;
    let (state, nonce) = (cx.chance().secret(), cx.chance().secret());
    let account = asks.subject.account;
    let errand = Errand {
        token: token.to_owned(),
        role: asks.role,
        tenant: asks.subject.tenant.handle().to_owned(),
        name: asks.name.to_owned(),
        upn: account.upn.clone(),
        home: account.home.place(),
        subject: asks.subject.name(),
        nonce: nonce.clone(),
    };
    cx.store().keep(&state, &errand, cx.now, LIVES).await?;
    let request = Request {
        origin: &cx.origin,
        client_id: &asks.facts.client_id,
        nonce: &nonce,
        state: &state,
        hint: &hint,
        correlation_id: &correlation_id(cx),
    };
    Ok(Ok(ExternalWay { title: title.to_owned(), action: at, fields: request.fields() }))
}

fn misconfigured(title: &str, why: &str) -> Refusal {
    Code::ExternalMisconfigured.because(format!("{title} cannot be asked: {why}."))
}

/// Where the browser posts the question.
async fn address(cx: &Context, facts: &External) -> Result<String, String> {
    match (&facts.provider, &facts.discovery) {
        (Some(provider), _) => Ok(cx.origin.url(&format!("/idp/{provider}/authorize"))),
        (None, Some(discovery)) => cx.outbound().authorize_address(discovery).await,
        (None, None) => Err("it names no provider".into()),
    }
}

/// What the provider calls itself, and its keys.
async fn issuer(cx: &Context, facts: &External) -> Result<Result<(String, Vec<Arc<PublicKey>>), String>, StoreError> {
    match (&facts.provider, &facts.discovery) {
        (Some(provider), _) => {
            let keys = cx.keys().published(Owner::Provider(provider)).map_err(|error| StoreError(error.to_string()))?;
            let keys = keys.iter().map(|key| key.public().clone()).collect();
            Ok(Ok((issuer_generic(&cx.origin, provider), keys)))
        }
        (None, Some(discovery)) => Ok(cx.outbound().certified_keys(discovery).await),
        (None, None) => Ok(Err("it names no provider".into())),
    }
}

/// Takes an answer in.
pub async fn external_answer(cx: &Rc<Context>) -> HttpResponse {
    if cx.request.method != Method::POST {
        return error_page(cx, &Refusal::wrong_verb("POST", &cx.request.method), None);
    }
    match take(cx).await {
        Ok(Ok(response)) => response,
        Ok(Err(refusal)) => turned_away(cx, &refusal).await,
        Err(error) => crate::signin::routes::broken(cx, &error),
    }
}

async fn take(cx: &Rc<Context>) -> Result<Result<HttpResponse, Refusal>, StoreError> {
    let form = match cx.request.form() {
        Ok(form) if cx.request.is_form() => form,
        Ok(_) | Err(_) => return Ok(Err(unasked("The form is malformed."))),
    };
    let (errand, sign_in) = match waiting(cx, &form).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    cx.concerns(Some(&sign_in.flow), Some(errand.upn.as_str()), Some(&sign_in.demand.app));
    let Some(facts) = errand.facts(&cx.directory) else {
        return Ok(Err(misconfigured(&errand.name, "it is not set up any more")));
    };
    let title = facts.title(&errand.name);
    let accepted = match said(cx, &errand, facts, &form).await? {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Accepted { acr, amr } = accepted;
    let text = format!("its id token is good, with acr {acr} and amr {}", amr.join(", "));
    let summary = format!("the answer of {title} about {} is accepted", errand.upn);
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(vec![Because::new("R-08", text)])).await?;
    let gone = || unasked("The sign-in does not wait for this answer any more.");
    Ok(vouched(cx, sign_in, &errand).await?.ok_or_else(gone))
}

/// The question that an answer is to, and the sign-in of this browser that asked it. It is looked at before it is
/// taken: a stranger's try must not use it up.
async fn waiting(cx: &Context, form: &Params) -> Result<Result<(Errand, SignIn), Refusal>, StoreError> {
    const NEVER_ASKED: &str = "The answer belongs to no sign-in that waits for one: it was never asked for, came before, or \
                               took longer than ten minutes.";
    let Some(state) = form.get("state").filter(|state| state.len() < 100) else {
        return Ok(Err(unasked("The answer does not say which sign-in it belongs to: its 'state' is missing.")));
    };
    let Some(errand) = cx.store().find::<Errand>(state, cx.now).await? else { return Ok(Err(unasked(NEVER_ASKED))) };
    let sign_in = match resumed(cx, &errand.token).await? {
        Ok(sign_in) => sign_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(match cx.store().redeem::<Errand>(state, cx.now).await? {
        Some(errand) => Ok((errand, sign_in)),
        None => Err(unasked(NEVER_ASKED)),
    })
}

fn unasked(text: &'static str) -> Refusal {
    Code::ExternalAnswerInvalid.because(text).because("R-24", "nothing is proven by this")
}

/// What the provider says, if it may be believed and is enough.
async fn said(
    cx: &Context,
    errand: &Errand,
    facts: &External,
    form: &Params,
) -> Result<Result<Accepted, Refusal>, StoreError> {
    let title = facts.title(&errand.name);
    let token = match shown(title, errand, form) {
        Ok(token) => token,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (issuer, keys) = match issuer(cx, facts).await? {
        Ok(known) => known,
        Err(why) => return Ok(Err(misconfigured(title, &why))),
    };
    let expected = Expected {
        issuer: &issuer,
        client_id: &facts.client_id,
        subject: &errand.subject,
        nonce: &errand.nonce,
        keys: &keys,
        now: cx.now,
    };
    Ok(check(token, &expected).map_err(|wrong| home(cx, facts).explain(wrong.refusal(title), wrong.by_design())))
}

/// The id token of an answer that is not a "no".
fn shown<'f>(title: &str, errand: &Errand, form: &'f Params) -> Result<&'f str, Refusal> {
    if let Some(error) = form.get("error") {
        let told = form.get("error_description").map_or_else(String::new, |text| format!(" ({})", shorten(text)));
        return Err(Code::StrongAuthenticationFailed
            .because(format!("{title} did not verify {}: it answered '{}'{told}.", errand.upn, shorten(error)))
            .because("R-24", "nothing is proven by this"));
    }
    form.get("id_token").ok_or_else(|| unasked("The answer has no 'id_token'."))
}

/// Where the provider is at home: a setting of this world can be why its answer is wrong.
fn home(cx: &Context, facts: &External) -> Home {
    let provider = facts.provider.as_deref().and_then(|name| super::facts(cx, name));
    provider.map_or(Home::Elsewhere, |provider| Home::Here(provider.answer))
}

//! `/login.srf`: a provider's answer comes back, by whichever protocol it was asked.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::Method;

use super::turned_away;
use crate::directory::domain::{Federation, FederationProtocol};
use crate::directory::tenant::Tenant;
use crate::federation::accept::{self, Accepted, Trusted};
use crate::federation::assertion::check::Recipient;
use crate::federation::journey::{UnderWay, client_id, state_of, trust};
use crate::federation::outside::Ask;
use crate::federation::provider::{Provider, behind};
use crate::federation::saml::envelope::{self, Meant};
use crate::federation::{delivered, oidc, parties, saml, wsfed, xml};
use crate::http::context::Context;
use crate::http::params::Params;
use crate::id::Upn;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::factors::First;
use crate::signin::federated::SessionThere;
use crate::signin::flow::SignIn;
use crate::signin::routes::{continued, error_page, resumed};
use crate::signin::state::FirstProof;
use crate::store::StoreError;

/// Takes an answer in.
pub async fn login(cx: &Rc<Context>) -> HttpResponse {
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
    let Ok(form) = cx.request.form() else { return Ok(Err(malformed("The form is malformed."))) };
    let state = match form.get("wctx") {
        Some(context) => state_of(context),
        None => form.get("RelayState").or(form.get("state")),
    };
    let Some(state) = state.filter(|state| state.len() < 100) else {
        return Ok(Err(malformed("The answer does not say which sign-in it belongs to: nobody asked for it here.")));
    };
    let (under_way, sign_in) = match waiting(cx, state).await? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    cx.concerns(Some(&sign_in.flow), None, Some(&sign_in.demand.app));
    let sent = sign_in.evidence.chosen.clone();
    let heard = hear(cx, under_way, sign_in, &form).await?;
    if heard.is_err() {
        // Whom the answer is about is not known, but whom it was asked about.
        cx.concerns(None, sent.as_ref().map(Upn::as_str), None);
    }
    Ok(heard)
}

/// Takes in what the provider says about whoever was sent there.
async fn hear(
    cx: &Rc<Context>,
    under_way: UnderWay,
    mut sign_in: SignIn,
    form: &Params,
) -> Result<Result<HttpResponse, Refusal>, StoreError> {
    let Some((tenant, trust)) = trusting(cx, &under_way.domain) else {
        return Ok(Err(
            Code::UnknownFederationRealm.because(format!("{} is not federated any more.", under_way.domain))
        ));
    };
    let provider = match behind(&cx.desk(), &cx.outbound(), trust, Ask::IfForgotten).await? {
        Ok(provider) => provider,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let accepted = match said(cx, trust, &provider, &under_way, form) {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = delivered::once(cx.store(), &under_way.domain, &accepted, cx.now).await? {
        return Ok(Err(refusal));
    }
    let account = match accept::account(&cx.directory, tenant, &under_way.domain, &accepted.source) {
        Ok(account) => account,
        Err(refusal) => return Ok(Err(refusal)),
    };
    cx.concerns(None, Some(account.upn.as_str()), None);
    let because = vec![accepted.said.because.clone(), Because::new("R-10", "the provider says who it is")];
    let summary = format!("the provider's answer is accepted: it is {}", account.upn);
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
    sign_in
        .evidence
        .answered(FirstProof { upn: account.upn.clone(), with: First::Federated, at: accepted.at }, accepted.said);
    sign_in.evidence.there = Some(SessionThere { issuer: provider.issuer, known_by: accepted.known_by });
    Ok(Ok(continued(cx, sign_in, &under_way.token).await))
}

/// The journey that an answer ends, and the sign-in of this browser that it belongs to. It is looked at before it is
/// taken: a stranger's try must not use it up.
async fn waiting(cx: &Context, state: &str) -> Result<Result<(UnderWay, SignIn), Refusal>, StoreError> {
    const NEVER_ASKED: &str =
        "The answer belongs to no sign-in that waits for one: it was never asked for, or came before.";
    let Some(under_way) = cx.store().find::<UnderWay>(state, cx.now).await? else {
        return Ok(Err(malformed(NEVER_ASKED)));
    };
    let sign_in = match resumed(cx, &under_way.token).await? {
        Ok(sign_in) => sign_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    Ok(match cx.store().redeem::<UnderWay>(state, cx.now).await? {
        Some(under_way) => Ok((under_way, sign_in)),
        None => Err(malformed(NEVER_ASKED)),
    })
}

fn malformed(text: &'static str) -> Refusal {
    Code::FederatedAnswerInvalid.because(text)
}

fn trusting<'d>(cx: &'d Context, domain: &str) -> Option<(Tenant<'d>, &'d Federation)> {
    let tenant = cx.directory.tenant_by_domain(domain)?;
    Some((tenant, trust(tenant, domain)?))
}

/// What the provider says, if it may be believed.
fn said(
    cx: &Context,
    trust: &Federation,
    provider: &Provider,
    under_way: &UnderWay,
    form: &Params,
) -> Result<Accepted, Refusal> {
    let delivered_to = parties::login_address(&cx.origin);
    let trusted = Trusted {
        issuer: &provider.issuer,
        keys: &provider.keys,
        recipient: Recipient::Named(&delivered_to),
        in_response_to: (trust.protocol == FederationProtocol::Saml).then_some(under_way.request.as_str()),
        home: provider.home,
        now: cx.now,
    };
    match trust.protocol {
        FederationProtocol::Wsfed => {
            let text = form.get("wresult").ok_or_else(|| malformed("The answer has no wresult."))?;
            let unreadable = |error: wsfed::NoAnswer| {
                Code::FederatedAnswerInvalid.because(format!("The provider's answer cannot be read: {error}."))
            };
            let document = wsfed::document(text).map_err(unreadable)?;
            accept::accept(wsfed::token(&document).map_err(unreadable)?, &trusted)
        }
        FederationProtocol::Saml => {
            let packed = form.get("SAMLResponse").ok_or_else(|| malformed("The answer has no SAMLResponse."))?;
            let unreadable = |error: String| {
                Code::FederatedAnswerInvalid.because(format!("The provider's answer cannot be read: {error}."))
            };
            let text = saml::posted(packed).map_err(|error| unreadable(error.to_string()))?;
            let document = xml::read(&text).map_err(|error| unreadable(error.to_string()))?;
            if let Some(why) = saml::told_no(&document) {
                return Err(Code::FederatedAnswerInvalid.because(format!("The provider said no: {why}.")));
            }
            let accepted = accept::accept(&document, &trusted)?;
            let meant = Meant { here: &delivered_to, request: &under_way.request, issuer: &provider.issuer };
            envelope::check(&document, &meant).map_err(|error| {
                Code::FederatedAnswerInvalid.because(format!("The provider's answer is not accepted: {error}."))
            })?;
            Ok(accepted)
        }
        FederationProtocol::Oidc => {
            let client_id = client_id(trust);
            oidc::accept(form, &oidc::Expected { provider, client_id, nonce: &under_way.request, now: cx.now })
        }
    }
}

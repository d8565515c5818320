//! The browser is sent to the provider that verifies its person.

use std::rc::Rc;

use actix_web::HttpResponse;

use crate::federation::journey::{Departure, UnderWay, Way, trust};
use crate::federation::outside::Ask;
use crate::federation::provider::behind;
use crate::http::context::Context;
use crate::http::redirect::found;
use crate::journal::{Because, Entry, Kind};
use crate::keys::Owner;
use crate::refusal::{Code, Refusal};
use crate::signin::federated::{Journey, Occasion, Wanted};
use crate::signin::flow::SignIn;
use crate::signin::routes::{error_page, post};
use crate::store::StoreError;

/// Sends it there; the sign-in under this flow token goes on when it comes back.
pub async fn depart(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    token: &str,
    journey: &Journey,
) -> Result<HttpResponse, StoreError> {
    let tenant = cx.directory.tenant_by_domain(&journey.domain);
    let Some(trust) = tenant.and_then(|tenant| trust(tenant, &journey.domain)) else {
        let refusal =
            Code::UnknownFederationRealm.because(format!("The domain {} is not federated any more.", journey.domain));
        return no_way(cx, sign_in, &refusal).await;
    };
    let provider = match behind(&cx.desk(), &cx.outbound(), trust, Ask::Anew).await? {
        Ok(provider) => provider,
        Err(refusal) => return no_way(cx, sign_in, &refusal).await,
    };
    if journey.wanted == Wanted::Mfa {
        sign_in.evidence.asked_for_mfa = sign_in.evidence.asked_for_mfa.saturating_add(1);
    }
    if journey.occasion == Occasion::TooOld {
        sign_in.evidence.asked_anew = sign_in.evidence.asked_anew.saturating_add(1);
    }
    let state = cx.chance().secret();
    let request = format!("_{}", cx.chance().uuid());
    let under_way = UnderWay { token: token.to_owned(), domain: journey.domain.clone(), request: request.clone() };
    cx.store().keep(&state, &under_way, cx.now, sign_in.kept(cx.now)).await?;
    let key = cx.keys().current(Owner::Entra).map_err(|error| StoreError(error.to_string()))?;
    let departure = Departure {
        trust,
        provider: &provider,
        key: &key,
        state: &state,
        request: &request,
        correlation: &sign_in.correlation,
        now: cx.now,
    };
    let way = departure.way(&cx.origin, journey).map_err(|error| StoreError(error.to_string()))?;
    let name = trust.provider.as_deref().unwrap_or(&provider.issuer);
    let summary = format!("the browser goes to the provider {name}");
    let because = vec![Because::new(
        "R-12",
        match journey.wanted {
            Wanted::SignIn => "it is asked who this is",
            Wanted::Mfa => "it is asked who this is, by MFA, and has to prove it",
        },
    )];
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
    Ok(match way {
        Way::To(address) => found(&address),
        Way::Form { action, fields } => post(cx, action, fields),
    })
}

/// The sign-in ends here: there is nobody who could verify the person.
async fn no_way(cx: &Context, sign_in: &SignIn, refusal: &Refusal) -> Result<HttpResponse, StoreError> {
    cx.journal_refusal(refusal).await?;
    Ok(error_page(cx, refusal, Some(&sign_in.flow)))
}

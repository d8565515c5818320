//! The browser is sent to the provider that verifies its person.

use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

use crate::federation::journey::{Departure, LIVES, UnderWay, trust};
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::Code;
use crate::signin::federated::{Journey, Wanted};
use crate::signin::flow::SignIn;
use crate::signin::routes::error_page;
use crate::store::StoreError;

/// Sends it there; the sign-in under this flow token goes on when it comes back.
pub async fn depart(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    token: &str,
    journey: &Journey,
) -> Result<HttpResponse, StoreError> {
    let tenant = cx.directory.tenant_by_domain(&journey.domain);
    let found = tenant.and_then(|tenant| trust(tenant, &journey.domain));
    let Some((trust, provider)) = found.and_then(|trust| Some((trust, trust.provider.as_deref()?))) else {
        let refusal = Code::UnknownFederationRealm
            .because(format!("The domain {} is federated with a provider that is not in this world.", journey.domain));
        return Ok(error_page(cx, &refusal, Some(&sign_in.flow)));
    };
    if journey.wanted == Wanted::Mfa {
        sign_in.evidence.asked_for_mfa = sign_in.evidence.asked_for_mfa.saturating_add(1);
    }
    let state = cx.chance().secret();
    let request = format!("_{}", cx.chance().uuid());
    let under_way = UnderWay { token: token.to_owned(), domain: journey.domain.clone(), request: request.clone() };
    cx.store().keep(&state, &under_way, cx.now, LIVES).await?;
    let departure = Departure { trust, provider, state: &state, request: &request, now: cx.now };
    let address = departure.address(&cx.origin, journey);
    let summary = format!("the browser goes to the provider {provider}");
    let because = vec![Because::new(
        "R-12",
        match journey.wanted {
            Wanted::SignIn => "it is asked who this is",
            Wanted::Mfa => "it is asked who this is, by MFA, and has to prove it",
        },
    )];
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await?;
    Ok(HttpResponse::build(StatusCode::FOUND)
        .insert_header((header::LOCATION, address))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .finish())
}

//! A provider's assertion, handed over (RFC 7522, and the same for SAML 1.1): how a federated account signs in without
//! a browser. The application asked the provider for the assertion with the account's password (WS-Trust).
//!
//! The assertion counts as it would from a browser, and then nobody can be asked anything more.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::{Again, Granted, TokenRequest, decide, handed_over};
use crate::directory::policy::ClientType;
use crate::federation::assertion::Version;
use crate::federation::bearer::{self, Named, Place};
use crate::federation::delivered;
use crate::oauth::asks;
use crate::oauth::desk::Denied;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::First;
use crate::signin::session::Session;
use crate::signin::state::{Evidence, FirstProof, Presence};

/// Issues tokens for an assertion of this version.
pub async fn issue(request: &TokenRequest<'_>, version: Version) -> Result<Granted, Denied> {
    handed_over::may_use(request)?;
    let assertion = decoded(request.need("assertion")?)?;
    let requested = handed_over::requested(request)?;
    let claims = request.claims()?;
    let desk = &request.desk;
    let place = Place { desk: *desk, outbound: request.outbound, authority: request.authority };
    let named = match bearer::named(&place, &assertion, version).await {
        Ok(named) => named,
        Err(denied) => {
            if let Some(upn) = bearer::blamed(desk.directory, &assertion, version) {
                handed_over::is_about(request, &upn, &requested);
            }
            return Err(denied);
        }
    };
    let flow = handed_over::is_about(request, &named.account.upn.clone(), &requested);
    let domain = named.account.upn.domain();
    delivered::once(desk.store, domain, &named.accepted, desk.now).await??;
    let again = Again {
        authority: request.authority.clone(),
        app: request.caller.app,
        requested: &requested,
        asks: asks::in_claims(claims.as_ref()),
        client: ClientType::Mobile,
        presence: Presence::PasswordOnly,
    };
    let done = decide(desk, &Session::default(), &evidence(&named), again)?;
    handed_over::tokens(request, done, requested, &flow, "a provider's assertion").await
}

/// What a provider has said proves the first factor, and perhaps more.
fn evidence(named: &Named<'_>) -> Evidence {
    let mut evidence = Evidence::default();
    let accepted = &named.accepted;
    let first = FirstProof { upn: named.account.upn.clone(), with: First::Federated, at: accepted.at };
    evidence.answered(first, accepted.said.clone());
    evidence
}

/// The assertion's text. Libraries disagree about the alphabet and the padding: each is taken.
fn decoded(parameter: &str) -> Result<String, Refusal> {
    let any = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if parameter.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = GeneralPurpose::new(alphabet, any).decode(parameter.trim());
    bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        Code::FederatedAnswerInvalid.because("The assertion is not base64 of a text, in either alphabet.")
    })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    #[test]
    fn every_base64_that_libraries_send_is_read_and_nothing_else() {
        for text in ["<a>?>?~~~ÿÿ</a>", "<a/>", "<ab/>", "<abc/>", ""] {
            for engine in [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD] {
                assert_eq!(decoded(&engine.encode(text)).unwrap(), text);
            }
        }
        for wrong in ["<a/>", "%", "YQ===", "Y", "_w", "+-", "/w=="] {
            assert_eq!(decoded(wrong).unwrap_err().code, Code::FederatedAnswerInvalid, "{wrong}");
        }
    }
}

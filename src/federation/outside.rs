//! Whom does a trust mean that names a provider outside this world? What the provider publishes about itself says so:
//! its metadata in SAML and WS-Federation, its discovery document and keys in OpenID Connect.
//!
//! It is asked whenever a browser is about to be sent there, and remembered until the browser is back; whoever asks without a
//! browser takes what is remembered, and asks again when keys do not fit. So a provider that changed its keys, or its
//! addresses, needs no new start here.
//!
//! Differs: the real service reads a trust's facts once, when the domain is federated, and its keys once a day.

mod discovery;
mod entity;

use serde::{Deserialize, Serialize};
use url::Url;

use super::provider::Provider;
use crate::directory::domain::FederationProtocol;
use crate::http::outbound::Outbound;
use crate::oauth::desk::Desk;
use crate::refusal::{Code, Refusal};
use crate::store::{Record, StoreError};
use crate::time::{Span, Timestamp};

/// What a provider published, kept under the address where that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Published {
    /// The document itself.
    document: String,
    /// The keys, where they are published beside it.
    keys: Option<String>,
}

impl Record for Published {
    const KIND: &'static str = "metadata";
}

/// A provider did not answer with anything of use, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Silent {
    why: String,
}

impl Record for Silent {
    const KIND: &'static str = "no-metadata";
}

/// How long one that did not answer is left alone by whoever need not ask anew.
const PAUSE: Span = Span::seconds(30);
/// How long it is remembered: longer than a browser may be away.
const LIVES: Span = Span::hours(2);

/// May what is remembered of a provider do, or has it to be asked?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// It is asked.
    Anew,
    /// It is asked if nothing is remembered, and it was not silent just now.
    IfForgotten,
}

/// The provider whose metadata this is.
pub async fn provider(
    desk: &Desk<'_>,
    outbound: &Outbound,
    metadata: &str,
    protocol: FederationProtocol,
    ask: Ask,
) -> Result<Result<Provider, Refusal>, StoreError> {
    let remembered = match ask {
        Ask::Anew => None,
        Ask::IfForgotten => {
            let published = desk.store.find::<Published>(metadata, desk.now).await?;
            let silent = desk.store.find::<Silent>(metadata, desk.now).await?;
            if let (None, Some(Silent { why })) = (&published, silent) {
                return Ok(Err(unusable(metadata, &why)));
            }
            published
        }
    };
    let published = match remembered {
        Some(published) => published,
        None => match fetched(outbound, metadata, protocol).await {
            Ok(published) => {
                desk.store.keep(metadata, &published, desk.now, LIVES).await?;
                published
            }
            Err(why) => {
                desk.store.keep(metadata, &Silent { why: why.clone() }, desk.now, PAUSE).await?;
                return Ok(Err(unusable(metadata, &why)));
            }
        },
    };
    Ok(published.provider(protocol, desk.now).map_err(|why| unusable(metadata, &why)))
}

fn unusable(metadata: &str, why: &str) -> Refusal {
    // What went wrong on the way there names the address already.
    let why = why.strip_prefix(metadata).map_or(why, |rest| rest.trim_start_matches([':', ' ']));
    Code::UnknownFederationRealm.because(format!(
        "The provider that this domain is federated with cannot be used, by its metadata at {metadata}: {why}."
    ))
}

async fn fetched(outbound: &Outbound, metadata: &str, protocol: FederationProtocol) -> Result<Published, String> {
    match protocol {
        FederationProtocol::Wsfed | FederationProtocol::Saml => {
            Ok(Published { document: outbound.text(metadata).await?, keys: None })
        }
        FederationProtocol::Oidc => {
            let (document, keys) = outbound.discovered_with_keys(metadata).await?;
            Ok(Published { document: document.to_string(), keys: Some(keys.to_string()) })
        }
    }
}

impl Published {
    fn provider(&self, protocol: FederationProtocol, now: Timestamp) -> Result<Provider, String> {
        described(&self.document, self.keys.as_deref().unwrap_or_default(), protocol, now)
    }
}

/// The provider that publishes this document about itself, and these keys where they are published beside it.
pub fn described(document: &str, keys: &str, protocol: FederationProtocol, now: Timestamp) -> Result<Provider, String> {
    match protocol {
        FederationProtocol::Wsfed => entity::wsfed(document, now).map_err(|why| why.to_string()),
        FederationProtocol::Saml => entity::saml(document, now).map_err(|why| why.to_string()),
        FederationProtocol::Oidc => discovery::read(document, keys),
    }
}

/// An address that a browser can be sent to, as a header can carry it, and to which a query can be added: behind a
/// fragment it would not reach the provider.
fn web(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.set_fragment(None);
    (matches!(url.scheme(), "https" | "http") && url.has_host()).then(|| url.to_string())
}

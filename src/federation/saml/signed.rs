//! Did who sends a message sign it, where that is known or demanded?
//!
//! As Entra has it ("Enforce signed SAML authentication requests"): without a certificate a signature says nothing;
//! with one it has to hold; and where signed requests are required there has to be one. In the Redirect binding the
//! signature stands in the query, in the POST binding in the document (SAML 2.0 bindings, 3.4.4.1 and 3.5.4.1).

use std::sync::Arc;

use crate::directory::app::SamlApp;
use crate::federation::xml::names::DS;
use crate::federation::xml::{self, Element, SignatureError, redirect};
use crate::journal::Because;
use crate::keys::PublicKey;
use crate::refusal::{Code, Refusal};

/// A message as it came.
#[derive(Clone, Copy, Debug)]
pub enum Came<'m> {
    /// In an address, with this query.
    Redirected {
        /// The query as it stands in the address.
        query: &'m str,
    },
    /// In a form.
    Posted {
        /// The document.
        document: &'m Element<'m>,
    },
}

impl Came<'_> {
    fn is_signed(&self) -> bool {
        match self {
            Came::Redirected { query } => url::form_urlencoded::parse(query.as_bytes())
                .any(|(name, value)| name == "Signature" && !value.is_empty()),
            Came::Posted { document } => document.all(DS, "Signature").next().is_some(),
        }
    }

    fn verify(&self, keys: &[Arc<PublicKey>]) -> Result<(), SignatureError> {
        match self {
            Came::Redirected { query } => redirect::verify(query, keys).map(drop),
            Came::Posted { document } => {
                let signed = xml::verify(document, keys)?;
                // What is read is the whole of it, so the whole has to be signed.
                if std::ptr::eq(signed.element(), *document) { Ok(()) } else { Err(SignatureError::Unsigned) }
            }
        }
    }
}

/// May the message be believed to come from this service provider? What there is to say about it, if so.
pub fn check(came: &Came<'_>, registered: Option<&SamlApp>) -> Result<Option<Because>, Refusal> {
    let required = registered.is_some_and(|app| app.require_signed_requests);
    let keys = keys(registered);
    match (came.is_signed(), keys.is_empty()) {
        (false, _) if required => Err(Code::SignedRequestRequired.because(
            "The message sent by the client is not signed while the application requires signed requests. In the Redirect binding the signature stands in the query, in the POST binding in the document.",
        )),
        (false, _) => Ok(None),
        (true, true) => {
            Ok(Some(Because::new("signature", "the message is signed, and no certificate is registered to check that with")))
        }
        (true, false) => match came.verify(&keys) {
            Ok(()) => Ok(Some(Because::new("signature", "the message is signed with the registered certificate's key"))),
            Err(error) => {
                Err(Code::SamlMessageInvalid.because(format!("The signature of the message is not accepted: {error}.")))
            }
        },
    }
}

fn keys(registered: Option<&SamlApp>) -> Vec<Arc<PublicKey>> {
    let pem = registered.and_then(|app| app.certificate.as_deref());
    pem.and_then(|pem| PublicKey::from_certificate_pem(pem).ok()).map(Arc::new).into_iter().collect()
}

//! What have the tenants to say to providers that they trust? As the real service has it for all tenants at once, at
//! `/federationmetadata/saml20/federationmetadata.xml` ("Use a SAML 2.0 identity provider").
//!
//! Differs: the real service also names an address for sign-outs; here no provider can sign somebody out of a tenant.

use std::sync::Arc;

use crate::federation::assertion::claims;
use crate::federation::saml::Binding;
use crate::federation::xml::Element;
use crate::federation::xml::names::{METADATA, SAMLP};
use crate::federation::{name_id, parties};
use crate::http::origin::Origin;
use crate::keys::SigningKey;

/// The document, not signed yet.
pub fn relying<'a>(origin: &Origin, keys: &'a [Arc<SigningKey>]) -> Element<'a> {
    let at = parties::login_address(origin);
    let formats = [claims::PERSISTENT, name_id::EMAIL, claims::UNSPECIFIED];
    let consumer = METADATA
        .element("AssertionConsumerService")
        .attribute("Binding", Binding::Post.uri())
        .attribute("Location", at.clone())
        .attribute("index", "0")
        .attribute("isDefault", "true");
    let role = METADATA
        .element("SPSSODescriptor")
        .attribute("WantAssertionsSigned", "true")
        .attribute("protocolSupportEnumeration", SAMLP.uri)
        .children(super::key_descriptors(keys))
        .children(formats.map(|format| METADATA.element("NameIDFormat").text(format)))
        .child(consumer);
    METADATA
        .element("EntityDescriptor")
        .attribute("ID", super::id(&["relying", &at], keys))
        .attribute("entityID", parties::MICROSOFT_ONLINE)
        .child(role)
}

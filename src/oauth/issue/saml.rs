//! How is an access token written for a service that takes SAML only?
//!
//! As an assertion about the person, signed, base64 in the alphabet of RFC 7522: what a service on-behalf-of whose caller
//! it is made hands over as it is ("SAML assertions obtained with an OAuth2.0 OBO flow").

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::access::AccessOf;
use super::press::Press;
use crate::federation::assertion::Version;
use crate::federation::saml::context::Wanted;
use crate::federation::say::Addressed;
use crate::federation::statement::{self, Case};
use crate::federation::xml;
use crate::oauth::desk::Denied;

/// What kind of token the answer says it holds.
pub(super) fn token_type(version: Version) -> &'static str {
    match version {
        Version::Saml11 => "urn:ietf:params:oauth:token-type:saml1",
        Version::Saml20 => "urn:ietf:params:oauth:token-type:saml2",
    }
}

/// The assertion for a resource. It may be delivered where answers by SAML are, if the resource says where that is.
pub(super) fn token(press: &Press<'_>, access: &AccessOf<'_>, version: Version) -> Result<String, Denied> {
    let recipient = access.resource.facts().saml.as_ref().and_then(|saml| saml.reply_urls.first());
    let addressed = Addressed {
        version,
        audience: &access.audience,
        recipient: recipient.map(String::as_str),
        in_response_to: None,
        name_format: None,
    };
    let case = Case {
        by: press.parties.tenant,
        app: access.resource,
        account: press.parties.account,
        object: press.grant.object,
        factors: &press.grant.factors,
        sid: &press.grant.sid,
        wanted: &Wanted::default(),
    };
    let (assertion, _) = statement::state(press.desk, &case, &addressed)?;
    let signed = xml::sign(press.key, &assertion.build()).map_err(|error| Denied::Broken(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(signed.text()))
}

//! Whom does a domain trust to sign its people in? Microsoft Graph's `internalDomainFederation`: what is written here is
//! what the next sign-in goes by.
//!
//! Differs: a provider of this world is believed by the keys that it publishes, so its current certificate is shown and
//! none is kept. What a provider says of itself is passed over in a new trust, which real clients cannot create without;
//! in a change it is refused, unless it is what was shown.

use serde_json::{Value, json};

use super::calls::Verb;
use super::error::Refused;
use super::members::Members;
use super::query::whole;
use super::{Ask, Outcome, Told, domains};
use crate::directory::domain::{FederatedIdpMfaBehavior, Federation, FederationProtocol, PromptLoginBehavior};
use crate::federation::parties;
use crate::federation::provider::{Active, Addresses};
use crate::id::ObjectId;
use crate::keys::Owner;

/// What a provider says of itself: clients send it back as they read it, and it is kept nowhere else.
const PASSED_OVER: [&str; 6] = [
    "displayName",
    "activeSignInUri",
    "signOutUri",
    "passwordResetUri",
    "signingCertificate",
    "nextSigningCertificate",
];

/// What comes of a request about a domain's trust.
pub fn answer(ask: &Ask<'_>, domain: &str, id: Option<&str>, verb: Verb) -> Result<Outcome, Refused> {
    domains::position(ask, domain)?;
    let trust = ask.tenant().federation.get(domain);
    match (id, verb, trust) {
        (None, Verb::Post, Some(_)) => Err(Refused::Conflict(format!("The domain {domain} is federated already."))),
        (None, Verb::Post, None) => create(ask, domain),
        (None, Verb::Get | Verb::Patch | Verb::Delete, trust) => {
            let path = path(domain);
            let rows = trust.into_iter().map(|trust| row(ask, domain, trust)).collect::<Result<_, _>>()?;
            ask.query()?.page(context(ask, domain), &ask.address(&path), rows).map(Outcome::Shown)
        }
        (Some(id), _, trust) => {
            let here = ObjectId::parse(id) == Some(own_id(ask, domain));
            let trust = trust.filter(|_| here).ok_or_else(|| Refused::no_object(id))?;
            one(ask, domain, trust, verb)
        }
    }
}

fn one(ask: &Ask<'_>, domain: &str, trust: &Federation, verb: Verb) -> Result<Outcome, Refused> {
    match verb {
        Verb::Get | Verb::Post => ask.query()?.item(entity(ask, domain), row(ask, domain, trust)?).map(Outcome::Shown),
        Verb::Patch => {
            let mut changed = trust.clone();
            apply(ask, &mut changed)?;
            let row = row(ask, domain, &changed)?;
            must_be_as_shown(&ask.json()?, &row)?;
            let told = Told::Now(whole(entity(ask, domain), row));
            write(ask, domain, Some(changed), told, format!("changed whom {domain} trusts to sign people in"))
        }
        Verb::Delete => write(ask, domain, None, Told::Done, format!("made {domain} a managed domain")),
    }
}

fn create(ask: &Ask<'_>, domain: &str) -> Result<Outcome, Refused> {
    let mut trust = Federation::default();
    apply(ask, &mut trust)?;
    if trust.provider.is_none() && trust.metadata.is_none() {
        return Err(Refused::bad(
            "issuerUri or passiveSignInUri must be of a provider of this world, or metadataExchangeUri name another's metadata.",
        ));
    }
    let row = whole(entity(ask, domain), row(ask, domain, &trust)?);
    let address = ask.address(&format!("{}/{}", path(domain), own_id(ask, domain)));
    write(ask, domain, Some(trust), Told::Created(address, row), format!("federated the domain {domain}"))
}

fn write(ask: &Ask<'_>, domain: &str, trust: Option<Federation>, told: Told, did: String) -> Result<Outcome, Refused> {
    ask.changed(told, did, |tenant| match trust {
        Some(trust) => {
            tenant.federation.insert(domain.to_owned(), trust);
        }
        None => {
            tenant.federation.remove(domain);
        }
    })
}

/// Puts what the body says into a trust.
fn apply(ask: &Ask<'_>, trust: &mut Federation) -> Result<(), Refused> {
    let body = ask.json()?;
    let mut members = Members::of(&body)?;
    for name in ["issuerUri", "passiveSignInUri"] {
        if let Some(uri) = members.text(name)? {
            trust.provider = Some(provider(ask, uri, name)?);
            trust.metadata = None;
        }
    }
    if let Some(address) = members.text("metadataExchangeUri")? {
        match provider(ask, address, "metadataExchangeUri") {
            // Where a provider of this world describes itself says nothing new of it.
            Ok(_) if trust.provider.is_some() => {}
            Ok(handle) => (trust.provider, trust.metadata) = (Some(handle), None),
            Err(_) => (trust.provider, trust.metadata) = (None, Some(address.to_owned())),
        }
    }
    if let Some(word) = members.text("preferredAuthenticationProtocol")? {
        trust.protocol = match word {
            "wsFed" => FederationProtocol::Wsfed,
            "saml" => FederationProtocol::Saml,
            _ => return Err(Refused::bad("preferredAuthenticationProtocol must be wsFed or saml.")),
        };
        trust.client_id = None;
    }
    // What is sent as null is unset: then the older setting decides, or the default.
    if members.has("federatedIdpMfaBehavior") {
        trust.federated_idp_mfa_behavior = word::<FederatedIdpMfaBehavior>(&mut members, "federatedIdpMfaBehavior")?;
    }
    if members.has("promptLoginBehavior") {
        trust.prompt_login_behavior =
            word::<PromptLoginBehavior>(&mut members, "promptLoginBehavior")?.unwrap_or_default();
    }
    for known in PASSED_OVER {
        members.text(known)?;
    }
    members.value("signingCertificateUpdateStatus");
    // No tenant here signs what it sends to a provider.
    members.nothing(&["isSignedAuthenticationRequestRequired"])?;
    members.finish()
}

/// Nothing else than what is shown can be put where a provider speaks for itself.
fn must_be_as_shown(body: &Value, row: &Value) -> Result<(), Refused> {
    match PASSED_OVER.iter().find(|name| body.get(**name).is_some_and(|sent| Some(sent) != row.get(**name))) {
        None => Ok(()),
        Some(name) => {
            Err(Refused::bad(format!("{name} is what the provider says of itself, and cannot be changed here.")))
        }
    }
}

/// A word of one of the lists that the world's own files use too.
fn word<T: serde::de::DeserializeOwned>(members: &mut Members<'_>, name: &'static str) -> Result<Option<T>, Refused> {
    match members.text(name)? {
        None => Ok(None),
        Some(word) => match serde_json::from_value(Value::from(word)) {
            Ok(known) => Ok(Some(known)),
            Err(_) => Err(Refused::bad(format!("{name} has no such value."))),
        },
    }
}

/// The provider of this world that an address belongs to.
fn provider(ask: &Ask<'_>, uri: &str, name: &str) -> Result<String, Refused> {
    let ours = ask.origin.url("/idp/");
    let handle = uri.strip_prefix(&ours).and_then(|rest| rest.split('/').next());
    let known = handle.and_then(|handle| ask.directory.provider(handle));
    match known {
        Some(provider) => Ok(provider.handle().to_owned()),
        None => Err(Refused::bad(format!("{name} must begin with {ours} and the name of a provider."))),
    }
}

fn row(ask: &Ask<'_>, domain: &str, trust: &Federation) -> Result<Value, Refused> {
    let provider = trust.provider.as_deref();
    let own = |make: fn(&crate::http::origin::Origin, &str) -> String| provider.map(|handle| make(ask.origin, handle));
    let name = provider.and_then(|handle| ask.directory.provider(handle)).map(|provider| provider.name());
    let at = provider.map(|handle| Addresses::here(ask.origin, handle, trust.protocol));
    let (passive, sign_out) = (at.as_ref().map(|at| &at.sign_in), at.as_ref().and_then(|at| at.sign_out.as_ref()));
    let active = provider.map(|handle| Active::at(&ask.origin.url(&format!("/idp/{handle}"))));
    Ok(json!({
        "@odata.type": "#microsoft.graph.internalDomainFederation",
        "id": own_id(ask, domain),
        "displayName": name,
        "issuerUri": own(parties::issuer),
        "metadataExchangeUri": trust.metadata.clone().or_else(|| active.as_ref().map(|at| at.description.clone())),
        "passiveSignInUri": passive,
        "activeSignInUri": active.as_ref().map(|at| &at.password),
        "signOutUri": sign_out,
        // No provider of this world has a page on which a forgotten password is changed.
        "passwordResetUri": null,
        "preferredAuthenticationProtocol": match trust.protocol {
            FederationProtocol::Wsfed => "wsFed",
            FederationProtocol::Saml => "saml",
            FederationProtocol::Oidc => "unknownFutureValue",
        },
        "promptLoginBehavior": trust.prompt_login_behavior,
        "federatedIdpMfaBehavior": trust.federated_idp_mfa_behavior,
        "isSignedAuthenticationRequestRequired": false,
        "signingCertificate": provider.map(|handle| certificate(ask, handle)).transpose()?,
        "nextSigningCertificate": null,
        // Nothing is copied here, and so nothing has to be brought up to date.
        "signingCertificateUpdateStatus": null,
    }))
}

/// The certificate of the key that a provider signs with: the DER form in base64.
fn certificate(ask: &Ask<'_>, provider: &str) -> Result<String, Refused> {
    let key = ask.keys.current(Owner::Provider(provider)).map_err(|error| Refused::Broken(error.to_string()))?;
    Ok(key.x5c().to_owned())
}

/// A domain has one trust at most, so its id follows from the domain.
fn own_id(ask: &Ask<'_>, domain: &str) -> ObjectId {
    ObjectId::derived(&["federation", ask.caller.home, domain])
}

fn path(domain: &str) -> String {
    format!("domains/{domain}/federationConfiguration")
}

fn context(ask: &Ask<'_>, domain: &str) -> String {
    ask.context(&format!("domains('{domain}')/federationConfiguration"))
}

fn entity(ask: &Ask<'_>, domain: &str) -> String {
    format!("{}/$entity", context(ask, domain))
}

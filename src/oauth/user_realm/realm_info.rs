//! Who verifies the person behind a user name, as XML: `GetUserRealm.srf?xml=1`, which the oldest clients and
//! administrators' tools read. Members follow recorded answers.

use super::{Domain, MICROSOFT_ONLINE, domain_of};
use crate::directory::Directory;
use crate::federation::provider::Addresses;
use crate::federation::xml::{Element, Namespace, write};
use crate::id::Upn;
use crate::oauth::discovery::CLOUD_INSTANCE;

/// Its elements have no namespace.
const NONE: Namespace = Namespace::new("", "");

/// The document.
pub fn realm_info(directory: &Directory, provider: Option<&Addresses>, login: &str) -> String {
    let name = Upn::new(login);
    let domain = domain_of(directory, &name);
    let (state, user_state, federated) = match domain {
        Domain::Federated(..) => ("3", "2", "true"),
        Domain::Managed(_) | Domain::Unknown => ("4", "1", "false"),
    };
    let active = provider.and_then(|provider| provider.active.as_ref());
    let members: [(&str, Option<String>); 13] = [
        ("State", Some(state.into())),
        ("UserState", Some(user_state.into())),
        ("Login", Some(login.into())),
        ("NameSpaceType", Some(domain.kind().into())),
        ("DomainName", domain.name(&name)),
        ("FederationGlobalVersion", domain.federation().map(|_| "-1".into())),
        ("AuthURL", domain.sign_in_url(provider, &name)),
        ("IsFederatedNS", Some(federated.into())),
        ("STSAuthURL", active.map(|active| active.password.clone())),
        ("FederationBrandName", domain.tenant_name()),
        ("MEXURL", active.map(|active| active.description.clone())),
        ("CloudInstanceName", Some(CLOUD_INSTANCE.into())),
        ("CloudInstanceIssuerUri", Some(MICROSOFT_ONLINE.into())),
    ];
    let element = |(name, value): (&'static str, Option<String>)| Some(NONE.element(name).text(value?));
    let root: Element<'_> = NONE.element("RealmInfo").attribute("Success", "true");
    write(&root.children(members.into_iter().filter_map(element)))
}

//! Does everything run? What the world says of its third-party providers is what can be wrong here.

use askama::Template;

use crate::directory::Directory;
use crate::directory::domain::Realm;
use crate::directory::tenant::{Answer, Provider, Tenant};
use crate::partner::notice::Shell;

/// The page.
#[derive(Template)]
#[template(path = "partner/health.html")]
pub struct Health {
    pub shell: Shell,
    services: Vec<Service>,
    troubled: usize,
}

/// One thing that runs, or does not.
struct Service {
    name: String,
    fine: bool,
    note: String,
}

impl Health {
    /// For somebody of this tenant.
    pub fn new(shell: Shell, directory: &Directory, tenant: Tenant<'_>) -> Self {
        let fine = |name: &str, note: &str| Service { name: name.into(), fine: true, note: note.into() };
        let mut services = vec![
            fine("Partner Center", "The pages and the API answer."),
            fine("Sign-in", "Microsoft Entra ID signs people in."),
            fine("Commerce", "Orders and invoices are up to date."),
            fine("Support", "Requests are taken and answered."),
        ];
        services.extend(federated(directory, tenant));
        let troubled = services.iter().filter(|service| !service.fine).count();
        Self { shell, services, troubled }
    }
}

/// The providers that the tenant's domains are federated to.
fn federated(directory: &Directory, tenant: Tenant<'_>) -> Vec<Service> {
    let Tenant::Entra { facts, .. } = tenant else { return Vec::new() };
    let provider = |domain: &String| {
        let Realm::Federated(trust) = directory.realm(tenant, domain) else { return None };
        let provider = directory.provider(trust.provider.as_deref()?)?;
        let Tenant::Provider { facts, .. } = provider else { return None };
        let name = provider.name();
        Some(Service { name: format!("Sign-in of {domain} at {name}"), fine: is_fine(facts), note: note(facts).into() })
    };
    facts.domains.iter().filter_map(provider).collect()
}

fn is_fine(provider: &Provider) -> bool {
    provider.answer == Answer::Good
}

fn note(provider: &Provider) -> &'static str {
    match provider.answer {
        Answer::Good => "The provider answers.",
        Answer::Down => "The provider does not answer. Its people cannot sign in.",
        Answer::Expired => "The provider's assertions have expired when they come. Its people cannot sign in.",
        Answer::NotYetValid => "The provider's assertions are not valid yet when they come. Look at its clock.",
        Answer::WrongSignature => "The provider signs with a key that the tenant does not know.",
        Answer::WrongAudience => "The provider's assertions are for somebody else.",
        Answer::Replayed => "The provider sends assertions that were used before.",
    }
}

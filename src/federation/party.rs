//! Who asks to have somebody signed in by SAML or WS-Federation, and where may they be answered?
//!
//! Never anywhere but where they are registered: an answer is somebody's identity.

use std::borrow::Cow;

use super::parties::{self, MICROSOFT_ONLINE, MICROSOFT_ONLINE_APP};
use crate::directory::app::{App, SamlApp};
use crate::directory::tenant::Tenant;
use crate::directory::{Application, Directory};
use crate::http::origin::Origin;
use crate::http::params::shorten;
use crate::oauth::redirect::{on_this_machine, same};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

/// The handle of the application that stands for whoever is on localhost, among the platform's.
const ANY_ON_LOCALHOST: &str = "any-on-localhost";

/// Somebody who is answered.
#[derive(Clone, Debug)]
pub struct Party<'d> {
    /// As the world has it.
    pub app: Application<'d>,
    /// What it calls itself, and what its answers are for.
    pub name: String,
    replies: Replies<'d>,
}

/// Where somebody may be answered.
#[derive(Clone, Debug)]
enum Replies<'d> {
    /// At these; at the first when it does not say.
    Registered(Cow<'d, [String]>),
    /// Anywhere on this machine.
    OnThisMachine,
}

/// The protocol in which somebody asks: it decides by which name an application goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// By its entity id.
    Saml,
    /// By its realm.
    WsFed,
}

impl Asks {
    fn name(self, app: &App) -> Option<&str> {
        match self {
            Asks::Saml => app.saml.as_ref().map(|saml| saml.entity_id.as_str()),
            Asks::WsFed => app.wsfed.as_ref().map(|wsfed| wsfed.realm.as_str()),
        }
    }

    fn replies(self, app: &App) -> &[String] {
        match self {
            Asks::Saml => app.saml.as_ref().map(|saml| saml.reply_urls.as_slice()),
            Asks::WsFed => app.wsfed.as_ref().map(|wsfed| wsfed.reply_urls.as_slice()),
        }
        .unwrap_or_default()
    }

    /// Is it called this? By its own name, or by its client id in the way of service principals.
    fn names(self, app: &App, name: &str) -> bool {
        let own = self.name(app);
        own == Some(name)
            || (own.is_some()
                && name.strip_prefix("spn:").is_some_and(|id| id.eq_ignore_ascii_case(app.client_id.as_str())))
    }
}

impl<'d> Party<'d> {
    /// Whoever calls itself this at a tenant or provider.
    pub fn find(
        directory: &'d Directory,
        origin: &Origin,
        authority: &Authority,
        asks: Asks,
        name: &str,
    ) -> Result<Self, Refusal> {
        match authority {
            Authority::Provider(handle) => at_provider(directory, origin, handle, asks, name),
            Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
                at_entra(directory, authority, asks, name)
            }
        }
    }

    /// Only if it is registered: where an answer is not sent to an address, none can vouch for it.
    pub fn if_registered(self) -> Result<Self, Refusal> {
        match self.replies {
            Replies::Registered(_) => Ok(self),
            Replies::OnThisMachine => Err(unknown(&self.name, "at this provider")),
        }
    }

    /// What the world says of it as a SAML service provider.
    pub fn saml(&self) -> Option<&'d SamlApp> {
        self.app.facts().saml.as_ref()
    }

    /// The reply address that was asked for, if it is one of the party's.
    pub fn reply(&self, asked: Option<&str>) -> Result<String, Refusal> {
        let found = match (&self.replies, asked) {
            (Replies::Registered(known), None) => known.first().map(String::as_str),
            (Replies::Registered(known), Some(asked)) => {
                known.iter().map(String::as_str).find(|known| same(known, asked)).map(|_| asked)
            }
            (Replies::OnThisMachine, asked) => asked.filter(|asked| on_this_machine(asked)),
        };
        let named = shorten(&self.name);
        match (found, asked, &self.replies) {
            (Some(found), _, _) => Ok(found.to_owned()),
            (None, None, _) => Err(Code::NoReplyAddress
                .because(format!("The request of '{named}' has no reply address, and none is registered."))),
            (None, Some(asked), Replies::OnThisMachine) => Err(Code::RedirectNotRegistered.because(format!(
                "The reply address '{}' of '{named}', which is not registered here, is not on localhost.",
                shorten(asked)
            ))),
            (None, Some(asked), Replies::Registered(_)) => Err(Code::RedirectNotRegistered
                .because(format!("The reply address '{}' is not registered for '{named}'.", shorten(asked)))),
        }
    }

    /// The registered address at this place, where the party names one by its place.
    pub fn reply_at(&self, index: usize) -> Option<&str> {
        match &self.replies {
            Replies::Registered(known) => known.get(index).map(String::as_str),
            Replies::OnThisMachine => None,
        }
    }
}

fn at_provider<'d>(
    directory: &'d Directory,
    origin: &Origin,
    provider: &str,
    asks: Asks,
    name: &str,
) -> Result<Party<'d>, Refusal> {
    let registered_here = || apps(directory).filter(|app| app.home == provider && asks.names(app, name));
    if name == MICROSOFT_ONLINE
        && let Some(app) = directory.app_by_handle(MICROSOFT_ONLINE_APP)
    {
        // Tenants of other worlds go by the same name, and are answered where that is registered for them.
        let others = registered_here().flat_map(|app| asks.replies(app.facts())).cloned();
        let replies = std::iter::once(parties::login_address(origin)).chain(others).collect();
        return Ok(Party { app, name: name.to_owned(), replies: Replies::Registered(Cow::Owned(replies)) });
    }
    if let Some(app) = registered_here().next() {
        return Ok(registered(app, asks, name));
    }
    let open = match directory.provider(provider) {
        Some(Tenant::Provider { facts, .. }) => facts.any_localhost_service_provider,
        Some(Tenant::Entra { .. }) | None => false,
    };
    match directory.app_by_handle(ANY_ON_LOCALHOST).filter(|_| open) {
        Some(app) => Ok(Party { app, name: name.to_owned(), replies: Replies::OnThisMachine }),
        None => Err(unknown(name, "at this provider")),
    }
}

fn at_entra<'d>(directory: &'d Directory, authority: &Authority, asks: Asks, name: &str) -> Result<Party<'d>, Refusal> {
    let called =
        || apps(directory).filter(|app| directory.tenant_by_handle(&app.home).is_some() && asks.names(app, name));
    match authority {
        Authority::Tenant(handle) => {
            let own = called().find(|app| app.home == *handle).or_else(|| called().find(|app| app.multi_tenant));
            own.map(|app| registered(app, asks, name)).ok_or_else(|| unknown(name, "in this tenant"))
        }
        Authority::Common | Authority::Organizations | Authority::Consumers | Authority::Provider(_) => {
            match called().find(|app| app.multi_tenant) {
                Some(app) => Ok(registered(app, asks, name)),
                None if called().next().is_some() => Err(Code::SingleTenantApp.because(format!(
                    "The application '{}' serves one tenant only: its address has to name that tenant.",
                    shorten(name)
                ))),
                None => Err(unknown(name, "in any tenant")),
            }
        }
    }
}

fn apps(directory: &Directory) -> impl Iterator<Item = Application<'_>> {
    directory.world().apps.keys().filter_map(|handle| directory.app_by_handle(handle))
}

fn registered<'d>(app: Application<'d>, asks: Asks, name: &str) -> Party<'d> {
    let own = asks.name(app.facts()).unwrap_or(name).to_owned();
    Party { app, name: own, replies: Replies::Registered(Cow::Borrowed(asks.replies(app.facts()))) }
}

fn unknown(name: &str, place: &str) -> Refusal {
    Code::AppNotFound.because(format!("There is no application with the identifier '{}' {place}.", shorten(name)))
}

/// May a browser be sent here after signing out? To where some application of this place is answered by WS-Federation;
/// of one that is named, to its own addresses only.
pub fn may_return(
    directory: &Directory,
    origin: &Origin,
    authority: &Authority,
    realm: Option<&str>,
    to: &str,
) -> bool {
    if let Some(realm) = realm {
        let party = Party::find(directory, origin, authority, Asks::WsFed, realm);
        return party.is_ok_and(|party| party.reply(Some(to)).is_ok());
    }
    let lives_here = |app: &Application<'_>| match authority {
        Authority::Provider(handle) => app.home == *handle,
        Authority::Tenant(handle) => {
            app.home == *handle || (app.multi_tenant && directory.tenant_by_handle(&app.home).is_some())
        }
        Authority::Common | Authority::Organizations | Authority::Consumers => {
            directory.tenant_by_handle(&app.home).is_some()
        }
    };
    let answers = |app: Application<'_>| Asks::WsFed.replies(app.facts()).iter().any(|known| same(known, to));
    let own = matches!(authority, Authority::Provider(_)) && to == parties::login_address(origin);
    own || apps(directory).filter(lives_here).any(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;

    fn partner() -> Directory {
        Directory::new(world::partner().unwrap()).unwrap()
    }

    fn here() -> Origin {
        Origin { scheme_host: "http://localhost:8400".into(), base: String::new() }
    }

    #[test]
    fn nobody_is_answered_elsewhere_than_where_they_are_registered() {
        let example = || Authority::Tenant("example".into());
        let (local, wingtip) = (|| Authority::Provider("local".into()), || Authority::Provider("wingtip".into()));
        let acs = "http://localhost:3000/saml/acs";
        let known = "urn:example:saml";
        // Who asks where, and to be answered where; where they are, or by which code they are refused.
        let table = [
            (example(), known, None, Ok(acs)),
            (example(), known, Some(acs), Ok(acs)),
            (example(), known, Some("http://localhost:3000/saml/acs/"), Err(50011)),
            (example(), known, Some("http://evil.test/saml/acs"), Err(50011)),
            (example(), "urn:nobody", Some(acs), Err(700016)),
            (Authority::Tenant("contoso".into()), known, None, Err(700016)),
            (Authority::Common, known, None, Err(50194)),
            (Authority::Common, "urn:nobody", None, Err(700016)),
            (wingtip(), known, None, Ok(acs)),
            (wingtip(), "urn:nobody", Some("http://localhost:9/acs"), Err(700016)),
            (wingtip(), MICROSOFT_ONLINE, None, Ok("http://localhost:8400/login.srf")),
            (wingtip(), MICROSOFT_ONLINE, Some(acs), Err(50011)),
            (local(), known, Some("http://localhost:9/acs"), Err(50011)),
            (local(), "urn:nobody", Some("http://localhost:9/acs"), Ok("http://localhost:9/acs")),
            (local(), "urn:nobody", Some("https://127.0.0.1/acs?x=1"), Ok("https://127.0.0.1/acs?x=1")),
            (local(), "urn:nobody", None, Err(900971)),
            (local(), "urn:nobody", Some("http://localhost.evil.test/"), Err(50011)),
            (local(), "urn:nobody", Some("http://localhost@evil.test/"), Err(50011)),
            (local(), "urn:nobody", Some("javascript:alert(1)//localhost"), Err(50011)),
            (local(), "urn:nobody", Some("myapp://localhost/"), Err(50011)),
        ];
        let directory = partner();
        for (authority, name, asked, expected) in table {
            let party = Party::find(&directory, &here(), &authority, Asks::Saml, name);
            let reply = party.and_then(|party| party.reply(asked)).map_err(|refusal| refusal.code.number());
            assert_eq!(reply.as_deref(), expected.as_ref().map(|reply| *reply), "{authority:?} {name} {asked:?}");
        }
    }

    #[test]
    fn an_application_goes_by_its_service_principal_name_too() {
        let directory = partner();
        let app = directory.app_by_handle("example-saml").unwrap();
        let name = format!("spn:{}", app.client_id);
        let found = Party::find(&directory, &here(), &Authority::Tenant("example".into()), Asks::Saml, &name).unwrap();
        assert_eq!((found.app.handle, found.name.as_str()), ("example-saml", "urn:example:saml"));
        let daemon = directory.app_by_handle("example-daemon").unwrap();
        let name = format!("spn:{}", daemon.client_id);
        assert!(Party::find(&directory, &here(), &Authority::Tenant("example".into()), Asks::Saml, &name).is_err());
    }
}

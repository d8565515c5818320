//! Who asks to have somebody signed in by SAML or WS-Federation, and where may they be answered?
//!
//! Never anywhere but where they are registered: an answer is somebody's identity.

mod asks;
mod find;

use std::borrow::Cow;

use super::parties;
use crate::directory::app::SamlApp;
use crate::directory::{Application, Directory};
use crate::http::origin::Origin;
use crate::http::params::shorten;
use crate::oauth::redirect::{Comparison, on_this_machine};
use crate::refusal::{Code, Refusal};
use crate::signin::state::Authority;

pub use asks::Asks;

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

impl<'d> Party<'d> {
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
            (Replies::Registered(known), Some(asked)) => known
                .iter()
                .map(String::as_str)
                .find(|known| Comparison::RootIsNoPath.same(known, asked))
                .map(|_| asked),
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
    let answers = |app: Application<'_>| {
        Asks::WsFed.replies(app.facts()).iter().any(|known| Comparison::RootIsNoPath.same(known, to))
    };
    let own = matches!(authority, Authority::Provider(_)) && to == parties::login_address(origin);
    own || apps(directory).filter(lives_here).any(answers)
}

fn apps(directory: &Directory) -> impl Iterator<Item = Application<'_>> {
    directory.world().apps.keys().filter_map(|handle| directory.app_by_handle(handle))
}

fn unknown(name: &str, place: &str) -> Refusal {
    Code::AppNotFound.because(format!("There is no application with the identifier '{}' {place}.", shorten(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::world;
    use crate::federation::parties::MICROSOFT_ONLINE;

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

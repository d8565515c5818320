//! What somebody did on a page, and what it does to the evidence.

use super::pages::Pressed;
use super::session::Session;
use super::state::{Asked, ConsentAnswer, Evidence};
use crate::http::params::Params;
use crate::id::Upn;

/// The longest user name or password anybody can have.
const LONGEST: usize = Upn::LONGEST;

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Typed a user name.
    Username(Upn),
    /// Typed a password for the name chosen before.
    Password(String),
    /// Typed both, as a third-party provider asks.
    Both(Upn, String),
    /// Picked a signed-in account.
    Pick(Upn),
    /// Wants another account than those on offer, or took a name back.
    Another,
    /// Answered whether to stay signed in.
    Stay(bool),
    /// Answered the consent page.
    Consent(ConsentAnswer),
}

/// Reads a page's form. The fields tell which page it was, also after the browser's back button;
/// where a page has no field of its own, it is the page that was asked last.
pub fn read(form: &Params, asked: Asked) -> Option<Input> {
    let pressed = Pressed::read(form.get("action"))?;
    if let Some(name) = form.get("UserName").or(form.get("Password").map(|_| "")) {
        return Some(Input::Both(Upn::new(&limited(Some(name))?), limited(form.get("Password"))?));
    }
    match pressed {
        Pressed::Pick(upn) => return Some(Input::Pick(Upn::new(&limited(Some(upn))?))),
        Pressed::Other => return Some(Input::Another),
        Pressed::Back if form.has("passwd") => return Some(Input::Another),
        Pressed::Onward if form.has("passwd") => return Some(Input::Password(limited(form.get("passwd"))?)),
        Pressed::Onward if form.has("loginfmt") => {
            return Some(Input::Username(Upn::new(&limited(form.get("loginfmt"))?)));
        }
        Pressed::Onward | Pressed::Back => {}
        Pressed::Method(_) | Pressed::AnotherWay | Pressed::Again | Pressed::Poll => return None,
        Pressed::Later | Pressed::AccessPass | Pressed::Passkey => return None,
    }
    let onward = pressed == Pressed::Onward;
    match asked {
        Asked::Stay => Some(Input::Stay(onward)),
        Asked::Consent if !onward => Some(Input::Consent(ConsentAnswer::Declined)),
        Asked::Consent if form.get("onBehalfOfOrganization").is_some() => {
            Some(Input::Consent(ConsentAnswer::ForEveryone))
        }
        Asked::Consent => Some(Input::Consent(ConsentAnswer::ForMe)),
        Asked::Password if !onward => Some(Input::Another),
        Asked::Password => Some(Input::Password(String::new())),
        Asked::Username => Some(Input::Username(Upn::default())),
        Asked::Account => None,
    }
}

fn limited(value: Option<&str>) -> Option<String> {
    let value = value.unwrap_or_default();
    (value.len() <= LONGEST).then(|| value.to_owned())
}

impl Evidence {
    /// A name was typed or picked: whatever was proven or said before concerned somebody else.
    pub fn choose(&mut self, upn: Upn) {
        if self.chosen.as_ref() != Some(&upn) {
            *self = Evidence { chosen: Some(upn), ..Evidence::default() };
        }
    }

    /// Another account is wanted.
    pub fn start_over(&mut self) {
        *self = Evidence { another: true, ..Evidence::default() };
    }

    /// An account of the session was picked. Was it one?
    pub fn pick(&mut self, upn: &Upn, session: &Session) -> bool {
        let known = session.accounts.iter().any(|account| account.upn == *upn);
        if known {
            self.choose(upn.clone());
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(form: &str, asked: Asked) -> Option<Input> {
        read(&Params::parse(form.as_bytes()).unwrap(), asked)
    }

    #[test]
    fn the_fields_tell_the_page_also_after_the_back_button() {
        let alice = Upn::new("alice@example.test");
        let table = [
            ("loginfmt=Alice%40example.test", Asked::Consent, Input::Username(alice.clone())),
            ("passwd=x&login=alice", Asked::Consent, Input::Password("x".into())),
            ("passwd=&action=back", Asked::Password, Input::Another),
            ("action=pick:alice@example.test", Asked::Account, Input::Pick(alice.clone())),
            ("action=other", Asked::Account, Input::Another),
            ("", Asked::Stay, Input::Stay(true)),
            ("action=no", Asked::Stay, Input::Stay(false)),
            ("", Asked::Consent, Input::Consent(ConsentAnswer::ForMe)),
            ("onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::ForEveryone)),
            ("action=cancel&onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::Declined)),
            ("UserName=alice@example.test&Password=x", Asked::Username, Input::Both(alice, "x".into())),
        ];
        for (form, asked, expected) in table {
            assert_eq!(input(form, asked), Some(expected), "{form}");
        }
        assert_eq!(input("action=nonsense", Asked::Stay), None);
        assert_eq!(input("", Asked::Account), None);
        let long = "x".repeat(LONGEST + 1);
        for field in ["passwd=", "loginfmt=", "action=pick:", "Password=x&UserName=", "UserName=x&Password="] {
            assert_eq!(input(&format!("{field}{long}"), Asked::Password), None, "{field}");
        }
    }

    proptest! {
        #[test]
        fn no_form_makes_the_reader_panic(form in "\\PC{0,200}") {
            if let Ok(form) = Params::parse(form.as_bytes()) {
                for asked in [Asked::Username, Asked::Account, Asked::Password, Asked::Stay, Asked::Consent] {
                    let _ = read(&form, asked);
                }
            }
        }
    }
}

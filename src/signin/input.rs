//! What somebody did on a page, and what it does to the evidence.

use super::factors::{Factor, First, Second};
use super::federated::Said;
use super::mfa::talk::Talk;
use super::pages::Pressed;
use super::session::Session;
use super::state::{Asked, ConsentAnswer, Evidence, FirstProof};
use crate::directory::user::Secret;
use crate::http::params::Params;
use crate::id::Upn;

/// The longest user name or password anybody can have.
const LONGEST: usize = Upn::LONGEST;

/// What somebody did. What proves something prints as `…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Typed a user name.
    Username(Upn),
    /// Typed a password for the name chosen before.
    Password(Secret),
    /// Typed both, as a third-party provider asks.
    Both(Upn, Secret),
    /// Picked a signed-in account.
    Pick(Upn),
    /// Wants another account than those on offer, or took a name back.
    Another,
    /// Wants to prove themselves with this instead of the password, or with the password after all.
    Instead(First),
    /// Typed a temporary access pass.
    AccessPass(Secret),
    /// Showed a passkey, or made one: what the browser says of it.
    Credential(Secret),
    /// Did something about a second factor.
    SecondFactor(Act),
    /// Answered whether the terms are accepted.
    Terms(bool),
    /// Answered whether to stay signed in.
    Stay(bool),
    /// Answered the consent page.
    Consent(ConsentAnswer),
}

/// Something done on the pages of verification and registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Picked a method from a list.
    Method(Factor),
    /// Wants to see the list.
    AnotherWay,
    /// Wants the message sent again.
    Again(Remember),
    /// Goes on where there is nothing to type.
    Next,
    /// Asks whether the phone has answered.
    Poll(Remember),
    /// Typed a code.
    Code(Secret, Remember),
    /// Typed a telephone number.
    Phone(String),
    /// Puts registration off.
    Later,
    /// Goes back.
    Back,
}

/// Whether this browser is to be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// The words by which scripts know the methods, as the real pages have them.
pub const METHODS: [(Factor, &str); 7] = [
    (Factor::Push, "PhoneAppNotification"),
    (Factor::Totp, "PhoneAppOTP"),
    (Factor::Sms, "OneWaySMS"),
    (Factor::Call, "TwoWayVoiceMobile"),
    (Factor::Passkey, "FidoKey"),
    (Factor::AccessPass, "AccessPass"),
    (Factor::External, "ExternalAuth"),
];

/// Reads a page's form. The fields tell which page it was, also after the browser's back button;
/// where a page has no field of its own, it is the page that was asked last.
pub fn read(form: &Params, asked: Asked) -> Option<Input> {
    let pressed = Pressed::read(form.get("action"))?;
    if let Some(name) = form.get("UserName").or(form.get("Password").map(|_| "")) {
        return Some(Input::Both(Upn::new(&limited(Some(name))?), secret(form.get("Password"))?));
    }
    if let Some(input) = by_field(form, pressed) {
        return input;
    }
    match pressed {
        Pressed::Pick(upn) => Some(Input::Pick(Upn::new(&limited(Some(upn))?))),
        Pressed::Other => Some(Input::Another),
        Pressed::AccessPass => Some(Input::Instead(First::AccessPass)),
        Pressed::Passkey => Some(Input::Instead(First::Passkey)),
        Pressed::Method(word) => Some(Input::SecondFactor(Act::Method(factor(word)?))),
        Pressed::AnotherWay => Some(Input::SecondFactor(Act::AnotherWay)),
        Pressed::Again => Some(Input::SecondFactor(Act::Again(remember(form)))),
        Pressed::Poll => Some(Input::SecondFactor(Act::Poll(remember(form)))),
        Pressed::Later => Some(Input::SecondFactor(Act::Later)),
        Pressed::Onward | Pressed::Back => by_page(form, pressed == Pressed::Onward, asked),
    }
}

/// What a page with a field of its own says; the outer nothing is a page without one.
fn by_field(form: &Params, pressed: Pressed<'_>) -> Option<Option<Input>> {
    if pressed == Pressed::Back && form.has("passwd") {
        return Some(Some(Input::Another));
    }
    if pressed != Pressed::Onward {
        return None;
    }
    let field = |name: &str| form.has(name).then(|| limited(form.get(name)));
    let hidden = |name: &str| form.has(name).then(|| secret(form.get(name)));
    let code = || hidden("otc").or_else(|| hidden("VerificationCode"));
    let reads: Option<Option<Input>> = hidden("passwd").map(|text| text.map(Input::Password));
    reads
        .or_else(|| field("loginfmt").map(|text| text.map(|name| Input::Username(Upn::new(&name)))))
        .or_else(|| code().map(|text| text.map(|code| Input::SecondFactor(Act::Code(code, remember(form))))))
        .or_else(|| field("phone").map(|text| text.map(|number| Input::SecondFactor(Act::Phone(number)))))
        .or_else(|| hidden("accesspass").map(|text| text.map(Input::AccessPass)))
        .or_else(|| form.get("credential").map(credential))
}

/// What a page without a field says: which it was is known.
fn by_page(form: &Params, onward: bool, asked: Asked) -> Option<Input> {
    match asked {
        Asked::Stay => Some(Input::Stay(onward)),
        Asked::Consent if !onward => Some(Input::Consent(ConsentAnswer::Declined)),
        Asked::Consent if form.get("onBehalfOfOrganization").is_some() => {
            Some(Input::Consent(ConsentAnswer::ForEveryone))
        }
        Asked::Consent => Some(Input::Consent(ConsentAnswer::ForMe)),
        Asked::Terms => Some(Input::Terms(onward)),
        Asked::SecondFactor | Asked::Registration if onward => Some(Input::SecondFactor(Act::Next)),
        Asked::SecondFactor | Asked::Registration => Some(Input::SecondFactor(Act::Back)),
        // Back from what was to be shown instead of the password: the name stays.
        Asked::Password if !onward && (form.has("accesspass") || form.has("credential")) => {
            Some(Input::Instead(First::Password))
        }
        Asked::Password if !onward => Some(Input::Another),
        Asked::Password => Some(Input::Password(Secret::default())),
        Asked::Username => Some(Input::Username(Upn::default())),
        Asked::Control if !onward => Some(Input::Another),
        Asked::Account | Asked::Provider | Asked::Control => None,
    }
}

fn factor(word: &str) -> Option<Factor> {
    METHODS.iter().find(|(_, known)| *known == word).map(|(factor, _)| *factor)
}

fn remember(form: &Params) -> Remember {
    if form.get("rememberMFA").is_some() { Remember::Yes } else { Remember::No }
}

/// The longest answer of a security key: its certificates come along.
const LONGEST_CREDENTIAL: usize = 32 * 1024;

fn credential(answer: &str) -> Option<Input> {
    (answer.len() <= LONGEST_CREDENTIAL).then(|| Input::Credential(Secret::new(answer)))
}

fn secret(value: Option<&str>) -> Option<Secret> {
    limited(value).map(Secret::new)
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

    /// The provider that verifies this person has answered: it says who it is, whatever name was typed before.
    pub fn answered(&mut self, first: FirstProof, said: Said) {
        self.choose(first.upn.clone());
        self.first = Some(first);
        self.said = Some(said);
    }

    /// This person is asked: what comes next is theirs, and what anybody else said or proved beside a password is void.
    pub fn concern(&mut self, upn: &Upn) {
        if self.of.as_ref() != Some(upn) {
            self.of = Some(upn.clone());
            self.second.clear();
            self.passed.clear();
            self.talk = Talk::default();
            self.terms.clear();
            self.terms_declined = false;
        }
        self.chosen = Some(upn.clone());
    }

    /// Whoever this concerns proved one more thing.
    pub fn prove(&mut self, second: Second) {
        self.second.retain(|known| known.with != second.with);
        self.second.push(second);
    }

    /// Has this person proven anything in this sign-in?
    pub fn proves(&self, upn: &Upn) -> bool {
        let first = self.first.as_ref().is_some_and(|shown| shown.upn == *upn);
        first || (self.of.as_ref() == Some(upn) && !self.second.is_empty())
    }

    /// One step back: from what is shown instead of the password to the password, else to another account.
    pub fn back(&mut self) {
        if self.first.is_some() || self.instead.take().is_none() {
            self.start_over();
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
    use crate::time::Timestamp;

    const ALL_ASKED: [Asked; 10] = [
        Asked::Username,
        Asked::Account,
        Asked::Password,
        Asked::Provider,
        Asked::SecondFactor,
        Asked::Control,
        Asked::Registration,
        Asked::Terms,
        Asked::Stay,
        Asked::Consent,
    ];

    fn input(form: &str, asked: Asked) -> Option<Input> {
        read(&Params::parse(form.as_bytes()).unwrap(), asked)
    }

    #[test]
    fn the_fields_tell_the_page_also_after_the_back_button() {
        let alice = Upn::new("alice@example.test");
        let table = [
            ("loginfmt=Alice%40example.test", Asked::Consent, Input::Username(alice.clone())),
            ("passwd=x&login=alice", Asked::Consent, Input::Password(Secret::new("x"))),
            ("passwd=&action=back", Asked::Password, Input::Another),
            ("action=pick:alice@example.test", Asked::Account, Input::Pick(alice.clone())),
            ("action=other", Asked::Account, Input::Another),
            ("", Asked::Stay, Input::Stay(true)),
            ("action=no", Asked::Stay, Input::Stay(false)),
            ("", Asked::Consent, Input::Consent(ConsentAnswer::ForMe)),
            ("onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::ForEveryone)),
            ("action=cancel&onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::Declined)),
            ("UserName=alice@example.test&Password=x", Asked::Username, Input::Both(alice, Secret::new("x"))),
            ("action=access-pass&passwd=", Asked::Password, Input::Instead(First::AccessPass)),
            ("accesspass=x", Asked::Password, Input::AccessPass(Secret::new("x"))),
            ("credential={}", Asked::SecondFactor, Input::Credential(Secret::new("{}"))),
            ("action=back&accesspass=x", Asked::Password, Input::Instead(First::Password)),
            ("action=back&credential=", Asked::Password, Input::Instead(First::Password)),
            ("action=back", Asked::Password, Input::Another),
            ("", Asked::Terms, Input::Terms(true)),
            ("action=back", Asked::Terms, Input::Terms(false)),
            ("action=back", Asked::Control, Input::Another),
        ];
        for (form, asked, expected) in table {
            assert_eq!(input(form, asked), Some(expected), "{form}");
        }
        let acts = [
            ("otc=1&rememberMFA=true", Act::Code(Secret::new("1"), Remember::Yes)),
            ("VerificationCode=1", Act::Code(Secret::new("1"), Remember::No)),
            ("action=method:OneWaySMS", Act::Method(Factor::Sms)),
            ("action=another-way&otc=", Act::AnotherWay),
            ("action=again&otc=", Act::Again(Remember::No)),
            ("action=poll&rememberMFA=true", Act::Poll(Remember::Yes)),
            ("action=later", Act::Later),
            ("phone=%2B1+555", Act::Phone("+1 555".into())),
            ("", Act::Next),
            ("action=back&phone=", Act::Back),
        ];
        for (form, expected) in acts {
            assert_eq!(input(form, Asked::Registration), Some(Input::SecondFactor(expected)), "{form}");
        }
        assert_eq!(input("action=method:Telepathy", Asked::SecondFactor), None);
        assert_eq!(input("action=nonsense", Asked::Stay), None);
        assert_eq!(input("", Asked::Account), None);
        let long = "x".repeat(LONGEST + 1);
        for field in
            ["passwd=", "loginfmt=", "action=pick:", "Password=x&UserName=", "UserName=x&Password=", "otc=", "phone="]
        {
            assert_eq!(input(&format!("{field}{long}"), Asked::Password), None, "{field}");
        }
    }

    #[test]
    fn what_proves_something_is_not_printed() {
        for form in ["passwd=hush", "Password=hush&UserName=a", "accesspass=hush", "credential=hush", "otc=hush"] {
            let printed = format!("{:?}", input(form, Asked::Password).unwrap());
            assert!(!printed.contains("hush"), "{printed}");
        }
    }

    #[test]
    fn what_one_person_proved_is_void_for_the_next() {
        let (alice, bob) = (Upn::new("alice@example.test"), Upn::new("bob@example.test"));
        let mut evidence = Evidence::default();
        evidence.concern(&alice);
        evidence.second.push(Second { with: Factor::Totp, at: Timestamp::from_seconds(0) });
        evidence.concern(&alice);
        assert!(evidence.proves(&alice) && !evidence.proves(&bob));
        evidence.concern(&bob);
        assert!(!evidence.proves(&alice) && !evidence.proves(&bob));
    }

    proptest! {
        #[test]
        fn no_form_makes_the_reader_panic(form in "\\PC{0,200}") {
            if let Ok(form) = Params::parse(form.as_bytes()) {
                for asked in ALL_ASKED {
                    let _ = read(&form, asked);
                }
            }
        }
    }
}

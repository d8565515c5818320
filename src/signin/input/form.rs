//! What did somebody do, as the form of a page tells it?

use super::{Act, Answer, Input, METHODS, Remember};
use crate::directory::user::Secret;
use crate::http::params::Params;
use crate::id::Upn;
use crate::signin::factors::{Factor, First};
use crate::signin::pages::Pressed;
use crate::signin::state::{Asked, ConsentAnswer};

/// The longest user name or password anybody can have.
const LONGEST: usize = Upn::LONGEST;
/// The longest answer of a security key: its certificates come along.
const LONGEST_CREDENTIAL: usize = 32 * 1024;

/// Which way a page without a field is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Towards {
    /// On to what comes next.
    Next,
    /// Back.
    Back,
}

impl Towards {
    /// What it means where the page asks yes or no.
    fn answer(self) -> Answer {
        match self {
            Towards::Next => Answer::Yes,
            Towards::Back => Answer::No,
        }
    }
}

/// Reads a page's form. The fields tell which page it was, also after the browser's back button. Where a page has no
/// field of its own, what was pressed answers the question that is asked now, unless the form says that it was another's;
/// a script that sends no `question` is taken to answer what is asked.
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
        Pressed::Onward | Pressed::Back if is_outdated(form, asked) => Some(Input::Outdated),
        Pressed::Onward => by_page(form, Towards::Next, asked),
        Pressed::Back => by_page(form, Towards::Back, asked),
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
        .or_else(|| form.has("credential").then(|| credential(form.get("credential").unwrap_or_default())))
}

/// Does the form say that its page asked another question than the one that is asked now?
fn is_outdated(form: &Params, asked: Asked) -> bool {
    form.get("question").is_some_and(|question| question != asked.word())
}

/// What a page without a field says: which it was is known.
fn by_page(form: &Params, towards: Towards, asked: Asked) -> Option<Input> {
    match (asked, towards) {
        (Asked::Stay, towards) => Some(Input::Stay(towards.answer())),
        (Asked::Terms, towards) => Some(Input::Terms(towards.answer())),
        (Asked::Consent, Towards::Back) => Some(Input::Consent(ConsentAnswer::Declined)),
        (Asked::Consent, Towards::Next) if form.get("onBehalfOfOrganization").is_some() => {
            Some(Input::Consent(ConsentAnswer::ForEveryone))
        }
        (Asked::Consent, Towards::Next) => Some(Input::Consent(ConsentAnswer::ForMe)),
        (Asked::SecondFactor | Asked::Registration, Towards::Next) => Some(Input::SecondFactor(Act::Next)),
        (Asked::SecondFactor | Asked::Registration, Towards::Back) => Some(Input::SecondFactor(Act::Back)),
        // Back from what was to be shown instead of the password: the name stays.
        (Asked::Password, Towards::Back) if form.has("accesspass") || form.has("credential") => {
            Some(Input::Instead(First::Password))
        }
        (Asked::Password | Asked::Control, Towards::Back) => Some(Input::Another),
        (Asked::Password, Towards::Next) => Some(Input::Password(Secret::default())),
        (Asked::Username, _) => Some(Input::Username(Upn::default())),
        (Asked::Control, Towards::Next) | (Asked::Account | Asked::Provider, _) => None,
    }
}

fn factor(word: &str) -> Option<Factor> {
    METHODS.iter().find(|(_, known)| *known == word).map(|(factor, _)| *factor)
}

fn remember(form: &Params) -> Remember {
    if form.get("rememberMFA").is_some() { Remember::Yes } else { Remember::No }
}

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            ("", Asked::Stay, Input::Stay(Answer::Yes)),
            ("action=no", Asked::Stay, Input::Stay(Answer::No)),
            ("", Asked::Consent, Input::Consent(ConsentAnswer::ForMe)),
            ("onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::ForEveryone)),
            ("action=cancel&onBehalfOfOrganization=true", Asked::Consent, Input::Consent(ConsentAnswer::Declined)),
            ("UserName=alice@example.test&Password=x", Asked::Username, Input::Both(alice, Secret::new("x"))),
            ("action=access-pass&passwd=", Asked::Password, Input::Instead(First::AccessPass)),
            ("accesspass=x", Asked::Password, Input::AccessPass(Secret::new("x"))),
            ("credential=", Asked::Password, Input::Credential(Secret::default())),
            ("credential={}", Asked::SecondFactor, Input::Credential(Secret::new("{}"))),
            ("action=back&accesspass=x", Asked::Password, Input::Instead(First::Password)),
            ("action=back&credential=", Asked::Password, Input::Instead(First::Password)),
            ("action=back", Asked::Password, Input::Another),
            ("", Asked::Terms, Input::Terms(Answer::Yes)),
            ("action=back", Asked::Terms, Input::Terms(Answer::No)),
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
    fn what_is_pressed_on_a_page_without_a_field_answers_the_question_of_that_page_only() {
        for was in ALL_ASKED {
            for now in ALL_ASKED {
                for action in ["", "&action=no", "&action=back", "&action=cancel", "&onBehalfOfOrganization=true"] {
                    let said = input(&format!("question={}{action}", was.word()), now);
                    let expected = if was == now { input(action, now) } else { Some(Input::Outdated) };
                    assert_eq!(said, expected, "{was:?} {now:?} {action}");
                }
                // What tells its page by a field or by the button counts whatever is asked: the page may have been gone back to.
                for form in
                    ["loginfmt=a", "passwd=x", "passwd=&action=back", "otc=1", "action=other", "action=pick:a@b.test"]
                {
                    let said = input(&format!("question={}&{form}", was.word()), now);
                    assert_eq!(said, input(form, now), "{was:?} {now:?} {form}");
                }
            }
        }
        assert_eq!(input("question=nonsense", Asked::Consent), Some(Input::Outdated));
    }

    #[test]
    fn what_proves_something_is_not_printed() {
        for form in ["passwd=hush", "Password=hush&UserName=a", "accesspass=hush", "credential=hush", "otc=hush"] {
            let printed = format!("{:?}", input(form, Asked::Password).unwrap());
            assert!(!printed.contains("hush"), "{printed}");
        }
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

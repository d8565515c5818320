//! Telephones. A world knows a number for texts and a number for calls; this interface knows phones by their place.
//!
//! Differs: the number for texts is the *mobile* phone, which is called too when calls go to the same number. A number that is
//! only called is the *office* phone: the one kind that has no texts and needs no mobile phone beside it. There is
//! never an *alternate mobile* phone, since there is no third number.

use serde_json::{Value, json};

use crate::directory::user::Methods;
use crate::graph::calls::OfPerson;
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::graph::methods::kind::MethodType;
use crate::graph::people::Target;
use crate::graph::permissions::Numbers;
use crate::graph::{Ask, Outcome, Told};
use crate::http::params::shorten;
use crate::id::ObjectId;
use crate::signin::mfa::code::{masked, with_country};

/// A phone, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phone {
    /// For texts, and for calls that go to the same number.
    Mobile,
    /// For calls alone.
    Office,
}

const PHONES: [Phone; 2] = [Phone::Mobile, Phone::Office];

impl Phone {
    /// The id it has for everybody.
    pub fn id(self) -> ObjectId {
        match self {
            Phone::Mobile => ObjectId(uuid::uuid!("3179e48a-750b-4051-897c-87b9720928f7")),
            Phone::Office => ObjectId(uuid::uuid!("e37fc753-ff3b-4958-9484-eaa9425c82bc")),
        }
    }

    fn word(self) -> &'static str {
        match self {
            Phone::Mobile => "mobile",
            Phone::Office => "office",
        }
    }

    /// Its number, if somebody has it.
    pub fn number(self, methods: &Methods) -> Option<&str> {
        match self {
            Phone::Mobile => methods.sms.as_deref(),
            Phone::Office => methods.call.as_deref().filter(|number| methods.sms.as_deref() != Some(*number)),
        }
    }

    fn of_id(id: &str) -> Option<Self> {
        PHONES.into_iter().find(|phone| ObjectId::parse(id) == Some(phone.id()))
    }
}

/// Somebody's phones.
pub fn shown(methods: &Methods, numbers: Numbers) -> Vec<Value> {
    let shown = |phone: Phone| {
        let number = phone.number(methods)?;
        Some(json!({
            "id": phone.id().to_string(),
            "phoneNumber": match numbers {
                Numbers::InFull => number.to_owned(),
                Numbers::Masked => masked(number),
            },
            "phoneType": phone.word(),
            "smsSignInState": "notSupported",
        }))
    };
    PHONES.into_iter().filter_map(shown).collect()
}

/// One more phone.
pub fn add(ask: &Ask<'_>, target: &Target<'_>) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let (phone, number) = match given(&body)? {
        (Some(phone), Some(number)) => (phone, number),
        _ => return Err(Refused::bad("A phone needs a phoneNumber and a phoneType.")),
    };
    let methods = added(&target.account.user.methods, phone, number)?;
    let row =
        shown(&methods, Numbers::InFull).into_iter().find(|row| row["phoneType"] == phone.word()).unwrap_or_default();
    let told = ask.created_for(target, OfPerson::MethodsOf(MethodType::Phone, None), phone.id(), row);
    ask.with_methods(target, told, "added a phone", methods)
}

/// Another number for a phone there is.
pub fn change(ask: &Ask<'_>, target: &Target<'_>, id: &str) -> Result<Outcome, Refused> {
    let body = ask.json()?;
    let phone = Phone::of_id(id).ok_or_else(|| Refused::no_object(id))?;
    let number = match given(&body)? {
        (said, Some(number)) if said.is_none_or(|said| said == phone) => number,
        (_, None) => return Err(Refused::bad("phoneNumber must be given.")),
        (_, Some(_)) => return Err(Refused::bad("The type of a phone cannot be changed.")),
    };
    let methods = changed(&target.account.user.methods, phone, number)?;
    ask.with_methods(target, Told::Done, "changed a phone's number", methods)
}

fn given(body: &Value) -> Result<(Option<Phone>, Option<String>), Refused> {
    let mut members = Members::of(body)?;
    let number = members.text("phoneNumber")?.map(number).transpose()?;
    let phone = match members.text("phoneType")? {
        None => None,
        Some("mobile") => Some(Phone::Mobile),
        Some("office") => Some(Phone::Office),
        Some("alternateMobile") => {
            return Err(Refused::bad(
                "phoneType: this world keeps one number for texts and calls, and one more for calls, which is 'office'.",
            ));
        }
        Some(_) => return Err(Refused::bad("phoneType must be one of mobile, office.")),
    };
    // Read-only, and so ignored.
    members.value("smsSignInState");
    members.finish()?;
    Ok((phone, number))
}

fn number(text: &str) -> Result<String, Refused> {
    with_country(text).ok_or_else(|| {
        let text = shorten(text);
        Refused::bad(format!("phoneNumber: '{text}' is not a number such as '+1 2065555555'; extensions are not kept."))
    })
}

fn added(before: &Methods, phone: Phone, number: String) -> Result<Methods, Refused> {
    if phone.number(before).is_some() {
        return Err(Refused::bad(format!("The user has a phone of the type '{}' already.", phone.word())));
    }
    changed(before, phone, number)
}

/// The methods with this number for a phone.
fn changed(before: &Methods, phone: Phone, number: String) -> Result<Methods, Refused> {
    let other = match phone {
        Phone::Mobile => Phone::Office,
        Phone::Office => Phone::Mobile,
    };
    // One number in both places would be one phone.
    if other.number(before) == Some(number.as_str()) {
        return Err(Refused::bad(format!("This is the number of the user's '{}' phone already.", other.word())));
    }
    let mut after = before.clone();
    match phone {
        Phone::Office => after.call = Some(number),
        Phone::Mobile => {
            let only_texts = before.sms.is_some() && before.call.is_none();
            if Phone::Office.number(before).is_none() && !only_texts {
                after.call = Some(number.clone());
            }
            after.sms = Some(number);
        }
    }
    Ok(after)
}

/// Takes a phone away.
pub fn remove(methods: &mut Methods, id: &str) {
    match Phone::of_id(id) {
        Some(Phone::Office) => methods.call = None,
        Some(Phone::Mobile) => {
            if methods.call == methods.sms {
                methods.call = None;
            }
            methods.sms = None;
        }
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(sms: Option<&str>, call: Option<&str>) -> Methods {
        Methods { sms: sms.map(str::to_owned), call: call.map(str::to_owned), ..Methods::default() }
    }

    const A: &str = "+1 555 0100";
    const B: &str = "+1 555 0101";
    const C: &str = "+1 555 0102";

    #[test]
    fn a_number_that_is_only_called_is_the_office_phone() {
        let table = [
            (with(None, None), None, None),
            (with(Some(A), None), Some(A), None),
            (with(Some(A), Some(A)), Some(A), None),
            (with(Some(A), Some(B)), Some(A), Some(B)),
            (with(None, Some(B)), None, Some(B)),
        ];
        for (methods, mobile, office) in table {
            assert_eq!((Phone::Mobile.number(&methods), Phone::Office.number(&methods)), (mobile, office));
            assert_eq!(
                shown(&methods, Numbers::InFull).len(),
                usize::from(mobile.is_some()) + usize::from(office.is_some())
            );
        }
        assert_eq!(shown(&with(Some(A), None), Numbers::Masked)[0]["phoneNumber"], "+X XXXXXXXX00");
    }

    #[test]
    fn a_mobile_phone_is_texted_and_called_unless_calls_go_elsewhere() {
        let add = |before: Methods, phone, number: &str| added(&before, phone, number.to_owned());
        assert_eq!(add(with(None, None), Phone::Mobile, A), Ok(with(Some(A), Some(A))));
        assert_eq!(add(with(None, Some(B)), Phone::Mobile, A), Ok(with(Some(A), Some(B))));
        assert_eq!(add(with(Some(A), Some(A)), Phone::Office, B), Ok(with(Some(A), Some(B))));
        assert_eq!(add(with(None, None), Phone::Office, B), Ok(with(None, Some(B))));
        for (before, phone, number) in [
            (with(Some(A), None), Phone::Mobile, B),
            (with(None, Some(A)), Phone::Office, B),
            (with(None, Some(A)), Phone::Mobile, A),
            (with(Some(A), None), Phone::Office, A),
        ] {
            assert_eq!(add(before.clone(), phone, number).unwrap_err().status(), 400, "{before:?} {phone:?}");
        }
    }

    #[test]
    fn what_is_called_too_moves_with_the_mobile_phone() {
        let change = |before: Methods, phone, number: &str| changed(&before, phone, number.to_owned());
        assert_eq!(change(with(Some(A), Some(A)), Phone::Mobile, C), Ok(with(Some(C), Some(C))));
        assert_eq!(change(with(Some(A), Some(B)), Phone::Mobile, C), Ok(with(Some(C), Some(B))));
        assert_eq!(change(with(Some(A), None), Phone::Mobile, C), Ok(with(Some(C), None)));
        assert_eq!(change(with(Some(A), Some(B)), Phone::Office, C), Ok(with(Some(A), Some(C))));
        assert!(change(with(Some(A), Some(B)), Phone::Office, A).is_err());
        for (mut before, phone, after) in [
            (with(Some(A), Some(A)), Phone::Mobile, with(None, None)),
            (with(Some(A), Some(B)), Phone::Mobile, with(None, Some(B))),
            (with(Some(A), Some(B)), Phone::Office, with(Some(A), None)),
        ] {
            remove(&mut before, &phone.id().to_string());
            assert_eq!(before, after);
        }
    }

    #[test]
    fn a_number_is_written_with_its_country() {
        assert_eq!(number("+1 2065555555"), Ok("+1 2065555555".to_owned()));
        for wrong in ["2065555555", "+1 2065555555x123", "", "+", "call me"] {
            assert!(number(wrong).is_err(), "{wrong}");
        }
    }
}

//! What does a body say? Members are found whatever their case, as the service's own libraries write them both ways. Those
//! that nobody here understands are passed over, as the service does, where nothing is lost by it.

use serde_json::{Map, Value};

use super::error::Refused;
use crate::http::params::shorten;

/// The longest text that is taken for a name.
const LONGEST: usize = 256;

/// The members of one object.
#[derive(Clone, Debug)]
pub struct Body<'v> {
    /// Where the object stands: empty, or a path that ends with a dot.
    at: String,
    map: &'v Map<String, Value>,
}

/// The JSON of a body that has to be there and to be an object.
pub fn json(content_type: Option<&str>, body: &[u8]) -> Result<Value, Refused> {
    let kind = content_type.and_then(|text| text.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refused::bad("The body must be JSON: send it as 'Content-Type: application/json'."));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(value),
        Ok(_) | Err(_) => Err(Refused::bad("The body is not a JSON object.")),
    }
}

impl<'v> Body<'v> {
    /// The members of the whole body.
    pub fn of(value: &'v Value) -> Result<Self, Refused> {
        Self::at(value, String::new())
    }

    fn at(value: &'v Value, at: String) -> Result<Self, Refused> {
        match value {
            Value::Object(map) => Ok(Self { at, map }),
            _ => Err(Refused::bad(format!("{} must be an object.", at.trim_end_matches('.')))),
        }
    }

    /// A member; null counts as none.
    fn value(&self, name: &str) -> Option<&'v Value> {
        let (_, value) = self.map.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value).filter(|value| !value.is_null())
    }

    /// Was it sent, and not as null?
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Does it say what is so already, or nothing?
    pub fn repeats(&self, name: &str, known: &Value) -> bool {
        match (self.value(name), known) {
            (None, _) => true,
            (Some(Value::String(said)), Value::String(known)) => said.trim().eq_ignore_ascii_case(known),
            (Some(said), known) => said == known,
        }
    }

    /// Refuses members besides these, unless they are null: what would be lost is not taken.
    pub fn only(&self, known: &[&str]) -> Result<(), Refused> {
        let unknown = |name: &&String| self.has(name) && !known.iter().any(|one| one.eq_ignore_ascii_case(name));
        match self.map.keys().find(unknown) {
            Some(name) => Err(Refused::bad(format!(
                "{}{} does not exist here, or is not something this world can hold.",
                self.at,
                shorten(name)
            ))),
            None => Ok(()),
        }
    }

    fn wrong(&self, name: &str, what: &str) -> Refused {
        Refused::bad(format!("{}{name} must be {what}.", self.at))
    }

    /// A text; one without letters counts as none.
    pub fn text(&self, name: &str) -> Result<Option<&'v str>, Refused> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.chars().count() > LONGEST => {
                Err(self.wrong(name, &format!("at most {LONGEST} letters long")))
            }
            Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.wrong(name, "a text")),
        }
    }

    /// A text that has to be there.
    pub fn needed(&self, name: &str) -> Result<&'v str, Refused> {
        self.text(name)?.ok_or_else(|| Refused::bad(format!("{}{name} is required.", self.at)))
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refused> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(name, "true or false")),
        }
    }

    /// An object inside.
    pub fn object(&self, name: &str) -> Result<Option<Body<'v>>, Refused> {
        self.value(name).map(|value| Body::at(value, format!("{}{name}.", self.at))).transpose()
    }

    /// A list of objects that has to be there and to hold some.
    pub fn objects(&self, name: &str) -> Result<Vec<Body<'v>>, Refused> {
        let list = self.value(name).and_then(Value::as_array).filter(|list| !list.is_empty());
        let list = list.ok_or_else(|| self.wrong(name, "a list of objects, and not empty"))?;
        let inner = |(index, value)| Body::at(value, format!("{}{name}[{index}].", self.at));
        list.iter().enumerate().map(inner).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn told(found: Result<impl std::fmt::Debug, Refused>) -> String {
        found.unwrap_err().description()
    }

    #[test]
    fn only_an_object_sent_as_json_is_a_body() {
        assert_eq!(json(Some("application/json; charset=utf-8"), b"{}"), Ok(json!({})));
        for (kind, body) in
            [(None, "{}"), (Some("text/xml"), "{}"), (Some("application/json"), "[]"), (Some("application/json"), "{")]
        {
            assert_eq!(json(kind, body.as_bytes()).unwrap_err().status(), 400, "{kind:?} {body}");
        }
    }

    #[test]
    fn members_are_found_in_any_case_and_what_is_wrong_is_named_with_its_place() {
        let value = json!({ "CompanyProfile": { "domain": " a.test ", "x": 5, "long": "y".repeat(300) }, "list": [{ "a": true }], "none": null });
        let body = Body::of(&value).unwrap();
        let inner = body.object("companyProfile").unwrap().unwrap();
        assert_eq!(inner.needed("Domain"), Ok("a.test"));
        assert_eq!(told(inner.needed("nothing")), "companyProfile.nothing is required.");
        assert_eq!(told(inner.text("x")), "companyProfile.x must be a text.");
        assert_eq!(told(inner.text("long")), "companyProfile.long must be at most 256 letters long.");
        let [first] = body.objects("list").unwrap().try_into().unwrap();
        assert_eq!((first.flag("A"), told(first.text("a"))), (Ok(Some(true)), "list[0].a must be a text.".into()));
        assert_eq!((body.text("none"), body.object("other").unwrap().is_none()), (Ok(None), true));
        assert!(told(body.objects("none")).starts_with("none must be a list"));
    }

    #[test]
    fn what_cannot_be_held_is_refused_unless_it_says_nothing() {
        let value = json!({ "Name": "a", "phone": null, "inner": { "x": 1 } });
        let body = Body::of(&value).unwrap();
        assert_eq!(body.only(&["name", "inner"]), Ok(()));
        assert!(told(body.only(&["name"])).starts_with("inner does not exist here"));
        let inner = body.object("inner").unwrap().unwrap();
        assert!(told(inner.only(&[])).starts_with("inner.x does not exist here"));
        assert!(
            body.repeats("name", &json!("A")) && body.repeats("phone", &json!("x")) && body.repeats("y", &json!(1))
        );
        assert!(!body.repeats("name", &json!("b")) && !body.repeats("inner", &json!(null)));
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = json(Some("application/json"), &body);
        }
    }
}

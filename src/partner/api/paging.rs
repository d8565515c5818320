//! How does the Partner Center API show lists? `{"totalCount","items","links","attributes"}`, a page at a time, and the
//! next page through `seekOperation=Next` with the header `MS-ContinuationToken` (Partner Center REST, "Get a list of
//! customers" and the invoices' line items).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::error::Refused;
use crate::http::params::{Params, shorten};

/// How many items a page has at most.
const MOST: usize = 500;
/// What a continuation's text begins with, so that another one's is not taken for it.
const MARK: &str = "page";

/// Which page is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// How many items; all of them when nobody says.
    size: Option<usize>,
    /// After how many.
    skip: usize,
}

impl Page {
    /// Reads the query and the continuation of the page before.
    pub fn read(params: &Params, continuation: Option<&str>) -> Result<Self, Refused> {
        let number = |name: &str| match params.get(name) {
            None => Ok(None),
            Some(text) => match text.parse::<usize>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Refused::bad(format!("{name} must be a whole number, not '{}'.", shorten(text)))),
            },
        };
        // Size 0 is what clients send for "as many as there are".
        let size = number("size")?.filter(|size| *size > 0).map(|size| size.min(MOST));
        let skip = match (params.get("seekOperation").or(params.get("seekoperation")), continuation) {
            (None, _) => number("offset")?.unwrap_or_default(),
            (Some(word), Some(token)) if word.eq_ignore_ascii_case("next") => unseal(token)?,
            (Some(word), None) if word.eq_ignore_ascii_case("next") => {
                return Err(Refused::bad("seekOperation=Next needs the header MS-ContinuationToken."));
            }
            (Some(word), _) => {
                return Err(Refused::bad(format!("seekOperation '{}' is not known; there is Next.", shorten(word))));
            }
        };
        Ok(Self { size, skip })
    }

    /// The page of these items. `at` is the address without a query.
    pub fn of(self, at: &str, items: Vec<Value>) -> Value {
        let total = items.len();
        let size = self.size.unwrap_or(MOST);
        let shown: Vec<Value> = items.into_iter().skip(self.skip).take(size).collect();
        let next = self.skip.saturating_add(shown.len());
        let mut links = Map::new();
        links.insert("self".into(), link(&self.address(at), &[]));
        if next < total && !shown.is_empty() {
            let headers = [json!({ "key": "MS-ContinuationToken", "value": seal(next) })];
            links.insert("next".into(), link(&format!("{at}?size={size}&seekOperation=Next"), &headers));
        }
        let mut page = Map::new();
        page.insert("totalCount".into(), total.into());
        page.insert("items".into(), shown.into());
        page.insert("links".into(), links.into());
        if next < total {
            page.insert("continuationToken".into(), seal(next).into());
        }
        page.insert("attributes".into(), json!({ "objectType": "Collection" }));
        Value::Object(page)
    }

    fn address(self, at: &str) -> String {
        self.size.map_or_else(|| at.to_owned(), |size| format!("{at}?size={size}"))
    }
}

/// A link as every resource carries them.
pub fn link(uri: &str, headers: &[Value]) -> Value {
    json!({ "uri": uri, "method": "GET", "headers": headers })
}

/// The links of a resource that has only one to itself.
pub fn itself(uri: &str) -> Value {
    json!({ "self": link(uri, &[]) })
}

fn seal(next: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{MARK} {next}"))
}

/// A continuation says where to go on in a list that only its owner can ask for, so nothing is lost by reading one that
/// somebody made up; what is no number is refused.
fn unseal(token: &str) -> Result<usize, Refused> {
    let text = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let next = text.as_deref().and_then(|text| text.strip_prefix(MARK)?.strip_prefix(' ')?.parse().ok());
    next.ok_or_else(|| Refused::bad("The continuation token is not one of this service's."))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(query: &str, continuation: Option<&str>) -> Result<Page, Refused> {
        Page::read(&Params::parse(query.as_bytes()).unwrap(), continuation)
    }

    fn numbers() -> Vec<Value> {
        (0..5).map(Value::from).collect()
    }

    #[test]
    fn pages_lead_to_each_other_until_all_was_told() {
        let mut page = read("size=2", None).unwrap().of("/customers", numbers());
        assert_eq!((&page["totalCount"], &page["items"]), (&json!(5), &json!([0, 1])));
        assert_eq!(page["links"]["self"], link("/customers?size=2", &[]));
        for items in [json!([2, 3]), json!([4])] {
            let next = page["links"]["next"].clone();
            let (path, query) = next["uri"].as_str().unwrap().split_once('?').unwrap();
            assert_eq!((path, &next["headers"][0]["key"]), ("/customers", &json!("MS-ContinuationToken")));
            page = read(query, next["headers"][0]["value"].as_str()).unwrap().of(path, numbers());
            assert_eq!(page["items"], items);
        }
        assert_eq!((page["links"].get("next"), page.get("continuationToken")), (None, None));
    }

    #[test]
    fn without_a_size_everything_is_told_and_an_offset_begins_later() {
        for query in ["", "size=0", "size=9999"] {
            assert_eq!(read(query, None).unwrap().of("/x", numbers())["items"].as_array().unwrap().len(), 5, "{query}");
        }
        assert_eq!(read("size=2&offset=3", None).unwrap().of("/x", numbers())["items"], json!([3, 4]));
        assert_eq!(read("offset=9", None).unwrap().of("/x", numbers())["items"], json!([]));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let made_up = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for (query, continuation) in [
            ("size=x", None),
            ("size=-1", None),
            ("offset=1.5", None),
            ("seekOperation=Next", None),
            ("seekOperation=Back", Some(seal(1))),
            ("seekOperation=Next", Some("page 1".into())),
            ("seekOperation=Next", Some(made_up("page -1"))),
            ("seekOperation=Next", Some(made_up("2"))),
            ("seekOperation=Next", Some(made_up("page 99999999999999999999"))),
        ] {
            let refused = read(query, continuation.as_deref()).unwrap_err();
            assert_eq!(refused.status(), 400, "{query} {continuation:?}");
        }
    }

    proptest! {
        #[test]
        fn no_continuation_makes_the_reader_panic(token in "\\PC{0,40}", next in any::<usize>()) {
            let _ = unseal(&token);
            prop_assert_eq!(unseal(&seal(next)), Ok(next));
            let page = Page { size: Some(3), skip: next };
            let _ = page.of("/x", numbers());
        }
    }
}

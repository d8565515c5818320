//! What can be asked of the Partner Center API, and what does a request ask?
//!
//! `path` lists every address, `place` what is there, `verbs` what may be done with it.

mod path;
mod place;
mod verbs;

use super::error::Refused;

pub use place::{OfCustomer, Place, Profile};

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Look; `HEAD` too.
    Get,
    /// Add.
    Post,
    /// Change.
    Patch,
    /// Replace.
    Put,
    /// Remove.
    Delete,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Where.
    pub place: Place<'a>,
    /// What.
    pub verb: Verb,
}

impl<'a> Call<'a> {
    /// The call behind a verb and a path below `/partnercenter`, which is in lower case.
    pub fn find(verb: &str, path: &[&'a str]) -> Result<Self, Refused> {
        let place = match path {
            ["v1", rest @ ..] => path::place(rest),
            _ => None,
        };
        let place = place.ok_or(Refused::NoSuchAddress)?;
        let verb = match verb {
            "GET" | "HEAD" => Some(Verb::Get),
            "POST" => Some(Verb::Post),
            "PATCH" => Some(Verb::Patch),
            "PUT" => Some(Verb::Put),
            "DELETE" => Some(Verb::Delete),
            _ => None,
        };
        match verb.filter(|verb| place.verbs().contains(verb)) {
            Some(verb) => Ok(Self { place, verb }),
            None => Err(wrong_verb(place)),
        }
    }

    /// The refusal of a verb that nothing is done by here.
    pub fn wrong_verb(&self) -> Refused {
        wrong_verb(self.place)
    }

    /// What is done here, as the reports name it: what varies is in braces.
    pub fn operation(&self) -> String {
        let verb = match self.verb {
            Verb::Get => "Get",
            Verb::Post => "Post",
            Verb::Patch => "Patch",
            Verb::Put => "Put",
            Verb::Delete => "Delete",
        };
        format!("{verb} /v{{version}}/{}", self.place.template())
    }
}

fn wrong_verb(place: Place<'_>) -> Refused {
    Refused::WrongVerb(verbs::allow(place.verbs()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find<'a>(verb: &str, path: &'a str) -> Result<Call<'a>, Refused> {
        Call::find(verb, &path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn an_address_is_found_with_the_verbs_it_takes_and_named_without_what_varies() {
        let consent = find("DELETE", "v1/customers/c/applicationconsents/a").unwrap();
        assert_eq!(consent.place, Place::Customer("c", OfCustomer::Consent("a")));
        let template = "Delete /v{version}/customers/{customer_id}/applicationconsents/{application_id}";
        assert_eq!(consent.operation(), template);
        assert_eq!(find("HEAD", "v1/customers").unwrap(), find("GET", "v1/customers").unwrap());
        let lines = find("GET", "v1/invoices/i/lineitems/office/billinglineitems").unwrap();
        assert_eq!(lines.place, Place::InvoiceLines("i"));
        for (verb, path, allowed) in [
            ("DELETE", "v1/customers", "GET, HEAD, POST"),
            ("PUT", "v1/customers/c/users/u", "GET, HEAD, PATCH, DELETE"),
            ("POST", "v1/customers/c/directoryroles/r/usermembers/u", "GET, HEAD, DELETE"),
            ("POST", "v1/invoices", "GET, HEAD"),
            ("BREW", "v1/profiles/mpn", "GET, HEAD"),
        ] {
            assert_eq!(find(verb, path), Err(Refused::WrongVerb(allowed.to_owned())), "{verb} {path}");
        }
    }

    #[test]
    fn addresses_that_mean_nothing_are_not_found() {
        for path in
            ["", "v1", "v2/customers", "v1/customers/c/orders", "v1/profiles", "v1/profiles/x", "v1/invoices/a/b"]
        {
            assert_eq!(find("GET", path), Err(Refused::NoSuchAddress), "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_the_reader_panic(verb in "\\PC{0,6}", path in "v1(/[a-z0-9{}'()-]{0,12}){0,7}") {
            let _ = find(&verb, &path);
        }
    }
}

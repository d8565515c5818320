//! What can be asked of Microsoft Graph, and what does a request ask?
//!
//! `path` lists every address, `place` what is there, `verbs` what may be done with it.

mod path;
mod place;
mod verbs;

use super::error::Refused;
use crate::http::params::shorten;

pub use place::{Depth, Of, OfDelegation, OfPerson, Place, Whom};

/// Which edition of the interface an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// What programs may build on.
    V1,
    /// What may still change.
    Beta,
}

impl Version {
    /// Its part of addresses.
    pub fn segment(self) -> &'static str {
        match self {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        }
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Look; `HEAD` too.
    Get,
    /// Add.
    Post,
    /// Change.
    Patch,
    /// Remove.
    Delete,
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call<'a> {
    /// Which edition.
    pub version: Version,
    /// Where.
    pub place: Place<'a>,
    /// What.
    pub verb: Verb,
}

impl<'a> Call<'a> {
    /// The call behind a verb and a path, which is in lower case.
    pub fn find(verb: &str, path: &[&'a str]) -> Result<Self, Refused> {
        let (version, rest) = match path {
            ["v1.0", rest @ ..] => (Version::V1, rest),
            ["beta", rest @ ..] => (Version::Beta, rest),
            _ => return Err(unknown(path)),
        };
        let place = path::place(version, rest).ok_or_else(|| unknown(rest))?;
        let verb = match verb {
            "GET" | "HEAD" => Some(Verb::Get),
            "POST" => Some(Verb::Post),
            "PATCH" => Some(Verb::Patch),
            "DELETE" => Some(Verb::Delete),
            _ => None,
        };
        match verb.filter(|verb| place.verbs().contains(verb)) {
            Some(verb) => Ok(Self { version, place, verb }),
            None => Err(wrong_verb(place)),
        }
    }

    /// The refusal of a verb that nothing is done by here.
    pub fn wrong_verb(&self) -> Refused {
        wrong_verb(self.place)
    }
}

fn wrong_verb(place: Place<'_>) -> Refused {
    Refused::WrongVerb(verbs::allow(place.verbs()))
}

fn unknown(path: &[&str]) -> Refused {
    let last = path.last().copied().unwrap_or_default();
    Refused::NoSuchAddress(format!("Resource not found for the segment '{}'.", shorten(last)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::methods::kind::MethodType;

    fn find<'a>(verb: &str, path: &'a str) -> Result<Call<'a>, Refused> {
        Call::find(verb, &path.split('/').collect::<Vec<_>>())
    }

    #[test]
    fn an_address_is_found_with_the_verbs_it_takes() {
        let phone = "v1.0/users/a@b.test/authentication/phonemethods";
        let place = Place::Person(Whom::Named("a@b.test"), OfPerson::MethodsOf(MethodType::Phone, None));
        let call = |verb| Ok(Call { version: Version::V1, place, verb });
        assert_eq!((find("GET", phone), find("HEAD", phone)), (call(Verb::Get), call(Verb::Get)));
        assert_eq!(find("POST", phone), call(Verb::Post));
        for (verb, path, allowed) in [
            ("DELETE", phone, "GET, HEAD, POST, OPTIONS"),
            ("POST", "beta/me/authentication/methods", "GET, HEAD, OPTIONS"),
            ("PUT", "v1.0/identity/conditionalaccess/policies/x", "GET, HEAD, PATCH, DELETE, OPTIONS"),
            ("PATCH", "v1.0/me/authentication/fido2methods/x", "GET, HEAD, DELETE, OPTIONS"),
            ("DELETE", "beta/me/authentication/requirements", "GET, HEAD, PATCH, OPTIONS"),
        ] {
            assert_eq!(find(verb, path), Err(Refused::WrongVerb(allowed.to_owned())), "{verb} {path}");
        }
    }

    #[test]
    fn what_only_the_beta_has_is_nowhere_else() {
        for what in ["requirements", "signinpreferences"] {
            assert!(find("GET", &format!("beta/users/a/authentication/{what}")).is_ok());
            let nowhere = find("GET", &format!("v1.0/users/a/authentication/{what}")).unwrap_err();
            assert_eq!(nowhere.message(), format!("Resource not found for the segment '{what}'."));
        }
    }

    #[test]
    fn addresses_that_mean_nothing_are_not_found() {
        for path in [
            "",
            "v2.0/me/authentication/methods",
            "v1.0",
            "v1.0/me/authentication",
            "v1.0/me/authentication/methods/a/b",
            "v1.0/users/authentication/methods",
            "v1.0/identity/conditionalaccess/policies/a/b",
            "v1.0/policies/x",
        ] {
            assert_eq!(find("GET", path).unwrap_err().status(), 404, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_makes_the_reader_panic(verb in "\\PC{0,6}", path in "(v1.0|beta)(/[a-z0-9@.'()-]{0,12}){0,6}") {
            let _ = find(&verb, &path);
        }
    }
}

//! Does a response say of itself that it answers what was asked, and was sent here? SAML 2.0 core, 3.2.2; bindings,
//! 3.5.5.2.
//!
//! Mostly nobody signed this: it can make a believed assertion worth nothing, and never one worth more.

use super::{NotAsked, not};
use crate::federation::brief;
use crate::federation::xml::Element;
use crate::federation::xml::names::{DS, SAML20, SAMLP};

/// What a response has to say about itself, where it says it.
#[derive(Clone, Copy, Debug)]
pub struct Meant<'m> {
    /// Where it came.
    pub here: &'m str,
    /// The request it has to answer.
    pub request: &'m str,
    /// Who has to answer.
    pub issuer: &'m str,
}

/// The first thing that is wrong with it, if anything is.
pub fn check(response: &Element<'_>, meant: &Meant<'_>) -> Result<(), NotAsked> {
    if !response.is(SAMLP, "Response") || response.value("Version") != Some("2.0") {
        return Err(not("it is no Response of SAML 2.0"));
    }
    let issuer = response.only(SAML20, "Issuer").and_then(Element::content);
    same("Issuer", issuer, meant.issuer)?;
    // An answer to a request has to say to which, beside the assertion in it too (core, 3.2.2), and every provider that
    // is known does.
    if response.value("InResponseTo").is_none() {
        return Err(not("the response does not say which request it answers: its InResponseTo is missing"));
    }
    same("InResponseTo", response.value("InResponseTo"), meant.request)?;
    same("Destination", response.value("Destination"), meant.here)?;
    let is_signed = response.all(DS, "Signature").next().is_some();
    if is_signed && response.value("Destination").is_none() {
        return Err(not("a response that is signed has to say where it is sent: its Destination is missing"));
    }
    Ok(())
}

fn same(name: &str, found: Option<&str>, expected: &str) -> Result<(), NotAsked> {
    match found {
        Some(other) if other != expected => {
            Err(not(format!("the {name} of the response is '{}' and not '{}'", brief(other), brief(expected))))
        }
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::xml::read;

    #[test]
    fn what_a_response_says_of_itself_has_to_fit_what_was_asked() {
        let meant = Meant { here: "https://sp.test/login.srf", request: "_r1", issuer: "urn:idp" };
        let (here, ours) = (r#"Destination="https://sp.test/login.srf""#, r#"InResponseTo="_r1""#);
        let signature = r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#;
        // The version, the attributes, who sends it and what else is in it; what is wrong, if anything is.
        let table = [
            ("2.0", format!("{here} {ours}"), "urn:idp", "", None),
            ("2.0", format!("{here} {ours}"), "urn:idp", signature, None),
            ("2.0", ours.to_owned(), "urn:idp", "", None),
            ("2.0", String::new(), "urn:idp", "", Some("its InResponseTo is missing")),
            ("2.0", here.to_owned(), "urn:idp", signature, Some("its InResponseTo is missing")),
            ("2.0", ours.to_owned(), "urn:idp", signature, Some("Destination is missing")),
            ("2.0", format!(r#"Destination="http://evil.test/" {ours}"#), "urn:idp", "", Some("the Destination")),
            ("2.0", format!(r#"Destination="" {ours}"#), "urn:idp", "", Some("the Destination")),
            ("2.0", r#"InResponseTo="_zz""#.to_owned(), "urn:idp", "", Some("the InResponseTo")),
            ("2.0", String::new(), "urn:other", "", Some("the Issuer")),
            ("1.1", String::new(), "urn:idp", "", Some("no Response of SAML 2.0")),
        ];
        for (version, attributes, issuer, inside, wrong) in table {
            let text = format!(
                r#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" Version="{version}" {attributes}><a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">{issuer}</a:Issuer>{inside}</p:Response>"#
            );
            let found = check(&read(&text).unwrap(), &meant).err().map(|error| error.to_string());
            let fits = match (&found, wrong) {
                (Some(found), Some(wrong)) => found.contains(wrong),
                (None, None) => true,
                _ => false,
            };
            assert!(fits, "{text}: {found:?}");
            let elsewhere = text.replace("SAML:2.0:protocol", "SAML:2.0:protocol2");
            assert!(check(&read(&elsewhere).unwrap(), &meant).is_err(), "{elsewhere}");
        }
    }
}

use super::*;
use crate::federation::assertion::Attribute;
use crate::federation::fixtures::assertion;

fn with(version: Version, context: &str, methods: &[&str]) -> Assertion {
    let mut said = assertion(version);
    said.authentication.context = context.to_owned();
    said.methods = methods.iter().map(|method| (*method).to_owned()).collect();
    said
}

#[test]
fn where_the_proof_stands_decides_whether_it_is_one() {
    let (old, new) = (Version::Saml11, Version::Saml20);
    let (password, multiple, windows) = (claims::PASSWORD, claims::MULTIPLE, claims::WINDOWS_OR_MULTIPLE);
    let table = [
        (old, multiple, vec![], true),
        (old, windows, vec![], true),
        (old, password, vec![password, multiple], true),
        (old, password, vec![windows], true),
        (old, password, vec![password], false),
        (old, password, vec![], false),
        (old, password, vec!["multipleauthn"], false),
        (old, password, vec!["http://schemas.microsoft.com/claims/MultipleAuthn"], false),
        (new, multiple, vec![], true),
        (new, multiple, vec![multiple], true),
        (new, windows, vec![], false),
        (new, claims::PASSWORD_20, vec![multiple], false),
        (new, claims::PASSWORD_20, vec![windows], false),
        (new, claims::PASSWORD_20, vec![], false),
    ];
    for (version, context, methods, expected) in table {
        let said = with(version, context, &methods);
        let proof = of_mfa(&said);
        assert_eq!(proof.holds(), expected, "{version:?} {context} {methods:?}: {proof:?}");
        assert_eq!(proof.because().rule, "R-13");
    }
}

#[test]
fn the_attribute_may_have_the_name_that_the_documentation_gives_it() {
    let mut said = with(Version::Saml11, claims::PASSWORD_11, &[]);
    said.attributes =
        vec![Attribute { name: claims::METHOD.into(), values: vec![claims::PASSWORD.into(), claims::MULTIPLE.into()] }];
    assert_eq!(of_mfa(&said), Proof::Attribute { name: claims::METHOD, value: claims::MULTIPLE });
}

#[test]
fn each_reason_says_what_was_found_and_where_it_should_be() {
    let reason = |version, context, methods: &[&str]| of_mfa(&with(version, context, methods)).because().text;
    let (old, new) = (Version::Saml11, Version::Saml20);
    assert_eq!(
        reason(old, claims::MULTIPLE, &[]),
        "the assertion says that the person signed in by http://schemas.microsoft.com/claims/multipleauthn: MFA is \
         proven"
    );
    assert_eq!(
        reason(old, claims::PASSWORD_11, &[claims::MULTIPLE]),
        "the assertion's attribute http://schemas.microsoft.com/claims/authnmethodsreferences holds \
         http://schemas.microsoft.com/claims/multipleauthn: MFA is proven"
    );
    assert_eq!(
        reason(new, claims::PASSWORD_20, &[claims::MULTIPLE]),
        "the assertion's attribute http://schemas.microsoft.com/claims/authnmethodsreferences holds \
         http://schemas.microsoft.com/claims/multipleauthn, but in SAML 2.0 the attribute alone is not proof: the \
         AuthnContextClassRef has to be http://schemas.microsoft.com/claims/multipleauthn, and it is \
         urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    );
    assert_eq!(
        reason(old, claims::PASSWORD_11, &["mfa", "pwd"]),
        "the assertion does not prove MFA with http://schemas.microsoft.com/claims/multipleauthn: neither the \
         AuthenticationMethod nor the attribute has it; the person signed in by \
         urn:oasis:names:tc:SAML:1.0:am:password, and the attribute \
         http://schemas.microsoft.com/claims/authnmethodsreferences holds mfa, pwd"
    );
    assert_eq!(
        reason(new, claims::PASSWORD_20, &[]),
        "the assertion does not prove MFA with http://schemas.microsoft.com/claims/multipleauthn: the \
         AuthnContextClassRef has to be it; the person signed in by \
         urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport, and the attribute \
         http://schemas.microsoft.com/claims/authnmethodsreferences is missing"
    );
}

//! Is one signature of the accepted shape? XML Signature 1.1, section 4, as SAML 2.0 core section 5.4 narrows it: one
//! reference, to the id of the element around it; enveloped, exclusive canonicalisation, nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::federation::xml::algorithm;
use crate::federation::xml::element::Element;
use crate::federation::xml::kind::Kind;
use crate::federation::xml::names::{DS, ENVELOPED, EXCLUSIVE, EXCLUSIVE_C14N};
use crate::federation::xml::signature_error::SignatureError;
use crate::keys::Hash;

/// A signature of the accepted shape, taken apart. Whose it is, and whether it holds, is not known yet.
#[derive(Debug)]
pub struct Form<'d> {
    /// What it claims to sign: the element it stands in.
    pub signed: &'d Element<'d>,
    /// The signature.
    pub signature: &'d Element<'d>,
    /// What the key signed.
    pub signed_info: &'d Element<'d>,
    /// The inclusive prefixes of `signed_info`.
    pub info_prefixes: Vec<&'d str>,
    /// The inclusive prefixes of `signed`.
    pub content_prefixes: Vec<&'d str>,
    /// The hash that was signed.
    pub signature_hash: Hash,
    /// The hash of the content.
    pub digest_hash: Hash,
    /// The content's digest.
    pub digest: Vec<u8>,
    /// The signature's bytes.
    pub value: Vec<u8>,
}

/// Nobody has more namespaces than this to include.
const MOST_PREFIXES: usize = 16;

impl<'d> Form<'d> {
    pub(super) fn read(signed: &'d Element<'d>, signature: &'d Element<'d>) -> Result<Self, SignatureError> {
        let id = Kind::of(signed).and_then(|kind| signed.value(kind.id())).ok_or(SignatureError::Misplaced)?;
        let [signed_info, value] = parts(signature)?;
        let [canonicalization, method, reference] =
            children(signed_info, ["CanonicalizationMethod", "SignatureMethod", "Reference"])?;
        check_uri(reference, id)?;
        let [transforms, digest_method, digest] = children(reference, ["Transforms", "DigestMethod", "DigestValue"])?;
        let [enveloped, exclusive] = children(transforms, ["Transform", "Transform"])?;
        expect(enveloped, ENVELOPED)?;
        Ok(Self {
            signed,
            signature,
            signed_info,
            info_prefixes: prefixes(canonicalization)?,
            content_prefixes: prefixes(exclusive)?,
            signature_hash: algorithm::signature(plain(method)?)?,
            digest_hash: algorithm::digest(plain(digest_method)?)?,
            digest: bytes(digest)?,
            value: bytes(value)?,
        })
    }
}

/// The elements of a signature. Whatever `KeyInfo` says is not believed; an `Object` is where forgers put things.
fn parts<'d>(signature: &'d Element<'d>) -> Result<[&'d Element<'d>; 2], SignatureError> {
    let mut found: Vec<_> = signature.elements().take(4).collect();
    if found.len() == 3 && found[2].is(DS, "KeyInfo") {
        found.pop();
    }
    exactly(found, ["SignedInfo", "SignatureValue"])
        .ok_or(SignatureError::Shape("Signature has other parts than SignedInfo, SignatureValue and KeyInfo"))
}

/// The elements of an element, which must be these.
fn children<'d, const N: usize>(
    element: &'d Element<'d>,
    expected: [&str; N],
) -> Result<[&'d Element<'d>; N], SignatureError> {
    exactly(element.elements().take(N + 1).collect(), expected)
        .ok_or(SignatureError::Shape("SignedInfo has other parts than one reference needs"))
}

fn exactly<'d, const N: usize>(found: Vec<&'d Element<'d>>, expected: [&str; N]) -> Option<[&'d Element<'d>; N]> {
    let found = <[_; N]>::try_from(found).ok()?;
    found.iter().zip(expected).all(|(element, name)| element.is(DS, name)).then_some(found)
}

fn check_uri(reference: &Element<'_>, id: &str) -> Result<(), SignatureError> {
    let uri = reference.value("URI").unwrap_or_default();
    if !id.is_empty() && uri.strip_prefix('#') == Some(id) {
        Ok(())
    } else {
        Err(SignatureError::Reference(uri.to_owned()))
    }
}

fn algorithm_of<'d>(element: &'d Element<'d>) -> &'d str {
    element.value("Algorithm").unwrap_or_default()
}

/// The algorithm of an element that must have no parameters.
fn plain<'d>(element: &'d Element<'d>) -> Result<&'d str, SignatureError> {
    if element.elements().next().is_some() {
        return Err(SignatureError::Shape("an algorithm has parameters"));
    }
    Ok(algorithm_of(element))
}

fn expect(element: &Element<'_>, algorithm: &str) -> Result<(), SignatureError> {
    match plain(element)? {
        found if found == algorithm => Ok(()),
        other => Err(SignatureError::Algorithm(other.to_owned())),
    }
}

/// The inclusive prefixes of an element that must ask for exclusive canonicalisation.
fn prefixes<'d>(element: &'d Element<'d>) -> Result<Vec<&'d str>, SignatureError> {
    let algorithm = algorithm_of(element);
    if algorithm != EXCLUSIVE_C14N {
        return Err(SignatureError::Algorithm(algorithm.to_owned()));
    }
    let parameters: Vec<_> = element.elements().collect();
    let list = match parameters.as_slice() {
        [] => "",
        [one] if one.is(EXCLUSIVE, "InclusiveNamespaces") => one.value("PrefixList").unwrap_or_default(),
        _ => return Err(SignatureError::Shape("an algorithm has parameters of another one")),
    };
    let prefixes: Vec<_> =
        list.split_ascii_whitespace().map(|prefix| if prefix == "#default" { "" } else { prefix }).collect();
    if prefixes.len() > MOST_PREFIXES {
        return Err(SignatureError::Shape("it includes too many namespaces"));
    }
    Ok(prefixes)
}

fn bytes(element: &Element<'_>) -> Result<Vec<u8>, SignatureError> {
    let text = element.content().unwrap_or_default();
    let packed: String = text.split_ascii_whitespace().collect();
    STANDARD.decode(packed).map_err(|_| SignatureError::Shape("a value is not base64"))
}

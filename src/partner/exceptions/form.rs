//! What does the form of a support request ask for, and what is wrong with one that was filled in?
//!
//! The choices are those that lead to "MFA - Request for exception" in Partner Center's support pages.

use super::{Filing, LONGEST};
use crate::directory::exception::{Evidence, Integration, Reason};
use crate::http::multipart::Part;
use crate::id::Upn;

/// The program a request is about: only this one leads on.
pub const PROGRAM: (&str, &str) = ("csp", "CSP");
/// The topic.
pub const TOPIC: (&str, &str) = ("accounts", "Accounts, onboarding, access");
/// The kind of problem.
pub const PROBLEM: (&str, &str) = ("mfa_exception", "MFA - Request for exception");
/// The documents that have to be attached: the field, and what it holds.
pub const DOCUMENTS: [(&str, &str); 3] = [
    ("configuration", "The MFA configuration of your product"),
    ("test_result", "The result of the requirements test"),
    ("purchase_order", "The purchase order of your product"),
];
/// The largest document. Differs: the real page takes larger ones; here a whole request has a quarter of a megabyte.
pub const LARGEST: usize = 64 * 1024;
/// The kinds of document, by the end of their names.
pub const KINDS: [&str; 7] = ["pdf", "png", "jpg", "jpeg", "docx", "txt", "csv"];

/// A mistake in a form, by its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field.
    pub field: &'static str,
    /// The sentence beside it.
    pub text: String,
}

/// What was typed, to be shown again when something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The product.
    pub product: String,
    /// The integration, by its word.
    pub integration: String,
    /// The reason, by its word.
    pub reason: String,
}

impl Typed {
    /// What a form's fields say.
    pub fn read(parts: &[Part<'_>]) -> Self {
        let field = |name: &str| field(parts, name).unwrap_or_default();
        Self { product: field("product"), integration: field("integration"), reason: field("reason") }
    }
}

/// The request that a form makes, or everything that is wrong with it.
pub fn filing(parts: &[Part<'_>], tenant: &str, filed_by: &Upn) -> Result<Filing, Vec<Mistake>> {
    let mut mistakes = Vec::new();
    for (name, (word, title)) in [("program", PROGRAM), ("topic", TOPIC), ("problem", PROBLEM)] {
        if field(parts, name).as_deref() != Some(word) {
            mistakes.push(Mistake {
                field: name,
                text: format!("Choose \u{201c}{title}\u{201d}: only that is answered here."),
            });
        }
    }
    let typed = Typed::read(parts);
    let product = typed.product.trim();
    if product.is_empty() || product.len() > LONGEST {
        mistakes.push(Mistake { field: "product", text: "Name the product.".to_owned() });
    }
    let integration = Integration::ALL.into_iter().find(|one| one.word() == typed.integration);
    if integration.is_none() {
        mistakes.push(Mistake {
            field: "integration",
            text: "Choose how the product is joined to your tenant.".to_owned(),
        });
    }
    let reason = Reason::ALL.into_iter().find(|one| one.word() == typed.reason);
    if reason.is_none() {
        mistakes.push(Mistake { field: "reason", text: "Choose why you ask.".to_owned() });
    }
    let [configuration, test_result, purchase_order] = DOCUMENTS.map(|(name, _)| match document(parts, name) {
        Ok(file) => file,
        Err(text) => {
            mistakes.push(Mistake { field: name, text });
            String::new()
        }
    });
    match (integration, reason, mistakes.is_empty()) {
        (Some(integration), Some(reason), true) => Ok(Filing {
            tenant: tenant.to_owned(),
            product: product.to_owned(),
            integration,
            reason,
            evidence: Evidence { configuration, test_result, purchase_order },
            filed_by: Some(filed_by.clone()),
        }),
        (Some(_) | None, Some(_) | None, _) => Err(mistakes),
    }
}

fn field(parts: &[Part<'_>], name: &str) -> Option<String> {
    let part = parts.iter().find(|part| part.name == name && part.file_name.is_none())?;
    std::str::from_utf8(part.content).ok().map(|text| text.chars().filter(|c| !c.is_control()).collect())
}

/// The name of an attached document, if it is one: its kind shows in its name and in its first bytes.
fn document(parts: &[Part<'_>], name: &str) -> Result<String, String> {
    let part = parts.iter().find(|part| part.name == name);
    let attached = part.and_then(|part| Some((part.file_name.as_deref()?, part.content)));
    let Some((file, content)) = attached.filter(|(file, content)| !file.is_empty() && !content.is_empty()) else {
        return Err("Attach this document.".to_owned());
    };
    if content.len() > LARGEST {
        return Err(format!("This document is too large: {} KiB at most.", LARGEST / 1024));
    }
    let kind = file.rsplit_once('.').map(|(_, kind)| kind.to_ascii_lowercase()).unwrap_or_default();
    if file.len() > LONGEST || !is_of_kind(&kind, content) {
        return Err(format!("This is no document that can be read: {}.", KINDS.join(", ")));
    }
    Ok(file.to_owned())
}

fn is_of_kind(kind: &str, content: &[u8]) -> bool {
    match kind {
        "pdf" => content.starts_with(b"%PDF-"),
        "png" => content.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => content.starts_with(b"\xff\xd8\xff"),
        "docx" => content.starts_with(b"PK\x03\x04"),
        "txt" | "csv" => std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Part<'static>> {
        let field =
            |name: &str, value: &'static str| Part { name: name.into(), file_name: None, content: value.as_bytes() };
        let file = |name: &str, file: &str, content: &'static [u8]| Part {
            name: name.into(),
            file_name: Some(file.into()),
            content,
        };
        vec![
            field("program", "csp"),
            field("topic", "accounts"),
            field("problem", "mfa_exception"),
            field("product", " Wingtip Sentry "),
            field("integration", "federation"),
            field("reason", "third_party_mfa"),
            file("configuration", "mfa.PDF", b"%PDF-1.7"),
            file("test_result", "test.txt", "fail: pas de mfa \u{e9}".as_bytes()),
            file("purchase_order", "order.png", b"\x89PNG\r\n\x1a\n..."),
        ]
    }

    fn filed(parts: &[Part<'_>]) -> Result<Filing, Vec<&'static str>> {
        let filing = filing(parts, "wingtip", &Upn::new("trent@wingtip.test"));
        filing.map_err(|mistakes| mistakes.iter().map(|mistake| mistake.field).collect())
    }

    #[test]
    fn r_70_a_form_that_is_filled_in_is_a_request() {
        let filing = filed(&fields()).unwrap();
        assert_eq!((filing.product.as_str(), filing.reason), ("Wingtip Sentry", Reason::ThirdPartyMfa));
        assert_eq!(filing.evidence.configuration, "mfa.PDF");
        assert_eq!(filing.filed_by, Some(Upn::new("trent@wingtip.test")));
    }

    #[test]
    fn r_70_every_mistake_is_told_beside_its_field() {
        let all = [
            "program",
            "topic",
            "problem",
            "product",
            "integration",
            "reason",
            "configuration",
            "test_result",
            "purchase_order",
        ];
        assert_eq!(filed(&[]), Err(all.to_vec()));
        let large = vec![b'a'; LARGEST + 1];
        for (name, file, content) in [
            ("configuration", "mfa.pdf", &b"MZ\x90"[..]),
            ("configuration", "mfa.exe", b"%PDF-1.7"),
            ("configuration", "pdf", b"%PDF-1.7"),
            ("test_result", "test.txt", b"\xff\xfe"),
            ("test_result", "test.txt", b"a\0b"),
            ("test_result", "", b""),
            ("test_result", "test.txt", &large),
            ("purchase_order", "order.jpg", b"\x89PNG\r\n\x1a\n"),
            ("purchase_order", "order.docx", b""),
        ] {
            let mut parts = fields();
            parts.retain(|part| part.name != name);
            parts.push(Part { name: name.into(), file_name: Some(file.into()), content });
            assert_eq!(filed(&parts), Err(vec![name]), "{file}");
        }
        let mut parts = fields();
        parts[5].content = b"bored";
        parts[2].content = b"other";
        assert_eq!(filed(&parts), Err(vec!["problem", "reason"]));
    }
}

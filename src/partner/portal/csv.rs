//! How is the security status written for spreadsheets (RFC 4180)?
//!
//! A cell that begins like a formula would be run by the program that opens it, so such a cell begins with an apostrophe,
//! as OWASP's advice on CSV injection has it.

use std::borrow::Cow;

use super::security::{Row, Status};

/// Its first line.
const HEAD: &str = "upn,mfa_enforced,portal_requests,portal_with_mfa,api_requests,api_with_mfa";

/// All of it.
pub fn write(status: &Status) -> String {
    let mut text = format!("{HEAD}\r\n");
    for row in &status.rows {
        let Row { upn, mfa_enforced, portal_requests, portal_with_mfa, api_requests, api_with_mfa } = row;
        let upn = cell(upn.as_str());
        text.push_str(&format!(
            "{upn},{mfa_enforced},{portal_requests},{portal_with_mfa},{api_requests},{api_with_mfa}\r\n"
        ));
    }
    text
}

fn cell(text: &str) -> Cow<'_, str> {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    };
    match text.contains([',', '"', '\r', '\n']) {
        true => Cow::Owned(format!("\"{}\"", text.replace('"', "\"\""))),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_ends_its_row() {
        let table = [
            ("jane@contoso.test", "jane@contoso.test"),
            ("=cmd()@x.test", "'=cmd()@x.test"),
            ("+1@x.test", "'+1@x.test"),
            ("-1@x.test", "'-1@x.test"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("a,b", "\"a,b\""),
            ("=a\"b\r\n", "\"'=a\"\"b\r\n\""),
        ];
        for (text, expected) in table {
            assert_eq!(cell(text), expected);
        }
    }
}

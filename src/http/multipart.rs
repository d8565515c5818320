//! A form with files in it (RFC 7578): its fields and documents, as browsers send them.

/// More parts than any form here has.
const MOST: usize = 30;
/// The longest head of a part.
const HEAD: usize = 4 * 1024;

/// A field, or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'b> {
    /// The field's name.
    pub name: String,
    /// The document's name, without the folders it came from; nothing for an ordinary field.
    pub file_name: Option<String>,
    /// What it holds.
    pub content: &'b [u8],
}

/// Why a form cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadForm {
    /// It does not say where its parts begin and end, or does not keep to it.
    Boundary,
    /// A part does not say what it is.
    Head,
    /// It has too many parts, or one of them twice.
    Parts,
}

impl BadForm {
    /// The sentence for whoever sent it.
    pub fn text(self) -> &'static str {
        match self {
            BadForm::Boundary => "The form is no multipart form, or breaks off.",
            BadForm::Head => "A part of the form does not say which field it is.",
            BadForm::Parts => "The form has too many parts, or a field twice.",
        }
    }
}

/// The parts of a form, in the order they came.
pub fn parse<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Part<'b>>, BadForm> {
    let boundary = boundary(content_type).ok_or(BadForm::Boundary)?;
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(opening.as_bytes()).ok_or(BadForm::Boundary)?;
    let mut parts: Vec<Part<'b>> = Vec::new();
    while !rest.starts_with(b"--") {
        let after = rest.strip_prefix(b"\r\n").ok_or(BadForm::Boundary)?;
        let (part, left) = split(after, delimiter.as_bytes()).ok_or(BadForm::Boundary)?;
        let part = read(part).ok_or(BadForm::Head)?;
        if parts.len() == MOST || parts.iter().any(|known| known.name == part.name) {
            return Err(BadForm::Parts);
        }
        parts.push(part);
        rest = left;
    }
    Ok(parts)
}

/// The boundary that a `Content-Type` names (RFC 2046, 5.1.1).
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let value = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then_some(value.trim())
    })?;
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let sane = |b: u8| b.is_ascii_graphic() || b == b' ';
    ((1..=70).contains(&value.len()) && value.bytes().all(sane)).then_some(value)
}

fn split<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

fn read(part: &[u8]) -> Option<Part<'_>> {
    let (head, content) = split(part, b"\r\n\r\n").filter(|(head, _)| head.len() <= HEAD)?;
    let head = std::str::from_utf8(head).ok()?;
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim().eq_ignore_ascii_case("content-disposition").then_some(value.trim())
    })?;
    let parameters = disposition.strip_prefix("form-data")?;
    let name = parameter(parameters, "name").filter(|name| !name.is_empty())?;
    let file_name = parameter(parameters, "filename").map(|name| bare(&name));
    Some(Part { name, file_name, content })
}

/// A quoted parameter. Browsers write the characters that would end it in percent (HTML, "multipart form data").
fn parameter(parameters: &str, wanted: &str) -> Option<String> {
    let mut rest = parameters;
    loop {
        let (_, after) = rest.split_once(';')?;
        let (name, value) = after.split_once("=\"")?;
        let (value, left) = value.split_once('"')?;
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value.replace("%22", "\"").replace("%0D", "").replace("%0A", ""));
        }
        rest = left;
    }
}

/// A document's name without its folders, whichever way they lean, and without what no name shows.
fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";

    fn form(parts: &[&str]) -> Vec<u8> {
        let parts: String = parts.iter().map(|part| format!("------x\r\n{part}\r\n")).collect();
        format!("{parts}------x--\r\n").into_bytes()
    }

    #[test]
    fn fields_and_documents_are_read_as_browsers_send_them() {
        let body = form(&[
            "Content-Disposition: form-data; name=\"product\"\r\n\r\nWingtip Sentry",
            "Content-Disposition: form-data; name=\"file\"; filename=\"C:\\plans\\a %22b%22.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-\r\n--x\r\n",
            "content-disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n",
        ]);
        let parts = parse(KIND, &body).unwrap();
        assert_eq!(parts[0], Part { name: "product".into(), file_name: None, content: b"Wingtip Sentry" });
        assert_eq!(parts[1].file_name.as_deref(), Some("a \"b\".pdf"));
        assert_eq!(parts[1].content, b"%PDF-\r\n--x\r\n");
        assert_eq!((parts[2].file_name.as_deref(), parts[2].content), (Some(""), &b""[..]));
        assert_eq!(parse("multipart/form-data; charset=utf-8; Boundary=\"----x\"", &body).unwrap(), parts);
        assert_eq!(parse(KIND, b"------x--"), Ok(vec![]));
    }

    #[test]
    fn what_breaks_off_or_says_too_little_or_too_much_is_refused() {
        let field = "Content-Disposition: form-data; name=\"a\"\r\n\r\n1";
        let whole = form(&[field]);
        for kind in ["", "multipart/form-data", "text/plain; boundary=----x", "multipart/form-data; boundary="] {
            assert_eq!(parse(kind, &whole), Err(BadForm::Boundary), "{kind}");
        }
        for cut in 0..whole.len() - 4 {
            assert!(parse(KIND, &whole[..cut]).is_err(), "{cut}");
        }
        for head in ["X: y\r\n\r\n1", "Content-Disposition: form-data\r\n\r\n1", "nothing", "\r\n\r\n1"] {
            assert_eq!(parse(KIND, &form(&[head])), Err(BadForm::Head), "{head}");
        }
        assert_eq!(parse(KIND, &form(&[field, field])), Err(BadForm::Parts));
        let many: Vec<String> =
            (0..31).map(|n| format!("Content-Disposition: form-data; name=\"f{n}\"\r\n\r\n")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(parse(KIND, &form(&many)), Err(BadForm::Parts));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(kind in ".{0,60}", body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parse(&kind, &body);
            let _ = parse(KIND, &body);
            let _ = parse(KIND, &[b"------x\r\n".as_slice(), &body, b"\r\n------x--"].concat());
        }
    }
}

//! What came back: a document, a page, a redirect, a refusal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::parse;

/// An answer.
pub struct Answer {
    /// The address that gave it.
    pub at: Url,
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// Takes apart what a connection gave until it was closed.
    pub fn parse(at: Url, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("an answer, not: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Self { at, status, headers: lines.filter_map(header).collect(), body: body.to_owned() }
    }

    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    /// What a failed story shows of it: the status and the body, of a page without what makes it pretty.
    pub fn gist(&self) -> String {
        let page = self.body.split_once("<div class=\"body\">").and_then(|(_, rest)| rest.split_once("</main>"));
        let body = page.map_or(self.body.as_str(), |(main, _)| main);
        format!("{} {} {body}", self.status, self.header("location"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON, not: {}", self.gist()))
    }

    /// The JSON of an answer that is no refusal.
    pub fn granted(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.gist());
        self.json()
    }

    /// A header; of several with one name the first.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Every header of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where it redirects.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 302, "a redirect, not: {}", self.gist());
        self.header("location")
    }

    /// What goes back to the application: by query, by fragment, or by a form that posts itself.
    pub fn sent(&self) -> Vec<(String, String)> {
        if self.status == 200 && self.has("name=\"hiddenform\"") {
            return self.hidden_fields();
        }
        let url = Url::parse(self.location()).unwrap();
        let carried = url.fragment().or(url.query()).unwrap_or_default();
        parse(carried.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }

    /// One of the parameters that go back to the application.
    pub fn sent_back(&self, name: &str) -> Option<String> {
        self.sent().into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    fn hidden_fields(&self) -> Vec<(String, String)> {
        hidden_fields(&self.body)
    }

    /// Where the form with this mark leads, and its hidden fields.
    pub fn form_of(&self, mark: &str) -> Option<(String, Vec<(String, String)>)> {
        let form = self.body.split("<form").find(|form| form.contains(mark))?;
        let action = form.split_once("action=\"")?.1.split('"').next()?;
        Some((unescaped(action), hidden_fields(form.split("</form>").next()?)))
    }

    /// The code on an error page.
    pub fn error_code(&self) -> String {
        let after = self.body.split("data-testid=\"error-code\">").nth(1);
        let rest = after.unwrap_or_else(|| panic!("an error page, not {}", self.gist()));
        rest.split('<').next().unwrap().to_owned()
    }

    /// It must be this refusal in Entra's envelope. Answers the body.
    pub fn refused(&self, status: u16, error: &str, code: u32) -> Value {
        let body = self.json();
        let told = (self.status, body["error"].as_str().unwrap_or_default(), &body["error_codes"]);
        assert_eq!(told, (status, error, &Value::from(vec![code])), "{body}");
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
        assert_eq!(self.header("cache-control"), "no-store, no-cache");
        body
    }

    /// It must be this refusal as the standards write it.
    pub fn refused_plainly(&self, status: u16, error: &str) -> Value {
        let body = self.json();
        assert_eq!((self.status, body["error"].as_str()), (status, Some(error)), "{body}");
        assert!(!self.has("AADSTS"), "{body}");
        body
    }

    /// It must be an error page with this code, and lead nowhere.
    pub fn on_page(&self, code: u32) {
        self.on_page_as(&format!("AADSTS{code}"));
    }

    /// The same at a provider, which has the standards' words for codes.
    pub fn on_providers_page(&self, error: &str) {
        self.on_page_as(error);
        assert!(!self.has("AADSTS"), "{}", self.gist());
    }

    fn on_page_as(&self, code: &str) {
        assert_eq!((self.status, self.error_code().as_str()), (400, code), "{}", self.gist());
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(self.header("location"), "");
        for fact in ["correlation-id", "request-id", "timestamp"] {
            assert!(self.has(&format!("data-testid=\"{fact}\"")), "{fact}: {}", self.body);
        }
    }

    /// It must tell the application this error.
    pub fn told(&self, error: &str, code: u32) {
        let sent = |name| self.sent_back(name).unwrap_or_default();
        assert_eq!(sent("error"), error, "{}", sent("error_description"));
        let description = sent("error_description");
        assert!(description.starts_with(&format!("AADSTS{code}: ")), "{description}");
        assert!(sent("error_uri").contains(&code.to_string()), "{}", sent("error_uri"));
    }

    /// The value of an attribute of the element that begins after `mark`.
    pub fn attribute_after(&self, mark: &str, name: &str) -> Option<String> {
        let rest = self.body.split_once(mark)?.1;
        let value = rest.split_once(&format!("{name}=\""))?.1.split('"').next()?;
        Some(unescaped(value))
    }
}

fn hidden_fields(html: &str) -> Vec<(String, String)> {
    let inputs = html.split("<input type=\"hidden\" name=\"").skip(1);
    let field = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"").unwrap();
        (unescaped(name), unescaped(rest.split('"').next().unwrap()))
    };
    inputs.map(field).collect()
}

fn unescaped(text: &str) -> String {
    let named = [("&#34;", "\""), ("&#38;", "&"), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&amp;", "&")];
    named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The claims of a token, unproved.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The head of a token.
pub fn head(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, at: usize) -> Value {
    let part = token.split('.').nth(at).unwrap_or_else(|| panic!("a token, not: {token}"));
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

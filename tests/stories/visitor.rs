//! A person with a browser: cookies, pages, forms. Redirects are shown, not followed.

use awc::Client;
use awc::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use serde_json::Value;
use standin::Standin;
use url::Url;

/// A browser of its own, with its own cookies.
pub struct Visitor {
    home: Url,
    client: Client,
    cookies: Vec<Cookie>,
}

struct Cookie {
    name: String,
    value: String,
    path: String,
}

/// What came back.
pub struct Answer {
    pub at: Url,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Visitor {
    pub fn new(standin: &Standin) -> Self {
        let client = Client::builder().disable_redirects().finish();
        Self { home: Url::parse(&standin.http("/")).unwrap(), client, cookies: Vec::new() }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        let url = self.home.join(address).unwrap();
        self.ask(self.client.get(url.as_str()), url, None).await
    }

    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let url = self.home.join(address).unwrap();
        self.ask(self.client.post(url.as_str()), url, Some(fields)).await
    }

    /// Calls with a token, without cookies.
    pub async fn get_as(&self, address: &str, token: &str) -> Answer {
        let url = self.home.join(address).unwrap();
        let request = self.client.get(url.as_str()).insert_header((AUTHORIZATION, format!("Bearer {token}")));
        read(request.send().await.unwrap(), url).await
    }

    /// Changes the world by a merge patch.
    pub async fn patch_world(&self, patch: Value) {
        let url = self.home.join("/_standin/world").unwrap();
        let request = self.client.patch(url.as_str()).insert_header((CONTENT_TYPE, "application/json"));
        let answer = read(request.send_body(patch.to_string()).await.unwrap(), url).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Sends the form of a page, with what was filled in and pressed.
    pub async fn submit(&mut self, page: &Answer, filled_in: &[(&str, &str)]) -> Answer {
        let hidden = page.attribute_after("name=\"flowToken\"", "value").expect("a page with a form");
        let action = page.attribute_after("<form", "action").unwrap();
        let action = page.at.join(&action).unwrap();
        let mut fields = vec![("flowToken", hidden.as_str())];
        fields.extend_from_slice(filled_in);
        self.post(action.as_str(), &fields).await
    }

    /// Gives name and password where a page asks for them.
    pub async fn sign_in(&mut self, mut page: Answer, user: &str, password: &str) -> Answer {
        for _ in 0..5 {
            let own_tile = format!("data-test-id=\"{user}\"");
            page = if page.has("name=\"UserName\"") {
                self.submit(&page, &[("UserName", user), ("Password", password)]).await
            } else if page.has("name=\"loginfmt\"") {
                self.submit(&page, &[("loginfmt", user)]).await
            } else if page.has("name=\"passwd\"") {
                self.submit(&page, &[("passwd", password)]).await
            } else if page.has("id=\"otherTile\"") {
                let action = if page.has(&own_tile) { format!("pick:{user}") } else { "other".to_owned() };
                self.submit(&page, &[("action", &action)]).await
            } else {
                return page;
            };
        }
        page
    }

    async fn ask(&mut self, request: awc::ClientRequest, url: Url, fields: Option<&[(&str, &str)]>) -> Answer {
        let mut fitting: Vec<&Cookie> =
            self.cookies.iter().filter(|cookie| url.path().starts_with(&cookie.path)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let line: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        let request = if line.is_empty() { request } else { request.insert_header((COOKIE, line.join("; "))) };
        let sent = match fields {
            Some(fields) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                request.insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded")).send_body(body).await
            }
            None => request.send().await,
        };
        let answer = read(sent.unwrap(), url).await;
        for line in answer.headers.get_all(SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        answer
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let path = attributes.split("Path=").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or("/");
        self.cookies.retain(|known| known.name != name || known.path != path);
        if !attributes.contains("Max-Age=0") {
            self.cookies.push(Cookie { name: name.into(), value: value.into(), path: path.into() });
        }
    }
}

async fn read(
    mut response: awc::ClientResponse<
        impl futures_util::Stream<Item = Result<actix_web::web::Bytes, awc::error::PayloadError>> + Unpin,
    >,
    at: Url,
) -> Answer {
    let body = response.body().await.unwrap();
    Answer {
        at,
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

impl Answer {
    pub fn has(&self, text: &str) -> bool {
        self.body.contains(text)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON, not: {}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it redirects.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, 302, "a redirect, not: {}", self.body);
        self.headers.get(LOCATION).unwrap().to_str().unwrap()
    }

    /// A parameter of the address it redirects to.
    pub fn sent_back(&self, name: &str) -> Option<String> {
        let url = Url::parse(self.location()).unwrap();
        url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }

    /// The code on an error page.
    pub fn error_code(&self) -> String {
        let rest = self
            .body
            .split("data-testid=\"error-code\">")
            .nth(1)
            .unwrap_or_else(|| panic!("an error page: {}", self.body));
        rest.split('<').next().unwrap().to_owned()
    }

    fn attribute_after(&self, mark: &str, name: &str) -> Option<String> {
        let rest = self.body.split_once(mark)?.1;
        let value = rest.split_once(&format!("{name}=\""))?.1.split('"').next()?;
        Some(value.replace("&amp;", "&").replace("&#38;", "&"))
    }
}

/// The claims of a token, unproved.
pub fn claims(token: &str) -> Value {
    use base64::Engine as _;
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

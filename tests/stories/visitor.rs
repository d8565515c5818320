//! A person with a browser: cookies, pages, forms. Redirects are shown, not followed.

use std::net::SocketAddr;

use serde_json::Value;
use standin::Standin;
use url::Url;

pub use crate::answer::{Answer, claims};
use crate::client::{self, Call, Fields};

/// A browser of its own, with its own cookies.
pub struct Visitor {
    to: SocketAddr,
    home: Url,
    cookies: Vec<Cookie>,
}

/// What the browser remembers.
#[derive(Clone)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub path: String,
    /// Everything behind the value.
    pub attributes: String,
}

impl Visitor {
    pub fn new(standin: &Standin) -> Self {
        Self { to: standin.http_addresses()[0], home: Url::parse(&standin.http("/")).unwrap(), cookies: Vec::new() }
    }

    pub async fn get(&mut self, address: &str) -> Answer {
        self.send("GET", address, None).await
    }

    pub async fn post(&mut self, address: &str, fields: Fields<'_>) -> Answer {
        self.send("POST", address, Some(fields)).await
    }

    /// Sends fields, whose file name is empty, and documents.
    pub async fn upload(&mut self, address: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, file, content) in parts {
            let file = if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"") };
            body.extend(format!("--xXx\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--xXx--\r\n");
        let call = self.call("POST", address).await.body("multipart/form-data; boundary=xXx", body);
        self.sent(call)
    }

    /// Calls with a token, without cookies.
    pub async fn get_as(&self, address: &str, token: &str) -> Answer {
        let url = self.home.join(address).unwrap();
        Call::to(self.to, "GET", &path_of(&url)).header("Authorization", &format!("Bearer {token}")).send()
    }

    /// Changes the world by a merge patch.
    pub async fn patch_world(&self, patch: Value) {
        client::patch(self.to, patch);
    }

    /// Sends the form of a page, with what was filled in and pressed.
    pub async fn submit(&mut self, page: &Answer, filled_in: Fields<'_>) -> Answer {
        let hidden = page.attribute_after("name=\"flowToken\"", "value");
        let hidden = hidden.unwrap_or_else(|| panic!("a page with a form, not {}", page.gist()));
        let action = page.attribute_after("<form", "action").unwrap();
        let action = page.at.join(&action).unwrap();
        let question = page.attribute_after("name=\"question\"", "value");
        let mut fields = vec![("flowToken", hidden.as_str())];
        fields.extend(question.as_deref().map(|question| ("question", question)));
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

    /// Agrees, if the page asks for consent.
    pub async fn agree(&mut self, page: Answer) -> Answer {
        match page.has("class=\"permissions\"") {
            true => self.submit(&page, &[]).await,
            false => page,
        }
    }

    /// What the browser remembers under this name.
    pub fn cookie(&self, name: &str) -> Option<&Cookie> {
        self.cookies.iter().find(|cookie| cookie.name == name)
    }

    /// Closes the browser and opens it again: what was to be kept for the session only is gone.
    pub fn restart(&mut self) {
        self.cookies.retain(|cookie| cookie.attributes.contains("Max-Age="));
    }

    /// Plants a cookie.
    pub fn remember(&mut self, cookie: Cookie) {
        self.cookies.push(cookie);
    }

    async fn send(&mut self, verb: &str, address: &str, fields: Option<Fields<'_>>) -> Answer {
        let call = self.call(verb, address).await;
        self.sent(match fields {
            Some(fields) => call.form(fields),
            None => call,
        })
    }

    /// A request with the cookies that fit its address.
    async fn call(&self, verb: &str, address: &str) -> Call {
        // The server's own threads begin when its task has run once.
        tokio::task::yield_now().await;
        let url = self.home.join(address).unwrap();
        let mut call = Call::to(self.to, verb, &path_of(&url));
        let mut fitting: Vec<&Cookie> = self.cookies.iter().filter(|cookie| cookie.fits(url.path())).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let line: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        if !line.is_empty() {
            call = call.header("Cookie", &line.join("; "));
        }
        call
    }

    fn sent(&mut self, call: Call) -> Answer {
        let answer = call.send();
        for line in answer.all("set-cookie") {
            self.keep(line);
        }
        answer
    }

    fn keep(&mut self, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let path = attributes.split("Path=").nth(1).and_then(|rest| rest.split(';').next()).unwrap_or("/");
        self.cookies.retain(|known| known.name != name || known.path != path);
        if !attributes.contains("Max-Age=0") {
            let [name, value, path, attributes] = [name, value, path, attributes].map(str::to_owned);
            self.cookies.push(Cookie { name, value, path, attributes });
        }
    }
}

impl Cookie {
    /// RFC 6265, 5.1.4.
    fn fits(&self, path: &str) -> bool {
        let rest = path.strip_prefix(&self.path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'))
    }
}

fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

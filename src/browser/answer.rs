//! What does the server answer: a redirect or a page? The one place where the browser asks it.

use actix_web::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use awc::http::Method;
use url::{Position, Url};

use super::ended::SignInError;
use super::home::name_of;
use super::visit::Visit;
use crate::http::ourselves::{ATTENDED, Entrance};

/// The largest page that is read.
const LIMIT: usize = 1024 * 1024;

/// What the server answered.
pub(super) enum Answer {
    Redirect(Url),
    Page(String),
}

impl Visit {
    /// Asks for a page, or posts a form.
    pub async fn ask(&mut self, url: &Url, fields: Option<Vec<(String, String)>>) -> Result<Answer, SignInError> {
        let failed = |error: String| SignInError::Unreachable(format!("{}: {error}", url.path()));
        let method = if fields.is_some() { Method::POST } else { Method::GET };
        let name = name_of(url);
        let entrance = Entrance::new(&self.home.settings, &self.home.doors, name.0).map_err(failed)?;
        let path = &url[Position::BeforePath..Position::AfterQuery];
        let mut request = entrance.request(&self.client, method, path, name).insert_header(("Accept", "text/html"));
        request = request.insert_header((ATTENDED, "yes"));
        if let Some(line) = self.cookies.line(url.path()) {
            request = request.insert_header((COOKIE, line));
        }
        let sent = match fields {
            Some(fields) => {
                let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
                request.insert_header((CONTENT_TYPE, "application/x-www-form-urlencoded")).send_body(body).await
            }
            None => request.send().await,
        };
        let mut response = sent.map_err(|error| failed(error.to_string()))?;
        for cookie in response.headers().get_all(SET_COOKIE).filter_map(|value| value.to_str().ok()) {
            self.cookies.keep(cookie);
        }
        if response.status().is_redirection() {
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
            return url.join(location).map(Answer::Redirect).map_err(|error| failed(error.to_string()));
        }
        let body = response.body().limit(LIMIT).await.map_err(|error| failed(error.to_string()))?;
        Ok(Answer::Page(String::from_utf8_lossy(&body).into_owned()))
    }
}

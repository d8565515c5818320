//! What a page was shown for, kept under its hidden `flowToken`: its form counts once, and only from the browser
//! that got the page.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::http::context::Context;
use crate::http::cookies;
use crate::signin::flow::LIVES;
use crate::signin::routes::Cookies;
use crate::store::{Record, StoreError};

/// What a page is about.
pub trait Subject: Serialize + DeserializeOwned {
    /// What its records are called.
    const KIND: &'static str;
}

/// A page that was shown in a browser.
#[derive(Serialize, Deserialize)]
struct Shown<T> {
    browser: String,
    subject: T,
}

impl<T: Subject> Record for Shown<T> {
    const KIND: &'static str = T::KIND;
}

/// Keeps what a page is about. Answers its flow token, and the cookie that binds it to this browser.
pub async fn keep<T: Subject>(cx: &Context, subject: T) -> Result<(String, Cookies), StoreError> {
    let mut cookies = Cookies::new();
    let browser = match cookies::read(cx.request.headers(), cookies::BROWSER) {
        Some(known) => known.to_owned(),
        None => {
            let fresh = cx.chance().short();
            cookies.push(cx.jar().set(cookies::BROWSER, &fresh, None));
            fresh
        }
    };
    let token = cx.chance().secret();
    cx.store().keep(&token, &Shown { browser, subject }, cx.now, LIVES).await?;
    Ok((token, cookies))
}

/// Takes what the page behind a form's flow token was about, if the page was this browser's.
pub async fn take<T: Subject>(cx: &Context, token: Option<&str>) -> Result<Option<T>, StoreError> {
    let Some(token) = token.filter(|token| token.len() < 100) else { return Ok(None) };
    let browser = cookies::read(cx.request.headers(), cookies::BROWSER);
    // Looked at before it is taken: a stranger's try must not use it up.
    let Some(shown) = cx.store().find::<Shown<T>>(token, cx.now).await? else { return Ok(None) };
    if browser != Some(&shown.browser) {
        return Ok(None);
    }
    Ok(cx.store().redeem::<Shown<T>>(token, cx.now).await?.map(|shown| shown.subject))
}

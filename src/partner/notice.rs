//! A page of our sites that says one thing: not found, no access, not accepted.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use crate::http::body::BadBody;
use crate::http::context::Context;
use crate::http::page::html;

/// What it says.
pub struct Notice {
    /// With which status.
    pub status: StatusCode,
    /// In a few words.
    pub title: &'static str,
    /// In a sentence or two.
    pub text: String,
    /// A word for scripts.
    pub code: Option<&'static str>,
    /// Where to go on: the address, and what a link to it says.
    pub onward: Option<(String, &'static str)>,
}

/// What stands around the words of every page.
pub struct Shell {
    /// Fresh for each response.
    pub nonce: String,
    /// The prefix of the world.
    pub base: String,
    /// The product's name.
    pub product: &'static str,
    /// Whom the page is for, beside the product's name.
    pub organization: String,
    /// Who is signed in.
    pub person: Option<SignedIn>,
    /// The other pages.
    pub nav: Vec<Link>,
    /// The flow of the sign-in, for the diagram.
    pub flow: Option<String>,
}

/// Who is signed in.
pub struct SignedIn {
    /// The name shown to people.
    pub name: String,
    /// The user name.
    pub upn: String,
    /// How the sign-in was proven.
    pub amr: String,
    /// Where to sign out.
    pub sign_out: String,
}

/// A link among the pages.
pub struct Link {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: &'static str,
    /// Is this the page one is on?
    pub here: bool,
    /// Does it need a second factor that is not proven yet?
    pub locked: bool,
}

impl SignedIn {
    /// What stands in for a picture.
    pub fn initials(&self) -> String {
        let words = self.name.split_whitespace().filter_map(|word| word.chars().next());
        words.take(2).flat_map(char::to_uppercase).collect()
    }
}

impl Shell {
    /// Around a page for nobody in particular.
    pub fn plain(cx: &Context, product: &'static str) -> Self {
        Self {
            nonce: cx.chance().short(),
            base: cx.origin.base.clone(),
            product,
            organization: String::new(),
            person: None,
            nav: Vec::new(),
            flow: cx.about.borrow().flow.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "partner/notice.html")]
struct NoticePage {
    shell: Shell,
    notice: Notice,
}

/// The page, for nobody in particular.
pub fn render(cx: &Context, product: &'static str, notice: Notice) -> HttpResponse {
    render_in(Shell::plain(cx, product), notice)
}

/// The page, in the surroundings of the others.
pub fn render_in(shell: Shell, notice: Notice) -> HttpResponse {
    let (status, nonce) = (notice.status, shell.nonce.clone());
    finish(status, &nonce, &NoticePage { shell, notice })
}

/// A page becomes a response.
pub fn finish(status: StatusCode, nonce: &str, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => html(status, nonce, body),
        // Templates write to a string, which cannot fail; an empty 500 is the honest answer if it does.
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// There is no such page.
pub fn not_found(cx: &Context, product: &'static str) -> HttpResponse {
    let notice = Notice {
        status: StatusCode::NOT_FOUND,
        title: "There is no such page",
        text: "The address may be mistyped, or what it named is not yours to see.".to_owned(),
        code: Some("not_found"),
        onward: None,
    };
    render(cx, product, notice)
}

/// The page answers to other verbs.
pub fn wrong_verb(cx: &Context, product: &'static str) -> HttpResponse {
    let notice = Notice {
        status: StatusCode::METHOD_NOT_ALLOWED,
        title: "A page can only be read",
        text: "Its address answers to GET.".to_owned(),
        code: Some("method_not_allowed"),
        onward: None,
    };
    let mut response = render(cx, product, notice);
    let allowed = actix_web::http::header::HeaderValue::from_static("GET, HEAD");
    response.headers_mut().insert(actix_web::http::header::ALLOW, allowed);
    response
}

/// The body of the request could not be read.
pub fn unread(cx: &Context, bad: BadBody) -> HttpResponse {
    let notice = Notice {
        status: StatusCode::from_u16(bad.status()).unwrap_or(StatusCode::BAD_REQUEST),
        title: "That could not be read",
        text: bad.text().to_owned(),
        code: Some("unreadable"),
        onward: None,
    };
    render(cx, "Partner Center", notice)
}

/// We broke.
pub fn broken(error: &crate::store::StoreError) -> HttpResponse {
    tracing::error!("{error}");
    HttpResponse::InternalServerError().finish()
}

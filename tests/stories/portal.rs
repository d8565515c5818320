//! The dashboard of Partner Center and the service portals: who gets where, by which proof, and who does not.

mod attacks;
mod places;
mod requests;
mod roles;
mod security;
mod service;
mod stories;

use std::time::Duration;

use standin::Standin;

use crate::answer::Answer;
use crate::apps::PASSWORD;
use crate::client::get;
use crate::second_factor::app_code;
use crate::visitor::Visitor;

pub const JANE: &str = "jane@contoso.test";
pub const SAM: &str = "sam@contoso.test";
pub const HANA: &str = "hana@contoso.test";
pub const BILL: &str = "bill@contoso.test";
pub const GWEN: &str = "gwen@contoso.test";
pub const TRENT: &str = "trent@wingtip.test";
pub const JOHN: &str = "john@fabrikam.test";
pub const GRETA: &str = "greta@fabrikam.test";
pub const ADATUM: &str = "6054110b-58f7-4fe8-b31b-aa33c9c7d173";

pub const OVERVIEW: &str = "/portal/overview";
pub const CUSTOMERS: &str = "/portal/customers";
pub const CUSTOMER_REQUESTS: &str = "/portal/support/customer-requests";
pub const BILLING: &str = "/portal/billing";

/// Somebody with a browser and a code app, who answers whatever is asked and remembers what that was.
pub struct Person<'s> {
    standin: &'s Standin,
    pub browser: Visitor,
    upn: &'s str,
    /// What was asked since the last page of a site.
    asked: Vec<&'static str>,
    secret: Option<String>,
}

impl<'s> Person<'s> {
    pub fn new(standin: &'s Standin, upn: &'s str) -> Self {
        Self { standin, browser: Visitor::new(standin), upn, asked: Vec::new(), secret: None }
    }

    /// Opens an address and goes on until there is nothing more to answer. What was asked on the way?
    pub async fn opens(&mut self, address: &str) -> (Answer, Vec<&'static str>) {
        let mut page = self.browser.get(address).await;
        for _ in 0..40 {
            page = match self.answers(&page).await {
                Some(next) => next,
                None => return (page, std::mem::take(&mut self.asked)),
            };
        }
        panic!("in circles: {:?} {}", self.asked, page.gist())
    }

    async fn answers(&mut self, page: &Answer) -> Option<Answer> {
        if matches!(page.status, 302 | 303) {
            return Some(self.browser.get(page.header("location")).await);
        }
        let is = |mark: &str| page.has(mark);
        let (asked, fields): (&'static str, Vec<(&str, String)>) = if is("name=\"UserName\"") {
            ("provider", vec![("UserName", self.upn.into()), ("Password", "Wingtip1!".into())])
        } else if is("name=\"VerificationCode\"") {
            ("provider's code", vec![("VerificationCode", self.code())])
        } else if is("name=\"hiddenform\"") {
            let fields = page.sent();
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            return Some(self.browser.post("/login.srf", &fields).await);
        } else if is("name=\"loginfmt\"") {
            ("name", vec![("loginfmt", self.upn.into())])
        } else if is("name=\"passwd\"") {
            ("password", vec![("passwd", PASSWORD.into())])
        } else if is("id=\"idSubmit_ProofUp_Redirect\"") {
            ("more information", vec![])
        } else if is("data-testid=\"totp-secret\"") {
            self.secret = page.body.split("data-testid=\"totp-secret\"").nth(1).map(text_in);
            ("set up", vec![])
        } else if is("data-value=\"PhoneAppOTP\"") {
            ("method", vec![("action", "method:PhoneAppOTP".into())])
        } else if is("name=\"otc\"") {
            ("code", vec![("otc", self.code())])
        } else {
            return None;
        };
        self.asked.push(asked);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Some(self.browser.submit(page, &fields).await)
    }

    /// What the code app shows. A code counts once, so the next one is waited for.
    fn code(&self) -> String {
        self.standin.clock().advance(Duration::from_secs(60));
        match &self.secret {
            Some(secret) => app_code(self.standin, secret),
            None => {
                let path = format!("/_standin/users/{}/totp", self.upn);
                get(self.standin, &path).json()["code"].as_str().unwrap().to_owned()
            }
        }
    }

    /// A browser that nobody has used yet.
    pub fn with_a_fresh_browser(&mut self) {
        self.browser = Visitor::new(self.standin);
    }
}

fn text_in(rest: &str) -> String {
    rest.split_once('>').unwrap().1.split('<').next().unwrap().trim().to_owned()
}

/// It must be this page of the portal, shown.
pub fn is_at(page: &Answer, path: &str, heading: &str) {
    assert_eq!((page.status, page.at.path()), (200, path), "{}", page.gist());
    assert!(page.has(heading), "{heading}: {}", page.body);
}

/// It must be a plain "no access".
pub fn has_no_access(page: &Answer) {
    assert_eq!((page.status, page.error_code().as_str()), (403, "no_access"), "{}", page.gist());
}

/// What the journal says of decisions and errors.
pub fn told(standin: &Standin) -> String {
    get(standin, "/_standin/events?kind=decision,error").body
}

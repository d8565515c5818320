//! Which page does an address name?

use crate::http::params::Params;
use crate::id::TenantId;

/// A page of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// Who one is, and what one may open.
    Overview,
    /// Whether everything runs.
    Health,
    /// Everybody one sells to.
    Customers,
    /// One of them.
    Customer(TenantId),
    /// What they asked for.
    CustomerRequests,
    /// What oneself asked for: technical exceptions.
    PartnerRequests,
    /// The form for one more of them.
    NewRequest,
    /// What there is to pay.
    Billing,
    /// How much is done with a second factor.
    Security(Form),
    /// Whether the session one has meets the requirements.
    SecurityTest,
}

/// In which form something is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As a page.
    Page,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

impl Page {
    /// The pages of the menu, in its order.
    pub const MENU: [Page; 7] = [
        Page::Overview,
        Page::Customers,
        Page::CustomerRequests,
        Page::PartnerRequests,
        Page::Billing,
        Page::Security(Form::Page),
        Page::Health,
    ];

    /// The page of a path below `/portal`.
    pub fn read(path: &[&str]) -> Option<Self> {
        match path {
            ["overview"] => Some(Page::Overview),
            ["health"] => Some(Page::Health),
            ["customers"] => Some(Page::Customers),
            ["customers", id] => TenantId::parse(id).map(Page::Customer),
            ["support", "customer-requests"] => Some(Page::CustomerRequests),
            ["support", "partner-requests"] => Some(Page::PartnerRequests),
            ["support", "partner-requests", "new"] => Some(Page::NewRequest),
            ["security", "test"] => Some(Page::SecurityTest),
            ["billing"] => Some(Page::Billing),
            ["security"] => Some(Page::Security(Form::Page)),
            ["security.json"] => Some(Page::Security(Form::Json)),
            ["security.csv"] => Some(Page::Security(Form::Csv)),
            _ => None,
        }
    }

    /// Its path, without the world's prefix.
    pub fn path(self) -> String {
        match self {
            Page::Overview => "/portal/overview".into(),
            Page::Health => "/portal/health".into(),
            Page::Customers => "/portal/customers".into(),
            Page::Customer(id) => format!("/portal/customers/{id}"),
            Page::CustomerRequests => "/portal/support/customer-requests".into(),
            Page::PartnerRequests => "/portal/support/partner-requests".into(),
            Page::NewRequest => "/portal/support/partner-requests/new".into(),
            Page::SecurityTest => "/portal/security/test".into(),
            Page::Billing => "/portal/billing".into(),
            Page::Security(Form::Page) => "/portal/security".into(),
            Page::Security(Form::Json) => "/portal/security.json".into(),
            Page::Security(Form::Csv) => "/portal/security.csv".into(),
        }
    }

    /// The name shown to people.
    pub fn title(self) -> &'static str {
        match self {
            Page::Overview => "Overview",
            Page::Health => "Service health",
            Page::Customers | Page::Customer(_) => "Customers",
            Page::CustomerRequests => "Customer requests",
            Page::PartnerRequests => "Partner support requests",
            Page::NewRequest => "New support request",
            Page::SecurityTest => "Requirements test",
            Page::Billing => "Billing",
            Page::Security(_) => "Security requirements",
        }
    }

    /// The page of the menu that it belongs to.
    pub fn in_menu(self) -> Self {
        match self {
            Page::Customer(_) => Page::Customers,
            Page::NewRequest => Page::PartnerRequests,
            Page::Security(_) | Page::SecurityTest => Page::Security(Form::Page),
            other => other,
        }
    }
}

/// Which part of a long list is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The number of the page; the first when left out.
    pub page: Option<usize>,
    /// What is looked for.
    pub search: String,
}

impl Part {
    /// Reads it. What makes no sense says nothing.
    pub fn read(query: &Params) -> Self {
        let search: String = query.get("q").unwrap_or_default().chars().filter(|c| !c.is_control()).take(64).collect();
        Self { page: query.get("page").and_then(|text| text.parse().ok()), search: search.trim().to_owned() }
    }

    /// The number of the page.
    pub fn number(&self) -> usize {
        self.page.unwrap_or(1)
    }

    /// What an address says of the search alone, ready for more.
    pub fn search_query(&self) -> String {
        match self.search.is_empty() {
            true => String::new(),
            false => url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &self.search).finish() + "&",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_found_again_by_its_path() {
        let id = TenantId::derived(&["customer"]);
        let more = [
            Page::Customer(id),
            Page::NewRequest,
            Page::Security(Form::Json),
            Page::Security(Form::Csv),
            Page::SecurityTest,
        ];
        for page in Page::MENU.into_iter().chain(more) {
            let path = page.path();
            let segments: Vec<&str> = path.trim_start_matches("/portal/").split('/').collect();
            assert_eq!(Page::read(&segments), Some(page), "{path}");
        }
        for path in [&[][..], &["nothing"], &["customers", "adatum.test"], &["overview", "more"], &["support"]] {
            assert_eq!(Page::read(path), None, "{path:?}");
        }
    }
}

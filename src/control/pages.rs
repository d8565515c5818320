//! What does someone see who opens `/` in a browser? The front page: what this is, who can sign in, what can be tried, the
//! addresses to give to a client, and what else is here. And what, who has not shown the control token?

use askama::Template;

/// The front page of a world.
#[derive(Clone, Template)]
#[template(path = "control/front.html")]
pub struct Front {
    /// Fresh for each response, as in the header that `http/page.rs` sends.
    pub nonce: String,
    /// The prefix of the world, `""` or `/w/{world}`.
    pub base: String,
    /// The program's version.
    pub version: String,
    /// What the world is called: `partner`, `plain`, a file's name, or an isolated world's id.
    pub world: String,
    /// The sign-in that the page offers first.
    pub try_it: Option<TryIt>,
    pub organizations: Vec<Organization>,
    pub demonstrations: Vec<Demonstration>,
    pub addresses: Vec<Address>,
    pub applications: Vec<Application>,
    pub links: Vec<Link>,
}

/// The page of whoever has not shown the control token.
#[derive(Clone, Template)]
#[template(path = "control/no_token.html")]
pub struct NoToken {
    /// Fresh for each response.
    pub nonce: String,
    /// The prefix of the world.
    pub base: String,
    /// The program's version.
    pub version: &'static str,
}

/// A sign-in to try: an authorize address that needs nothing but this server until its last step.
#[derive(Debug, Clone)]
pub struct TryIt {
    pub href: String,
    pub app: String,
    pub upn: String,
    pub password: String,
    /// Where it ends: the application's redirect address.
    pub ends_at: String,
}

/// What an organisation is in the stories of this world. The page groups by it, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Ordinary,
    Partner,
    Customer,
    /// A third-party provider at `/idp/{name}`.
    Provider,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Ordinary, Kind::Partner, Kind::Customer, Kind::Provider];

    fn heading(self) -> &'static str {
        match self {
            Kind::Ordinary => "Ordinary tenants",
            Kind::Partner => "Partners",
            Kind::Customer => "Customers",
            Kind::Provider => "Third-party providers",
        }
    }
}

/// A tenant or a provider, with its accounts.
#[derive(Clone)]
pub struct Organization {
    pub kind: Kind,
    pub name: String,
    /// The tenant's id; a provider's path, `/idp/{name}`.
    pub id: String,
    /// Its first verified domain.
    pub domain: Option<String>,
    /// What is special about it: "federated to /idp/wingtip", "security defaults on".
    pub note: Option<String>,
    pub accounts: Vec<Row>,
}

/// An account that can sign in.
#[derive(Clone)]
pub struct Row {
    pub upn: String,
    /// The password of the world file; `None` where the account has none here, as when federated.
    pub password: Option<String>,
    /// In words: "admin agent".
    pub roles: Vec<String>,
    /// In words: "code app registered", "disabled".
    pub state: Option<String>,
}

/// Something to try in a browser.
#[derive(Debug, Clone)]
pub struct Demonstration {
    pub name: &'static str,
    pub what: &'static str,
    /// The ways in: one, or one for each customer.
    pub doors: Vec<Door>,
}

/// A way into a demonstration.
#[derive(Debug, Clone)]
pub struct Door {
    pub href: String,
    pub label: String,
}

/// An absolute address to give to a client.
#[derive(Debug, Clone)]
pub struct Address {
    /// "Example, v2 metadata".
    pub label: String,
    pub url: String,
}

/// An application of this world.
#[derive(Clone)]
pub struct Application {
    pub name: String,
    pub client_id: String,
    /// The tenant or provider that it belongs to.
    pub home: String,
    /// In words: "public, single-page", "confidential, every tenant".
    pub what: String,
    pub secret: Option<String>,
    pub redirect_uris: Vec<String>,
}

/// Something else that is here.
#[derive(Debug, Clone)]
pub struct Link {
    pub href: String,
    pub label: String,
    pub what: String,
}

/// Is there a local CA to be trusted? A server without TLS may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    Known,
    None,
}

impl Link {
    /// The console's pages and the control calls that a browser can open, for a world with this prefix.
    pub fn to_control_calls(base: &str, authority: Authority) -> Vec<Link> {
        let link = |path: &str, label: &str, what: &str| Link {
            href: format!("{base}{path}"),
            label: label.to_owned(),
            what: what.to_owned(),
        };
        let mut links = vec![
            link("/console/phone", "Phones", "the requests, texts and calls that sign-ins send, to be answered"),
            link("/console/exceptions", "Technical exceptions", "what partners ask to be excused from, to be decided"),
            link("/_standin/health", "Health", "whether the server is up, and which world it serves"),
            link("/_standin/events", "Events", "the journal: every request and decision, each with its reasons"),
            link("/_standin/world", "World", "everything on this page and more as JSON, in the shape that PUT takes"),
        ];
        if authority == Authority::Known {
            links.push(link("/_standin/ca.pem", "Certificate authority", "the local CA, for clients that use https"));
        }
        links
    }
}

impl Front {
    fn group(&self, kind: &Kind) -> Vec<&Organization> {
        self.organizations.iter().filter(|organization| organization.kind == *kind).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front() -> Front {
        let row = |upn: &str| Row { upn: upn.into(), password: Some("Password1!".into()), roles: vec![], state: None };
        let tenant = |kind, name: &str, upn: &str| Organization {
            kind,
            name: name.into(),
            id: "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1".into(),
            domain: None,
            note: None,
            accounts: vec![row(upn)],
        };
        Front {
            nonce: "n".into(),
            base: "/w/one".into(),
            version: "0.1.0".into(),
            world: "partner".into(),
            try_it: None,
            organizations: vec![
                tenant(Kind::Partner, "Contoso", "jane@contoso.test"),
                tenant(Kind::Ordinary, "<b>Example</b>", "alice@example.test"),
            ],
            addresses: vec![],
            applications: vec![],
            demonstrations: vec![],
            links: Link::to_control_calls("/w/one", Authority::Known),
        }
    }

    #[test]
    fn every_account_is_listed_with_its_password_under_its_kind() {
        let html = front().render().unwrap();
        let place = |text: &str| html.find(text).unwrap_or_else(|| panic!("{text} is not on the page"));
        assert!(place("Ordinary tenants") < place("alice@example.test"));
        assert!(place("alice@example.test") < place("Partners"));
        assert!(place("Partners") < place("jane@contoso.test"));
        assert_eq!(html.matches("Password1!").count(), 2);
        assert!(!html.contains("Customers"), "a kind without tenants has no heading");
    }

    #[test]
    fn links_stay_inside_the_world() {
        let html = front().render().unwrap();
        assert!(html.contains(r#"href="/w/one/_standin/health""#));
        assert!(html.contains(r#"href="/w/one/console/phone""#));
        assert!(!html.contains(r#"href="/_standin"#) && !html.contains(r#"href="/console"#));
    }

    #[test]
    fn a_hostile_tenant_name_comes_out_escaped() {
        let html = front().render().unwrap();
        assert!(!html.contains("<b>Example"));
    }
}

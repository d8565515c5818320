//! Standin stands in for your identity provider.
//!
//! One process behaves like Microsoft Entra ID for the tenants of its world, like the third-party identity
//! provider a domain federates to, and like the services that those sign-ins protect.
//!
//! # The house
//!
//! `directory` holds **facts**: who exists, what is configured. `signin` makes **decisions** from facts,
//! evidence and the time. Protocol folders **translate** wire formats to and from those decisions. Files named
//! `routes.rs` are the only ones that know HTTP. `store` keeps one Directory per world and short-lived
//! records by key. The clock and chance are arguments.
//!
//! ```text
//! server       Config -> listening; every mount on one screen (mounts)
//! door         the library door: `Standin`
//! worlds       many worlds in one process, each apart from all others
//! main, cli/   arguments -> Config -> run; one file per subcommand
//! config       what was asked for, checked
//! time chance  the only places that ask the system for the time and for randomness
//! id           newtypes, parsed once at the edge
//! refusal      every "no"
//! keys         sign, publish, rotate
//! journal      what happened, and why
//! token/       claims (who + application + access) as a claim_set, issuer, jwt, bearer, forge (tokens to order)
//! directory/   FACTS: tenant, domain, user, app, group, consent, policy, partner, exception, world
//! signin/      DECISIONS: next_step() and one question per file; pages; routes
//! federation/  between providers: XML and its signatures (xml/), what an assertion says and proves (assertion/), the
//!              protocols that carry it (wsfed, wstrust, saml, oidc), what a provider relays (relay), what a tenant accepts,
//!              also of a provider of another world (outside);
//!              providers that are asked for a second factor (external); and for applications: who asks (party), what is
//!              stated (statement), metadata, who is told of a sign-out; routes
//! oauth/       authorize, token and its grants, discovery, user realm, device, logout, userinfo; dialect/; routes
//! graph/       Microsoft Graph, the part that sign-ins touch: methods, policies, reports; routes
//! arm/         Azure Resource Manager, and aadgraph/ Azure AD Graph: what a token of a tenant reaches; routes
//! partner/     Partner Center: its pages (portal/), its API (api/), the portals of a customer's services (service/), how these
//!              sites sign people in (sign_in/), what a partner sells (customers, catalogue), who used it (usage),
//!              exceptions; what legacy protocols still open (legacy); routes
//! sample/      a protected API to try claims challenges on; routes
//! control/     the control API, the front page, flows as diagrams, virtual phones, dry runs; routes
//! store/       the trait and its implementations
//! http/        what every address shares
//! browser/     a browser just big enough to sign in, for tests
//! tls          the local CA
//! ```

pub mod aadgraph;
pub mod arm;
pub mod browser;
pub mod chance;
pub mod cli;
pub mod config;
pub mod control;
pub mod directory;
pub mod federation;
pub mod graph;
pub mod http;
pub mod id;
pub mod journal;
pub mod keys;
pub mod oauth;
pub mod partner;
pub mod refusal;
pub mod sample;
pub mod server;
pub mod signin;
pub mod store;
pub mod time;
pub mod tls;
pub mod token;
pub mod worlds;

mod door;

pub use config::Config;
pub use door::{ClockHandle, Standin, StartError};

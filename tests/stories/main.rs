//! Stories: what people and applications do, told through a real socket, each beside its refusals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answer;
mod apps;
mod certificates;
mod client;
mod service_provider;
mod visitor;

mod admin_consent;
mod attack;
mod authorize;
mod bad_input;
mod check_session;
mod claims;
mod claims_challenge;
mod client_assertion;
mod consent;
mod control;
mod cors;
mod decided_again;
mod delegation;
mod determinism;
mod device;
mod external;
mod federation;
mod graph;
mod home_realm;
mod legacy;
mod logout;
mod mandate;
mod openidconnect_crate;
mod origins;
mod partner_api;
mod portal;
mod races;
mod resources;
mod saml;
mod second_factor;
mod sign_in;
mod snapshots;
mod tenancy;
mod token_client_credentials;
mod token_code;
mod token_for_itself;
mod token_on_behalf_of;
mod token_password;
mod token_refresh;
mod unattended;
mod userinfo;
mod worlds;
mod wsfed;
mod wstrust;

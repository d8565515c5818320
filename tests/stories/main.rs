//! Stories: what people and applications do, told through a real socket, each beside its refusals.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod admin_consent;
mod control;
mod device;
mod logout;
mod openidconnect_crate;
mod userinfo;
mod visitor;

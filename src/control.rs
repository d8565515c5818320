//! How is a running server watched and changed? The control API at `/_standin/`, the front page at `/` and the console.
//!
//! `calls` is the list of everything that can be asked here, `guard` says who may ask, `routes` alone knows
//! HTTP. Every change is written to the journal.
//!
//! ```text
//! world, worlds    the facts, and the worlds beside this one
//! clock            the world's time
//! events, flows/   what happened, entry by entry and sign-in by sign-in; watch: news without asking again
//! explain/         what a sign-in would lead to; sign_in: one to order; partner_test: the requirements test
//! inbox, phone/    what is on the virtual phones, as JSON and as a page; accounts: whom a name means
//! exceptions/      technical exceptions, filed and decided
//! front/, pages    what is at `/`
//! openapi          the API described for machines; body: how it is asked; error: how it says no
//! ours             is an address one of this server
//! ```

pub mod error;
pub mod pages;
pub mod routes;
mod sign_in;

mod accounts;
mod body;
mod calls;
mod clock;
mod events;
mod exceptions;
mod explain;
mod flows;
mod front;
mod guard;
mod inbox;
mod openapi;
pub mod ours;
mod partner_test;
mod phone;
mod watch;
mod world;
mod worlds;

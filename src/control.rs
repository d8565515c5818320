//! How is a running server watched and changed? The control API at `/_standin/`, the front page at `/` and the console.
//!
//! `calls` is the list of everything that can be asked here, `guard` says who may ask, `routes` alone knows
//! HTTP. Every change is written to the journal.

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

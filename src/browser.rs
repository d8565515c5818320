//! A browser just big enough to sign in: for tests that want the redirect and not the pages.
//!
//! It asks the server over a socket, under whatever name an address has, follows redirects, fills in forms and keeps cookies, so what it
//! proves holds for real browsers too.
//!
//! ```text
//! sign_in        who is to sign in, with what: the order
//! visit          what is done with each page
//! second_factor  what is done when a second factor is asked for: code, phone, passkey; security_key makes and shows one
//! home           which addresses are the server's
//! application    which is the application's, where a sign-in ends
//! answer         what the server answers
//! form, cookies  what a page asks, what is kept between pages
//! ended          how it ends
//! ```

mod answer;
mod application;
mod code;
mod cookies;
mod ended;
mod form;
mod home;
mod passkey;
mod phone;
mod second_factor;
pub mod security_key;
mod sign_in;
mod visit;

pub use ended::{Ended, Posted, SignInError};
pub use second_factor::{Mfa, Register};
pub use sign_in::SignIn;

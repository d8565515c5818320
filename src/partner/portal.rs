//! Partner Center's dashboard: which pages there are, who may open which, and what they show (R-30 to R-34).
//!
//! ```text
//! page        the pages, by address
//! admission   second factor first, then role: may this page be opened? The table of each edition
//! person      who is signed in, with which roles at home
//! requests    a technical exception, asked for
//! security    how much of what happened was done with a second factor; csv: the same for spreadsheets
//! views       what each page shows
//! ```

pub mod admission;
pub mod csv;
pub mod page;
pub mod person;
pub mod requests;
pub mod routes;
pub mod security;
pub mod views;

//! How much is done with a second factor, in three numbers and a row for each account.

use askama::Template;

use crate::partner::notice::Shell;
use crate::partner::portal::page::Part;
use crate::partner::portal::security::{Requests, Row, Status};
use crate::partner::shown::{Pager, page_of, percent};

/// The page.
#[derive(Template)]
#[template(path = "partner/security.html")]
pub struct SecurityPage {
    pub shell: Shell,
    shares: [Share; 3],
    rows: Vec<Row>,
    pager: Pager,
}

/// One of the numbers.
struct Share {
    label: &'static str,
    part: usize,
    of: usize,
    percent: Option<usize>,
    unit: &'static str,
}

impl SecurityPage {
    /// The part of the list that is wanted, below the numbers.
    pub fn new(shell: Shell, status: Status, part: &Part) -> Self {
        let Status { accounts, portal, api, rows, tenant: _ } = status;
        let requests = |label, Requests { requests, with_mfa }| share(label, with_mfa, requests, "requests");
        let shares = [
            share("Accounts asked for a second factor", accounts.mfa_enforced, accounts.total, "accounts"),
            requests("Partner Center pages opened with one", portal),
            requests("API calls made with one", api),
        ];
        let (rows, pager) = page_of(rows, part.number(), String::new());
        Self { shell, shares, rows, pager }
    }
}

fn share(label: &'static str, part: usize, of: usize, unit: &'static str) -> Share {
    Share { label, part, of, percent: percent(part, of), unit }
}

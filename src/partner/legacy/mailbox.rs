//! What does an old mail client find in a mailbox? One message, in the shape of Outlook's own REST names.

use serde_json::{Value, json};

use super::credentials::Shown;
use crate::directory::Account;
use crate::time::Timestamp;

/// The mailbox of an account.
pub fn contents(account: &Account<'_>, shown: &Shown, now: Timestamp) -> Value {
    let tenant = account.home.name();
    json!({
        "mailbox": account.upn,
        "displayName": account.title(),
        "organization": tenant,
        "authentication": { "protocol": "basic", "with": shown.word() },
        "unread": 1,
        "messages": [{
            "subject": format!("Welcome to {tenant}"),
            "from": format!("postmaster@{}", account.upn.domain()),
            "receivedDateTime": now,
            "isRead": false,
            "bodyPreview": "This mailbox was opened with a user name and a password, and nothing else was asked.",
        }],
    })
}

//! Which of Microsoft's own applications share their refresh tokens?
//!
//! There is one family. What is answered to its members says so (`foci`), and any of them redeems what another was given:
//! by that a person who signed in with one command line is signed in with the next. Nothing of it is published; the client
//! libraries keep a cache for it, and the research "Abusing Family Refresh Tokens" by Secureworks found out the members.

use crate::directory::Application;

/// Those members that people work with most.
const MEMBERS: [&str; 9] = [
    // Microsoft Azure CLI and Azure PowerShell, which every world has.
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46",
    "1950a258-227b-4e31-a9cf-717495945fc2",
    // Microsoft Teams, Office, Outlook Mobile, Authenticator, OneDrive's sync engine, Power BI and Visual Studio.
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c",
    "27922004-5251-4030-b22d-91ecd9a37ea4",
    "4813382a-8fa7-425e-ab75-3b753aab3abb",
    "ab9b8c07-8f02-4f72-87fa-80105867a763",
    "c0d2a505-13b8-4ae0-aa9e-cddd5eab0b12",
    "872cd9fa-d31f-45e0-9eab-6e460a02d1f1",
];

/// Is an application one of the family?
pub fn is_member(app: Application<'_>) -> bool {
    app.first_party && MEMBERS.contains(&app.client_id.as_str())
}

/// The number of its family, as answers have it.
pub fn number(app: Application<'_>) -> Option<&'static str> {
    is_member(app).then_some("1")
}

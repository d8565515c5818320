//! The whole mandate as two tables, printed with `--nocapture`: which role reaches which page in which edition (R-30, R-32,
//! R-44), and what becomes of each kind of account at each surface by what it has proven.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use standin::Standin;

use crate::apps::{PARTNER, PASSWORD, text};
use crate::client::{Call, patch_world, started};
use crate::partner_api::person;
use crate::portal::{
    BILL, BILLING, CUSTOMER_REQUESTS, CUSTOMERS, GWEN, HANA, JANE, JOHN, OVERVIEW, Person, SAM, TRENT,
};

const SCANNER: &str = "scanner@fabrikam.test";
const PARTNER_CENTER: &str = "https://api.partnercenter.microsoft.com";
const PAGES: [&str; 4] = [OVERVIEW, CUSTOMERS, CUSTOMER_REQUESTS, BILLING];

#[actix_web::test]
async fn each_role_reaches_the_pages_of_its_column_in_every_edition() {
    let table = [
        ("2019", JANE, "yes yes yes yes"),
        ("2019", SAM, "yes yes no  no"),
        ("2019", HANA, "yes yes yes no"),
        ("2019", GWEN, "yes no  no  yes"),
        ("2019", BILL, "yes no  no  yes"),
        ("2020", JANE, "yes yes yes yes"),
        ("2020", SAM, "yes yes no  no"),
        ("2020", HANA, "yes yes yes no"),
        ("2020", GWEN, "yes no  no  yes"),
        ("2020", BILL, "yes no  no  yes"),
        ("2025", JANE, "yes yes yes yes"),
        ("2025", SAM, "yes yes no  no"),
        ("2025", HANA, "yes yes yes no"),
        ("2025", GWEN, "yes no  no  no"),
        ("2025", BILL, "yes no  no  yes"),
    ];
    let standin = started().await;
    println!("edition  account              {}", PAGES.join(" "));
    let mut told = Vec::new();
    for (edition, who, _) in table {
        patch_world(&standin, json!({ "edition": edition }));
        // A code counts once, and everybody signs in anew in each edition.
        standin.clock().advance(std::time::Duration::from_secs(120));
        let mut person = Person::new(&standin, who);
        let mut row = Vec::new();
        for page in PAGES {
            row.push(match person.opens(page).await.0.status {
                200 => "yes",
                403 => "no ",
                other => panic!("{who} at {page} in {edition}: {other}"),
            });
        }
        println!("{edition}     {who:20} {}", row.join(" "));
        told.push((edition, who, row.join(" ").trim_end().to_owned()));
    }
    assert_eq!(told, table.map(|(edition, who, row)| (edition, who, row.to_owned())));
}

/// What a surface says to an account, in a word or by its number.
type Surface = (&'static str, fn(&Standin, &str) -> String);

const SURFACES: [Surface; 8] = [
    ("at home, in a browser", |standin, who| explained(standin, who, home(who), &first(who))),
    ("at a customer, first factor", |standin, who| explained(standin, who, "adatum.test", &first(who))),
    ("at a customer, with MFA", |standin, who| explained(standin, who, "adatum.test", &with_mfa(who))),
    ("at a customer with defaults", |standin, who| explained(standin, who, "tailspin.test", &first(who))),
    ("at a customer, password flow", |standin, who| handed_over(standin, who, "adatum.test")),
    ("Partner Center API, no MFA", |standin, who| called(standin, who, &first(who))),
    ("Partner Center API, with MFA", |standin, who| called(standin, who, &with_mfa(who))),
    ("legacy mail", mailed),
];

#[actix_web::test]
async fn each_kind_of_account_meets_the_mandate_where_it_applies_and_nowhere_else() {
    let table = [
        (JANE, ["ask_mfa", "ask_mfa", "done", "ask_mfa", "50076", "401", "200", "50076"]),
        (JOHN, ["done", "register", "done", "register", "50079", "401", "200", "200"]),
        (TRENT, ["done", "go_to_provider", "done", "go_to_provider", "50079", "401", "200", "50126"]),
        (GWEN, ["ask_mfa", "50020", "50020", "50020", "50020", "401", "403", "50076"]),
        (SCANNER, ["done", "50020", "50020", "50020", "50020", "401", "403", "200"]),
    ];
    let standin = started().await;
    let mut told = Vec::new();
    for (who, _) in table {
        let row = SURFACES.map(|(_, asked)| asked(&standin, who));
        SURFACES.iter().zip(&row).for_each(|((surface, _), outcome)| println!("{who:22} {surface:30} {outcome}"));
        told.push((who, row.to_vec()));
    }
    let expected = table.map(|(who, row)| (who, row.map(str::to_owned).to_vec()));
    assert_eq!(told, expected);
}

fn home(who: &str) -> &str {
    who.split_once('@').unwrap().1
}

fn first(who: &str) -> Vec<&'static str> {
    vec![if who == TRENT { "fed" } else { "pwd" }]
}

fn with_mfa(who: &str) -> Vec<&'static str> {
    [first(who), vec!["mfa"]].concat()
}

fn control(standin: &Standin, call: &str, body: Value) -> Value {
    let path = format!("/_standin/{call}");
    Call::new(standin, "POST", &path).body("application/json", body.to_string()).send().json()
}

fn explained(standin: &Standin, who: &str, tenant: &str, evidence: &[&str]) -> String {
    let told =
        control(standin, "explain", json!({"user": who, "tenant": tenant, "app": "azure-cli", "evidence": evidence}));
    told["code"].as_u64().map_or_else(|| text(&told, "next").to_owned(), |code| code.to_string())
}

fn handed_over(standin: &Standin, who: &str, tenant: &str) -> String {
    let fields = [("grant_type", "password"), ("username", who), ("password", PASSWORD), ("resource", PARTNER_CENTER)];
    let told = PARTNER.token(standin, &format!("/{tenant}/oauth2"), &fields).json();
    told["error_codes"][0].to_string()
}

fn called(standin: &Standin, who: &str, amr: &[&str]) -> String {
    person(standin, who, amr).get("customers").status.to_string()
}

fn mailed(standin: &Standin, who: &str) -> String {
    let credentials = format!("Basic {}", STANDARD.encode(format!("{who}:{PASSWORD}")));
    let answer = Call::new(standin, "GET", "/legacy/mail").header("Authorization", &credentials).send();
    match answer.status {
        200 => "200".to_owned(),
        _ => text(&answer.json()["error"], "code").trim_start_matches("AADSTS").to_owned(),
    }
}

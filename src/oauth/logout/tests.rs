//! Whose session ends, and where may the browser go?

use proptest::prelude::*;

use super::*;
use crate::directory::app::RedirectUris;
use crate::signin::factors::Factors;

fn session(names: &[&str]) -> Session {
    let account = |name: &&str| SignedIn {
        upn: Upn::new(name),
        home: "example".into(),
        factors: Factors::password(Default::default()),
        sid: format!("sid of {name}"),
        apps: vec![],
        epoch: String::new(),
        flow: String::new(),
    };
    Session { accounts: names.iter().map(account).collect(), persistent: false }
}

fn meant(name: &str, proved: bool) -> Meant {
    Meant::SignedIn { upn: Upn::new(name), proved }
}

#[test]
fn entra_signs_out_at_once_unless_it_has_to_ask_which_account() {
    let one = |name: &str| Ending::One(Upn::new(name));
    let table: [(&[&str], Meant, Ending); 7] = [
        (&[], Meant::Unsaid, Ending::Nobody),
        (&[], Meant::SomebodyElse, Ending::Nobody),
        (&["a"], Meant::Unsaid, one("a")),
        (&["a"], Meant::SomebodyElse, Ending::Nobody),
        (&["a", "b"], Meant::Unsaid, Ending::AskWhich),
        (&["a", "b"], meant("b", false), one("b")),
        (&["a", "b"], Meant::SomebodyElse, Ending::Nobody),
    ];
    for (signed_in, meant, expected) in table {
        assert_eq!(ending(Family::Entra, &session(signed_in), &meant), expected, "{signed_in:?} {meant:?}");
    }
}

#[test]
fn a_provider_asks_unless_a_token_of_its_own_proves_who_is_meant() {
    let ask = Ending::AskWhether(Upn::new("a"));
    let signed_in = session(&["a"]);
    assert_eq!(ending(Family::Generic, &signed_in, &meant("a", true)), Ending::One(Upn::new("a")));
    for meant in [meant("a", false), Meant::Unsaid, Meant::SomebodyElse] {
        assert_eq!(ending(Family::Generic, &signed_in, &meant), ask, "{meant:?}");
    }
    assert_eq!(ending(Family::Generic, &session(&[]), &Meant::SomebodyElse), Ending::Nobody);
}

#[test]
fn browsers_return_to_registered_addresses_and_their_origins_only() {
    let app = App {
        redirect_uris: RedirectUris {
            web: vec!["http://localhost:3000/auth/callback".into(), "https://app.test/a?x=1".into()],
            spa: vec![],
            native: vec!["myapp://auth".into()],
        },
        ..App::default()
    };
    let table = [
        ("http://localhost:3000/auth/callback", true),
        ("http://localhost:3000", true),
        ("http://localhost:3000/", true),
        ("https://app.test/a?x=1", true),
        ("https://app.test/", true),
        ("myapp://auth", true),
        ("https://app.test/a", false),
        ("https://app.test/b", false),
        ("http://localhost:3001", false),
        ("https://localhost:3000", false),
        ("http://localhost:3000@evil.test/", false),
        ("http://localhost:3000//", false),
        ("null", false),
        ("javascript:alert(1)", false),
        ("", false),
    ];
    for (uri, expected) in table {
        assert_eq!(may_return(&app, uri), expected, "{uri}");
    }
}

#[test]
fn the_state_is_added_to_whatever_the_address_says_already() {
    assert_eq!(return_address("https://app.test/a?x=1", Some("a b&c")), "https://app.test/a?x=1&state=a%20b%26c");
    assert_eq!(return_address("http://localhost:3000", Some("s")), "http://localhost:3000?state=s");
    assert_eq!(return_address("http://localhost:3000", None), "http://localhost:3000");
}

proptest! {
    #[test]
    fn no_address_outside_the_registered_origin_is_returned_to(uri in "\\PC{0,60}", host in "[a-z]{1,9}\\.test") {
        let web = vec!["https://app.example/callback".to_owned()];
        let app = App { redirect_uris: RedirectUris { web, ..RedirectUris::default() }, ..App::default() };
        for uri in [uri, format!("https://{host}/"), format!("https://app.example@{host}"), format!("https://app.example.{host}")] {
            prop_assert!(!may_return(&app, &uri), "{}", uri);
        }
    }
}

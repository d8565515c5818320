//! `standin token` and `standin inspect`: one reads what the other mints.

use std::io::Write;
use std::process::Stdio;

use crate::program::Folder;

fn minted(arguments: &[&str]) -> String {
    let usual = ["token", "--user", "alice@example.test", "--app", "example-web", "--resource", "api://example-api"];
    let answer = Folder::new().run(&[&usual, arguments].concat());
    assert_eq!(answer.code, 0, "{}", answer.err);
    assert_eq!(answer.out.trim().split('.').count(), 3, "{}", answer.out);
    answer.out.trim().to_owned()
}

#[test]
fn a_minted_token_is_acceptable() {
    let answer = Folder::new().run(&["inspect", &minted(&[]), "--audience", "6b5de23f-fa8f-4088-b32e-11cf49fd03c9"]);
    assert_eq!(answer.code, 0, "{}", answer.out);
    for told in ["Acceptable.", "about alice@example.test", "tenant Example"] {
        assert!(answer.out.contains(told), "{told}: {}", answer.out);
    }
}

#[test]
fn a_token_that_is_wrong_is_refused_for_what_is_wrong_with_it() {
    for (arguments, told) in [
        (&["--lifetime=-5m"][..], "it expired 5m"),
        (&["--lifetime", "-5m"], "it expired 5m"),
        (&["--signature", "invalid"], "not made with the key"),
        (&["--signature", "none"], "it is not signed"),
        (&["--signature", "unknown_key"], "is no development key"),
        (&["--claim", "iss=https://elsewhere.test/"], "no tenant or provider of this world"),
        (&["--claim", "exp=null"], "it has no `exp`"),
    ] {
        let answer = Folder::new().run(&["inspect", &minted(arguments)]);
        assert_eq!(answer.code, 1, "{arguments:?}");
        assert!(answer.out.contains(told) && answer.out.contains("Not acceptable"), "{arguments:?}: {}", answer.out);
    }
}

#[test]
fn each_word_reaches_the_token() {
    let words =
        ["--scope", "read,write", "--role=Boss", "--amr=pwd,mfa", "--ver=1.0", "--claim", "n=1", "--claim", "t=x=y"];
    let answer = Folder::new().run(&["inspect", &minted(&words)]);
    for told in [r#""scp": "read write""#, r#""Boss""#, r#""mfa""#, r#""ver": "1.0""#, r#""n": 1"#, r#""t": "x=y""#] {
        assert!(answer.out.contains(told), "{told}: {}", answer.out);
    }
}

#[test]
fn the_issuer_begins_with_the_servers_address() {
    let issuer = |arguments: &[&str], variables: &[(&str, &str)]| {
        let folder = Folder::new();
        let usual = ["token", "--app", "example-daemon", "--resource", "example-api"];
        let token = folder.run_with(&[&usual, arguments].concat(), variables).out;
        folder
            .run(&["inspect", token.trim()])
            .out
            .lines()
            .find(|line| line.contains("\"iss\""))
            .unwrap()
            .trim()
            .to_owned()
    };
    assert!(issuer(&[], &[]).contains("\"https://localhost:8443/10b85a86"));
    assert!(issuer(&[], &[("STANDIN_PUBLIC_URL", "https://idp.test")]).contains("\"https://idp.test/10b85a86"));
    assert!(issuer(&["--origin", "http://localhost:8400"], &[]).contains("\"http://localhost:8400/10b85a86"));
}

#[test]
fn a_token_may_come_through_a_pipe_with_its_scheme() {
    let folder = Folder::new();
    let mut child =
        folder.program().args(["inspect", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "Bearer {}", minted(&[])).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn every_mistake_in_an_order_is_told() {
    let answer = Folder::new().run(&[
        "token",
        "--user=alcie@example.test",
        "--app=example-wbe",
        "--kind=acess",
        "--ver=3.0",
        "--signature=good",
        "--lifetime=long",
        "--claim=x",
        "--origin=localhost",
    ]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    for told in [
        "--user: the world has no account `alcie@example.test`; did you mean `alice@example.test`?",
        "--app: the world has no application `example-wbe`; did you mean `example-web`?",
        "--kind: `acess` is none of access, id; did you mean `access`?",
        "--ver: `3.0` is none of 1.0, 2.0",
        "--signature: `good` is none of",
        "--lifetime: `long` is not a length of time",
        "--claim: `x` is not a name",
        "--origin: `localhost` is not an http or https URL",
    ] {
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
}

#[test]
fn an_unknown_application_alone_is_complained_of_and_nothing_that_follows_from_it() {
    let answer = Folder::new().run(&["token", "--app=nope"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.starts_with("standin: --app: ") || answer.err.starts_with("--app: "), "{}", answer.err);
    assert!(!answer.err.contains("--tenant"), "{}", answer.err);
    let homeless = Folder::new().run(&["token", "--app=azure-cli"]);
    assert!(homeless.err.contains("--tenant: has to be given"), "{}", homeless.err);
}

#[test]
fn what_is_no_token_is_refused() {
    for text in ["", "x", "a.b.c", "eyJ9.eyJ9.x"] {
        let answer = Folder::new().run(&["inspect", text]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{text}");
        assert!(answer.err.contains("not a token"), "{}", answer.err);
    }
}

//! `standin trust`.

use std::fs;

use crate::program::{Folder, Server};

#[test]
fn the_path_leads_to_the_certificate_and_stays_the_same() {
    let folder = Folder::new();
    let first = folder.run(&["trust", "--path"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let pem = fs::read_to_string(first.out.trim()).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    assert!(!pem.contains("PRIVATE KEY"));
    let second = folder.run(&["trust", "--path"]);
    assert_eq!(second.out, first.out);
    assert_eq!(fs::read_to_string(second.out.trim()).unwrap(), pem);
}

#[test]
fn without_the_flag_it_says_how() {
    let folder = Folder::new();
    let path = folder.run(&["trust", "--path"]).out;
    let answer = folder.run(&["trust"]);
    assert_eq!(answer.code, 0);
    for word in [path.trim(), "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "keytool"] {
        assert!(answer.out.contains(word), "{word}: {}", answer.out);
    }
}

#[test]
fn with_nowhere_to_keep_it_there_is_nothing_to_trust() {
    let folder = Folder::new();
    let file = folder.file("in-the-way", "");
    let answer = folder.run_with(&["trust", "--path"], &[("XDG_DATA_HOME", &file)]);
    assert_eq!((answer.code, answer.out.as_str()), (1, ""));
    assert!(answer.err.contains("/_standin/ca.pem"), "{}", answer.err);
}

#[test]
fn a_damaged_key_is_told_and_not_replaced() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["trust"]).code, 0);
    let key = folder.path().join("standin/ca-key.pem");
    fs::write(&key, "nonsense").unwrap();
    let answer = folder.run(&["trust"]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("is damaged") && answer.err.contains("delete it"), "{}", answer.err);
    assert_eq!(fs::read_to_string(&key).unwrap(), "nonsense");
}

#[test]
fn a_server_without_tls_hands_out_the_certificate_there_is_and_no_other() {
    let folder = Folder::new();
    let without = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]));
    assert!(without.get("/_standin/ca.pem").starts_with("HTTP/1.1 404"), "a certificate that nobody can use was made");
    assert!(!without.get("/").contains("/_standin/ca.pem"));
    let path = folder.run(&["trust", "--path"]).out;
    let pem = fs::read_to_string(path.trim()).unwrap();
    for https in ["--https=off", "--https=127.0.0.1:0"] {
        let server = Server::start(folder.program().args(["--http=127.0.0.1:0", https]));
        assert!(server.get("/_standin/ca.pem").ends_with(&pem), "{https}");
        assert!(server.get("/").contains("/_standin/ca.pem"), "{https}");
    }
    // What is broken is in nobody's way who does not need it.
    fs::write(folder.path().join("standin/ca-key.pem"), "nonsense").unwrap();
    let server = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]));
    assert!(server.get("/_standin/ca.pem").starts_with("HTTP/1.1 404"));
}

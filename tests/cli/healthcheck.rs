//! `standin healthcheck`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use crate::program::{Folder, Server};

#[test]
fn it_finds_the_server_by_the_environment_that_the_server_has() {
    let folder = Folder::new();
    // A free port, given back at once: the server is told a number, as it is in a container.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let variables = [("STANDIN_HTTP", &*format!("0.0.0.0:{port}")), ("STANDIN_HTTPS", "off")];
    assert_eq!(folder.run_with(&["healthcheck"], &variables).code, 1);
    let _server = Server::start(folder.program().envs(variables));
    let answer = folder.run_with(&["healthcheck"], &variables);
    assert_eq!((answer.code, answer.out), (0, format!("healthy: http://127.0.0.1:{port}/\n")), "{}", answer.err);
}

#[test]
fn a_server_that_demands_a_token_is_asked_with_it() {
    let folder = Folder::new();
    let token = [("STANDIN_CONTROL_TOKEN", "sesame")];
    let server = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]).envs(token));
    let answer = folder.run_with(&["healthcheck", &server.http()], &token);
    assert_eq!(answer.code, 0, "{}", answer.err);
}

#[test]
fn over_tls_it_trusts_this_installations_ca_and_no_other() {
    let folder = Folder::new();
    let server = Server::start(folder.program().args(["--http=off", "--https=127.0.0.1:0"]));
    let answer = folder.run(&["healthcheck", &server.https()]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let stranger = Folder::new();
    let answer = stranger.run(&["healthcheck", &server.https()]);
    assert!(answer.code == 1 && answer.err.contains("no local CA"), "{}", answer.err);
    assert_eq!(stranger.run(&["trust", "--path"]).code, 0);
    let answer = stranger.run(&["healthcheck", &server.https()]);
    assert!(answer.code == 1 && answer.err.contains("certificate"), "{}", answer.err);
}

#[test]
fn nobody_there_is_not_healthy() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let answer = Folder::new().run(&["healthcheck", &format!("http://127.0.0.1:{port}")]);
    assert_eq!(answer.code, 1);
    assert_eq!((answer.out.as_str(), answer.err.lines().count()), ("", 1), "{}", answer.err);
}

#[test]
fn another_program_is_not_healthy() {
    for (says, told) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "another program"),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "503"),
        ("SSH-2.0-something\r\n", "SSH-2.0-something"),
        ("", "it answered ``"),
    ] {
        let (address, listener) = listening();
        let answering = std::thread::spawn(move || answer_once(&listener, says));
        let answer = Folder::new().run(&["healthcheck", &address]);
        answering.join().unwrap();
        assert_eq!(answer.code, 1, "{says}");
        assert!(answer.err.contains(told), "{says}: {}", answer.err);
    }
}

#[test]
fn a_server_that_says_nothing_is_given_up_after_three_seconds() {
    let (address, _listener) = listening();
    let answer = Folder::new().run(&["healthcheck", &address]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains("no answer within three seconds"), "{}", answer.err);
}

#[test]
fn what_is_not_an_address_is_refused() {
    let answer = Folder::new().run(&["healthcheck", "localhost"]);
    assert_eq!(answer.code, 2);
    let answer = Folder::new().run_with(&["healthcheck"], &[("STANDIN_HTTP", "127.0.0.1:0"), ("STANDIN_HTTPS", "off")]);
    assert!(answer.code == 1 && answer.err.contains("Give the URL"), "{}", answer.err);
    let answer = Folder::new().run_with(&["healthcheck"], &[("STANDIN_HTTP", "nowhere")]);
    assert!(answer.code == 2 && answer.err.contains("STANDIN_HTTP"), "{}", answer.err);
}

fn listening() -> (String, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    (format!("http://{}", listener.local_addr().unwrap()), listener)
}

fn answer_once(listener: &TcpListener, says: &str) {
    let (mut stream, _): (TcpStream, _) = listener.accept().unwrap();
    let mut request = [0; 1024];
    assert!(stream.read(&mut request).unwrap() > 0);
    stream.write_all(says.as_bytes()).unwrap();
}

//! `standin serve`.

use std::net::TcpListener;

use crate::program::{Folder, Server};

#[test]
fn it_listens_on_every_address_asked_for_and_says_where() {
    let folder = Folder::new();
    let server =
        Server::start(folder.program().args(["--http=127.0.0.1:0", "--http=127.0.0.1:0", "--https=127.0.0.1:0"]));
    assert_eq!(server.addresses("http").len(), 2, "{:?}", server.block);
    assert_eq!(server.addresses("https").len(), 1, "{:?}", server.block);
    for address in server.addresses("http").iter().chain(&server.addresses("https")) {
        assert!(!address.ends_with(":0"), "{address}");
        assert_eq!(folder.run(&["healthcheck", address]).code, 0, "{address}");
    }
}

#[test]
fn what_is_off_is_not_listened_on() {
    let folder = Folder::new();
    let variables = [("STANDIN_HTTP", "127.0.0.1:0"), ("STANDIN_HTTPS", "off")];
    let server = Server::start(folder.program().arg("serve").envs(variables));
    assert_eq!(server.addresses("http").len(), 1, "{:?}", server.block);
    assert!(server.addresses("https").is_empty(), "{:?}", server.block);
    assert!(!folder.path().join("standin").exists(), "a CA that nobody needs was made");
}

#[cfg(unix)]
#[test]
fn told_to_stop_it_stops_without_complaint() {
    let folder = Folder::new();
    let server = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]));
    let address = server.http();
    assert_eq!(server.terminate(), 0);
    assert_eq!(folder.run(&["healthcheck", &address]).code, 1);
}

#[test]
fn the_block_is_plain_where_it_is_not_read_by_a_person() {
    let folder = Folder::new();
    let server = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]));
    assert!(server.block[0].starts_with("Standin "), "{:?}", server.block);
    assert!(server.block[1].contains("test double"), "{:?}", server.block);
    assert!(!server.block.concat().contains('\x1b'), "{:?}", server.block);
}

#[test]
fn wrong_flags_and_variables_are_told_together_and_nothing_is_started() {
    let folder = Folder::new();
    let answer = folder.run_with(
        &["serve", "--htpp", "127.0.0.1:0", "--seed", "x", "--seed", "y", "--workers=0"],
        &[("STANDIN_HTTPS", "nowhere"), ("STANDIN_STATE", "redis://127.0.0.1/")],
    );
    assert_eq!(answer.code, 2);
    assert_eq!(answer.out, "");
    for told in [
        "--htpp: there is no such flag; did you mean `--http`?",
        "--seed: can be given only once",
        "--workers: `0` is not a number from 1 to 1024",
        "STANDIN_HTTPS: `nowhere` is not an address",
        "STANDIN_STATE: `redis://127.0.0.1/` is not available: this version keeps its state in memory only",
    ] {
        assert!(answer.err.contains(told), "{told}: {}", answer.err);
    }
    assert!(!folder.path().join("standin").exists(), "something was made all the same");
}

#[test]
fn a_wrong_world_is_told_together_with_wrong_flags() {
    let folder = Folder::new();
    let world = folder.file("world.toml", "[tenants.a]\ndomans = [\"a.test\"]\n[server]\nhttp = \"127.0.0.1\"\n");
    let answer = folder.run(&["--world", &world, "--https", "nowhere"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("tenants.a.domans") && answer.err.contains("domains"), "{}", answer.err);
    assert!(answer.err.contains("--https: `nowhere`"), "{}", answer.err);
}

#[test]
fn the_world_file_may_say_where_to_listen_and_the_flag_wins() {
    let folder = Folder::new();
    let server = "[server]\nhttp = [\"127.0.0.1:0\", \"127.0.0.1:0\"]\nhttps = \"off\"\n";
    let world = folder.file("world.toml", server);
    let from_file = Server::start(folder.program().args(["--world", &world]));
    assert_eq!(from_file.addresses("http").len(), 2, "{:?}", from_file.block);
    let from_flag = Server::start(folder.program().args(["--world", &world, "--http=127.0.0.1:0"]));
    assert_eq!(from_flag.addresses("http").len(), 1, "{:?}", from_flag.block);
    let off = folder.file("off.toml", "[server]\nhttp = \"off\"\nhttps = \"off\"\n");
    let from_flag = Server::start(folder.program().args(["--world", &off, "--http=127.0.0.1:0"]));
    assert_eq!(from_flag.addresses("http").len(), 1, "{:?}", from_flag.block);
    let answer = folder.run(&["--world", &off]);
    assert_eq!((answer.code, answer.err.matches("both are off").count()), (2, 1), "{}", answer.err);
    let wrong = folder.file("wrong.toml", "[server]\nhttp = \"127.0.0.1\"\n");
    let answer = folder.run(&["--world", &wrong]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("server.http: `127.0.0.1` has no port"), "{}", answer.err);
}

#[test]
fn the_world_may_come_as_text() {
    let folder = Folder::new();
    let inline = [("STANDIN_WORLD_INLINE", "[server]\nhttp = \"127.0.0.1:0\"\nhttps = \"off\"\n")];
    let server = Server::start(folder.program().envs(inline));
    assert_eq!(server.addresses("http").len(), 1, "{:?}", server.block);
    let answer = folder.run_with(&[], &[("STANDIN_WORLD_INLINE", "tenants = 1")]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("tenants"), "{}", answer.err);
}

#[test]
fn an_address_in_use_is_a_failure_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let answer = Folder::new().run(&["--http", &address, "--https=off"]);
    assert_eq!(answer.code, 1);
    assert!(answer.err.contains(&address), "{}", answer.err);
    assert_eq!(answer.out, "");
}

#[test]
fn signing_in_somebody_who_does_not_exist_is_refused() {
    let answer = Folder::new().run(&["--http=127.0.0.1:0", "--https=off", "--auto-sign-in=nobody@example.test"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("nobody@example.test"), "{}", answer.err);
}

#[test]
fn who_does_not_exist_is_told_with_all_other_mistakes() {
    let folder = Folder::new();
    let told = "--auto-sign-in: the world has no account `nobody@example.test`";
    let answer = folder.run(&["--seed=x", "--auto-sign-in=nobody@example.test"]);
    assert!(answer.code == 2 && answer.err.contains("--seed: `x`") && answer.err.contains(told), "{}", answer.err);
    let world = folder.file("world.toml", "[tenants.a]\ndomains = [\"a\"]\n[server]\nlog = \"loud\"\n");
    let answer = folder.run(&["--world", &world, "--auto-sign-in=nobody@example.test"]);
    assert!(answer.err.contains("tenants.a.domains[0]") && answer.err.contains(told), "{}", answer.err);
    assert_eq!(answer.err.matches("server.log").count(), 1, "{}", answer.err);
    // Who is in a world that cannot be read is not known, and who is there is not missed.
    let unreadable = folder.file("unreadable.toml", "tenants = [");
    for (world, name) in [(unreadable.as_str(), "nobody@example.test"), ("partner", "alice@example.test")] {
        let answer = folder.run(&["--seed=x", "--world", world, "--auto-sign-in", name]);
        assert!(answer.code == 2 && !answer.err.contains("no account"), "{}", answer.err);
    }
}

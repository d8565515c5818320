//! `standin world`.

use crate::program::Folder;

#[test]
fn the_world_that_is_shown_is_a_world_file() {
    let folder = Folder::new();
    for format in ["toml", "json"] {
        let shown = folder.run(&["world", "show", "--world", "plain", "--format", format]);
        assert_eq!(shown.code, 0, "{}", shown.err);
        assert!(shown.out.contains("alice@example.test"), "{}", shown.out);
        let file = folder.file(&format!("world.{format}"), &shown.out);
        let checked = folder.run(&["world", "check", &file]);
        assert_eq!(checked.code, 0, "{}", checked.err);
        assert!(checked.out.contains("no mistakes (1 tenant, 1 provider, "), "{}", checked.out);
    }
}

#[test]
fn the_world_shown_is_the_one_asked_for() {
    let folder = Folder::new();
    let tailspin =
        |variables: &[(&str, &str)]| folder.run_with(&["world", "show"], variables).out.contains("tailspin.test");
    assert!(tailspin(&[]));
    assert!(!tailspin(&[("STANDIN_WORLD", "plain")]));
    assert!(!tailspin(&[("STANDIN_WORLD_INLINE", "[tenants.a]\ndomains = [\"a.test\"]")]));
}

#[test]
fn ids_that_a_file_leaves_out_are_shown() {
    let folder = Folder::new();
    let file = folder.file("world.toml", "[tenants.a]\ndomains = [\"a.test\"]\n");
    let shown = folder.run(&["world", "show", "--world", &file]);
    assert!(shown.out.contains("id = "), "{}", shown.out);
}

#[test]
fn every_mistake_is_told_with_its_key_path() {
    let folder = Folder::new();
    let text =
        "edtion = \"2020\"\n[tenants.a]\ndomans = [\"a.test\"]\nkind = \"partnr\"\n[users.\"x@a.test\"]\nenabled = 1\n";
    let file = folder.file("world.toml", text);
    let answer = folder.run(&["world", "check", &file]);
    assert_eq!((answer.code, answer.out.as_str()), (2, ""));
    for (path, right) in [("edtion", "edition"), ("tenants.a.domans", "domains"), ("tenants.a.kind", "partner")] {
        let told = answer.err.lines().find(|line| line.contains(&format!("world.toml: {path}")));
        assert!(told.is_some_and(|line| line.contains(right)), "{path}: {}", answer.err);
    }
    assert!(answer.err.contains("users.\"x@a.test\".enabled"), "{}", answer.err);
    let last = answer.err.trim_end().lines().last().unwrap();
    assert!(last.contains("mistakes; `standin world schema`"), "{}", answer.err);
    assert!(!answer.err.contains("nothing was done"), "{}", answer.err);
}

#[test]
fn the_servers_own_settings_are_checked_too() {
    let folder = Folder::new();
    let file = folder
        .file("world.toml", "[server]\nhttp = \"nowhere\"\nlog = \"loud\"\n[tenants.a]\ndomains = [\"a.test\"]\n");
    let answer = folder.run(&["world", "check", &file]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("world.toml: server.http: `nowhere`"), "{}", answer.err);
    assert!(answer.err.contains("world.toml: server.log: `loud`"), "{}", answer.err);
    assert!(!answer.err.contains("tenants"), "{}", answer.err);
    // They are told together with all others, and whom a server would not find is not there.
    let file = folder.file(
        "more.toml",
        "[server]\nhttp = \"off\"\nhttps = \"off\"\nauto_sign_in = \"nobody@a.test\"\n[tenants.a]\ndomains = [\"a\"]\n",
    );
    let answer = folder.run(&["world", "check", &file]);
    for told in
        ["server.http, server.https: both are off", "server.auto_sign_in: there is no account", "tenants.a.domains[0]"]
    {
        assert!(answer.err.contains(&format!("more.toml: {told}")), "{told}: {}", answer.err);
    }
    let started = folder.run(&["--world", &file]);
    assert_eq!((started.code, started.err.matches("both are off").count()), (2, 1), "{}", started.err);
}

#[test]
fn a_file_that_is_not_there_or_no_world_at_all_is_told() {
    let folder = Folder::new();
    assert!(folder.run(&["world", "check", "no-such.toml"]).err.contains("no-such.toml: cannot be read"));
    let broken = folder.file("broken.toml", "tenants = [");
    let answer = folder.run(&["world", "check", &broken]);
    assert!(answer.code == 2 && answer.err.contains("broken.toml"), "{}", answer.err);
}

#[test]
fn the_schema_is_json() {
    let answer = Folder::new().run(&["world", "schema"]);
    let schema: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert!(schema["properties"]["tenants"].is_object(), "{schema}");
}

//! The command line as people use it: the real program, its words and its exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod healthcheck;
mod partner_test;
mod program;
mod serve;
mod token;
mod totp;
mod trust;
mod trusting;
mod world;

use program::Folder;

#[test]
fn it_says_which_version_it_is() {
    let answer = Folder::new().run(&["--version"]);
    assert_eq!((answer.code, answer.out.trim()), (0, concat!("standin ", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn every_subcommand_is_in_the_help() {
    let help = Folder::new().run(&["--help"]).out;
    for name in ["serve", "world", "token", "inspect", "totp", "trust", "healthcheck", "completions"] {
        assert!(help.lines().any(|line| line.trim_start().starts_with(name)), "{name}: {help}");
    }
}

#[test]
fn shells_get_their_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let answer = Folder::new().run(&["completions", shell]);
        assert_eq!(answer.code, 0, "{shell}");
        assert!(answer.out.contains("healthcheck"), "{shell}");
    }
}

#[test]
fn an_unknown_shell_or_subcommand_is_refused() {
    for wrong in [&["completions", "tcsh"][..], &["srve"], &["trust", "extra"]] {
        let answer = Folder::new().run(wrong);
        assert_eq!(answer.code, 2, "{wrong:?}");
        assert_eq!(answer.out, "", "{wrong:?}");
    }
}

#[test]
fn every_unknown_flag_of_a_subcommand_is_told() {
    let answer = Folder::new().run(&["trust", "--pth", "--verbose"]);
    assert_eq!(answer.code, 2);
    assert!(answer.err.contains("--pth: there is no such flag; did you mean `--path`?"), "{}", answer.err);
    assert!(answer.err.contains("--verbose: there is no such flag"), "{}", answer.err);
}

//! `standin partner-test`.

use crate::program::{Folder, Server};

#[test]
fn an_account_at_a_running_server_passes_or_fails_and_the_exit_code_says_so() {
    let folder = Folder::new();
    let server = Server::start(folder.program().args(["--http=127.0.0.1:0", "--https=off"]));
    let address = server.http();
    let jane = folder.run(&["partner-test", &address, "--user", "jane@contoso.test"]);
    assert_eq!((jane.code, jane.out.as_str()), (0, "pass\n"), "{}", jane.err);
    let john = folder.run(&["partner-test", &address, "--user", "john@fabrikam.test"]);
    assert_eq!((john.code, john.out.as_str()), (1, "fail\n"), "{}", john.err);
    assert!(john.err.contains("amr does not hold mfa"), "{}", john.err);
    let nobody = folder.run(&["partner-test", &address, "--user", "nobody@fabrikam.test"]);
    assert_eq!((nobody.code, nobody.out.as_str()), (1, ""), "{}", nobody.err);
}

#[test]
fn a_token_is_tested_without_a_server() {
    let folder = Folder::new();
    let mint = |amr: &str| {
        let minted = folder.run(&[
            "token",
            "--user",
            "jane@contoso.test",
            "--app",
            "azure-cli",
            "--resource",
            "partner-center-api",
            "--tenant",
            "contoso",
            "--scope",
            "user_impersonation",
            "--amr",
            amr,
        ]);
        assert_eq!(minted.code, 0, "{}", minted.err);
        minted.out.trim().to_owned()
    };
    let with = folder.run(&["partner-test", "--token", &mint("pwd,mfa")]);
    assert_eq!((with.code, with.out.as_str()), (0, "pass\n"), "{}", with.err);
    let without = folder.run(&["partner-test", "--token", &mint("pwd")]);
    assert_eq!((without.code, without.out.as_str()), (1, "fail\n"), "{}", without.err);
    let nonsense = folder.run(&["partner-test", "--token", "nonsense"]);
    assert_eq!((nonsense.code, nonsense.out.as_str()), (1, ""), "{}", nonsense.err);
    assert_eq!(folder.run(&["partner-test"]).code, 2);
}

//! `standin totp`.

use crate::program::Folder;

#[test]
fn a_users_code_is_that_of_the_users_secret() {
    let folder = Folder::new();
    for (user, secret) in [
        ("jane@contoso.test", "JANEJANEJANEJANEJANEJANEJANEJANE"),
        ("Jane@Contoso.test", "jane jane jane jane jane jane jane jane"),
        ("trent@wingtip.test", "TRENTTRENTTRENTTRENTTRENTTRENTTR"),
    ] {
        // The code may change between two calls, but not twice.
        let same = (0..2).any(|_| {
            let (by_user, by_secret) = (folder.run(&["totp", user]), folder.run(&["totp", secret]));
            assert_eq!((by_user.code, by_user.out.trim().len()), (0, 6), "{}", by_user.err);
            by_user.out == by_secret.out
        });
        assert!(same, "{user}");
    }
}

#[test]
fn who_has_no_code_app_has_no_code() {
    let folder = Folder::new();
    for (of, told) in [
        ("alice@example.test", "alice@example.test has no code app"),
        ("nobody@example.test", "no account nobody@example.test"),
        ("not base32!", "neither a user name, which has an @, nor a secret"),
        ("not base32, though long enough!", "neither a user name nor a secret"),
        ("x", "neither a user name, which has an @, nor a secret"),
    ] {
        let answer = folder.run(&["totp", of]);
        assert_eq!((answer.code, answer.out.as_str()), (1, ""), "{of}");
        assert!(answer.err.contains(told), "{of}: {}", answer.err);
    }
}

#[test]
fn a_world_that_is_named_has_to_be_there() {
    let folder = Folder::new();
    for of in ["jane@contoso.test", "JANEJANEJANEJANEJANEJANEJANEJANE"] {
        let answer = folder.run(&["totp", "--world", "nope", of]);
        assert_eq!((answer.code, answer.out.as_str()), (2, ""), "{of}");
        assert!(answer.err.contains("nope"), "{of}: {}", answer.err);
        assert_eq!(folder.run(&["totp", "--world", "partner", of]).code, 0, "{of}");
    }
}

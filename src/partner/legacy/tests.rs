//! Who may go on with what, and who may administer whom from there.

use super::credentials::{Shown, judge};
use super::powershell::{Session, opened, session};
use crate::directory::partner::RelationshipStatus;
use crate::directory::policy::PerUserMfa;
use crate::directory::tenant::{Answer, ProviderMfa};
use crate::directory::world::{self, World};
use crate::directory::{Account, Directory};
use crate::id::Upn;
use crate::time::Timestamp;
use std::sync::Arc;

const NOW: &str = "2026-11-23T10:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse(NOW).unwrap()
}

fn directory(change: impl FnOnce(&mut World)) -> Directory {
    let mut world = world::partner().unwrap();
    change(&mut world);
    Directory::new(world).unwrap()
}

fn wingtip(change: impl FnOnce(&mut crate::directory::tenant::Provider)) -> Directory {
    directory(|world| change(world.providers.get_mut("wingtip").unwrap()))
}

fn account<'d>(directory: &'d Directory, upn: &str) -> Account<'d> {
    directory.account(&Upn::new(upn)).unwrap()
}

/// What a name and a password come to: what was shown, or the code of the refusal.
fn verdict(directory: &Directory, upn: &str, password: &str) -> Result<Shown, u32> {
    judge(directory, &Upn::new(upn), password, &[], now())
        .map(|(_, shown)| shown)
        .map_err(|refusal| refusal.code.number())
}

#[test]
fn r_60_a_managed_accounts_password_is_its_own_in_any_script() {
    let directory = directory(|world| {
        let zoe = crate::directory::user::User {
            password: Some(crate::directory::user::Secret::new("пароль:密码🔑 ")),
            ..Default::default()
        };
        world.users.insert(Upn::new("zoë@example.test"), Arc::new(zoe));
    });
    assert_eq!(verdict(&directory, "ZOË@example.test", "пароль:密码🔑 "), Ok(Shown::Password));
    assert_eq!(verdict(&directory, "zoë@example.test", "пароль:密码🔑"), Err(50126));
    for nobody in ["nobody@example.test", "nobody@nowhere.test", "nobody", "mia@local.test"] {
        assert_eq!(verdict(&directory, nobody, "Password1!"), Err(50126), "{nobody}");
    }
}

#[test]
fn r_10_a_federated_accounts_password_is_its_providers() {
    const TRENT: &str = "trent@wingtip.test";
    let on_request = wingtip(|provider| provider.mfa = ProviderMfa::OnRequest);
    let at_provider = Ok(Shown::AtProvider { domain: "wingtip.test".into(), provider: "wingtip".into() });
    assert_eq!(verdict(&on_request, TRENT, "Wingtip1!"), at_provider);
    assert_eq!(verdict(&on_request, TRENT, "Password1!"), Err(50126));
    assert_eq!(verdict(&wingtip(|_| {}), TRENT, "Password1!"), Err(50126));
    assert_eq!(verdict(&wingtip(|provider| provider.answer = Answer::Down), TRENT, "Wingtip1!"), Err(50008));
    let other = wingtip(|provider| {
        provider.mfa = ProviderMfa::Never;
        provider.users.get_mut(&Upn::new(TRENT)).unwrap().immutable_id = "somebody-else".into();
    });
    assert_eq!(verdict(&other, TRENT, "Wingtip1!"), Err(51004));
}

#[test]
fn r_62_delegated_privileges_are_used_from_home_and_need_a_relationship_in_force() {
    let directory = directory(|world| {
        world.relationships.get_mut("wingtip-adatum").unwrap().status = RelationshipStatus::Terminated;
    });
    let asked = |upn: &str, org: &str| {
        let account = account(&directory, upn);
        let session = session(&directory, &account, &Shown::Password, Some(org), now());
        session
            .map(|session| opened(&session, &account, &Shown::Password))
            .map_err(|refusal| (refusal.code.number(), refusal.because.first().map(|why| why.text.clone())))
    };
    let john = asked("john@fabrikam.test", "tailspin.test").unwrap();
    assert_eq!(john["delegated"]["kind"], "DAP");
    assert_eq!(john["roles"], serde_json::json!(["Global administrator"]));
    assert_eq!(john["signedInTo"]["name"], "Fabrikam");
    assert_eq!(asked("hana@contoso.test", "Adatum.TEST").unwrap()["roles"][0], "Helpdesk administrator");
    for (upn, org, code) in [
        ("fay@fabrikam.test", "adatum.test", 50020),
        ("greta@fabrikam.test", "adatum.test", 50020),
        ("trent@wingtip.test", "adatum.test", 50020),
        ("john@fabrikam.test", "contoso.test", 50020),
        ("alice@example.test", "adatum.test", 50020),
        ("john@fabrikam.test", "nowhere.test", 90002),
    ] {
        assert_eq!(asked(upn, org).unwrap_err().0, code, "{upn} {org}");
    }
    let (_, why) = asked("trent@wingtip.test", "adatum.test").unwrap_err();
    assert_eq!(why.unwrap(), "the relationship wingtip-adatum was terminated");
}

#[test]
fn r_61_an_app_password_opens_a_session_in_which_nothing_can_be_administered() {
    let directory = directory(|world| world.tenants.get_mut("fabrikam").unwrap().per_user_mfa = PerUserMfa::Enforced);
    let shown = Shown::AppPassword { name: String::new() };
    let greta = account(&directory, "greta@fabrikam.test");
    let own = session(&directory, &greta, &shown, None, now()).unwrap();
    assert!(matches!(own, Session::Own(_)));
    assert_eq!(opened(&own, &greta, &shown)["roles"], serde_json::json!([]));
    assert_eq!(opened(&own, &greta, &Shown::Password)["roles"][0], "Global administrator");
    let john = account(&directory, "john@fabrikam.test");
    let refusal = session(&directory, &john, &shown, Some("adatum.test"), now()).unwrap_err();
    assert_eq!(refusal.because[0].rule, "R-61");
}

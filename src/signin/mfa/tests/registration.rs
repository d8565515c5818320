//! Who has to register, with what, and whether it can wait.

use super::*;
use crate::directory::policy::MethodKind;
use crate::signin::mfa::question::{Grace, RegisterPage};
use crate::signin::mfa::talk::{Pending, Registration};

fn enforced(change: impl FnOnce(&mut EntraTenant)) -> Case {
    let directory = example(|tenant| {
        tenant.per_user_mfa = PerUserMfa::Enforced;
        change(tenant);
    });
    Case::new(directory, ALICE, &[])
}

fn offered(case: &Case) -> Vec<MethodKind> {
    match case.decide().outcome {
        Err(Step::Register(question)) => question.offered,
        other => panic!("to register, not {other:?}"),
    }
}

#[test]
fn r_22_what_is_offered_is_the_tenants_policy() {
    use MethodKind::{Call, Passkey, Push, Sms, Totp};
    assert_eq!(offered(&enforced(|_| {})), [Push, Totp, Sms, Call, Passkey]);
    assert_eq!(offered(&enforced(|tenant| tenant.security_defaults = true)), [Push, Totp]);
    assert_eq!(offered(&enforced(|tenant| tenant.admins_baseline = true)), [Push, Totp]);
    assert_eq!(offered(&enforced(|tenant| tenant.allowed_methods = Some(vec![Sms, MethodKind::AppPassword]))), [Sms]);
    assert_eq!(enforced(|tenant| tenant.allowed_methods = Some(vec![])).word(), "no 50074");
}

#[test]
fn r_22_a_method_that_is_switched_off_cannot_be_used_either() {
    let mut case = enforced(|tenant| tenant.allowed_methods = Some(vec![MethodKind::Push]));
    case.directory = with(&case.directory, ALICE, |user| user.methods = code_app());
    assert_eq!(case.word(), REGISTER);
}

#[test]
fn r_21_the_wizard_goes_from_page_to_page() {
    let mut case = enforced(|_| {});
    let pages = [
        (None, RegisterPage::MoreInformation),
        (Some(Registration::Choosing), RegisterPage::Choose),
        (Some(Registration::SettingUp(Pending::Push)), RegisterPage::SetUp(MethodKind::Push)),
        (Some(Registration::Confirming(Pending::Push)), RegisterPage::Confirm(MethodKind::Push)),
    ];
    for (registration, expected) in pages {
        case.evidence.talk.registration = registration;
        match case.decide().outcome {
            Err(Step::Register(question)) => assert_eq!(question.page, expected),
            other => panic!("{expected:?}, not {other:?}"),
        }
    }
}

#[test]
fn r_02_an_ordinary_user_may_put_registration_off_for_the_days_of_grace() {
    let directory = example(|tenant| {
        tenant.security_defaults = true;
        tenant.registration_grace_days = 14;
    });
    let asked = |days: i64| {
        let since = (days > 0).then(|| now().plus(Span::days(-days)));
        Case::new(with(&directory, ALICE, |user| user.registration_asked = since), ALICE, &[])
    };
    for (days, left) in [(0, Some(14)), (1, Some(13)), (13, Some(1)), (14, None), (400, None)] {
        let mut case = asked(days);
        let grace = left.map_or(Grace::None, Grace::Days);
        assert_eq!(case.word(), format!("register MoreInformation {grace:?}"), "{days}");
        case.evidence.talk.skipped = true;
        assert_eq!(case.word() == "pwd", left.is_some(), "{days}");
        // Where nobody can be asked, grace is enough.
        assert_eq!(asked(days).unasked(), if left.is_some() { "pwd" } else { "no 50079" }, "{days}");
    }
    // An administrator has no grace: the second factor itself is demanded.
    let admin = with(&directory, ALICE, |user| user.roles = vec![crate::directory::role::Role::GlobalAdmin]);
    assert_eq!(Case::new(admin, ALICE, &[]).word(), REGISTER);
}

#[test]
fn an_open_wizard_does_not_win_over_what_was_registered_meanwhile() {
    let mut case = enforced(|_| {});
    case.evidence.talk.registration = Some(Registration::Confirming(Pending::Sms("+1 555 0199".into())));
    assert_eq!(case.word(), "register Confirm(Sms) None");
    case.directory = with(&case.directory, ALICE, |user| user.methods = code_app());
    assert_eq!(case.word(), ASK_TOTP);
}

#[test]
fn r_22_what_is_switched_off_while_it_is_set_up_leads_back_to_the_choice() {
    let texts = || Pending::Sms("+1 555 0199".into());
    for registration in [Registration::SettingUp(texts()), Registration::Confirming(texts())] {
        let mut case = enforced(|tenant| tenant.allowed_methods = Some(vec![MethodKind::Totp]));
        case.evidence.talk.registration = Some(registration.clone());
        match case.decide().outcome {
            Err(Step::Register(question)) => {
                assert_eq!((question.page, question.withdrawn), (RegisterPage::Choose, Some(MethodKind::Sms)));
            }
            other => panic!("to choose again, not {other:?}"),
        }
        assert!(case.rules().contains(&"R-22".to_owned()), "{:?}", case.rules());
        let mut allowed = enforced(|tenant| tenant.allowed_methods = Some(vec![MethodKind::Sms]));
        allowed.evidence.talk.registration = Some(registration);
        assert!(allowed.word().ends_with("(Sms) None"), "{}", allowed.word());
    }
}

//! What a request amounts to at which moment.

use super::*;
use crate::directory::{Directory, world};
use crate::time::Span;

fn monday() -> Timestamp {
    Timestamp::parse("2026-11-23T10:00:00Z").unwrap()
}

fn filed(reason: Reason) -> Exception {
    let evidence = Evidence {
        configuration: "configuration.pdf".into(),
        test_result: "test.txt".into(),
        purchase_order: "order.pdf".into(),
    };
    Exception { tenant: "wingtip".into(), reason, evidence, submitted: Some(monday()), ..Exception::default() }
}

#[test]
fn r_71_what_nobody_decides_is_answered_when_the_review_is_over_by_the_known_answers() {
    let (before, after) = (monday().plus(Span::days(3)).plus(Span::seconds(-1)), monday().plus(Span::days(3)));
    for (reason, answer) in [
        (Reason::ThirdPartyMfa, ExceptionState::Approved),
        (Reason::Powershell, ExceptionState::Approved),
        (Reason::MoreTime, ExceptionState::Denied),
        (Reason::NoDelegatedPrivileges, ExceptionState::Denied),
        (Reason::ServiceAccounts, ExceptionState::Denied),
        (Reason::CleanDesk, ExceptionState::Denied),
        (Reason::LegacyProtocols, ExceptionState::Denied),
    ] {
        let request = filed(reason);
        assert_eq!(request.state_at(before), ExceptionState::Submitted, "{reason:?}");
        assert_eq!(request.state_at(after), answer, "{reason:?}");
        assert_eq!(reason.guidance().starts_with("No"), answer == ExceptionState::Denied, "{reason:?}");
    }
}

#[test]
fn r_71_without_all_the_evidence_no_reason_is_good_enough() {
    let later = monday().plus(Span::days(9));
    let forget: [fn(&mut Evidence); 3] =
        [|it| it.configuration.clear(), |it| it.test_result = " ".into(), |it| it.purchase_order.clear()];
    for missing in forget {
        let mut request = filed(Reason::ThirdPartyMfa);
        missing(&mut request.evidence);
        assert_eq!(request.state_at(later), ExceptionState::Denied);
    }
    let undated = Exception { submitted: None, ..filed(Reason::ThirdPartyMfa) };
    assert_eq!(undated.state_at(later), ExceptionState::Submitted);
}

#[test]
fn r_72_a_grant_ends_when_it_says_and_what_was_decided_stays_decided() {
    let until = monday().plus(Span::days(30));
    let with = |state| Exception { state, until: Some(until), ..filed(Reason::ThirdPartyMfa) };
    let (before, after) = (until.plus(Span::seconds(-1)), until);
    for (state, then, afterwards) in [
        (ExceptionState::Approved, ExceptionState::Approved, ExceptionState::Expired),
        (ExceptionState::Submitted, ExceptionState::Approved, ExceptionState::Expired),
        (ExceptionState::Denied, ExceptionState::Denied, ExceptionState::Denied),
        (ExceptionState::Withdrawn, ExceptionState::Withdrawn, ExceptionState::Withdrawn),
        (ExceptionState::Expired, ExceptionState::Expired, ExceptionState::Expired),
    ] {
        assert_eq!((with(state).state_at(before), with(state).state_at(after)), (then, afterwards), "{state:?}");
    }
    let granted = Exception { state: ExceptionState::Approved, ..filed(Reason::MoreTime) };
    assert_eq!(granted.state_at(Timestamp::from_millis(i64::MAX)), ExceptionState::Approved);
}

#[test]
fn r_07_an_exception_in_force_covers_its_own_tenant_and_no_other() {
    let mut world = world::partner().unwrap();
    world.exceptions.insert("one".into(), Exception { state: ExceptionState::Approved, ..filed(Reason::Powershell) });
    world.exceptions.insert("two".into(), Exception { tenant: "contoso".into(), ..filed(Reason::Powershell) });
    let directory = Directory::new(world).unwrap();
    let excepted = |handle: &str, now| {
        let found = directory.excepted(directory.home(handle).unwrap(), now);
        found.map(|(handle, _)| handle)
    };
    assert_eq!(excepted("wingtip", monday()), Some("one"));
    assert_eq!(excepted("contoso", monday()), None);
    assert_eq!(excepted("contoso", monday().plus(Span::days(3))), Some("two"));
    assert_eq!((excepted("fabrikam", monday()), excepted("local", monday())), (None, None));
}

#[test]
fn words_are_those_of_a_world_file() {
    for reason in Reason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.word());
    }
    for integration in Integration::ALL {
        assert_eq!(serde_json::to_value(integration).unwrap(), integration.word());
    }
    for state in [
        ExceptionState::Submitted,
        ExceptionState::Approved,
        ExceptionState::Denied,
        ExceptionState::Withdrawn,
        ExceptionState::Expired,
    ] {
        assert_eq!(serde_json::to_value(state).unwrap(), state.word());
    }
}

#[test]
fn r_07_a_reason_names_the_product_where_there_is_one() {
    let named = |product: &str| Exception { product: product.into(), ..Exception::default() }.called("e1");
    assert_eq!(named("Ticket MFA"), "the technical exception e1 for Ticket MFA");
    assert_eq!((named(""), named(" ")), ("the technical exception e1".into(), "the technical exception e1".into()));
}

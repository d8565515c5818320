use proptest::prelude::*;

use super::*;
use crate::federation::assertion::Version;
use crate::federation::fixtures::{ISSUER, LOGIN, MICROSOFT_ONLINE, assertion, now};

fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        audience: MICROSOFT_ONLINE,
        recipient: Recipient::Named(LOGIN),
        in_response_to: Some("_r1"),
        now: now(),
        skew: Span::minutes(5),
    }
}

fn ws_federation() -> Expected<'static> {
    Expected { recipient: Recipient::NamedOrNot(&[LOGIN]), in_response_to: None, ..expected() }
}

fn changed(change: impl FnOnce(&mut Assertion)) -> Assertion {
    let mut said = assertion(Version::Saml20);
    change(&mut said);
    said
}

#[test]
fn what_was_asked_for_is_accepted() {
    assert_eq!(check(&assertion(Version::Saml20), &expected()), Ok(()));
    assert_eq!(check(&assertion(Version::Saml11), &ws_federation()), Ok(()));
    // Meant for others as well.
    assert_eq!(check(&changed(|said| said.audiences.insert(0, "urn:else".into())), &expected()), Ok(()));
    // WS-Federation with SAML 2.0, which may name the address and need not.
    let named = changed(|said| said.in_response_to = None);
    assert_eq!(check(&named, &ws_federation()), Ok(()));
    let unnamed = Assertion { recipient: None, borne_until: None, ..named };
    assert_eq!(check(&unnamed, &ws_federation()), Ok(()));
    // A session that goes on, by a clock that disagrees by less than five minutes.
    let session_ends = |moment| changed(|said| said.authentication.session_ends = Some(moment));
    assert_eq!(check(&session_ends(now().plus(Span::hours(8))), &expected()), Ok(()));
    assert_eq!(check(&session_ends(now().plus(Span::minutes(-4))), &expected()), Ok(()));
}

#[test]
fn each_thing_that_is_wrong_is_named() {
    type Change = fn(&mut Assertion);
    let table: [(Change, &str); 18] = [
        (
            |said| said.borne_until = None,
            "the assertion's SubjectConfirmationData has no NotOnOrAfter: it could be borne forever",
        ),
        (
            |said| said.authentication.session_ends = Some(now().plus(Span::minutes(-5))),
            "the session that the assertion tells of ended at 2026-11-20T09:55:00Z, and it is 2026-11-20T10:00:00Z here",
        ),
        (
            |said| said.issuer = "http://evil.test/".into(),
            "the assertion is issued by 'http://evil.test/' instead of 'http://wingtip.test/adfs/services/trust'",
        ),
        // Cyrillic letters that look like these.
        (
            |said| said.issuer = ISSUER.replace('i', "\u{456}"),
            "the assertion is issued by 'http://w\u{456}ngt\u{456}p.test/adfs/serv\u{456}ces/trust' \
             instead of 'http://wingtip.test/adfs/services/trust'",
        ),
        (
            |said| said.issuer = ISSUER.to_uppercase(),
            "the assertion is issued by 'HTTP://WINGTIP.TEST/ADFS/SERVICES/TRUST' \
             instead of 'http://wingtip.test/adfs/services/trust'",
        ),
        (
            |said| said.audiences = vec!["urn:a".into(), "urn:b".into()],
            "the assertion is for 'urn:a', 'urn:b' instead of 'urn:federation:MicrosoftOnline'",
        ),
        (
            |said| said.audiences.clear(),
            "the assertion does not say for whom it is, and has to be for 'urn:federation:MicrosoftOnline'",
        ),
        (
            |said| said.audiences = vec![MICROSOFT_ONLINE.to_lowercase()],
            "the assertion is for 'urn:federation:microsoftonline' instead of 'urn:federation:MicrosoftOnline'",
        ),
        (
            |said| said.recipient = Some("https://evil.test/".into()),
            "the assertion is to be delivered to 'https://evil.test/' instead of 'https://localhost:8443/login.srf'",
        ),
        (
            |said| said.recipient = Some(format!("{LOGIN}/")),
            "the assertion is to be delivered to 'https://localhost:8443/login.srf/' \
             instead of 'https://localhost:8443/login.srf'",
        ),
        (|said| said.recipient = None, "the assertion does not say where it is to be delivered"),
        (|said| said.in_response_to = Some("_r2".into()), "the assertion answers the request '_r2' instead of '_r1'"),
        (|said| said.in_response_to = None, "the assertion does not say which request it answers"),
        (|said| said.not_on_or_after = None, "the assertion does not say when it ends"),
        (
            |said| said.not_on_or_after = Some(now().plus(Span::minutes(-5))),
            "the assertion ended at 2026-11-20T09:55:00Z, and it is 2026-11-20T10:00:00Z here",
        ),
        (
            |said| said.not_on_or_after = Some(Timestamp::default()),
            "the assertion ended at 1970-01-01T00:00:00Z, and it is 2026-11-20T10:00:00Z here",
        ),
        (
            |said| said.not_before = Some(now().plus(Span::from_millis(300_001))),
            "the assertion is valid only from 2026-11-20T10:05:00.001Z, and it is 2026-11-20T10:00:00Z here",
        ),
        (
            |said| said.not_before = Some(now().plus(Span::days(4_000_000))),
            "the assertion is valid only from 9999-12-31T23:59:59.999Z, and it is 2026-11-20T10:00:00Z here",
        ),
    ];
    for (change, sentence) in table {
        let wrong = check(&changed(change), &expected()).expect_err(sentence);
        assert_eq!(wrong.to_string(), sentence);
    }
    let never_asked = check(&assertion(Version::Saml20), &Expected { in_response_to: None, ..expected() });
    assert_eq!(never_asked, Err(Wrong::NeverAsked { found: "_r1".into() }));
    assert_eq!(
        never_asked.unwrap_err().to_string(),
        "the assertion answers the request '_r1', which was not made here"
    );
    let elsewhere = changed(|said| said.recipient = Some("https://evil.test/".into()));
    let wrong = check(&elsewhere, &Expected { in_response_to: Some("_r1"), ..ws_federation() });
    assert!(matches!(wrong, Err(Wrong::Recipient { .. })), "{wrong:?}");
}

#[test]
fn a_strangers_words_do_not_fill_the_journal() {
    let wrong = check(&changed(|said| said.issuer = "x".repeat(60_000)), &expected()).unwrap_err();
    assert!(wrong.to_string().len() < 300);
}

#[test]
fn clocks_may_disagree_by_the_skew_at_both_ends_and_no_more() {
    let (begins, ends) = (now(), now().plus(Span::hours(1)));
    let at = |moment: Timestamp| check(&assertion(Version::Saml20), &Expected { now: moment, ..expected() });
    let (skew, millisecond) = (Span::minutes(5), Span::from_millis(1));
    let before = Span::from_millis(-skew.millis());
    let early = begins.plus(before);
    assert_eq!(at(early), Ok(()));
    let too_early = early.plus(Span::from_millis(-1));
    assert_eq!(at(too_early), Err(Wrong::NotYetValid { begins, now: too_early }));
    let late = ends.plus(skew);
    assert_eq!(at(late), Err(Wrong::Expired { ended: ends, now: late }));
    assert_eq!(at(late.plus(Span::from_millis(-millisecond.millis()))), Ok(()));
}

proptest! {
    /// Whatever time it is: accepted exactly from begin to end, with the skew at both.
    #[test]
    fn an_assertion_holds_from_its_beginning_to_its_end(offset in -10_000_000_i64..10_000_000, skew in 0_i64..600_000) {
        let said = assertion(Version::Saml20);
        let moment = now().plus(Span::from_millis(offset));
        let held = check(&said, &Expected { now: moment, skew: Span::from_millis(skew), ..expected() }).is_ok();
        prop_assert_eq!(held, (-skew..3_600_000 + skew).contains(&offset));
    }
}

use super::*;

const NOW: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(NOW + seconds)
}

fn ending(after: i64, auto_extend: Option<Span>) -> Relationship {
    Relationship { ends: Some(at(after)), auto_extend, ..Relationship::default() }
}

#[test]
fn time_ends_what_nobody_renews() {
    use RelationshipStatus::{Active, Approved, Created, Expired, Expiring, Terminated, TerminationRequested};
    const DAY: i64 = 86_400;
    let renewed = Some(Span::days(180));
    let table = [
        (Active, None, None, Active),
        (Active, Some(2 * DAY), None, Active),
        (Active, Some(1800), None, Expiring),
        (Active, Some(1), None, Expiring),
        (Active, Some(0), None, Expired),
        (Active, Some(-DAY), None, Expired),
        (Active, Some(-DAY), renewed, Active),
        (Active, Some(1800), renewed, Active),
        (Expiring, Some(2 * DAY), None, Active),
        (TerminationRequested, Some(DAY), None, TerminationRequested),
        (TerminationRequested, Some(-1), None, Terminated),
        (Terminated, Some(DAY), renewed, Terminated),
        (Created, Some(-DAY), None, Created),
        (Approved, Some(DAY), None, Approved),
    ];
    for (decided, ends, auto_extend, status) in table {
        let one = Relationship { status: decided, ends: ends.map(at), auto_extend, ..Relationship::default() };
        assert_eq!(one.status_at(at(0)), status, "{decided:?}, {ends:?}, {auto_extend:?}");
    }
}

#[test]
fn what_renews_itself_ends_a_whole_number_of_times_later() {
    let one = ending(0, Some(Span::seconds(100)));
    for (now, ends) in [(-1, 0), (0, 100), (99, 100), (100, 200), (950, 1000)] {
        assert_eq!(one.ends_at(at(now)), Some(at(ends)), "{now}");
    }
    assert_eq!(ending(0, Some(Span::seconds(0))).ends_at(at(5)), Some(at(0)));
    assert_eq!(Relationship::default().ends_at(at(5)), None);
}

use super::*;

fn read(query: &str) -> Result<Filter, Refused> {
    Filter::read(&Params::parse(query.as_bytes()).unwrap(), None)
}

fn entry(kind: Kind, user: &str, flow: &str) -> Entry {
    Entry::new(crate::time::Timestamp::default(), kind, "x").about(Some(user)).in_flow(Some(flow))
}

#[test]
fn filters_narrow_together_and_kinds_may_be_several() {
    let filter = read("kind=decision,error&user=Alice%40Example.test&flow=f1").unwrap();
    assert!(filter.wants(&entry(Kind::Error, "alice@example.test", "f1")));
    assert!(!filter.wants(&entry(Kind::Token, "alice@example.test", "f1")));
    assert!(!filter.wants(&entry(Kind::Error, "bob@example.test", "f1")));
    assert!(!filter.wants(&entry(Kind::Error, "alice@example.test", "f2")));
    assert!(read("").unwrap().wants(&entry(Kind::Control, "bob@example.test", "f2")));
}

#[test]
fn numbers_are_bounded_and_what_is_none_is_refused() {
    let filter = read("limit=999999&wait=3600&after=7").unwrap();
    assert_eq!((filter.limit, filter.wait, filter.after), (MOST, LONGEST_WAIT, 7));
    assert_eq!(read("limit=0").unwrap().limit, 1);
    for query in ["after=x", "after=-1", "limit=1.5", "wait=1s", "kind=decisions", "usr=alice"] {
        assert!(matches!(read(query), Err(Refused::Unreadable { target: Some(_), .. })), "{query}");
    }
}

#[test]
fn a_browser_that_reconnects_says_what_it_saw_last() {
    let params = Params::parse(b"after=3").unwrap();
    assert_eq!(Filter::read(&params, Some("9")).unwrap().after, 9);
    assert_eq!(Filter::read(&params, Some("nonsense")).unwrap().after, 3);
}

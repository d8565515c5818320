use super::page::FlowPage;
use super::*;
use askama::Template as _;

const EVIL: &str = "<script>alert('x')</script>\n    B->>T: \"forged\"; & #";

fn entry(kind: Kind, summary: &str) -> Entry {
    Entry::new(Timestamp::from_seconds(1_000), kind, summary).in_flow(Some("aB-c")).about(Some("alice@example.test"))
}

fn told(entries: &[Entry]) -> Flow {
    tell(entries).unwrap()
}

fn answered(by: By, asked: &str, status: u16) -> Entry {
    entry(Kind::Request, asked).telling(Fact::Answered { by, status })
}

fn outcome_of(entries: &[(Kind, Option<Fact>)]) -> String {
    let words = "a stranger says: tokens for jane, AADSTS50034, jane is signed in at x → 200";
    let entry = |(kind, fact): &(Kind, Option<Fact>)| Entry { fact: *fact, ..entry(*kind, words) };
    told(&entries.iter().map(entry).collect::<Vec<_>>()).outcome
}

#[test]
fn what_was_asked_comes_before_what_was_decided_and_what_was_answered_after() {
    let why = vec![Because::new("R-10", "the domain is managed")];
    let flow = told(&[
        entry(Kind::Decision, "ask for the password").with(why.clone()),
        answered(By::Tenant, "POST /w/one/common/login", 200),
        entry(Kind::Token, "tokens for alice"),
        answered(By::Provider, "POST /w/one/idp/local/token", 200),
        entry(Kind::Decision, "still deciding"),
    ]);
    let steps: Vec<_> = flow.steps.iter().map(|step| (step.from, step.to, step.text.as_str())).collect();
    let (browser, tenant, provider) = (Party::Browser, Party::Tenant, Party::Provider);
    assert_eq!(
        steps,
        [
            (browser, tenant, "POST /w/one/common/login"),
            (tenant, tenant, "ask for the password"),
            (tenant, browser, "answers 200"),
            (browser, provider, "POST /w/one/idp/local/token"),
            (provider, browser, "tokens for alice"),
            (provider, browser, "answers 200"),
            (provider, provider, "still deciding"),
        ]
    );
    assert_eq!(flow.steps[1].because, why);
    assert_eq!((flow.id.as_str(), flow.user.as_deref()), ("aB-c", Some("alice@example.test")));
    assert_eq!(flow.parties(), [browser, tenant, provider]);
}

#[test]
fn the_last_word_is_the_outcome_and_is_told_in_data() {
    let done = (Kind::Request, Some(Fact::Answered { by: By::Tenant, status: 200 }));
    let (ask, error) = ((Kind::Decision, None), (Kind::Error, None));
    let wrong = (Kind::Decision, Some(Fact::Refused(50126)));
    assert_eq!(outcome_of(&[ask, done]), "waiting");
    assert_eq!(outcome_of(&[wrong, ask, done]), "waiting");
    assert_eq!(outcome_of(&[ask, wrong, done]), "refused with AADSTS50126");
    assert_eq!(outcome_of(&[(Kind::Error, Some(Fact::Refused(700_016))), done]), "refused with AADSTS700016");
    assert_eq!(outcome_of(&[error, done]), "refused");
    assert_eq!(outcome_of(&[(Kind::Token, None), done]), "signed in");
    assert_eq!(outcome_of(&[(Kind::Token, Some(Fact::TokensIssued)), done]), "tokens issued");
    assert_eq!(outcome_of(&[done]), "waiting");
    let (token, site) = ((Kind::Token, Some(Fact::TokensIssued)), (Kind::Decision, Some(Fact::SignedIn)));
    let (page, no) = (ask, error);
    assert_eq!(outcome_of(&[ask, token, site, done, page, done]), "signed in");
    assert_eq!(outcome_of(&[ask, token, page]), "tokens issued");
    assert_eq!(outcome_of(&[token, site, no, done]), "refused");
    assert_eq!(outcome_of(&[token, site, no, done, page, done]), "signed in");
    assert_eq!(tell(&[]), None);
}

#[test]
fn hostile_words_stay_words_in_every_form() {
    let evil =
        || entry(Kind::Decision, EVIL).with(vec![Because::new(EVIL, EVIL)]).about(Some(EVIL)).for_app(Some(EVIL));
    let mut entries = vec![evil(), answered(By::Tenant, "POST /common/login", 302)];
    entries.push(Entry { kind: Kind::Token, ..evil() });
    let flow = told(&entries);
    let mermaid = to_mermaid(&flow);
    assert_eq!(mermaid.lines().filter(|line| line.contains("->>")).count(), 3, "{mermaid}");
    let page = FlowPage::new(Some(flow.clone()), "", "n").render().unwrap();
    for text in [&mermaid, &to_svg(&flow), &page] {
        assert!(text.contains("alert") && !text.contains("<script"), "{text}");
        assert!(!text.contains("\"forged\""), "{text}");
    }
}

#[test]
fn a_picture_is_told_in_words_too_and_a_page_lets_its_style_through() {
    let flow = told(&[entry(Kind::Decision, "a_very_long_word_".repeat(20).as_str())]);
    let svg = to_svg(&flow);
    assert!(svg.contains("<title id=\"flow-title\">Sign-in of alice@example.test to somebody not known yet</title>"));
    assert!(
        svg.contains("<desc id=\"flow-desc\">waiting: Tenant to Tenant: a_very") && svg.contains("<style>"),
        "{svg}"
    );
    assert!(svg.contains("prefers-color-scheme:dark"));
    let lines = svg.split("<text ").skip(1).map(|rest| rest.split(['>', '<']).nth(1).unwrap().chars().count());
    assert!(lines.max() <= Some(40), "{svg}");
    assert!(to_inline_svg(&flow, "abc").contains("<style nonce=\"abc\">"));
}

//! Is a message from just now? WS-Security 1.0, section 10: the security header's timestamp.

use super::fault::{Fault, Reason};
use super::names::UTILITY;
use crate::federation::xml::Element;
use crate::time::{Span, Timestamp};

/// How much the sender's clock may disagree with ours.
const SKEW: Span = Span::minutes(5);
/// How long a message is good that does not say.
const LIVES: Span = Span::minutes(5);

/// Refuses a message whose timestamp is missing, or not about now.
pub(super) fn check(security: &Element<'_>, now: Timestamp) -> Result<(), Fault> {
    let wrong = |text: String| Err(Reason::InvalidSecurity.because(text));
    let Some(timestamp) = security.only(UTILITY, "Timestamp") else {
        return wrong("The security header needs one Timestamp that says when the message was made.".into());
    };
    let created = moment(timestamp, "Created")?;
    let Some(created) = created else {
        return wrong("The message's Timestamp does not say when it was created.".into());
    };
    let expires = moment(timestamp, "Expires")?.unwrap_or(created.plus(LIVES));
    if now.plus(SKEW) < created {
        return wrong(format!("The message was created at {created}, and it is {now} here: the clocks disagree."));
    }
    if expires.plus(SKEW) <= now {
        return wrong(format!("The message expired at {expires}, and it is {now} here: send it again, made anew."));
    }
    if expires < created {
        return wrong("The message's Timestamp ends before it begins.".into());
    }
    Ok(())
}

fn moment(timestamp: &Element<'_>, name: &'static str) -> Result<Option<Timestamp>, Fault> {
    let mut found = timestamp.all(UTILITY, name);
    let (Some(first), rest) = (found.next(), found.next()) else { return Ok(None) };
    let read = first.content().and_then(Timestamp::parse).filter(|_| rest.is_none());
    match read {
        Some(moment) => Ok(Some(moment)),
        None => Err(Reason::InvalidSecurity.because(format!("The Timestamp's {name} is not one moment in UTC."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::federation::wstrust::names::SECURITY;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_795_168_800)
    }

    fn header<'a>(created: Option<i64>, expires: Option<i64>) -> Element<'a> {
        let element = |name, minutes| UTILITY.element(name).text(now().plus(Span::minutes(minutes)).to_string());
        let timestamp = UTILITY
            .element("Timestamp")
            .children(created.map(|minutes| element("Created", minutes)))
            .children(expires.map(|minutes| element("Expires", minutes)));
        SECURITY.element("Security").child(timestamp)
    }

    #[test]
    fn a_message_is_good_for_as_long_as_it_says_and_clocks_may_disagree_by_five_minutes() {
        let table = [
            (Some(0), Some(10), true),
            (Some(-9), Some(1), true),
            (Some(-12), Some(-4), true),
            (Some(-15), Some(-5), false),
            (Some(5), Some(15), true),
            (Some(6), Some(16), false),
            (Some(0), Some(-1), false),
            (Some(0), None, true),
            (Some(-10), None, false),
            (None, Some(10), false),
            (None, None, false),
        ];
        for (created, expires, good) in table {
            assert_eq!(check(&header(created, expires), now()).is_ok(), good, "{created:?} {expires:?}");
        }
        assert!(check(&SECURITY.element("Security"), now()).is_err());
    }

    #[test]
    fn what_is_no_moment_or_comes_twice_is_refused() {
        let created = |text: &'static str| UTILITY.element("Created").text(text);
        let with = |children: Vec<Element<'static>>| {
            SECURITY.element("Security").child(UTILITY.element("Timestamp").children(children))
        };
        let good = now().to_string();
        let good = || UTILITY.element("Created").text(good.clone());
        for wrong in [vec![created("soon")], vec![created("")], vec![good(), good()]] {
            assert_eq!(check(&with(wrong), now()).unwrap_err().reason, Reason::InvalidSecurity);
        }
    }
}

//! How long does a relationship last? ISO 8601 durations of whole days, as Microsoft Graph writes them.

use crate::time::Span;

/// The longest a relationship may last.
const MOST_DAYS: i64 = 730;

/// Reads `P730D`, `P2Y` or `P6M`: from one day to two years.
pub fn read(text: &str) -> Option<Span> {
    let span = whole(text)?;
    (Span::days(1)..=Span::days(MOST_DAYS)).contains(&span).then_some(span)
}

/// Reads what a relationship renews itself by: nothing, or half a year.
pub fn read_extension(text: &str) -> Option<Option<Span>> {
    match text {
        "PT0S" | "P0D" => Some(None),
        "P180D" => Some(Some(Span::days(180))),
        _ => None,
    }
}

/// The words for a span, in whole days.
pub fn write(span: Option<Span>) -> String {
    match span.map(|span| span.whole_seconds() / Span::days(1).whole_seconds()) {
        None | Some(0) => "PT0S".to_owned(),
        Some(days) => format!("P{days}D"),
    }
}

fn whole(text: &str) -> Option<Span> {
    let (number, unit) = text.strip_prefix('P')?.split_at_checked(text.len().checked_sub(2)?)?;
    let number: i64 = number.parse::<u16>().ok()?.into();
    match unit {
        "D" => Some(Span::days(number)),
        "M" => Some(Span::days(number * 30)),
        "Y" => Some(Span::days(number * 365)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_within_a_day_and_two_years() {
        for (text, days) in [("P730D", 730), ("P1D", 1), ("P2Y", 730), ("P6M", 180)] {
            assert_eq!(read(text), Some(Span::days(days)), "{text}");
        }
        for text in ["", "P", "D", "P0D", "P731D", "P3Y", "730D", "P-1D", "PT5H", "P1W", "P99999999999999999999D", "Pä"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((read_extension("P180D"), read_extension("P0D")), (Some(Some(Span::days(180))), Some(None)));
        assert_eq!((read_extension("P90D"), write(None)), (None, "PT0S".to_owned()));
        assert_eq!(write(Some(Span::days(180))), "P180D");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,12}") {
            let _ = read(&text);
        }
    }
}

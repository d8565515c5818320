//! How do pages show dates, sums of money and long lists?

use time::macros::format_description;

use crate::time::Timestamp;

/// How many rows of a list a page shows.
pub const ROWS: usize = 25;

/// A day: `20 Nov 2026`.
pub fn day(moment: Timestamp) -> String {
    let form = format_description!("[day padding:none] [month repr:short] [year]");
    moment.date_time().format(&form).unwrap_or_default()
}

/// A sum: `$12,345.60`.
pub fn money(cents: u64) -> String {
    let whole = (cents / 100).to_string();
    let first = whole.len() % 3;
    let mut text = String::from("$");
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && place % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text + &format!(".{:02}", cents % 100)
}

/// A share in whole percent; of nothing there is none.
pub fn percent(part: usize, of: usize) -> Option<usize> {
    (part * 100).checked_div(of)
}

/// One page of a long list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pager {
    /// How many there are in all.
    pub total: usize,
    /// The first that is shown, counted from 1; 0 when there is none.
    pub first: usize,
    /// The last that is shown.
    pub last: usize,
    /// The number of the page before.
    pub before: Option<usize>,
    /// The number of the page after.
    pub after: Option<usize>,
    /// What else the address says, ready to be written before `page=`.
    pub query: String,
}

/// The rows of a page of a list. A page that does not exist is the last one.
pub fn page_of<T>(mut all: Vec<T>, page: usize, query: String) -> (Vec<T>, Pager) {
    let total = all.len();
    let pages = total.div_ceil(ROWS).max(1);
    let page = page.clamp(1, pages);
    let skipped = (page - 1) * ROWS;
    let rows: Vec<T> = all.drain(skipped..total.min(skipped + ROWS)).collect();
    let first = if rows.is_empty() { 0 } else { skipped + 1 };
    let last = skipped + rows.len();
    let before = (page > 1).then(|| page - 1);
    let after = (page < pages).then_some(page + 1);
    (rows, Pager { total, first, last, before, after, query })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_days_are_written_as_people_write_them() {
        let table = [(0, "$0.00"), (5, "$0.05"), (123, "$1.23"), (99_999, "$999.99"), (100_000, "$1,000.00")];
        for (cents, text) in table {
            assert_eq!(money(cents), text);
        }
        assert_eq!(money(12_345_678_901), "$123,456,789.01");
        assert_eq!(day(Timestamp::parse("2026-11-05T10:00:00Z").unwrap()), "5 Nov 2026");
        assert_eq!((percent(1, 3), percent(3, 3), percent(0, 0)), (Some(33), Some(100), None));
    }

    #[test]
    fn a_list_is_shown_page_by_page_and_never_past_its_end() {
        let page = |count: usize, page| {
            let (rows, pager) = page_of((0..count).collect(), page, String::new());
            (rows.len(), pager.first, pager.last, pager.before, pager.after)
        };
        assert_eq!(page(0, 1), (0, 0, 0, None, None));
        assert_eq!(page(25, 1), (25, 1, 25, None, None));
        assert_eq!(page(26, 1), (25, 1, 25, None, Some(2)));
        assert_eq!(page(26, 2), (1, 26, 26, Some(1), None));
        assert_eq!(page(26, usize::MAX), (1, 26, 26, Some(1), None));
        assert_eq!(page(26, 0), (25, 1, 25, None, Some(2)));
    }
}

//! Which part of an answer is wanted? OData's `$top`, `$select`, `$filter` and `$count`, as far as they are cheap.

mod filter;

use serde_json::{Map, Value};

use super::error::Refused;
use crate::http::params::{Params, shorten};
use filter::{Filter, Lacking};

/// How many objects a page has when nobody says.
const PAGE: usize = 100;
/// How many it has at most.
const MOST: usize = 999;
/// Our own parameter: where the next page begins.
const SKIP: &str = "$skiptoken";

/// What a query asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    top: Option<usize>,
    skip: usize,
    select: Option<Vec<String>>,
    filter: Filter,
    count: bool,
    /// Properties that objects of this kind have, and of which this world knows nothing.
    unknown: &'static [&'static str],
    /// Are objects of several kinds in one collection? Then one that lacks a property is none that has it.
    mixed: bool,
    /// The parameters as they came, for the address of the next page.
    params: Vec<(String, String)>,
}

impl Query {
    /// Reads a query. Parameters that do not begin with `$` are the caller's own business, as OData has it.
    pub fn read(params: &Params) -> Result<Self, Refused> {
        let mut query = Query::default();
        for (name, value) in params.iter() {
            match name {
                "$top" => query.top = Some(number(name, value, 1..=MOST)?),
                SKIP => query.skip = number(name, value, 0..=usize::MAX)?,
                "$select" => {
                    let names = value.split(',').map(str::trim).filter(|name| !name.is_empty());
                    let names: Vec<String> = names.map(str::to_owned).collect();
                    let all = names.is_empty() || names.iter().any(|name| name == "*");
                    query.select = if all { None } else { Some(names) };
                }
                "$filter" => query.filter = Filter::read(value)?,
                "$count" => query.count = value.eq_ignore_ascii_case("true"),
                _ if name.starts_with('$') => {
                    let name = shorten(name);
                    return Err(Refused::bad(format!("Query option '{name}' is not supported here.")));
                }
                _ => {}
            }
            query.params.push((name.to_owned(), value.to_owned()));
        }
        Ok(query)
    }

    /// The same, of objects that show no more than these properties unless somebody asks for others.
    pub fn showing(mut self, usual: &[&str]) -> Self {
        self.select.get_or_insert_with(|| usual.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    /// The same, of objects that have these properties too: nothing is known of them, so they are null.
    pub fn with_unknown(self, unknown: &'static [&'static str]) -> Self {
        Self { unknown, ..self }
    }

    /// The same, with next pages at addresses that do not say this.
    pub fn without(mut self, parameter: &str) -> Self {
        self.params.retain(|(name, _)| name != parameter);
        self
    }

    /// Does the filter speak of this property?
    pub fn filters_by(&self, name: &str) -> bool {
        self.filter.names(name)
    }

    /// The same, of objects of several kinds.
    pub fn of_several_kinds(self) -> Self {
        Self { mixed: true, ..self }
    }

    /// One page of a collection, with the address of the next one below `address`.
    pub fn page(&self, context: String, address: &str, rows: Vec<Value>) -> Result<Value, Refused> {
        self.check_selection(&rows)?;
        let mut kept = Vec::with_capacity(rows.len());
        for row in rows {
            if self.keeps(&row)? {
                kept.push(row);
            }
        }
        let total = kept.len();
        let size = self.top.unwrap_or(PAGE);
        let rows: Vec<Value> = kept.into_iter().skip(self.skip).take(size).map(|row| self.selected(row)).collect();
        let mut page = Map::new();
        page.insert("@odata.context".into(), context.into());
        if self.count {
            page.insert("@odata.count".into(), total.into());
        }
        let next = self.skip.saturating_add(rows.len());
        if next < total && !rows.is_empty() {
            page.insert("@odata.nextLink".into(), self.next(address, next).into());
        }
        page.insert("value".into(), rows.into());
        Ok(Value::Object(page))
    }

    /// One object, or as much of it as is wanted.
    pub fn item(&self, context: String, row: Value) -> Result<Value, Refused> {
        self.check_selection(std::slice::from_ref(&row))?;
        Ok(whole(context, self.selected(row)))
    }

    /// Refuses a selection of what no object of this kind has. That can be told only where all is listed that such objects have
    /// and this world knows nothing of; elsewhere what is not known is left out.
    fn check_selection(&self, rows: &[Value]) -> Result<(), Refused> {
        let has = |row: &Value, name: &str| {
            row.as_object().is_some_and(|row| row.keys().any(|known| known.eq_ignore_ascii_case(name)))
        };
        let known = |name: &str| self.unknown(name).is_some() || rows.iter().any(|row| has(row, name));
        let mut wanted = self.select.iter().flatten().filter(|name| !name.starts_with('@'));
        match wanted.find(|name| !known(name)) {
            Some(name) if !self.unknown.is_empty() && !self.mixed && !rows.is_empty() => Err(no_property(name)),
            Some(_) | None => Ok(()),
        }
    }

    fn unknown(&self, name: &str) -> Option<&'static str> {
        self.unknown.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
    }

    fn next(&self, address: &str, skip: usize) -> String {
        let kept = self.params.iter().filter(|(name, _)| name != SKIP);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(kept).append_pair(SKIP, &skip.to_string());
        format!("{address}?{}", query.finish())
    }

    fn keeps(&self, row: &Value) -> Result<bool, Refused> {
        // What another kind of object has, this one has not.
        let is_null = |name: &str| self.mixed || self.unknown(name).is_some();
        self.filter.keeps(row, &is_null).map_err(|Lacking(name)| no_property(name))
    }

    fn selected(&self, row: Value) -> Value {
        match (&self.select, row) {
            (Some(names), Value::Object(row)) => {
                let wanted = |name: &String| {
                    name.starts_with('@') || names.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
                };
                let unknown = names.iter().filter_map(|name| Some((self.unknown(name)?.to_owned(), Value::Null)));
                Value::Object(row.into_iter().filter(|(name, _)| wanted(name)).chain(unknown).collect())
            }
            (_, row) => row,
        }
    }
}

/// One object, all of it.
pub fn whole(context: String, row: Value) -> Value {
    let mut item = Map::new();
    item.insert("@odata.context".into(), context.into());
    if let Value::Object(row) = row {
        item.extend(row);
    }
    Value::Object(item)
}

fn no_property(name: &str) -> Refused {
    Refused::bad(format!("Could not find a property named '{}'.", shorten(name)))
}

fn number(name: &str, text: &str, range: std::ops::RangeInclusive<usize>) -> Result<usize, Refused> {
    let found = text.parse().ok().filter(|number| range.contains(number));
    found.ok_or_else(|| Refused::bad(format!("Invalid value '{}' for query option '{name}'.", shorten(text))))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Query, Refused> {
        Query::read(&Params::parse(text.as_bytes()).unwrap())
    }

    fn rows() -> Vec<Value> {
        (0..5).map(|n| json!({ "id": n.to_string(), "name": format!("n{n}'s"), "even": n % 2 == 0, "tags": ["n", format!("t{n}")] })).collect()
    }

    #[test]
    fn pages_lead_to_each_other_until_all_was_told() {
        let mut address = "$top=2&$count=true&x=1".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = read(&address).unwrap().page("c".into(), "http://h/p", rows()).unwrap();
            assert_eq!(page["@odata.count"], 5);
            seen.extend(page["value"].as_array().unwrap().iter().map(|row| row["id"].clone()));
            match page["@odata.nextLink"].as_str() {
                Some(next) => address = next.strip_prefix("http://h/p?").unwrap().to_owned(),
                None => break,
            }
        }
        assert_eq!(seen, ["0", "1", "2", "3", "4"]);
        let beyond = read("$skiptoken=9").unwrap().page("c".into(), "a", rows()).unwrap();
        assert_eq!(beyond, json!({ "@odata.context": "c", "value": [] }));
    }

    #[test]
    fn a_filter_keeps_what_is_equal() {
        let kept = |filter: &str| {
            let params = Params::from_pairs([("$filter", filter), ("$select", "id")]);
            Query::read(&params).unwrap().page("c".into(), "a", rows()).map(|page| page["value"].clone())
        };
        assert_eq!(kept("name eq 'N2''s'"), Ok(json!([{ "id": "2" }])));
        assert_eq!(kept("even eq true and id eq '4'"), Ok(json!([{ "id": "4" }])));
        assert_eq!(kept("even eq false and id eq '4'"), Ok(json!([])));
        assert_eq!(kept("tags/any(t: t eq 'T3') and even eq false"), Ok(json!([{ "id": "3" }])));
        assert_eq!(
            kept("tags/any(t:t eq 'n')"),
            Ok(json!([{ "id": "0" }, { "id": "1" }, { "id": "2" }, { "id": "3" }, { "id": "4" }]))
        );
        assert_eq!(kept("nme/any(t:t eq 'x')").unwrap_err().message(), "Could not find a property named 'nme'.");
        assert_eq!(kept("nme eq 'x'").unwrap_err().message(), "Could not find a property named 'nme'.");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for query in ["$top=0", "$top=1000", "$top=x", "$orderby=id", "$expand=a", "$skiptoken=-1"] {
            assert_eq!(read(query).unwrap_err().status(), 400, "{query}");
        }
        assert!(read("$filter=id").is_err());
    }

    #[test]
    fn an_annotation_stays_whatever_is_selected() {
        let row = json!({ "@odata.type": "t", "id": "1", "name": "n" });
        let item = read("$select=Name").unwrap().item("c".into(), row).unwrap();
        assert_eq!(item, json!({ "@odata.context": "c", "@odata.type": "t", "name": "n" }));
    }

    #[test]
    fn what_no_object_has_cannot_be_selected_and_what_is_not_known_is_null() {
        let row = || json!({ "id": "1", "name": "n" });
        let item = |query: &str| read(query).unwrap().with_unknown(&["jobCode"]).item("c".into(), row());
        assert_eq!(item("$select=id,JobCode"), Ok(json!({ "@odata.context": "c", "id": "1", "jobCode": null })));
        assert_eq!(item("$select=*"), item(""));
        assert_eq!(item("$select=id,nme").unwrap_err().message(), "Could not find a property named 'nme'.");
        let elsewhere = read("$select=id,nme").unwrap().item("c".into(), row());
        assert_eq!(elsewhere, Ok(json!({ "@odata.context": "c", "id": "1" })), "there may be more than is known here");
        let page = |query: &str, rows| read(query).unwrap().with_unknown(&["jobCode"]).page("c".into(), "a", rows);
        assert_eq!(page("$select=nme", rows()).unwrap_err().status(), 400);
        assert_eq!(page("$select=nme", Vec::new()), Ok(json!({ "@odata.context": "c", "value": [] })));
        let several =
            read("$select=nme").unwrap().with_unknown(&["jobCode"]).of_several_kinds().page("c".into(), "a", rows());
        assert!(several.is_ok(), "another kind may have it");
        let kept = Params::from_pairs([("$filter", "jobCode eq 'x'")]);
        let kept = Query::read(&kept).unwrap().with_unknown(&["jobCode"]).page("c".into(), "a", rows());
        assert_eq!(kept, Ok(json!({ "@odata.context": "c", "value": [] })));
    }
}

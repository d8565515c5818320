//! Who used Partner Center, and had they proven a second factor (Partner Center REST, "Partner security requirements")?
//!
//! Applications by themselves are in none of the reports: nothing is asked of them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::macros::format_description;

use super::error::Refused;
use super::{Ask, Outcome};
use crate::id::{ClientId, ObjectId};
use crate::partner::usage::{Proven, Surface, Usage};
use crate::time::{Span, Timestamp};

/// How far back the reports look.
pub const PERIOD: Span = Span::days(7);

/// Who used the portal or the API without a second factor, and when last: whoever was refused for that is among them.
pub fn principals(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let mut last: BTreeMap<ObjectId, &Usage> = BTreeMap::new();
    for one in ask.usage.iter().filter(|one| one.proven == Proven::NoMfa) {
        last.entry(one.object)
            .and_modify(|known| {
                if known.time <= one.time {
                    *known = one;
                }
            })
            .or_insert(one);
    }
    let row = |one: &Usage| {
        json!({
            "objectId": one.object,
            "tenantId": one.tenant,
            "upn": one.upn,
            "lastNonMfaCompliantRequestDateTime": moment(one.time),
        })
    };
    ask.page("/nonMfaCompliantPartnerPrincipals", last.into_values().map(row).collect())
}

/// How many requests each application made a day, and how many of them with a second factor.
pub fn adoption(ask: &Ask<'_>) -> Value {
    let mut days: BTreeMap<(String, ClientId), (u64, u64)> = BTreeMap::new();
    for one in people(ask.usage) {
        let (with, all) = days.entry((day(one.time), one.app.clone())).or_default();
        *all += 1;
        if one.proven == Proven::Mfa {
            *with += 1;
        }
    }
    let row = |((day, app), (with, all)): ((String, ClientId), (u64, u64))| {
        let name = ask.directory.entra_app(&app).map_or("", |app| app.title());
        json!({
            "loginDate": day,
            "mfaCompliantRequestCount": with,
            "totalRequestCount": all,
            "applicationId": app,
            "applicationName": name,
        })
    };
    // The latest day first.
    Value::Array(days.into_iter().rev().map(row).collect())
}

/// The requests to the API, the latest first.
pub fn requests(ask: &Ask<'_>) -> Result<Outcome, Refused> {
    let row = |one: &Usage| {
        json!({
            "requestId": one.request_id,
            "correlationId": one.correlation_id,
            "operationName": one.operation,
            "requestDateTime": moment(one.time),
            "sourceIpAddress": one.source_ip,
            "objectId": one.object,
            "tenantId": one.tenant,
            "upn": one.upn,
            "applicationId": one.app,
            "mfaCompliant": one.proven == Proven::Mfa,
        })
    };
    let mut found: Vec<&Usage> = people(ask.usage).collect();
    found.reverse();
    ask.page("/partnerRequests", found.into_iter().map(row).collect())
}

/// What people asked of the API.
fn people(usage: &[Usage]) -> impl Iterator<Item = &Usage> {
    usage.iter().filter(|one| one.surface == Surface::Api && one.proven != Proven::AppOnly)
}

/// These reports write moments without a zone.
fn moment(time: Timestamp) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]");
    time.date_time().format(&form).unwrap_or_default()
}

fn day(time: Timestamp) -> String {
    time.date_time().format(&format_description!("[year]-[month]-[day]")).unwrap_or_default()
}

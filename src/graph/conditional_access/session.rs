//! What does a policy demand of the session? Graph's `conditionalAccessSessionControls`.
//!
//! Differs: Graph counts in hours and days. A sign-in frequency that is no whole number of hours is shown as the next
//! greater one.

use serde_json::{Value, json};

use crate::directory::policy::{PersistentBrowser, SessionControls};
use crate::graph::error::Refused;
use crate::graph::members::Members;
use crate::time::Span;

const MODES: [(PersistentBrowser, &str); 2] =
    [(PersistentBrowser::Always, "always"), (PersistentBrowser::Never, "never")];

/// The demands; null when there are none.
pub fn show(session: &SessionControls) -> Value {
    if *session == SessionControls::default() {
        return Value::Null;
    }
    let mode = |browser: PersistentBrowser| {
        let word = MODES.iter().find(|(known, _)| *known == browser).map(|(_, word)| *word);
        json!({ "mode": word, "isEnabled": true })
    };
    json!({
        "disableResilienceDefaults": null,
        "applicationEnforcedRestrictions": null,
        "cloudAppSecurity": null,
        "signInFrequency": session.sign_in_frequency.map(show_frequency),
        "persistentBrowser": session.persistent_browser.map(mode),
    })
}

fn show_frequency(span: Span) -> Value {
    let hour = Span::hours(1).millis();
    let hours = span.millis().saturating_add(hour - 1).div_euclid(hour);
    let (value, unit) = if hours % 24 == 0 { (hours / 24, "days") } else { (hours, "hours") };
    json!({
        "value": value,
        "type": unit,
        "authenticationType": "primaryAndSecondaryAuthentication",
        "frequencyInterval": "timeBased",
        "isEnabled": true,
    })
}

/// Reads the demands.
pub fn read(session: Option<Members<'_>>) -> Result<SessionControls, Refused> {
    let Some(mut session) = session else { return Ok(SessionControls::default()) };
    let frequency = session.object("signInFrequency")?.map(read_frequency).transpose()?.flatten();
    let browser = session.object("persistentBrowser")?.map(read_browser).transpose()?.flatten();
    session.nothing(&[
        "disableResilienceDefaults",
        "applicationEnforcedRestrictions",
        "cloudAppSecurity",
        "continuousAccessEvaluation",
        "secureSignInSession",
        "globalSecureAccessFilteringProfile",
    ])?;
    session.finish()?;
    Ok(SessionControls { sign_in_frequency: frequency, persistent_browser: browser })
}

fn read_frequency(mut frequency: Members<'_>) -> Result<Option<Span>, Refused> {
    let names = ["value", "type", "authenticationType", "frequencyInterval"].map(|name| frequency.name(name));
    let [at_value, at_type, at_authentication, at_interval] = names;
    let on = frequency.flag("isEnabled")?.unwrap_or(true);
    let (value, unit) = (frequency.number("value")?, frequency.text("type")?);
    let authentication = frequency.text("authenticationType")?;
    let interval = frequency.text("frequencyInterval")?;
    frequency.finish()?;
    if !on {
        return Ok(None);
    }
    if authentication.is_some_and(|word| word != "primaryAndSecondaryAuthentication") {
        return Err(Refused::bad(format!("{at_authentication}: this world asks for both factors again.")));
    }
    if interval.is_some_and(|word| word != "timeBased") {
        return Err(Refused::bad(format!("{at_interval}: this world knows timeBased only.")));
    }
    let (longest, span): (i64, fn(i64) -> Span) = match unit {
        Some("hours") => (23, Span::hours),
        Some("days") => (365, Span::days),
        _ => return Err(Refused::bad(format!("{at_type} must be hours or days."))),
    };
    match value {
        Some(value) if (1..=longest).contains(&value) => Ok(Some(span(value))),
        _ => Err(Refused::bad(format!("{at_value} must be between 1 and {longest}."))),
    }
}

fn read_browser(mut browser: Members<'_>) -> Result<Option<PersistentBrowser>, Refused> {
    let at = browser.name("mode");
    let on = browser.flag("isEnabled")?.unwrap_or(true);
    let mode = browser.text("mode")?;
    browser.finish()?;
    let found = MODES.into_iter().find(|(_, known)| mode == Some(known)).map(|(mode, _)| mode);
    match (on, found) {
        (false, _) => Ok(None),
        (true, Some(mode)) => Ok(Some(mode)),
        (true, None) => Err(Refused::bad(format!("{at} must be always or never."))),
    }
}

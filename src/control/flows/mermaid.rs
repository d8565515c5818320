//! A flow as text for Mermaid, which draws it in documents: `sequenceDiagram` (<https://mermaid.js.org>).

use super::{Flow, Party, Step};

/// The diagram's source. Words of strangers can end no line and begin no statement.
pub fn to_mermaid(flow: &Flow) -> String {
    let mut text = String::from("sequenceDiagram\n");
    for party in flow.parties() {
        text.push_str(&format!("    participant {} as {}\n", short(party), party.name()));
    }
    for step in &flow.steps {
        line(&mut text, step);
    }
    text
}

fn line(text: &mut String, step: &Step) {
    let said = escape(&step.text);
    let reasons: Vec<String> =
        step.because.iter().map(|one| format!("{}: {}", escape(&one.rule), escape(&one.text))).collect();
    let note = |words: &str| format!("    Note over {}: {words}\n", short(step.from.max(step.to)));
    if step.from == step.to {
        let all: Vec<String> = [said].into_iter().chain(reasons).collect();
        text.push_str(&note(&all.join("<br/>")));
        return;
    }
    let arrow = if step.from == Party::Browser { "->>" } else { "-->>" };
    text.push_str(&format!("    {}{arrow}{}: {said}\n", short(step.from), short(step.to)));
    if !reasons.is_empty() {
        text.push_str(&note(&reasons.join("<br/>")));
    }
}

fn short(party: Party) -> &'static str {
    match party {
        Party::Browser => "B",
        Party::Tenant => "T",
        Party::Provider => "P",
    }
}

/// Mermaid's own escapes, `#35;`, for everything that could mean something to it.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || " .,/@_-=()'".contains(c) => safe.push(c),
            c if c.is_control() => safe.push(' '),
            c => safe.push_str(&format!("#{};", u32::from(c))),
        }
    }
    safe
}

//! A flow as a picture (SVG 2): a lifeline for each party, an arrow for each word, a note for each decision.

use super::{Flow, Party, Step};

/// From one lifeline to the next.
const APART: usize = 330;
/// From the picture's edge to the first.
const EDGE: usize = 170;
/// From one line of text to the next.
const LINE: usize = 17;
/// As many letters as surely fit between two lifelines.
const LETTERS: usize = 40;
/// Half a note's width.
const HALF: usize = 155;

const STYLE: &str = ".flow{color-scheme:light dark;font:13px system-ui,sans-serif;background:#fff}\
.flow text{fill:#16211c;text-anchor:middle}.flow .head{font-weight:600}.flow .why{fill:#4d5b54;font-size:12px}\
.flow .life{stroke:#7b8981;stroke-dasharray:4 4}.flow .says{stroke:#0d5c46;stroke-width:1.5}.flow .tip{fill:#0d5c46}\
.flow .box{fill:#f3f5f2;stroke:#d5dbd6}.flow .said{paint-order:stroke;stroke:#fff;stroke-width:4px}\
@media (prefers-color-scheme:dark){.flow{background:#161d1a}.flow text{fill:#e8eeea}.flow .why{fill:#a2b0a9}\
.flow .life{stroke:#6f8078}.flow .says{stroke:#6fd6b0}.flow .tip{fill:#6fd6b0}.flow .box{fill:#222d28;stroke:#2c3731}\
.flow .said{stroke:#161d1a}}";

/// The picture as a file of its own.
pub fn to_svg(flow: &Flow) -> String {
    draw(flow, &format!("<style>{STYLE}</style>"))
}

/// The picture as part of a page, whose policy lets through only what has its nonce.
pub fn to_inline_svg(flow: &Flow, nonce: &str) -> String {
    draw(flow, &format!("<style nonce=\"{}\">{STYLE}</style>", escape(nonce)))
}

fn draw(flow: &Flow, style: &str) -> String {
    let parties = flow.parties();
    let (mut body, mut y) = (String::new(), 60);
    for step in &flow.steps {
        y = draw_step(&mut body, &parties, step, y) + 14;
    }
    let (width, height) = (2 * EDGE + APART * (parties.len() - 1), y + 10);
    let mut lives = String::new();
    for party in &parties {
        let x = place(&parties, *party);
        lives.push_str(&format!("<line class=\"life\" x1=\"{x}\" y1=\"46\" x2=\"{x}\" y2=\"{y}\"/>"));
        lives.push_str(&format!(
            "<rect class=\"box\" x=\"{}\" y=\"14\" width=\"200\" height=\"32\" rx=\"8\"/>",
            x - 100
        ));
        text(&mut lives, "head", x, 35, party.name());
    }
    let title = format!("Sign-in of {} to {}", known(flow.user.as_deref()), known(flow.app.as_deref()));
    let told: Vec<String> =
        flow.steps.iter().map(|step| format!("{} to {}: {}.", step.from.name(), step.to.name(), step.text)).collect();
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"flow\" role=\"img\" aria-labelledby=\"flow-title flow-desc\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\"><title id=\"flow-title\">{}</title>\
         <desc id=\"flow-desc\">{}: {}</desc>{style}{lives}{body}</svg>",
        escape(&title),
        escape(&flow.outcome),
        escape(&told.join(" ")),
    )
}

fn known(name: Option<&str>) -> &str {
    name.unwrap_or("somebody not known yet")
}

fn place(parties: &[Party], party: Party) -> usize {
    EDGE + APART * parties.iter().position(|one| *one == party).unwrap_or_default()
}

/// Draws a step below `y` and says where it ends.
fn draw_step(svg: &mut String, parties: &[Party], step: &Step, y: usize) -> usize {
    let reasons = step.because.iter().flat_map(|one| wrap(&format!("{}: {}", one.rule, one.text)));
    let reasons: Vec<(&str, String)> = reasons.map(|line| ("why", line)).collect();
    let said = wrap(&step.text);
    if step.from == step.to {
        let lines: Vec<_> = said.into_iter().map(|line| ("", line)).chain(reasons).collect();
        return note(svg, place(parties, step.to), y, &lines);
    }
    let (from, to) = (place(parties, step.from), place(parties, step.to));
    let mut y = y;
    for line in said {
        y += LINE;
        text(svg, "said", from.midpoint(to), y, &line);
    }
    y += 8;
    arrow(svg, from, to, y);
    match reasons.is_empty() {
        true => y,
        false => note(svg, place(parties, step.from.max(step.to)), y + 8, &reasons),
    }
}

fn arrow(svg: &mut String, from: usize, to: usize, y: usize) {
    let back = if from < to { to - 9 } else { to + 9 };
    svg.push_str(&format!("<line class=\"says\" x1=\"{from}\" y1=\"{y}\" x2=\"{to}\" y2=\"{y}\"/>"));
    svg.push_str(&format!("<path class=\"tip\" d=\"M{to} {y}L{back} {}V{}z\"/>", y - 5, y + 5));
}

fn note(svg: &mut String, x: usize, y: usize, lines: &[(&str, String)]) -> usize {
    let height = lines.len() * LINE + 12;
    let (left, width) = (x - HALF, 2 * HALF);
    svg.push_str(&format!(
        "<rect class=\"box\" x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
    ));
    for (at, (class, line)) in lines.iter().enumerate() {
        text(svg, class, x, y + (at + 1) * LINE + 2, line);
    }
    y + height
}

fn text(svg: &mut String, class: &str, x: usize, y: usize, words: &str) {
    svg.push_str(&format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escape(words)));
}

/// Lines that fit; a word longer than a line is broken.
fn wrap(words: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let letters: Vec<char> = word.chars().collect();
        for part in letters.chunks(LETTERS) {
            let full =
                lines.last().is_some_and(|line| !line.is_empty() && line.chars().count() + part.len() >= LETTERS);
            if full {
                lines.push(String::new());
            }
            if let Some(line) = lines.last_mut() {
                line.extend((!line.is_empty()).then_some(' '));
                line.extend(part);
            }
        }
    }
    lines
}

/// XML has no place for most control characters, not even escaped.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

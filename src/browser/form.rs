//! The form on one of our own pages. Not an HTML parser: it reads what our templates write.

use url::Url;

/// A page's form.
#[derive(Debug)]
pub struct Form {
    /// Where it posts.
    pub action: Url,
    /// Its hidden fields.
    pub fields: Vec<(String, String)>,
    /// Names of the fields a person fills in.
    asked: Vec<String>,
    /// Values of its buttons.
    buttons: Vec<String>,
    /// What it holds for a script: `data-…` attributes of the form itself.
    data: Vec<(String, String)>,
}

impl Form {
    /// The first form of a page.
    pub fn read(at: &Url, html: &str) -> Option<Self> {
        let start = html.find("<form")?;
        let inside = &html[start..start + html[start..].find("</form>")?];
        let head = &inside[..inside.find('>')?];
        let action = attribute(head, "action").unwrap_or_default();
        let data = |name: &str| Some((name.to_owned(), attribute(head, &format!("data-{name}"))?));
        let data = ["create", "get"].into_iter().filter_map(data).collect();
        let mut form = Self { action: at.join(&action).ok()?, fields: vec![], asked: vec![], buttons: vec![], data };
        for tag in inside.split('<').filter_map(|part| part.split_once('>')).map(|(tag, _)| tag) {
            let name = attribute(tag, "name").unwrap_or_default();
            let value = attribute(tag, "value").unwrap_or_default();
            if tag.starts_with("button") {
                form.buttons.push(value);
            } else if tag.starts_with("input") {
                match attribute(tag, "type").as_deref() {
                    Some("hidden") => form.fields.push((name, value)),
                    Some("submit" | "checkbox") => {}
                    _ => form.asked.push(name),
                }
            }
        }
        Some(form)
    }

    /// Does it ask for this?
    pub fn has(&self, name: &str) -> bool {
        self.asked.iter().any(|asked| asked == name)
    }

    /// What it holds for a script under this name.
    pub fn data(&self, name: &str) -> Option<&str> {
        self.data.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What its hidden fields hold.
    pub fn hidden(&self) -> impl Iterator<Item = (String, String)> {
        self.fields.iter().cloned()
    }

    /// Has it a button that sends this?
    pub fn offers(&self, value: &str) -> bool {
        self.buttons.iter().any(|known| known == value)
    }

    /// The values of its buttons.
    pub fn buttons(&self) -> impl Iterator<Item = &str> {
        self.buttons.iter().map(String::as_str)
    }

    /// The value of the tile for an account, or of the one for another; nothing when it has no tiles.
    pub fn tile(&self, upn: &str) -> Option<String> {
        let own = format!("pick:{upn}");
        let tiles = self.buttons.iter().any(|value| value.starts_with("pick:"));
        let known = self.buttons.contains(&own);
        tiles.then(|| if known { own } else { "other".into() })
    }
}

/// The text of the element that has this attribute.
pub fn text_of(html: &str, mark: &str) -> Option<String> {
    let rest = &html[html.find(mark)?..];
    let text = rest.split_once('>')?.1.split('<').next()?;
    Some(unescaped(text.trim()))
}

/// The text that stands behind this tag in the element that has this attribute.
pub fn text_behind(html: &str, mark: &str, tag: &str) -> Option<String> {
    let rest = &html[html.find(mark)?..];
    let text = rest.split_once(tag)?.1.split('<').next()?;
    Some(unescaped(text.trim()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(unescaped(tag[start..].split('"').next()?))
}

fn unescaped(text: &str) -> String {
    let named = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    // One pass: what comes out may look like another of them.
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.find('&').map(|at| rest.split_at(at)) {
        plain.push_str(before);
        let found = named.iter().find_map(|(entity, letter)| Some((*letter, from.strip_prefix(entity)?)));
        let (letter, after) = found.unwrap_or(("&", from.split_at(1).1));
        plain.push_str(letter);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_unescaped_once() {
        for (text, expected) in
            [("a &#38;amp; b", "a &amp; b"), ("&amp;lt;&lt;", "&lt;<"), ("&&#39;&", "&'&"), ("é&", "é&"), ("", "")]
        {
            assert_eq!(unescaped(text), expected);
        }
    }

    #[test]
    fn a_form_tells_where_it_posts_and_what_it_asks() {
        let at = Url::parse("http://localhost/x/y").unwrap();
        let html = r#"<p>a</p><form method="post" action="/t/login?a=1&amp;b=2"><input type="hidden" name="flowToken" value="&lt;x">
            <input name="loginfmt" id="i0116" value=""><input type="submit" value="Next"><button name="action" value="pick:a@b">a</button></form>"#;
        let form = Form::read(&at, html).unwrap();
        assert_eq!(form.action.as_str(), "http://localhost/t/login?a=1&b=2");
        assert_eq!(form.fields, [("flowToken".to_owned(), "<x".to_owned())]);
        assert!(form.has("loginfmt") && !form.has("passwd"));
        assert_eq!(form.tile("a@b").as_deref(), Some("pick:a@b"));
        assert_eq!(form.tile("c@d").as_deref(), Some("other"));
    }
}

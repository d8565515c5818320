//! A cookie jar for one host.

/// Cookies in the order they were set.
#[derive(Debug, Default)]
pub struct Cookies(Vec<Cookie>);

#[derive(Debug)]
struct Cookie {
    name: String,
    value: String,
    path: String,
}

impl Cookies {
    /// Keeps what a `Set-Cookie` line says, or forgets what it says to forget.
    pub fn keep(&mut self, line: &str) {
        let mut parts = line.split(';').map(str::trim);
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else { return };
        let attributes: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
        let attribute = |wanted: &str| {
            attributes.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| *value)
        };
        let path = attribute("path").unwrap_or("/").to_owned();
        self.0.retain(|known| known.name != name || known.path != path);
        if attribute("max-age") != Some("0") {
            self.0.push(Cookie { name: name.to_owned(), value: value.to_owned(), path });
        }
    }

    /// The `Cookie` line for a path; longest cookie path first (RFC 6265, 5.4).
    pub fn line(&self, path: &str) -> Option<String> {
        let mut fitting: Vec<&Cookie> = self.0.iter().filter(|cookie| covers(&cookie.path, path)).collect();
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> = fitting.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn covers(cookie_path: &str, path: &str) -> bool {
    let rest = path.strip_prefix(cookie_path);
    rest.is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_sent_below_its_path_until_it_is_cleared() {
        let mut jar = Cookies::default();
        jar.keep("a=1; Path=/; HttpOnly");
        jar.keep("a=2; Path=/idp/local; HttpOnly");
        assert_eq!(jar.line("/x").as_deref(), Some("a=1"));
        assert_eq!(jar.line("/idp/local/login").as_deref(), Some("a=2; a=1"));
        assert_eq!(jar.line("/idp/localhost").as_deref(), Some("a=1"));
        jar.keep("a=; Path=/; Max-Age=0");
        assert_eq!(jar.line("/x"), None);
    }
}

//! What looks like a token, whosever it is: a signed token (RFC 7515), what this server draws by chance for codes, refresh
//! tokens, device codes, cookies and flow tokens, an assertion on its way, or an app password?

use std::ops::Range;

/// What is drawn by chance for people's eyes is shorter, and so is every word.
const SHORTEST: usize = 30;

/// The header of a signed token is its shortest part: `{"alg":…`.
const SHORTEST_HEADER: usize = 10;

/// What begins like a document and ends sooner was drawn by chance, and a path may go on behind it.
const SHORTEST_MARKUP: usize = 100;

/// App passwords: so many letters, none of them a vowel.
const APP_PASSWORD: usize = 16;

/// Where in this text something stands that looks so, in order and apart from each other.
pub fn tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let (mut found, mut start) = (Vec::new(), 0);
    while start < bytes.len() {
        let run = run(bytes, start, is_part);
        let end = match look(&bytes[start..run]) {
            Look::Word => None,
            Look::Random => Some(run),
            Look::Signed => Some(self::run(bytes, start, |byte| is_part(byte) || byte == b'.')),
            Look::Markup => {
                let whole = self::run(bytes, start, |byte| is_part(byte) || matches!(byte, b'+' | b'/' | b'='));
                Some(if whole - start < SHORTEST_MARKUP { run } else { whole })
            }
        };
        // A sentence's own full stop is not the token's.
        let end = end.map(|end| end - usize::from(bytes[end - 1] == b'.'));
        found.extend(end.map(|end| start..end));
        start = end.unwrap_or(run).max(start + 1);
    }
    found
}

/// What a run of letters looks like.
enum Look {
    Word,
    /// Drawn by chance.
    Random,
    /// The beginning of a JWT.
    Signed,
    /// The beginning of an XML document in base64, as SAML is sent.
    Markup,
}

fn look(run: &[u8]) -> Look {
    if run.len() >= SHORTEST_HEADER && run[..3].eq_ignore_ascii_case(b"eyJ") {
        return Look::Signed;
    }
    // `<` and a letter, a question mark or an exclamation mark.
    if run.len() >= SHORTEST && matches!(run, [b'P', b'A'..=b'P', ..]) && changes(run) * 4 >= run.len() {
        return Look::Markup;
    }
    if is_random(run) || is_app_password(run) { Look::Random } else { Look::Word }
}

/// Words keep to one kind of letter for a while, what is drawn by chance does not, and has digits nearly always. A GUID,
/// or two with a hyphen between, changes as often, but has no letter behind f.
fn is_random(run: &[u8]) -> bool {
    if run.len() < SHORTEST || run.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') {
        return false;
    }
    let has = |kind: fn(&u8) -> bool| run.iter().any(kind);
    let seldom = match (has(u8::is_ascii_uppercase), has(u8::is_ascii_digit)) {
        (true, true) => 4,
        (true, false) => 3,
        (false, _) => 9,
    };
    changes(run) * seldom >= run.len()
}

/// How often does a run go from small letters to capitals or digits, and back? Hyphens belong to what they follow.
fn changes(run: &[u8]) -> usize {
    let kind = |byte: &&u8| (byte.is_ascii_uppercase(), byte.is_ascii_digit());
    let letters = || run.iter().filter(|byte| byte.is_ascii_alphanumeric());
    letters().zip(letters().skip(1)).filter(|(one, next)| kind(one) != kind(next)).count()
}

fn is_app_password(run: &[u8]) -> bool {
    let is_vowel = |byte: &u8| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    run.len() == APP_PASSWORD && run.iter().all(|byte| byte.is_ascii_lowercase() && !is_vowel(byte))
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Where what begins here ends.
fn run(bytes: &[u8], start: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[start..].iter().position(|byte| !belongs(*byte)).map_or(bytes.len(), |length| start + length)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::chance::Chance;

    fn found(text: &str) -> Vec<&str> {
        tokens(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn what_is_drawn_by_chance_is_found_in_any_case() {
        let chance = Chance::new(Some(11), "");
        for _ in 0..2_000 {
            let secret = chance.secret();
            let text = format!("No application '{secret}' at /{secret}/token.");
            assert_eq!(found(&text), [secret.as_str(); 2]);
        }
        let lower: Vec<_> = (0..2_000).map(|_| chance.secret().to_ascii_lowercase()).collect();
        let missed = lower.iter().filter(|secret| found(secret).is_empty()).count();
        // Folded it is of no use to anybody, and hidden nevertheless, but for a few that look like words.
        assert!(missed < 100, "{missed}");
    }

    #[test]
    fn signed_tokens_assertions_and_app_passwords_are_found_whole() {
        let jwt = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl";
        assert_eq!(found(&format!("The token {jwt}.")), [jwt]);
        assert_eq!(found("?x=eyJ0eXAiOiJKV1Qi&y=1"), ["eyJ0eXAiOiJKV1Qi"]);
        let xml = STANDARD.encode("<samlp:Response ID=\"_1\">???>>>ÄÖÜ".repeat(3));
        assert_eq!(found(&format!("“{xml}”")), [xml.as_str()]);
        let password = Chance::new(Some(1), "").letters(16).to_ascii_lowercase();
        assert_eq!(found(&format!("as '{password}'")), [password.as_str()]);
    }

    #[test]
    fn names_ids_and_addresses_are_left_as_they_are() {
        for text in [
            "GET /graph/v1.0/policies/externalAuthenticationMethodConfigurations/x → 200",
            "translateToFreshPasswordAuthentication userRegistrationDetailsOfEveryAccountThere",
            "/my-app-2024-with-a-name-that-is-longer-than-most-of-them",
            "/delegatedAdminRelationships/3deee153-d142-49b5-9dd8-16b246dfa0ce-6054110b-58f7-4fe8-b31b-aa33c9c7d173",
            "3DEEE153-D142-49B5-9DD8-16B246DFA0CE",
            "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
            "http://schemas.microsoft.com/claims/authnmethodsreferences",
            "PasswordProtectedTransportAndSomething",
            "AADSTS7000215: Invalid client secret provided.",
            "eyJ is no token, nor is eye-jointly.",
            "",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        // A flow's id.
        assert_eq!(found(&Chance::new(Some(1), "").short()), [""; 0]);
    }
}

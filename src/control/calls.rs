//! What can be asked of the control API: every call on one screen.

use super::error::Refused;
use super::guard::Whom;
use crate::config::nearest;

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call<'a> {
    /// Is the server up?
    Health,
    /// The local CA's certificate.
    Certificate,
    /// This list, for machines.
    OpenApi,
    /// The whole world as data.
    ReadWorld,
    /// Another world instead.
    ReplaceWorld,
    /// The same world with changes.
    PatchWorld,
    /// Back to the first day.
    Reset,
    /// Which isolated worlds are there?
    ListWorlds,
    /// One more isolated world.
    CreateWorld,
    /// No isolated world any more.
    DeleteWorlds,
    /// Where is this isolated world?
    FindWorld(&'a str),
    /// This isolated world no more.
    DeleteWorld(&'a str),
    /// The journal.
    Events,
    /// The newest sign-ins.
    ListFlows,
    /// One sign-in; its id ends in `.svg` or `.mmd` where a diagram is wanted.
    FindFlow(&'a str),
    /// The messages on the virtual phones.
    Inbox,
    /// What the phone's owner says to a message.
    AnswerMessage(&'a str),
    /// What somebody's code app shows.
    CodeApp(&'a str),
    /// Somebody's app passwords, without the passwords.
    ListAppPasswords(&'a str),
    /// One more, shown once.
    MakeAppPassword(&'a str),
    /// One of them no more.
    RevokeAppPassword(&'a str, &'a str),
    /// The technical exceptions.
    ListExceptions,
    /// One more technical exception, asked for.
    FileException,
    /// What a reviewer, or the partner, says to a technical exception.
    DecideException(&'a str),
    /// What would a sign-in lead to, and why?
    Explain,
    /// Does an account, or a token, meet the partner security requirements?
    PartnerTest,
    /// Somebody signed in, without a browser.
    SignIn,
    /// What time is it?
    ReadClock,
    /// Another time.
    TurnClock,
    /// The system's time again.
    ResetClock,
    /// Everybody, or one person, signed out.
    RevokeSessions,
    /// The next signing key.
    RotateKeys,
}

/// Every first segment there is, for whoever mistypes one.
const ADDRESSES: [&str; 17] = [
    "health",
    "ca.pem",
    "openapi.json",
    "world",
    "reset",
    "worlds",
    "events",
    "flows",
    "inbox",
    "users",
    "exceptions",
    "explain",
    "sign-in",
    "partner-test",
    "clock",
    "sessions",
    "keys",
];

impl<'a> Call<'a> {
    /// The call behind a verb and a path, `HEAD` standing for `GET`.
    pub fn find(verb: &str, path: &[&'a str]) -> Result<Self, Refused> {
        let (allowed, found) = match path {
            ["health"] => read_only(verb, Call::Health),
            ["ca.pem"] => read_only(verb, Call::Certificate),
            ["openapi.json"] => read_only(verb, Call::OpenApi),
            ["events"] => read_only(verb, Call::Events),
            ["flows"] => read_only(verb, Call::ListFlows),
            ["flows", id] => read_only(verb, Call::FindFlow(id)),
            ["inbox"] => read_only(verb, Call::Inbox),
            ["inbox", id] => among(verb, &["POST"], &[("POST", Call::AnswerMessage(id))]),
            ["users", upn, "totp"] => read_only(verb, Call::CodeApp(upn)),
            ["users", upn, "app-passwords"] => among(
                verb,
                &["GET", "HEAD", "POST"],
                &[("GET", Call::ListAppPasswords(upn)), ("POST", Call::MakeAppPassword(upn))],
            ),
            ["users", upn, "app-passwords", id] => {
                among(verb, &["DELETE"], &[("DELETE", Call::RevokeAppPassword(upn, id))])
            }
            ["exceptions"] => {
                among(verb, &["GET", "HEAD", "POST"], &[("GET", Call::ListExceptions), ("POST", Call::FileException)])
            }
            ["exceptions", id] => among(verb, &["POST"], &[("POST", Call::DecideException(id))]),
            ["explain"] => among(verb, &["POST"], &[("POST", Call::Explain)]),
            ["sign-in"] => among(verb, &["POST"], &[("POST", Call::SignIn)]),
            ["partner-test"] => among(verb, &["POST"], &[("POST", Call::PartnerTest)]),
            ["world"] => among(
                verb,
                &["GET", "HEAD", "PUT", "PATCH"],
                &[("GET", Call::ReadWorld), ("PUT", Call::ReplaceWorld), ("PATCH", Call::PatchWorld)],
            ),
            ["reset"] => among(verb, &["POST"], &[("POST", Call::Reset)]),
            ["worlds"] => among(
                verb,
                &["GET", "HEAD", "POST", "DELETE"],
                &[("GET", Call::ListWorlds), ("POST", Call::CreateWorld), ("DELETE", Call::DeleteWorlds)],
            ),
            ["worlds", id] => among(
                verb,
                &["GET", "HEAD", "DELETE"],
                &[("GET", Call::FindWorld(id)), ("DELETE", Call::DeleteWorld(id))],
            ),
            ["clock"] => among(
                verb,
                &["GET", "HEAD", "PUT", "DELETE"],
                &[("GET", Call::ReadClock), ("PUT", Call::TurnClock), ("DELETE", Call::ResetClock)],
            ),
            ["sessions"] => among(verb, &["DELETE"], &[("DELETE", Call::RevokeSessions)]),
            ["keys", "rotate"] => among(verb, &["POST"], &[("POST", Call::RotateKeys)]),
            _ => return Err(unknown(path)),
        };
        found.ok_or(Refused::WrongVerb(allowed))
    }

    /// For whom it is. A container's probe has no token, and a certificate is public.
    pub fn whom(self) -> Whom {
        match self {
            Call::Health | Call::Certificate => Whom::Anybody,
            _ => Whom::TokenHolders,
        }
    }

    /// Is it about the list of worlds, which only the root world has?
    pub fn is_of_the_root(self) -> bool {
        matches!(
            self,
            Call::ListWorlds | Call::CreateWorld | Call::DeleteWorlds | Call::FindWorld(_) | Call::DeleteWorld(_)
        )
    }
}

type Found<'a> = (&'static [&'static str], Option<Call<'a>>);

fn read_only<'a>(verb: &str, call: Call<'a>) -> Found<'a> {
    among(verb, &["GET", "HEAD"], &[("GET", call)])
}

fn among<'a>(verb: &str, allowed: &'static [&'static str], calls: &[(&str, Call<'a>)]) -> Found<'a> {
    let wanted = if verb == "HEAD" { "GET" } else { verb };
    (allowed, calls.iter().find(|(known, _)| *known == wanted).map(|(_, call)| *call))
}

fn unknown(path: &[&str]) -> Refused {
    let first = path.first().copied().unwrap_or_default();
    let hint = match nearest(first, ADDRESSES).filter(|right| *right != first) {
        Some(right) => format!("did you mean '{right}'?"),
        None => "'openapi.json' lists those there are.".to_owned(),
    };
    Refused::NotFound(format!("The control API has no such address; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_answered_like_a_get_and_by_nothing_else() {
        assert_eq!(Call::find("HEAD", &["world"]), Ok(Call::ReadWorld));
        assert_eq!(Call::find("HEAD", &["reset"]), Err(Refused::WrongVerb(&["POST"])));
    }

    #[test]
    fn a_wrong_verb_is_told_the_right_ones() {
        assert_eq!(Call::find("POST", &["clock"]), Err(Refused::WrongVerb(&["GET", "HEAD", "PUT", "DELETE"])));
        assert_eq!(Call::find("DELETE", &["worlds", "a"]), Ok(Call::DeleteWorld("a")));
        assert_eq!(Call::find("POST", &["worlds", "a"]), Err(Refused::WrongVerb(&["GET", "HEAD", "DELETE"])));
    }

    #[test]
    fn phones_code_apps_and_dry_runs_are_asked_by_their_own_verbs() {
        let get_only = Err(Refused::WrongVerb(&["GET", "HEAD"]));
        let post_only = Err(Refused::WrongVerb(&["POST"]));
        for (verb, path, found) in [
            ("GET", &["inbox"][..], Ok(Call::Inbox)),
            ("HEAD", &["inbox"], Ok(Call::Inbox)),
            ("POST", &["inbox"], get_only.clone()),
            ("POST", &["inbox", "a"], Ok(Call::AnswerMessage("a"))),
            ("GET", &["inbox", "a"], post_only.clone()),
            ("DELETE", &["inbox", "a"], post_only.clone()),
            ("GET", &["users", "a@b.test", "totp"], Ok(Call::CodeApp("a@b.test"))),
            ("POST", &["users", "a@b.test", "totp"], get_only),
            ("POST", &["explain"], Ok(Call::Explain)),
            ("GET", &["explain"], post_only),
        ] {
            assert_eq!(Call::find(verb, path), found, "{verb} {path:?}");
        }
        for path in [&["users"][..], &["users", "a@b.test"], &["inbox", "a", "b"], &["explain", "a"]] {
            assert!(matches!(Call::find("GET", path), Err(Refused::NotFound(_))), "{path:?}");
        }
    }

    #[test]
    fn a_misspelt_address_is_told_the_nearest() {
        let text = |path: &[&str]| Call::find("GET", path).unwrap_err().message();
        assert!(text(&["event"]).ends_with("did you mean 'events'?"));
        assert!(text(&["flow"]).ends_with("did you mean 'flows'?"));
        assert!(text(&["inbx"]).ends_with("did you mean 'inbox'?"));
        assert!(text(&["flows", "a", "b"]).ends_with("'openapi.json' lists those there are."));
        assert!(text(&[]).ends_with("'openapi.json' lists those there are."));
        assert!(text(&["keys", "rotat"]).ends_with("'openapi.json' lists those there are."));
    }
}

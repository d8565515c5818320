//! Is a token acceptable, and why? Each question by itself: signature, time, issuer, audience, subject (RFC 7519 section 4.1).

use serde_json::Value;

use crate::directory::Directory;
use crate::directory::tenant::Tenant;
use crate::id::{ClientId, ObjectId, TenantId, Upn};
use crate::keys::{KeyRing, Owner};
use crate::time::{Span, Timestamp};
use crate::token::jwt::{JwtError, Unverified, verify};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    /// It depends on what the receiver knows and this program does not.
    Unclear,
    Fails,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub verdict: Verdict,
    pub about: &'static str,
    pub says: String,
}

/// Who reads the token, with what they know.
pub(super) struct Reader<'r> {
    pub directory: &'r Directory,
    pub keys: &'r KeyRing,
    /// What `aud` has to be, if the reader is somebody in particular.
    pub audience: Option<&'r str>,
    pub now: Timestamp,
}

/// Many libraries let so much pass.
const USUAL_TOLERANCE: Span = Span::minutes(5);

impl<'r> Reader<'r> {
    pub fn judge(&self, token: &str, unverified: &Unverified) -> Vec<Finding> {
        let claim = |name: &str| unverified.claims.get(name).and_then(Value::as_str);
        let issuer = claim("iss").and_then(|issuer| self.issuer(issuer));
        let judged = [
            ("signature", self.signature(token, unverified, issuer)),
            ("time", self.time(unverified)),
            ("issuer", who_issued(claim("iss"), claim("tid"), issuer)),
            ("audience", self.audience(unverified, issuer)),
            ("subject", Ok(self.subject(unverified, issuer))),
        ];
        let finding = |(about, answer): (&'static str, Answer)| {
            let (verdict, says) = answer.unwrap_or_else(|wrong| (Verdict::Fails, wrong));
            Finding { verdict, about, says }
        };
        judged.map(finding).into()
    }

    fn signature(&self, token: &str, unverified: &Unverified, issuer: Option<Tenant<'_>>) -> Answer {
        let owner = issuer.map_or(Owner::Entra, Owner::from);
        let kid = unverified.header("kid").unwrap_or_default();
        let known = self.keys.published(owner).map_err(|error| error.to_string())?;
        let named = |_: &Unverified| {
            let key = known.iter().find(|key| key.kid() == kid);
            key.map(|key| key.public().clone()).into_iter().collect()
        };
        match verify(token, named) {
            Ok(_) => holds(format!("made with the public development key {kid} of {}", owner_name(owner))),
            Err(JwtError::Signature) => Err(format!("not made with the key that the token names ({kid})")),
            Err(JwtError::UnknownKey) => Err(format!(
                "its key `{kid}` is no development key of {}: it was rotated, or belongs to another world or the real service",
                owner_name(owner)
            )),
            Err(JwtError::Algorithm) => match unverified.header("alg") {
                Some("none") => Err("it is not signed".to_owned()),
                alg => {
                    Err(format!("`{}` is not an algorithm that tokens are signed with here", alg.unwrap_or_default()))
                }
            },
            Err(JwtError::Malformed(why)) => Err(why.to_owned()),
        }
    }

    fn time(&self, token: &Unverified) -> Answer {
        let moment = |name: &str| match token.claims.get(name) {
            None => Ok(None),
            Some(value) => match value.as_f64() {
                // Whole seconds are exact far beyond the year 9999.
                #[allow(clippy::cast_possible_truncation)]
                Some(seconds) => Ok(Some(Timestamp::from_seconds(seconds as i64))),
                None => Err(format!("`{name}` is not a number of seconds")),
            },
        };
        let ends = moment("exp")?.ok_or("it has no `exp`, so it would never end")?;
        if let Some(begins) = moment("nbf")?.filter(|begins| *begins > self.now) {
            let wait = begins.since(self.now);
            return Err(format!("it is valid only from {begins}, in {}{}", rounded(wait), tolerated(wait)));
        }
        if ends <= self.now {
            let late = self.now.since(ends);
            return Err(format!("it expired {} ago, at {ends}{}", rounded(late), tolerated(late)));
        }
        holds(format!("valid for another {}, until {ends}", rounded(ends.since(self.now))))
    }

    /// The tenant or provider that an issuer's address names, whatever its host.
    fn issuer(&self, issuer: &str) -> Option<Tenant<'r>> {
        let path = issuer.split_once("://")?.1.split_once('/')?.1;
        match path.split('/').collect::<Vec<_>>().as_slice() {
            [.., "idp", name] => self.directory.provider(name),
            [.., tenant, "v2.0"] => self.directory.tenant_by_id(TenantId::parse(tenant)?),
            [tenant, ""] if issuer.starts_with("https://sts.windows.net/") => {
                self.directory.tenant_by_id(TenantId::parse(tenant)?)
            }
            _ => None,
        }
    }

    fn audience(&self, token: &Unverified, issuer: Option<Tenant<'_>>) -> Answer {
        let audiences = texts(token.claims.get("aud"));
        if audiences.is_empty() {
            return Err("it is for nobody: `aud` is missing".to_owned());
        }
        let shown = audiences.join(", ");
        if let Some(wanted) = self.audience {
            return if audiences.contains(&wanted) {
                holds(format!("for {wanted}"))
            } else {
                Err(format!("it is for {shown}, not for {wanted}"))
            };
        }
        let title = audiences.iter().find_map(|audience| {
            let at_issuer = issuer.and_then(|issuer| self.directory.app(issuer, &ClientId::new(audience)));
            self.directory.resource(audience).or(at_issuer)
        });
        match title {
            Some(app) => holds(format!("for {} ({shown})", app.title())),
            None => Ok((Verdict::Unclear, format!("for {shown}, which is no application of this world"))),
        }
    }

    fn subject(&self, token: &Unverified, issuer: Option<Tenant<'r>>) -> (Verdict, String) {
        let claim = |name: &str| token.claims.get(name).and_then(Value::as_str);
        if let Some(upn) = self.person(claim("oid"), claim("sub"), issuer) {
            return (Verdict::Holds, format!("about {}", upn.as_str()));
        }
        let client = claim("azp").or(claim("appid")).or(claim("client_id")).map(ClientId::new);
        let itself = claim("idtyp") == Some("app") || claim("sub").is_some_and(|sub| Some(sub) == claim("oid"));
        match client.and_then(|client| self.directory.entra_app(&client)) {
            Some(app) if itself => (Verdict::Holds, format!("about the application {} itself", app.title())),
            Some(_) | None => match claim("sub") {
                Some(sub) => (Verdict::Unclear, format!("about `{sub}`, whom this world knows under no such id")),
                None => (Verdict::Fails, "it is about nobody: `sub` is missing".to_owned()),
            },
        }
    }

    /// Whose object id it is: Entra has it in `oid`, a third-party provider in `sub`.
    fn person(&self, oid: Option<&str>, sub: Option<&str>, issuer: Option<Tenant<'r>>) -> Option<&'r Upn> {
        match issuer {
            Some(Tenant::Provider { facts, .. }) => {
                let id = ObjectId::parse(sub?)?;
                facts.users.iter().find(|(_, user)| user.id == id).map(|(upn, _)| upn)
            }
            Some(Tenant::Entra { .. }) | None => {
                self.directory.account_by_id(ObjectId::parse(oid?)?).map(|account| account.upn)
            }
        }
    }
}

/// What holds or is unclear, or what is wrong.
type Answer = Result<(Verdict, String), String>;

fn holds(says: String) -> Answer {
    Ok((Verdict::Holds, says))
}

fn who_issued(issuer: Option<&str>, tid: Option<&str>, found: Option<Tenant<'_>>) -> Answer {
    let issuer = issuer.ok_or("nobody issued it: `iss` is missing")?;
    let found = found.ok_or_else(|| format!("`{issuer}` is no tenant or provider of this world"))?;
    match (found, tid) {
        (Tenant::Entra { .. }, Some(tid)) if TenantId::parse(tid) != Some(found.id()) => {
            Err(format!("`tid` is {tid}, and the issuer is another tenant ({})", found.name()))
        }
        (Tenant::Entra { .. }, _) => holds(format!("tenant {}", found.name())),
        (Tenant::Provider { .. }, _) => holds(format!("provider {}", found.name())),
    }
}

fn owner_name(owner: Owner<'_>) -> String {
    match owner {
        Owner::Entra => "the Entra tenants".to_owned(),
        Owner::Provider(name) => format!("the provider {name}"),
    }
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// To the second: nobody reads milliseconds here.
fn rounded(span: Span) -> Span {
    Span::seconds(span.whole_seconds())
}

fn tolerated(off: Span) -> &'static str {
    if off <= USUAL_TOLERANCE { " (many libraries tolerate five minutes)" } else { "" }
}

#[cfg(test)]
mod tests;

//! May an application be trusted by a whole tenant? An administrator is asked, and the application told.
//!
//! Microsoft documents two addresses for this: v2's asks for the scopes it names, v1's for everything that the
//! application was registered with.

use serde::{Deserialize, Serialize};

use super::authorize::{ResponseMode, application};
use super::desk::Desk;
use super::redirect;
use super::respond::{Fields, address};
use super::scope::{self, DEFAULT, Requested};
use crate::directory::Application;
use crate::directory::tenant::{Family, Tenant};
use crate::http::params::Params;
use crate::refusal::{Code, Refusal, Shown};
use crate::signin::state::{Authority, Demand, Permission, Prompt};
use crate::token::claims::read_login_hint;

/// A request for an administrator's consent, and where its answer goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdminConsent {
    /// Where it was asked.
    pub authority: Authority,
    /// The application, by handle.
    pub app: String,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// The application's own word for the request, handed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// What was asked for at the v2 address, handed back; the v1 address asks for everything registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// At which of the two addresses it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `/{tenant}/adminconsent`: for everything the application was registered with.
    Registered,
    /// `/{tenant}/v2.0/adminconsent`: for what `scope` names.
    Scopes,
}

/// Reads a request, up to the point where an administrator has to sign in.
pub fn read(
    desk: &Desk<'_>,
    authority: Authority,
    asked: Asked,
    params: &Params,
) -> Result<(AdminConsent, Demand), Refusal> {
    if authority == Authority::Consumers {
        return Err(Code::NotOnThisAuthority
            .because("Personal accounts have no administrator. Name a tenant, or use 'organizations'."));
    }
    let app = application(desk, &authority, authority.tenant(desk.directory), params)?;
    let redirect_uri = reply_address(app, params.get("redirect_uri"))?;
    let scope = match asked {
        Asked::Scopes => Some(params.get("scope").ok_or_else(|| missing("scope"))?),
        Asked::Registered => None,
    };
    let permissions = match scope {
        Some(scope) => scope::read(desk.directory, Family::Entra, scope)?.permissions(app),
        None => everything_registered(app),
    };
    let request = AdminConsent {
        authority: authority.clone(),
        app: app.handle.to_owned(),
        redirect_uri,
        state: params.get("state").map(str::to_owned),
        scope: scope.map(str::to_owned),
    };
    let demand = Demand {
        authority,
        app: app.handle.to_owned(),
        permissions,
        prompt: Prompt::AsNeeded,
        login_hint: params.get("login_hint").map(read_login_hint),
        domain_hint: None,
        sid: None,
        max_age: None,
        for_everyone: true,
    };
    Ok((request, demand))
}

fn missing(name: &str) -> Refusal {
    Code::BodyParameterMissing.because(format!("The request must contain the parameter '{name}'."))
}

fn reply_address(app: Application<'_>, requested: Option<&str>) -> Result<String, Refusal> {
    match requested {
        Some(uri) if redirect::registered(&app, uri).is_some() => Ok(uri.to_owned()),
        Some(uri) => Err(Code::RedirectNotRegistered.because(format!(
            "The redirect URI '{}' in the request is not one that the application '{}' is registered with.",
            crate::http::params::shorten(uri),
            app.client_id
        ))),
        None => app.every_redirect_uri().next().map(str::to_owned).ok_or_else(|| {
            Code::NoReplyAddress.because("The request names no redirect URI, and the application has none.")
        }),
    }
}

fn everything_registered(app: Application<'_>) -> Vec<Permission> {
    let all = |handle: &String| (handle.clone(), vec![DEFAULT.to_owned()]);
    Requested { oidc: vec![], resources: app.facts().permissions.keys().map(all).collect(), audience: None }
        .permissions(app)
}

/// Where the browser goes after the administrator agreed.
pub fn success(request: &AdminConsent, tenant: Tenant<'_>) -> String {
    let tenant = tenant.id().to_string();
    let mut answer = vec![("admin_consent", "True"), ("tenant", tenant.as_str())];
    answer.extend(request.state.as_deref().map(|state| ("state", state)));
    answer.extend(request.scope.as_deref().map(|scope| ("scope", scope)));
    back(&request.redirect_uri, &answer)
}

/// Where the browser goes after a "no" that the application may be told; `description` is the refusal in full.
/// Otherwise the "no" is for a page.
pub fn failure(request: &AdminConsent, refusal: &Refusal, description: &str) -> Option<String> {
    if refusal.code.shown() == Shown::OnPage {
        return None;
    }
    let declined = refusal.cancelled || refusal.code == Code::ConsentDeclined;
    let error = match refusal.code {
        Code::AdminConsentRequired => "permission_denied",
        code => code.error_v2(),
    };
    let mut answer = vec![("admin_consent", "True"), ("error", error)];
    answer.extend(declined.then_some(("error_subcode", "cancel")));
    answer.push(("error_description", description));
    answer.extend(request.state.as_deref().map(|state| ("state", state)));
    Some(back(&request.redirect_uri, &answer))
}

fn back(uri: &str, answer: &[(&str, &str)]) -> String {
    let fields: Fields = answer.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    address(uri, ResponseMode::Query, &fields)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::chance::Chance;
    use crate::directory::{Directory, world};
    use crate::http::origin::Origin;
    use crate::id::ClientId;
    use crate::keys::{KeyRing, KeySource};
    use crate::store::Memory;
    use crate::time::Timestamp;

    const WEB: &str = "dbcb6c58-cb5f-489c-a508-b7d6c183835d";
    const CALLBACK: &str = "http://localhost:3000/auth/callback";

    fn directory() -> Directory {
        Directory::new(world::partner().unwrap()).unwrap()
    }

    fn ask(asked: Asked, authority: Authority, pairs: &[(&str, &str)]) -> Result<(AdminConsent, Demand), Refusal> {
        let params = Params::from_pairs(pairs.iter().map(|(name, value)| (*name, (*value).into())));
        let directory = directory();
        let desk = Desk {
            directory: &directory,
            store: &Memory::new(Arc::new(directory.clone())),
            keys: &KeyRing::new(KeySource::Development),
            chance: &Chance::new(Some(1), ""),
            origin: &Origin { scheme_host: "https://localhost".into(), base: String::new() },
            now: Timestamp::default(),
            ip: "",
        };
        read(&desk, authority, asked, &params)
    }

    fn example() -> Authority {
        Authority::Tenant("example".into())
    }

    #[test]
    fn the_v2_address_asks_for_the_scopes_it_names() {
        let scope = "api://example-api/write";
        let pairs = [("client_id", WEB), ("redirect_uri", CALLBACK), ("scope", scope), ("state", "s")];
        let (request, demand) = ask(Asked::Scopes, example(), &pairs).unwrap();
        assert!(demand.for_everyone);
        let scopes: Vec<&str> = demand.permissions.iter().map(|one| one.scope.as_str()).collect();
        assert_eq!(scopes, ["write"]);
        assert_eq!((request.scope.as_deref(), request.state.as_deref()), (Some(scope), Some("s")));
    }

    #[test]
    fn the_v1_address_asks_for_everything_registered() {
        let directory = directory();
        let app = directory.entra_app(&ClientId::new(WEB)).unwrap();
        let registered: usize = app.permissions.values().map(Vec::len).sum();
        let (request, demand) = ask(Asked::Registered, example(), &[("client_id", WEB)]).unwrap();
        assert_eq!(demand.permissions.len(), registered);
        assert_eq!((request.redirect_uri.as_str(), request.scope), (CALLBACK, None));
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said_by_number() {
        let contoso = Authority::Tenant("contoso".into());
        let fine = [("client_id", WEB), ("redirect_uri", CALLBACK), ("scope", "openid")];
        let table = [
            (example(), vec![("client_id", WEB), ("redirect_uri", CALLBACK)], Code::BodyParameterMissing),
            (example(), vec![("scope", "openid")], Code::BodyParameterMissing),
            (example(), vec![("client_id", "nobody"), ("scope", "openid")], Code::ClientIdMalformed),
            (
                example(),
                vec![("client_id", WEB), ("redirect_uri", "https://evil.test"), ("scope", "openid")],
                Code::RedirectNotRegistered,
            ),
            (contoso, fine.to_vec(), Code::AppNotFound),
            (Authority::Consumers, fine.to_vec(), Code::NotOnThisAuthority),
            (Authority::Organizations, fine.to_vec(), Code::SingleTenantApp),
        ];
        for (authority, pairs, code) in table {
            assert_eq!(ask(Asked::Scopes, authority, &pairs).unwrap_err().code, code, "{pairs:?}");
        }
    }

    #[test]
    fn the_application_is_told_what_it_may_know() {
        let directory = directory();
        let request = AdminConsent {
            authority: example(),
            app: "example-web".into(),
            redirect_uri: format!("{CALLBACK}?x=1"),
            state: Some("a b".into()),
            scope: None,
        };
        let tenant = directory.tenant_by_handle("example").unwrap();
        assert_eq!(
            success(&request, tenant),
            format!("{CALLBACK}?x=1&admin_consent=True&tenant={}&state=a%20b", tenant.id())
        );
        let declined = failure(&request, &Code::ConsentDeclined.because("no"), "AADSTS65004: no").unwrap();
        assert!(
            declined
                .contains("error=access_denied&error_subcode=cancel&error_description=AADSTS65004%3A%20no&state=a%20b"),
            "{declined}"
        );
        let not_admin = failure(&request, &Code::AdminConsentRequired.because("no"), "d").unwrap();
        assert!(not_admin.contains("error=permission_denied&error_description=d"), "{not_admin}");
        assert_eq!(failure(&request, &Code::AccountDisabled.because("no"), "d"), None);
    }
}

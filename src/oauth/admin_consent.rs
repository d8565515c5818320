//! May an application be trusted by a whole tenant? An administrator is asked, and the application told.
//!
//! Microsoft documents two addresses for this: v2's asks for the scopes it names, v1's for everything that the
//! application was registered with.

use serde::{Deserialize, Serialize};

use super::authorize::{ResponseMode, application};
use super::desk::Desk;
use super::redirect::{self, Comparison};
use super::respond::{Fields, address};
use super::scope::{self, DEFAULT, Requested};
use crate::directory::Application;
use crate::directory::tenant::{Family, Tenant};
use crate::http::params::Params;
use crate::refusal::{Code, Refusal, Shown};
use crate::signin::state::{Authority, Demand, Permission};
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
        Asked::Scopes => Some(params.get("scope").ok_or_else(|| Refusal::missing("scope"))?),
        Asked::Registered => None,
    };
    let permissions = match scope {
        Some(scope) => scope::read(desk.directory, Family::Entra, scope)?.permissions(),
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
        permissions,
        login_hint: params.get("login_hint").map(read_login_hint),
        for_everyone: true,
        ..Demand::new(authority, app.handle)
    };
    Ok((request, demand))
}

fn reply_address(app: Application<'_>, requested: Option<&str>) -> Result<String, Refusal> {
    match requested {
        Some(uri) if redirect::registered(&app, uri, Comparison::RootIsNoPath).is_some() => Ok(uri.to_owned()),
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
    let resources = app.facts().permissions.keys().map(all).collect();
    Requested { resources, ..Requested::default() }.permissions()
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
    if refusal.shown() == Shown::OnPage {
        return None;
    }
    let declined = refusal.cancelled || refusal.code == Code::ConsentDeclined;
    let error = match refusal.code {
        Code::AdminConsentRequired => "permission_denied",
        code => code.error_v2().as_str(),
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
mod tests;

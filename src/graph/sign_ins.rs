//! Who signed in to this tenant, or was refused? Microsoft Graph's `signIn`.

use serde_json::{Value, json};

use super::calls::Version;
use super::error::Refused;
use super::{Ask, Outcome};
use crate::directory::policy::PolicyVerdict;
use crate::id::ObjectId;
use crate::signin::log::{Signed, Way};
use crate::signin::tenant_access::{Standing, standing};

/// All of them, or one.
pub fn answer(ask: &Ask<'_>, id: Option<&str>) -> Result<Outcome, Refused> {
    let Some(id) = id else {
        let query = ask.query()?;
        // Whoever does not ask for others is shown those in which somebody gave a factor.
        let all = query.filters_by("isInteractive") || query.filters_by("signInEventTypes");
        let shown = ask.sign_ins.iter().filter(|(_, one)| all || one.way.is_interactive());
        return ask.list(shown.map(|(number, one)| row(ask, *number, one)).collect());
    };
    let wanted = ObjectId::parse(id);
    match ask.sign_ins.iter().find(|(number, _)| wanted == Some(own_id(ask, *number))) {
        Some((number, one)) => ask.item(row(ask, *number, one)),
        None => Err(Refused::no_object(id)),
    }
}

fn own_id(ask: &Ask<'_>, number: u64) -> ObjectId {
    ObjectId::derived(&["sign-in", ask.caller.home, &number.to_string()])
}

fn row(ask: &Ask<'_>, number: u64, one: &Signed) -> Value {
    let account = ask.directory.account(&one.upn);
    let app = ask.directory.app_by_handle(&one.app);
    let resource = one.resource.as_deref().and_then(|handle| ask.directory.app_by_handle(handle));
    let (code, reason) = one.refused.as_ref().map_or((0, "Other."), |(code, text)| (*code, text.as_str()));
    let mut row = json!({
        "id": own_id(ask, number),
        "createdDateTime": one.time,
        "userDisplayName": account.map(|account| account.title()),
        "userPrincipalName": one.upn,
        "userId": account.map(|account| account.user.id),
        "appId": app.map(|app| app.client_id.to_string()),
        "appDisplayName": app.map(|app| app.title()),
        "ipAddress": one.ip,
        "clientAppUsed": client(one.way),
        "correlationId": one.correlation,
        "conditionalAccessStatus": match one.policies {
            PolicyVerdict::NotApplied => "notApplied",
            PolicyVerdict::Satisfied => "success",
            PolicyVerdict::NotSatisfied => "failure",
        },
        "isInteractive": one.way.is_interactive(),
        "resourceDisplayName": resource.map(|app| app.title()),
        "resourceId": resource.map(|app| app.client_id.to_string()),
        "status": { "errorCode": code, "failureReason": reason, "additionalDetails": null },
    });
    if ask.call.version == Version::Beta {
        row["authenticationRequirement"] =
            if one.needed_second_factor() { "multiFactorAuthentication" } else { "singleFactorAuthentication" }.into();
        let kind = if one.way.is_interactive() { "interactiveUser" } else { "nonInteractiveUser" };
        row["signInEventTypes"] = json!([kind]);
        row["crossTenantAccessType"] = crossing(ask, one).into();
        row["homeTenantId"] = json!(account.map(|account| account.home.id()));
        row["resourceTenantId"] = json!(ask.tenant().id);
    }
    row
}

fn client(way: Way) -> &'static str {
    match way {
        Way::Browser => "Browser",
        Way::App | Way::HandedOver | Way::Token => "Mobile Apps and Desktop clients",
        // Which of the old mail protocols it is, basic authentication by itself does not tell.
        Way::LegacyMail => "Other clients",
        Way::LegacyPowerShell => "Exchange Online PowerShell",
    }
}

/// How somebody of another tenant came in.
fn crossing(ask: &Ask<'_>, one: &Signed) -> &'static str {
    let here = ask.caller.place();
    let account = ask.directory.account(&one.upn);
    match account.map(|account| standing(ask.directory, &account, here, one.time)) {
        Some(Ok(Standing::DelegatedAdmin(_))) => "serviceProvider",
        Some(Ok(Standing::Guest(_))) => "b2bCollaboration",
        Some(Ok(Standing::Member) | Err(_)) | None => "none",
    }
}

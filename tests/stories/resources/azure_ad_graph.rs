//! Azure AD Graph: the tenant in the address has to be the token's.

use super::{bearer, holding};
use crate::answer::Answer;
use crate::apps::text;
use crate::client::started;
use crate::partner_api::{ADATUM, JANE};

const AAD: (&str, &str) = ("/aadgraph", "aad-graph");
const VERSION: &str = "api-version=1.6";

fn refused(answer: &Answer, status: u16, code: &str) {
    let error = &answer.json()["odata.error"];
    assert_eq!((answer.status, text(error, "code")), (status, code), "{}", answer.body);
    assert_eq!(text(&error["message"], "lang"), "en");
}

#[actix_web::test]
async fn members_and_agents_with_a_role_read_the_tenants_people() {
    let standin = started().await;
    let amy = bearer(&standin, AAD, "amy@adatum.test", "adatum", &["user_impersonation"]);
    let me = amy.get(&format!("adatum.test/me?{VERSION}")).granted();
    assert_eq!(
        (text(&me, "userPrincipalName"), text(&me, "odata.type")),
        ("amy@adatum.test", "Microsoft.DirectoryServices.User")
    );
    assert_eq!(amy.list(&format!("myorganization/users?{VERSION}")).len(), 2);
    let jane = bearer(&standin, AAD, JANE, "adatum", &["user_impersonation"]);
    assert_eq!(jane.list(&format!("{ADATUM}/users?{VERSION}")).len(), 2);
    let ada = jane.get(&format!("{ADATUM}/users/ada@adatum.test?{VERSION}")).granted();
    assert_eq!(text(&ada, "displayName"), "Ada Petrenko");
    let details = &jane.list(&format!("{ADATUM}/tenantDetails?{VERSION}"))[0];
    assert_eq!((text(details, "displayName"), text(&details["verifiedDomains"][0], "type")), ("Adatum", "Managed"));
    // An agent has no object in its customer's directory.
    refused(&jane.get(&format!("{ADATUM}/me?{VERSION}")), 404, "Request_ResourceNotFound");
    refused(&jane.get(&format!("{ADATUM}/users/{JANE}?{VERSION}")), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn a_token_of_another_tenant_or_for_another_resource_is_refused() {
    let standin = started().await;
    let at_home = bearer(&standin, AAD, JANE, "contoso", &["user_impersonation"]);
    refused(&at_home.get(&format!("{ADATUM}/users?{VERSION}")), 401, "Authentication_Unauthorized");
    refused(&at_home.get(&format!("nobody.test/users?{VERSION}")), 401, "Authentication_Unauthorized");
    let to_arm = bearer(&standin, ("/aadgraph", "arm"), JANE, "adatum", &["user_impersonation"]);
    refused(&to_arm.get(&format!("{ADATUM}/users?{VERSION}")), 401, "Authentication_Unauthorized");
    refused(&holding(&standin, "/aadgraph", "x").get("adatum.test/users"), 401, "Authentication_MissingOrMalformed");
    let unread = bearer(&standin, AAD, "amy@adatum.test", "adatum", &["User.Read"]);
    refused(&unread.get(&format!("{ADATUM}/users?{VERSION}")), 403, "Authorization_RequestDenied");
    refused(&at_home.get("contoso.test/users"), 400, "Request_DataContractVersionMissing");
    refused(&at_home.get(&format!("contoso.test/groups?{VERSION}")), 404, "Request_ResourceNotFound");
    refused(&at_home.call("DELETE", &format!("contoso.test/users?{VERSION}")).send(), 405, "Request_BadRequest");
    standin.clock().advance(std::time::Duration::from_secs(3700));
    refused(&at_home.get(&format!("contoso.test/users?{VERSION}")), 401, "Authentication_ExpiredToken");
}

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
async fn lists_are_filtered_and_paged_and_what_is_not_understood_is_refused() {
    let standin = started().await;
    let amy = bearer(&standin, AAD, "amy@adatum.test", "adatum", &["user_impersonation"]);
    let names = |query: &str| -> Vec<String> {
        let rows = amy.list(&format!("{ADATUM}/users?{VERSION}&{query}"));
        rows.iter().map(|row| text(row, "userPrincipalName").to_owned()).collect()
    };
    assert_eq!(names("$filter=userPrincipalName+eq+'ADA@adatum.test'"), ["ada@adatum.test"]);
    assert!(names("$filter=userPrincipalName+eq+'nobody@adatum.test'").is_empty());
    assert_eq!(names("$filter=startswith(displayName,'Ada')+or+userPrincipalName+eq+'x'"), ["ada@adatum.test"]);
    let first = amy.get(&format!("{ADATUM}/users?{VERSION}&$top=1")).granted();
    assert_eq!((first["value"].as_array().unwrap().len(), first.get("@odata.nextLink")), (1, None));
    // What is next is said as it always was: without what addresses begin with, and without the version.
    let next = text(&first, "odata.nextLink");
    assert!(next.starts_with("users?") && !next.contains("api-version"), "{next}");
    let second = amy.get(&format!("{ADATUM}/{next}&{VERSION}")).granted();
    assert_eq!(
        (text(&second["value"][0], "userPrincipalName"), second.get("odata.nextLink")),
        ("amy@adatum.test", None)
    );
    assert_eq!(amy.list(&format!("{ADATUM}/tenantDetails?{VERSION}&$filter=displayName+eq+'x'")).len(), 0);
    for wrong in [
        "users?$filter=substringof('A',displayName)",
        "users?$filter=nme+eq+'x'",
        "users?$top=0",
        "users?$orderby=displayName",
        "users?$select=displayName",
        "tenantDetails?$expand=x",
        "me?$filter=displayName+eq+'x'",
        "users/ada@adatum.test?$top=1",
    ] {
        refused(&amy.get(&format!("{ADATUM}/{wrong}&{VERSION}")), 400, "Request_UnsupportedQuery");
    }
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

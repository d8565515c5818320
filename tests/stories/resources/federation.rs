//! What Microsoft Graph writes of a domain's trust is what the next sign-in goes by.

use serde_json::json;
use standin::directory::domain::IdpMfa;

use super::{bearer, refused};
use crate::apps::text;
use crate::client::{get, patch_world, started};

const GRAPH: (&str, &str) = ("/graph/v1.0", "graph");
const AS_THE_USER: &[&str] = &["Directory.AccessAsUser.All"];

#[actix_web::test]
async fn a_domain_is_federated_changed_and_made_managed_again() {
    let standin = started().await;
    let greta = bearer(&standin, GRAPH, "greta@fabrikam.test", "fabrikam", AS_THE_USER);
    let path = "domains/fabrikam.test/federationConfiguration";
    let realm = || get(&standin, "/common/userrealm/john@fabrikam.test?api-version=1.0").json()["account_type"].clone();
    assert_eq!((greta.list(path).len(), realm()), (0, json!("Managed")));
    let wanted = json!({
        "@odata.type": "#microsoft.graph.internalDomainFederation",
        "displayName": "Wingtip",
        "issuerUri": standin.http("/idp/wingtip/adfs/services/trust"),
        "passiveSignInUri": standin.http("/idp/wingtip/adfs/ls/"),
        "signingCertificate": "MII", "preferredAuthenticationProtocol": "wsFed",
        "federatedIdpMfaBehavior": "rejectMfaByFederatedIdp",
    });
    let answer = greta.post(path, &wanted);
    assert_eq!(answer.status, 201, "{}", answer.body);
    let made = answer.json();
    assert_eq!((realm(), text(&made, "issuerUri")), (json!("Federated"), text(&wanted, "issuerUri")));
    refused(&greta.post(path, &wanted), 409, "conflict");
    let own = format!("{path}/{}", text(&made, "id"));
    let change = json!({ "federatedIdpMfaBehavior": "enforceMfaByFederatedIdp" });
    let changed = greta.patch(&own, "", &change).granted();
    assert_eq!(text(&changed, "federatedIdpMfaBehavior"), "enforceMfaByFederatedIdp");
    assert_eq!(greta.get(&own).granted(), changed);
    let world = standin.directory().await.unwrap();
    let trust = world.world().tenants.get("fabrikam").unwrap().federation.get("fabrikam.test").unwrap().clone();
    assert_eq!(trust.idp_mfa(), standin::directory::domain::IdpMfa::Enforce);
    let outside = json!({ "metadataExchangeUri": "https://sts.test/metadata.xml" });
    let moved = greta.patch(&own, "", &outside).granted();
    assert_eq!((&moved["metadataExchangeUri"], &moved["issuerUri"]), (&outside["metadataExchangeUri"], &json!(null)));
    let back = greta.patch(&own, "", &json!({ "issuerUri": wanted["issuerUri"] })).granted();
    assert_eq!(back["issuerUri"], wanted["issuerUri"]);
    assert_eq!(greta.call("DELETE", &own).send().status, 204);
    assert_eq!(realm(), "Managed");
    refused(&greta.get(&own), 404, "Request_ResourceNotFound");
}

#[actix_web::test]
async fn a_trust_tells_where_its_provider_is_reached_and_by_which_certificate_it_is_believed() {
    let standin = started().await;
    patch_world(&standin, json!({"users": {"trent@wingtip.test": {"roles": ["global_admin"]}}}));
    let trent = bearer(&standin, GRAPH, "trent@wingtip.test", "wingtip.test", AS_THE_USER);
    let path = "domains/wingtip.test/federationConfiguration";
    let row = trent.list(path).remove(0);
    let at = |rest: &str| json!(standin.http(&format!("/idp/wingtip/{rest}")));
    let realm = get(&standin, "/common/userrealm/trent@wingtip.test?api-version=1.0").granted();
    assert_eq!(row["activeSignInUri"], at("adfs/services/trust/2005/usernamemixed"));
    assert_eq!(row["activeSignInUri"], realm["federation_active_auth_url"], "libraries are told the same");
    assert_eq!(row["metadataExchangeUri"], realm["federation_metadata_url"]);
    assert_eq!((&row["passiveSignInUri"], &row["signOutUri"]), (&at("adfs/ls/"), &at("adfs/ls/")));
    for unknown in ["passwordResetUri", "signingCertificateUpdateStatus", "nextSigningCertificate"] {
        assert_eq!(row.get(unknown), Some(&json!(null)), "{unknown}");
    }
    let published = get(&standin, "/idp/wingtip/federationmetadata/2007-06/federationmetadata.xml").body;
    let certificate = text(&row, "signingCertificate");
    assert!(certificate.len() > 500 && published.contains(certificate), "{certificate}");
    // What is sent as null is unset, and the default holds again.
    let own = format!("{path}/{}", text(&row, "id"));
    let mode = || async {
        let world = standin.directory().await.unwrap();
        world.world().tenants.get("wingtip").unwrap().federation.get("wingtip.test").unwrap().idp_mfa()
    };
    assert_eq!(mode().await, IdpMfa::Enforce);
    let unset = json!({ "federatedIdpMfaBehavior": null, "promptLoginBehavior": "disabled" });
    let changed = trent.patch(&own, "", &unset).granted();
    assert_eq!(
        (&changed["federatedIdpMfaBehavior"], &changed["promptLoginBehavior"]),
        (&json!(null), &json!("disabled"))
    );
    assert_eq!(mode().await, IdpMfa::Accept);
    assert_eq!(
        trent.patch(&own, "", &json!({})).granted()["promptLoginBehavior"],
        "disabled",
        "what is not sent stays"
    );
    let sent_back = trent.patch(&own, "", &changed);
    assert_eq!(sent_back.status, 200, "{}", sent_back.body);
    for (name, value) in [
        ("signingCertificate", json!("MII")),
        ("nextSigningCertificate", json!("MII")),
        ("displayName", json!("Another")),
        ("signOutUri", json!("https://elsewhere.test/")),
        ("activeSignInUri", json!(null)),
        ("isSignedAuthenticationRequestRequired", json!(true)),
    ] {
        refused(&trent.patch(&own, "", &json!({ name: value })), 400, "BadRequest");
    }
    assert_eq!(trent.get(&own).granted(), changed, "nothing was changed by that");
}

#[actix_web::test]
async fn a_trust_in_nobody_and_a_change_by_somebody_without_the_role_are_refused() {
    let standin = started().await;
    let greta = bearer(&standin, GRAPH, "greta@fabrikam.test", "fabrikam", AS_THE_USER);
    let path = "domains/fabrikam.test/federationConfiguration";
    for body in [
        json!({}),
        json!({ "issuerUri": "https://evil.test/adfs" }),
        json!({ "issuerUri": standin.http("/idp/nobody/x") }),
        json!({ "issuerUri": standin.http("/idp/wingtip/x"), "federatedIdpMfaBehavior": "sometimes" }),
        json!({ "issuerUri": standin.http("/idp/wingtip/x"), "colour": "red" }),
    ] {
        refused(&greta.post(path, &body), 400, "BadRequest");
    }
    refused(&greta.get("domains/contoso.test/federationConfiguration"), 404, "Request_ResourceNotFound");
    let good = json!({ "issuerUri": standin.http("/idp/wingtip/x") });
    let john = bearer(&standin, GRAPH, "john@fabrikam.test", "fabrikam", AS_THE_USER);
    refused(&john.post(path, &good), 403, "Authorization_RequestDenied");
    let unscoped = bearer(&standin, GRAPH, "greta@fabrikam.test", "fabrikam", &["Domain.Read.All"]);
    refused(&unscoped.post(path, &good), 403, "Authorization_RequestDenied");
    assert!(unscoped.list(path).is_empty());
}

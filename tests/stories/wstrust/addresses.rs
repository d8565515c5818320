//! Where libraries find out where a password goes: the user realm, then the provider's own description.

use crate::answer::Answer;
use crate::client::{Call, get, started};

const MEX: &str = "/idp/wingtip/adfs/services/trust/mex";

#[actix_web::test]
async fn a_federated_domain_names_its_provider_and_a_managed_one_does_not() {
    let standin = started().await;
    let realm = |user: &str| get(&standin, &format!("/common/userrealm/{user}?api-version=1.0")).granted();
    let wingtip = realm("trent@wingtip.test");
    let trust = "/idp/wingtip/adfs/services/trust";
    assert_eq!(wingtip["account_type"], "Federated");
    assert_eq!(wingtip["federation_protocol"], "WSTrust");
    assert_eq!(wingtip["federation_metadata_url"], standin.http(MEX));
    assert_eq!(wingtip["federation_active_auth_url"], standin.http(&format!("{trust}/2005/usernamemixed")));
    assert_eq!(wingtip["cloud_audience_urn"], "urn:federation:MicrosoftOnline");
    let example = realm("alice@example.test");
    assert_eq!(example["account_type"], "Managed");
    assert_eq!(example.get("federation_metadata_url"), None, "{example}");
}

#[actix_web::test]
async fn the_oldest_probe_names_the_same_addresses_as_xml() {
    let standin = started().await;
    let probe = |user: &str| get(&standin, &format!("/GetUserRealm.srf?login={user}&xml=1"));
    let wingtip = probe("trent@wingtip.test");
    assert_eq!((wingtip.status, wingtip.header("content-type")), (200, "text/xml; charset=utf-8"));
    let active = standin.http("/idp/wingtip/adfs/services/trust/2005/usernamemixed");
    for part in [
        "<RealmInfo Success=\"true\">",
        "<State>3</State><UserState>2</UserState>",
        "<NameSpaceType>Federated</NameSpaceType>",
        "<IsFederatedNS>true</IsFederatedNS>",
        &format!("<STSAuthURL>{active}</STSAuthURL>"),
        &format!("<MEXURL>{}</MEXURL>", standin.http(MEX)),
    ] {
        assert!(wingtip.has(part), "{part}: {}", wingtip.body);
    }
    let example = probe("alice@example.test");
    assert!(example.has("<NameSpaceType>Managed</NameSpaceType>") && !example.has("STSAuthURL"), "{}", example.body);
    let script = probe("%3Cscript%3E@nowhere.test");
    assert!(script.has("<Login>&lt;script&gt;@nowhere.test</Login>"), "{}", script.body);
    assert!(script.has("<NameSpaceType>Unknown</NameSpaceType>"), "{}", script.body);
}

#[actix_web::test]
async fn the_description_has_both_editions_at_the_origin_that_was_asked() {
    let standin = started().await;
    let found = get(&standin, MEX);
    assert_eq!((found.status, found.header("content-type")), (200, "text/xml; charset=utf-8"));
    for edition in ["2005", "13"] {
        let address = standin.http(&format!("/idp/wingtip/adfs/services/trust/{edition}/usernamemixed"));
        assert!(found.has(&format!("location=\"{address}\"")), "{address}: {}", found.body);
    }
    for name in [
        "wsu:Id=",
        "http://docs.oasis-open.org/ws-sx/ws-securitypolicy/200702",
        "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy",
        "http://docs.oasis-open.org/ws-sx/ws-trust/200512/RST/Issue",
        "http://schemas.xmlsoap.org/ws/2005/02/trust/RST/Issue",
    ] {
        assert!(found.has(name), "{name}: {}", found.body);
    }
    let elsewhere = Call::new(&standin, "GET", MEX).header("Host", "sts.wingtip.test:8443").send();
    assert!(elsewhere.has("http://sts.wingtip.test:8443/idp/wingtip/"), "{}", elsewhere.body);
    let upper = get(&standin, "/idp/Wingtip/ADFS/Services/Trust/MEX");
    assert_eq!(upper.body, found.body, "addresses match in any case");
}

#[actix_web::test]
async fn what_is_no_address_of_it_is_not_found_and_each_has_its_verb() {
    let standin = started().await;
    let status = |verb: &str, path: &str| -> Answer { Call::new(&standin, verb, path).send() };
    let trust = "/idp/wingtip/adfs/services/trust";
    for path in ["14/usernamemixed", "13/windowstransport", "13"] {
        assert_eq!(status("GET", &format!("{trust}/{path}")).status, 404, "{path}");
    }
    assert_eq!(status("GET", "/idp/nobody/adfs/services/trust/mex").status, 404);
    let wrong = status("GET", &format!("{trust}/13/usernamemixed"));
    assert_eq!((wrong.status, wrong.header("allow")), (405, "POST"));
    let wrong = status("POST", MEX);
    assert_eq!((wrong.status, wrong.header("allow")), (405, "GET, HEAD"));
}

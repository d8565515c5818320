use serde_json::{Value, json};

use super::*;
use crate::directory::world::World;
use crate::http::origin::Origin;

const WORLD: &str = r#"
[tenants.contoso]
id = "3deee153-d142-49b5-9dd8-16b246dfa0ce"
name = "Contoso"
domains = ["contoso.test"]

[tenants.fabrikam]
id = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0"
name = "Fabrikam"
domains = ["fabrikam.test"]
hide_unknown_users = true

[tenants.wingtip]
id = "b04058b2-fc8b-4fbf-bd41-37e1cc2ac001"
name = "Wingtip"
domains = ["wingtip.test", "saml.wingtip.test"]
federation."wingtip.test" = { provider = "wingtip", protocol = "wsfed" }
federation."saml.wingtip.test" = { provider = "wingtip", protocol = "saml" }

[users."jane@contoso.test"]
name = "Jane"
password = "Password1!"

[users."scanner@contoso.test"]
name = "Scanner"

[providers.wingtip]
name = "Wingtip"
"#;

fn directory() -> Directory {
    Directory::new(toml::from_str::<World>(WORLD).unwrap()).unwrap()
}

fn origin() -> Origin {
    Origin { scheme_host: "https://localhost:8443".into(), base: "/w/abc".into() }
}

fn provider(login: &str) -> Option<Addresses> {
    let directory = directory();
    let (_, trust) = federation_of(&directory, &Upn::new(login))?;
    Some(Addresses::here(&origin(), trust.provider.as_deref().unwrap(), trust.protocol))
}

fn v1(login: &str) -> String {
    serde_json::to_string(&realm_v1(&directory(), provider(login).as_ref(), login)).unwrap()
}

fn v2(login: &str) -> String {
    serde_json::to_string(&realm_v2(&directory(), provider(login).as_ref(), login)).unwrap()
}

fn srf(login: &str) -> String {
    serde_json::to_string(&realm_srf(&directory(), provider(login).as_ref(), login)).unwrap()
}

fn credentials(login: &str) -> Value {
    let request = CredentialTypeRequest { username: login.into(), flow_token: None };
    serde_json::to_value(credential_type(&directory(), &request, Some("https://sts.test/ls".into()))).unwrap()
}

#[test]
fn libraries_are_told_that_a_managed_domain_takes_the_password_itself() {
    assert_eq!(
        v1("Jane@Contoso.TEST"),
        r#"{"ver":"1.0","account_type":"Managed","domain_name":"contoso.test","cloud_instance_name":"microsoftonline.com","cloud_audience_urn":"urn:federation:MicrosoftOnline"}"#
    );
}

#[test]
fn libraries_are_sent_to_the_provider_of_a_federated_domain() {
    assert_eq!(
        v1("trent@wingtip.test"),
        concat!(
            r#"{"ver":"1.0","account_type":"Federated","domain_name":"wingtip.test","federation_protocol":"WSTrust","#,
            r#""federation_metadata_url":"https://localhost:8443/w/abc/idp/wingtip/adfs/services/trust/mex","#,
            r#""federation_active_auth_url":"https://localhost:8443/w/abc/idp/wingtip/adfs/services/trust/2005/usernamemixed","#,
            r#""cloud_instance_name":"microsoftonline.com","cloud_audience_urn":"urn:federation:MicrosoftOnline"}"#
        )
    );
}

#[test]
fn a_saml_provider_has_no_address_for_passwords() {
    let answer: Value = serde_json::from_str(&v1("x@saml.wingtip.test")).unwrap();
    assert_eq!(answer["federation_protocol"], "SAML20");
    assert_eq!(answer.get("federation_active_auth_url"), None);
}

#[test]
fn a_domain_of_no_tenant_is_unknown_in_every_form() {
    for login in ["nobody@nowhere.test", "nobody", "", "a@b@nowhere.test", "\0"] {
        assert_eq!(
            v1(login),
            r#"{"ver":"1.0","account_type":"Unknown","cloud_instance_name":"microsoftonline.com","cloud_audience_urn":"urn:federation:MicrosoftOnline"}"#
        );
    }
    assert_eq!(
        v2("nobody@nowhere.test"),
        r#"{"NameSpaceType":"Unknown","Login":"nobody@nowhere.test","TenantBrandingInfo":null,"cloud_instance_name":"microsoftonline.com"}"#
    );
    assert_eq!(
        srf("nobody@nowhere.test"),
        r#"{"State":4,"UserState":1,"Login":"nobody@nowhere.test","NameSpaceType":"Unknown","CloudInstanceName":"microsoftonline.com","CloudInstanceIssuerUri":"urn:federation:MicrosoftOnline"}"#
    );
}

#[test]
fn version_two_names_the_tenant_and_the_way_to_the_provider() {
    assert_eq!(
        v2("jane@contoso.test"),
        r#"{"NameSpaceType":"Managed","Login":"jane@contoso.test","DomainName":"contoso.test","FederationBrandName":"Contoso","TenantBrandingInfo":null,"cloud_instance_name":"microsoftonline.com"}"#
    );
    assert_eq!(
        v2("trent@wingtip.test"),
        concat!(
            r#"{"NameSpaceType":"Federated","federation_protocol":"WsTrust","Login":"trent@wingtip.test","#,
            r#""AuthURL":"https://localhost:8443/w/abc/idp/wingtip/adfs/ls/?username=trent%40wingtip.test&wa=wsignin1.0&wtrealm=urn%3Afederation%3AMicrosoftOnline&wctx=","#,
            r#""DomainName":"wingtip.test","FederationBrandName":"Wingtip","TenantBrandingInfo":null,"cloud_instance_name":"microsoftonline.com"}"#
        )
    );
}

#[test]
fn the_oldest_form_counts_states() {
    assert_eq!(
        srf("jane@contoso.test"),
        r#"{"State":4,"UserState":1,"Login":"jane@contoso.test","NameSpaceType":"Managed","DomainName":"contoso.test","FederationBrandName":"Contoso","CloudInstanceName":"microsoftonline.com","CloudInstanceIssuerUri":"urn:federation:MicrosoftOnline"}"#
    );
    assert_eq!(
        srf("x@saml.wingtip.test"),
        concat!(
            r#"{"State":3,"UserState":2,"Login":"x@saml.wingtip.test","NameSpaceType":"Federated","DomainName":"saml.wingtip.test","#,
            r#""FederationGlobalVersion":-1,"AuthURL":"https://localhost:8443/w/abc/idp/wingtip/saml/sso","FederationBrandName":"Wingtip","#,
            r#""CloudInstanceName":"microsoftonline.com","CloudInstanceIssuerUri":"urn:federation:MicrosoftOnline"}"#
        )
    );
}

#[test]
fn a_user_name_cannot_add_parameters_to_the_providers_address() {
    let answer: Value = serde_json::from_str(&v2("a&wctx=x#@wingtip.test")).unwrap();
    assert!(answer["AuthURL"].as_str().unwrap().contains("username=a%26wctx%3Dx%23%40wingtip.test&wa="));
}

#[test]
fn a_provider_that_does_not_say_where_it_is_has_no_address() {
    let answer = serde_json::to_value(realm_v1(&directory(), None, "trent@wingtip.test")).unwrap();
    assert_eq!((&answer["account_type"], answer.get("federation_metadata_url")), (&"Federated".into(), None));
    let answer = serde_json::to_value(realm_v2(&directory(), None, "trent@wingtip.test")).unwrap();
    assert_eq!((&answer["NameSpaceType"], answer.get("AuthURL")), (&"Federated".into(), None));
}

#[test]
fn the_page_learns_of_a_managed_account() {
    let request = CredentialTypeRequest { username: "Jane@contoso.test".into(), flow_token: Some("f".into()) };
    assert_eq!(
        serde_json::to_string(&credential_type(&directory(), &request, None)).unwrap(),
        concat!(
            r#"{"Username":"Jane@contoso.test","Display":"Jane@contoso.test","IfExistsResult":0,"IsUnmanaged":false,"ThrottleStatus":0,"#,
            r#""Credentials":{"PrefCredential":1,"HasPassword":true,"RemoteNgcParams":null,"FidoParams":null,"SasParams":null,"CertAuthParams":null},"#,
            r#""EstsProperties":{"UserTenantBranding":null,"DomainType":3},"FlowToken":"f","IsSignupDisallowed":true,"apiCanary":""}"#
        )
    );
    assert_eq!(credentials("scanner@contoso.test")["Credentials"]["HasPassword"], false);
}

#[test]
fn an_account_that_does_not_exist_is_told_apart_only_where_the_tenant_allows_it() {
    assert_eq!(credentials("nobody@contoso.test")["IfExistsResult"], 1);
    assert_eq!(credentials("nobody@fabrikam.test")["IfExistsResult"], 0);
    assert_eq!(credentials("nobody@nowhere.test")["IfExistsResult"], 1);
}

#[test]
fn the_page_learns_where_a_federated_account_goes() {
    let answer = credentials("anyone@wingtip.test");
    assert_eq!(answer["IfExistsResult"], 0);
    assert_eq!(answer["Credentials"]["PrefCredential"], 4);
    assert_eq!(answer["Credentials"]["FederationRedirectUrl"], "https://sts.test/ls");
    assert_eq!(answer["EstsProperties"]["DomainType"], 4);
    assert_eq!(credentials("jane@contoso.test")["Credentials"].get("FederationRedirectUrl"), None);
    assert_eq!(
        federation_of(&directory(), &Upn::new("a@wingtip.test")).map(|(tenant, _)| tenant.handle().to_owned()),
        Some("wingtip".into())
    );
}

#[test]
fn the_pages_question_may_say_much_more() {
    let body = json!({ "username": "a@b.test", "isOtherIdpSupported": true, "checkPhones": false, "originalRequest": "x", "flowToken": "t" });
    let request: CredentialTypeRequest = serde_json::from_value(body).unwrap();
    assert_eq!(request, CredentialTypeRequest { username: "a@b.test".into(), flow_token: Some("t".into()) });
}

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::*;
use crate::directory::tenant::Tenant;
use crate::directory::world::{self, World};
use crate::http::origin::Origin;
use crate::keys::{KeyRing, KeySource, Owner, SigningKey};
use crate::refusal::{Code, Refusal};
use crate::token::issuer::{issuer_generic, issuer_v1, issuer_v2};

const EXAMPLE: &str = "10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1";

fn example() -> AuthorityName {
    AuthorityName::Tenant(TenantId::parse(EXAMPLE).unwrap())
}

fn origin(scheme_host: &str, base: &str) -> Origin {
    Origin { scheme_host: scheme_host.into(), base: base.into() }
}

fn local() -> Origin {
    origin("https://localhost:8443", "")
}

fn text(document: impl Serialize) -> String {
    serde_json::to_string(&document).unwrap()
}

fn value(document: impl Serialize) -> Value {
    serde_json::to_value(document).unwrap()
}

#[test]
fn a_tenants_v2_metadata_has_the_real_members_in_the_real_order() {
    assert_eq!(
        text(entra_v2(&local(), example())),
        concat!(
            r#"{"token_endpoint":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/v2.0/token","#,
            r#""token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],"#,
            r#""jwks_uri":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/discovery/v2.0/keys","#,
            r#""response_modes_supported":["query","fragment","form_post"],"#,
            r#""subject_types_supported":["pairwise"],"#,
            r#""id_token_signing_alg_values_supported":["RS256"],"#,
            r#""response_types_supported":["code","id_token","code id_token","id_token token"],"#,
            r#""scopes_supported":["openid","profile","email","offline_access"],"#,
            r#""issuer":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/v2.0","#,
            r#""request_uri_parameter_supported":false,"#,
            r#""userinfo_endpoint":"https://localhost:8443/oidc/userinfo","#,
            r#""authorization_endpoint":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/v2.0/authorize","#,
            r#""device_authorization_endpoint":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/v2.0/devicecode","#,
            r#""http_logout_supported":true,"#,
            r#""frontchannel_logout_supported":true,"#,
            r#""end_session_endpoint":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/v2.0/logout","#,
            r#""claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud","exp","iat","auth_time","acr","nonce","preferred_username","name","tid","ver","at_hash","c_hash","email"],"#,
            r#""kerberos_endpoint":"https://localhost:8443/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/kerberos","#,
            r#""tenant_region_scope":"WW","#,
            r#""cloud_instance_name":"microsoftonline.com","#,
            r#""cloud_graph_host_name":"graph.windows.net","#,
            r#""msgraph_host":"graph.microsoft.com","#,
            r#""rbac_url":"https://pas.windows.net"}"#
        )
    );
}

#[test]
fn a_tenants_v1_metadata_has_the_real_members_in_the_real_order() {
    assert_eq!(
        text(entra_v1(&origin("http://localhost:8400", "/w/abc"), example())),
        concat!(
            r#"{"token_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/token","#,
            r#""token_endpoint_auth_methods_supported":["client_secret_post","private_key_jwt","client_secret_basic"],"#,
            r#""jwks_uri":"http://localhost:8400/w/abc/common/discovery/keys","#,
            r#""response_modes_supported":["query","fragment","form_post"],"#,
            r#""subject_types_supported":["pairwise"],"#,
            r#""id_token_signing_alg_values_supported":["RS256"],"#,
            r#""response_types_supported":["code","id_token","code id_token","token id_token","token"],"#,
            r#""scopes_supported":["openid"],"#,
            r#""issuer":"https://sts.windows.net/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/","#,
            r#""microsoft_multi_refresh_token":true,"#,
            r#""authorization_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/authorize","#,
            r#""device_authorization_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/devicecode","#,
            r#""http_logout_supported":true,"#,
            r#""frontchannel_logout_supported":true,"#,
            r#""end_session_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/logout","#,
            r#""claims_supported":["sub","iss","cloud_instance_name","cloud_instance_host_name","cloud_graph_host_name","msgraph_host","aud","exp","iat","auth_time","acr","amr","nonce","email","given_name","family_name","nickname"],"#,
            r#""check_session_iframe":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/oauth2/checksession","#,
            r#""userinfo_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/openid/userinfo","#,
            r#""kerberos_endpoint":"http://localhost:8400/w/abc/10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1/kerberos","#,
            r#""tenant_region_scope":"WW","#,
            r#""cloud_instance_name":"microsoftonline.com","#,
            r#""cloud_graph_host_name":"graph.windows.net","#,
            r#""msgraph_host":"graph.microsoft.com","#,
            r#""rbac_url":"https://pas.windows.net"}"#
        )
    );
}

#[test]
fn shared_authorities_leave_the_tenant_open_on_the_origin_that_was_asked() {
    let real = origin("https://login.microsoftonline.com", "");
    let world = origin("https://localhost:8443", "/w/abc");
    for authority in [AuthorityName::Common, AuthorityName::Organizations] {
        let issuer = |origin: &Origin| value(entra_v2(origin, authority))["issuer"].clone();
        assert_eq!(issuer(&real), "https://login.microsoftonline.com/{tenantid}/v2.0");
        assert_eq!(issuer(&local()), "https://localhost:8443/{tenantid}/v2.0");
        assert_eq!(issuer(&world), "https://localhost:8443/w/abc/{tenantid}/v2.0");
        assert_eq!(value(entra_v1(&local(), authority))["issuer"], "https://sts.windows.net/{tenantid}/");
        let document = value(entra_v2(&local(), authority));
        assert_eq!(document["token_endpoint"], format!("https://localhost:8443/{authority}/oauth2/v2.0/token"));
        assert_eq!(document["tenant_region_scope"], Value::Null);
        assert_eq!(document.get("kerberos_endpoint"), None);
    }
}

#[test]
fn the_consumers_authority_names_its_own_tenant_in_the_issuer_only() {
    let document = value(entra_v2(&local(), AuthorityName::Consumers));
    assert_eq!(document["issuer"], "https://localhost:8443/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0");
    assert_eq!(document["jwks_uri"], "https://localhost:8443/consumers/discovery/v2.0/keys");
}

#[test]
fn a_tokens_issuer_is_the_one_its_metadata_promises() {
    let tenant = TenantId::parse(EXAMPLE).unwrap();
    assert_eq!(value(entra_v2(&local(), example()))["issuer"], issuer_v2(&local(), tenant));
    assert_eq!(value(entra_v1(&local(), example()))["issuer"], issuer_v1(tenant));
    assert_eq!(value(generic(&local(), "local", Served::default()))["issuer"], issuer_generic(&local(), "local"));
}

#[test]
fn a_providers_metadata_says_what_it_can_do_and_no_more() {
    assert_eq!(
        text(generic(&origin("https://localhost:8443", "/w/abc"), "wingtip", Served::default())),
        concat!(
            r#"{"issuer":"https://localhost:8443/w/abc/idp/wingtip","#,
            r#""authorization_endpoint":"https://localhost:8443/w/abc/idp/wingtip/authorize","#,
            r#""token_endpoint":"https://localhost:8443/w/abc/idp/wingtip/token","#,
            r#""userinfo_endpoint":"https://localhost:8443/w/abc/idp/wingtip/userinfo","#,
            r#""jwks_uri":"https://localhost:8443/w/abc/idp/wingtip/jwks","#,
            r#""introspection_endpoint":"https://localhost:8443/w/abc/idp/wingtip/introspect","#,
            r#""revocation_endpoint":"https://localhost:8443/w/abc/idp/wingtip/revoke","#,
            r#""end_session_endpoint":"https://localhost:8443/w/abc/idp/wingtip/logout","#,
            r#""scopes_supported":["openid","profile","email","offline_access"],"#,
            r#""response_types_supported":["code"],"#,
            r#""response_modes_supported":["query","fragment","form_post"],"#,
            r#""grant_types_supported":["authorization_code","refresh_token","client_credentials"],"#,
            r#""subject_types_supported":["public"],"#,
            r#""id_token_signing_alg_values_supported":["RS256"],"#,
            r#""token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","private_key_jwt","none"],"#,
            r#""token_endpoint_auth_signing_alg_values_supported":["RS256","PS256"],"#,
            r#""introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","private_key_jwt"],"#,
            r#""introspection_endpoint_auth_signing_alg_values_supported":["RS256","PS256"],"#,
            r#""revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","private_key_jwt","none"],"#,
            r#""revocation_endpoint_auth_signing_alg_values_supported":["RS256","PS256"],"#,
            r#""code_challenge_methods_supported":["S256"],"#,
            r#""claims_supported":["sub","iss","aud","exp","iat","auth_time","nonce","amr","sid","at_hash","name","given_name","family_name","preferred_username","email","email_verified"],"#,
            r#""claims_parameter_supported":true,"#,
            r#""request_parameter_supported":false,"#,
            r#""request_uri_parameter_supported":false,"#,
            r#""authorization_response_iss_parameter_supported":true,"#,
            r#""frontchannel_logout_supported":true,"frontchannel_logout_session_supported":true}"#
        )
    );
}

#[test]
fn what_clients_may_have_decides_what_a_provider_says_it_serves() {
    let said = |served: Served| {
        let document = value(generic(&local(), "local", served));
        let has =
            |name: &str, word: &str| document[name].as_array().is_some_and(|words| words.iter().any(|w| w == word));
        let types = document["response_types_supported"].as_array().unwrap().len();
        (types, has("grant_types_supported", "implicit"), has("claims_supported", "c_hash"))
    };
    let (id_token, token) =
        (Served { id_token: true, ..Served::default() }, Served { token: true, ..Served::default() });
    assert_eq!(said(Served::default()), (1, false, false));
    assert_eq!(said(id_token), (3, true, true));
    assert_eq!(said(token), (3, true, false));
    assert_eq!(said(Served { token: true, ..id_token }), (5, true, true));
    assert_eq!(said(Served { token: true, both: true, ..id_token }), (7, true, true));
}

#[test]
fn the_world_says_what_clients_may_have_at_each_provider() {
    let served = |directory: &Directory, name| match directory.provider(name) {
        Some(Tenant::Provider { handle, facts }) => Served::by(directory, handle, facts),
        other => panic!("{other:?}"),
    };
    let two = world::read(
        r#"
        [providers.plain]
        mfa = "never"
        [providers.older]
        [apps.a]
        home = "older"
        implicit = { id_tokens = true }
        [apps.b]
        home = "older"
        implicit = { access_tokens = true }
        "#,
    );
    let two = Directory::new(two.unwrap()).unwrap();
    assert_eq!(served(&two, "plain"), Served::default());
    assert_eq!(served(&two, "older"), Served { id_token: true, token: true, both: false, second_factor: true });
}

fn keys() -> Vec<Arc<SigningKey>> {
    KeyRing::new(KeySource::Development).published(Owner::Entra).unwrap()
}

#[test]
fn key_sets_differ_between_the_dialects_in_what_they_say_beside_the_key() {
    let keys = keys();
    let (n, x5c) = (keys[0].n(), keys[0].x5c());
    let kid = "uaAe-Dsc19zgzi8gx3i3jz_WaWc";
    let key = format!(r#""kid":"{kid}","x5t":"{kid}","n":"{n}","e":"AQAB","x5c":["{x5c}"]"#);
    assert_eq!(text(jwks_v1(&keys)), format!(r#"{{"keys":[{{"kty":"RSA","use":"sig",{key}}}]}}"#));
    assert_eq!(
        text(jwks_v2(&origin("https://localhost:8443", "/w/abc"), &keys)),
        format!(
            r#"{{"keys":[{{"kty":"RSA","use":"sig",{key},"cloud_instance_name":"microsoftonline.com","issuer":"https://localhost:8443/w/abc/{{tenantid}}/v2.0"}}]}}"#
        )
    );
    assert_eq!(text(jwks_generic(&keys)), format!(r#"{{"keys":[{{"kty":"RSA","use":"sig","alg":"RS256",{key}}}]}}"#));
}

#[test]
fn every_published_key_is_in_the_set() {
    let ring = KeyRing::new(KeySource::Fresh);
    ring.rotate(Owner::Entra).unwrap();
    let published = ring.published(Owner::Entra).unwrap();
    let set = value(jwks_v1(&published));
    let kids: Vec<_> = set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids, [published[0].kid(), published[1].kid()]);
}

fn ask(origin: &Origin, authorize: &str, version: Option<&str>) -> Result<String, Refusal> {
    instance(origin, authorize, version).map(text)
}

#[test]
fn our_own_host_is_an_instance_with_no_other_name() {
    assert_eq!(
        ask(&local(), "https://LOCALHOST:8443/common/oauth2/v2.0/authorize", Some("1.1")).unwrap(),
        concat!(
            r#"{"tenant_discovery_endpoint":"https://localhost:8443/common/v2.0/.well-known/openid-configuration","api-version":"1.1","#,
            r#""metadata":[{"preferred_network":"localhost:8443","preferred_cache":"localhost:8443","aliases":["localhost:8443"]}]}"#
        )
    );
    assert_eq!(
        ask(&local(), "https://localhost:8443/w/abc/example.test/oauth2/authorize", Some("1.0")).unwrap(),
        r#"{"tenant_discovery_endpoint":"https://localhost:8443/w/abc/example.test/.well-known/openid-configuration"}"#
    );
}

#[test]
fn the_public_cloud_is_known_by_all_its_names() {
    let answer = concat!(
        r#"{"tenant_discovery_endpoint":"https://login.windows.net/common/v2.0/.well-known/openid-configuration","api-version":"1.1","#,
        r#""metadata":[{"preferred_network":"login.microsoftonline.com","preferred_cache":"login.windows.net","#,
        r#""aliases":["login.microsoftonline.com","login.windows.net","login.microsoft.com","sts.windows.net"]}]}"#
    );
    for origin in [local(), origin("https://login.windows.net", "")] {
        assert_eq!(ask(&origin, "https://login.windows.net/common/oauth2/v2.0/authorize", None).unwrap(), answer);
    }
}

#[test]
fn a_library_that_forgets_the_port_is_told_the_address_that_has_it() {
    let answer = ask(&local(), "https://localhost/common/oauth2/v2.0/authorize", Some("1.0")).unwrap();
    assert!(answer.contains("https://localhost:8443/common/v2.0/.well-known/openid-configuration"), "{answer}");
}

#[test]
fn other_hosts_and_what_is_no_authority_are_refused() {
    for authorize in [
        "",
        "localhost:8443",
        "https://localhost:8444/common/oauth2/v2.0/authorize",
        "https://evil.test/common/oauth2/v2.0/authorize",
        "https://login.microsoftonline.com.evil.test/common/oauth2/v2.0/authorize",
        "https://localhost:8443/oauth2/v2.0/authorize",
        "https://localhost:8443/",
        "data:text/html,x",
    ] {
        assert_eq!(
            ask(&local(), authorize, Some("1.1")).map_err(|refusal| refusal.code),
            Err(Code::UnknownInstance),
            "{authorize}"
        );
    }
}

#[test]
fn an_authority_is_named_by_id_by_domain_or_by_audience() {
    let world = format!("[tenants.example]\nid = \"{EXAMPLE}\"\nname = \"Example\"\ndomains = [\"example.test\"]\n");
    let directory = Directory::new(toml::from_str::<World>(&world).unwrap()).unwrap();
    let find = |name: &str| AuthorityName::find(name, &directory);
    assert_eq!(find("Example.TEST"), Some(example()));
    assert_eq!(find(&EXAMPLE.to_uppercase()), Some(example()));
    assert_eq!(find("Common"), Some(AuthorityName::Common));
    assert_eq!(find("organizations"), Some(AuthorityName::Organizations));
    assert_eq!(find("9188040d-6c67-4c5b-b112-36a304b66dad"), Some(AuthorityName::Consumers));
    assert_eq!(find("nowhere.test"), None);
}

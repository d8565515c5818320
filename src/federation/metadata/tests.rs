use super::*;
use crate::directory::{Directory, world};
use crate::federation::xml::{read, verify, write};
use crate::keys::{KeyRing, KeySource, Owner};

fn origin() -> Origin {
    Origin { scheme_host: "http://localhost:8400".into(), base: "/w/mine".into() }
}

#[test]
fn a_tenant_publishes_its_real_name_and_addresses_of_its_own_world() {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let keys = KeyRing::new(KeySource::Development).published(Owner::Entra).unwrap();
    let example = directory.tenant_by_handle("example");
    let id = example.unwrap().id().to_string();
    let described = Described::tenant(&origin(), &id, example, &keys);
    let text = crate::federation::xml::sign(&keys[0], &described.federation()).unwrap().into_text();
    let root = read(&text).unwrap();
    verify(&root, &[keys[0].public().clone()]).unwrap();
    assert_eq!(root.value("entityID"), Some(format!("https://sts.windows.net/{id}/").as_str()));
    let roles: Vec<_> = root.elements().map(|role| role.name.local).collect();
    assert_eq!(roles, ["Signature", "RoleDescriptor", "RoleDescriptor", "IDPSSODescriptor"]);
    let idp = root.only(METADATA, "IDPSSODescriptor").unwrap();
    for service in ["SingleSignOnService", "SingleLogoutService"] {
        let at: Vec<_> = idp.all(METADATA, service).filter_map(|service| service.value("Location")).collect();
        let expected = format!("http://localhost:8400/w/mine/{id}/saml2");
        assert_eq!(at, [expected.as_str(); 2], "over both bindings");
    }
    assert!(text.contains(&format!("<wsa:Address>http://localhost:8400/w/mine/{id}/wsfed</wsa:Address>")), "{text}");
    assert!(text.contains(r#"xsi:type="fed:SecurityTokenServiceType""#) && text.contains("xmlns:fed="), "{text}");
}

#[test]
fn any_tenant_publishes_a_placeholder_and_a_provider_what_ad_fs_does() {
    let ring = KeyRing::new(KeySource::Development);
    let keys = ring.published(Owner::Entra).unwrap();
    let any = Described::tenant(&origin(), "common", None, &keys);
    assert_eq!(any.entity, "https://sts.windows.net/{tenantid}/");
    let keys = ring.published(Owner::Provider("wingtip")).unwrap();
    let wingtip = Described::provider(&origin(), "wingtip", &keys);
    assert_eq!(wingtip.entity, "http://localhost:8400/w/mine/idp/wingtip/adfs/services/trust");
    let (whole, saml) = (write(&wingtip.federation()), write(&wingtip.saml()));
    for address in ["/adfs/ls/<", "/saml/sso\"", "/saml/slo\"", "/adfs/services/trust/13/usernamemixed<"] {
        assert!(whole.contains(address), "{address}");
    }
    assert!(saml.contains("/saml/sso\"") && !saml.contains("RoleDescriptor"), "{saml}");
}

#[test]
fn providers_are_told_who_the_tenants_are_and_where_they_are_answered() {
    let keys = KeyRing::new(KeySource::Development).published(Owner::Entra).unwrap();
    let origin = origin();
    let text = write(&relying(&origin, &keys));
    let root = read(&text).unwrap();
    assert_eq!(root.value("entityID"), Some("urn:federation:MicrosoftOnline"));
    let role = root.only(METADATA, "SPSSODescriptor").unwrap();
    let consumer = role.only(METADATA, "AssertionConsumerService").unwrap();
    assert_eq!(consumer.value("Location"), Some("http://localhost:8400/w/mine/login.srf"));
    assert_eq!(role.all(METADATA, "KeyDescriptor").count(), keys.len());
}

#[test]
fn the_id_changes_with_the_keys_and_with_nothing_else() {
    let ring = KeyRing::new(KeySource::Development);
    let id = |keys: &[Arc<SigningKey>]| Described::provider(&origin(), "wingtip", keys).id("saml");
    let before = ring.published(Owner::Provider("wingtip")).unwrap();
    assert_eq!(id(&before), id(&before));
    let other = ring.published(Owner::Provider("local")).unwrap();
    assert_ne!(id(&before), id(&other));
}

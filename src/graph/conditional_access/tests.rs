//! What this interface shows of a policy reads back as the same policy, and what a world cannot hold is named.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::names::Names;
use super::*;
use crate::directory::Directory;
use crate::directory::policy::{
    Audience, ClientType, GrantControl, Locations, Operator, PersistentBrowser, SessionControls, UserAction,
};
use crate::directory::role::Role;
use crate::directory::tenant::{EntraTenant, Tenant};
use crate::directory::world;
use crate::id::Upn;
use crate::time::Span;

const MORE: &str = "
[tenants.other]
domains = ['other.test']
[users.'gil@other.test']
[users.'ora@other.test']
[tenants.example.guests.'gil@other.test']
[tenants.example.groups.staff]
[tenants.example.groups.sales]
[tenants.example.authentication_strengths]
strong = ['passkey']
[tenants.example.custom_controls.duo]
provider = 'local'
client_id = 'example'
[tenants.example.named_locations.office]
ranges = ['10.0.0.0/8']
trusted = true
[tenants.example.named_locations.home]
name = 'At home'
ranges = ['2001:db8::/32']
";

fn directory() -> &'static Directory {
    static MADE: LazyLock<Directory> =
        LazyLock::new(|| Directory::new(world::read(&format!("{}{MORE}", world::PLAIN)).unwrap()).unwrap());
    &MADE
}

fn example(directory: &Directory) -> &EntraTenant {
    match directory.tenant_by_handle("example").unwrap() {
        Tenant::Entra { facts, .. } => facts,
        Tenant::Provider { .. } => panic!("a tenant"),
    }
}

fn audience(users: &'static [&'static str]) -> impl Strategy<Value = Audience> {
    let some_of = |list: &[&'static str]| vec(select(list.to_vec()), 0..3);
    let roles = vec(select(Role::ALL.to_vec()), 0..3);
    (any::<bool>(), some_of(users), some_of(&["staff", "sales"]), roles, any::<bool>(), any::<bool>()).prop_map(
        |(all, users, groups, roles, guests, service_providers)| Audience {
            all,
            users: users.into_iter().map(Upn::new).collect(),
            groups: groups.into_iter().map(str::to_owned).collect(),
            roles,
            guests,
            service_providers,
        },
    )
}

fn texts(list: &[&'static str]) -> impl Strategy<Value = Vec<String>> + use<> {
    vec(select(list.to_vec()).prop_map(str::to_owned), 0..3)
}

const APPS: &[&str] = &[
    "all",
    "graph",
    "example-web",
    "arm",
    "00000003-0000-0000-c000-000000000000",
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c",
];
const HERE: &[&str] = &["alice@example.test", "bob@example.test", "gil@other.test"];
const ANYWHERE: &[&str] = &["alice@example.test", "gil@other.test", "ora@other.test"];

/// A policy that a world can hold; `spans` are its sign-in frequencies.
fn policy(users: &'static [&'static str], spans: BoxedStrategy<Span>) -> impl Strategy<Value = ConditionalAccess> {
    let state = select(vec![PolicyState::Enabled, PolicyState::Disabled, PolicyState::ReportOnly]);
    let name = select(vec!["", "p", "Require MFA: everybody"]);
    let about = (
        texts(APPS),
        texts(APPS),
        vec(select(vec![UserAction::RegisterSecurityInfo, UserAction::RegisterDevice]), 0..2),
    );
    let clients = vec(select(vec![ClientType::Browser, ClientType::Mobile, ClientType::Legacy]), 0..4);
    let places = ["all", "trusted", "office", "home"];
    let grant = prop_oneof![
        Just(vec!["block"]),
        (
            vec(select(vec!["mfa", "terms"]), 0..3),
            option::of(select(vec!["strength:mfa", "strength:strong"])),
            option::of(Just("custom_control:duo"))
        )
            .prop_map(|(mut grant, strength, control)| {
                grant.extend(strength.into_iter().chain(control));
                grant
            }),
    ];
    let session = (option::of(spans), option::of(select(vec![PersistentBrowser::Always, PersistentBrowser::Never])));
    let context = option::of(select(vec!["c1", "c25"]));
    let demands = (grant, select(vec![Operator::And, Operator::Or]), session, context);
    let whom = (audience(users), audience(users));
    (state, name, whom, about, clients, (texts(&places), texts(&places)), demands).prop_map(
        |(state, name, (include, exclude), (apps, exclude_apps, user_actions), client_types, places, demands)| {
            let (grant, operator, (sign_in_frequency, persistent_browser), context) = demands;
            ConditionalAccess {
                id: ObjectId::derived(&["p"]),
                name: name.to_owned(),
                state,
                include,
                exclude,
                apps,
                exclude_apps,
                user_actions,
                client_types,
                locations: Locations { include: places.0, exclude: places.1 },
                grant: grant.into_iter().map(|word| GrantControl::from(word.to_owned())).collect(),
                operator,
                session: SessionControls { sign_in_frequency, persistent_browser },
                auth_context: context.map(str::to_owned),
            }
        },
    )
}

/// The way of writing a policy, of several that mean the same, that reading gives.
fn normal(names: &Names<'_>, policy: &ConditionalAccess) -> ConditionalAccess {
    let mut policy = policy.clone();
    policy.id = ObjectId::default();
    policy.name = title("p", &policy).to_owned();
    let app = |name: &String| if name == "all" { name.clone() } else { names.app("", &names.app_id(name)).unwrap() };
    policy.apps = policy.apps.iter().map(app).collect();
    policy.exclude_apps = policy.exclude_apps.iter().map(app).collect();
    if policy.apps.is_empty() && policy.user_actions.is_empty() && policy.auth_context.is_none() {
        policy.apps.push("all".to_owned());
    }
    let mut clients = Vec::new();
    for kind in policy.client_types {
        if !clients.contains(&kind) {
            clients.push(kind);
        }
    }
    policy.client_types = clients;
    policy.grant.sort_by_key(|grant| match grant {
        GrantControl::Mfa | GrantControl::Block => 0,
        GrantControl::Strength(_) | GrantControl::Unknown(_) => 1,
        GrantControl::Terms => 2,
        GrantControl::Custom(_) => 3,
    });
    policy.grant.dedup();
    policy
}

fn hours() -> BoxedStrategy<Span> {
    prop_oneof![(1i64..48).prop_map(Span::hours), (1i64..365).prop_map(Span::days)]
        .prop_filter("Graph counts more than a day in days", |span| {
            span.millis() < Span::days(1).millis() || span.millis() % Span::days(1).millis() == 0
        })
        .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_shown_of_a_policy_reads_back_as_that_policy(policy in policy(HERE, hours())) {
        let directory = directory();
        let names = Names::within(directory, "example", example(directory));
        let shown = show(&names, "p", &policy);
        // Every policy here is one that a world can hold.
        let held = directory.changed(|world| {
            let tenant = world.tenants.get_mut("example").unwrap();
            tenant.conditional_access.insert("p".into(), policy.clone());
        });
        prop_assert!(held.is_ok(), "{:?}", held.map(|_| ()).unwrap_err());
        match policy.grant.is_empty() && policy.session == SessionControls::default() {
            true => prop_assert_eq!(read(&names, &shown).unwrap_err().status(), 400),
            false => prop_assert_eq!(read(&names, &shown).unwrap(), normal(&names, &policy)),
        }
    }

    #[test]
    fn a_change_of_nothing_changes_nothing(
        policy in policy(ANYWHERE, (1i64..100_000).prop_map(Span::seconds).boxed())
    ) {
        let directory = directory();
        let names = Names::within(directory, "example", example(directory));
        prop_assert_eq!(patched(&names, "p", &policy, json!({})).unwrap(), policy.clone());
        let shown = show(&names, "p", &policy);
        prop_assert_eq!(patched(&names, "p", &policy, without_nulls(shown)).unwrap(), policy);
    }
}

/// As clients send back what they read: most leave out what is null, since in a change null takes away.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        other => other,
    }
}

fn sample() -> Value {
    json!({
        "displayName": "Sample",
        "state": "enabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": { "includeApplications": ["All"] },
            "users": { "includeUsers": ["All"] },
        },
        "grantControls": { "operator": "OR", "builtInControls": ["mfa"] },
    })
}

/// The sample with one member changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut body = sample();
    let mut patch = value;
    for name in pointer.rsplit('/').filter(|name| !name.is_empty()) {
        patch = Value::Object(serde_json::Map::from_iter([(name.to_owned(), patch)]));
    }
    merge(&mut body, patch);
    body
}

#[test]
fn a_policy_as_the_reference_shows_them_becomes_facts() {
    let directory = directory();
    let tenant = example(directory);
    let names = Names::within(directory, "example", tenant);
    let office = tenant.named_locations.get("office").unwrap().id;
    let body = json!({
        "displayName": "Access to the directory requires MFA",
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "signInRiskLevels": [],
            "clientAppTypes": ["mobileAppsAndDesktopClients", "exchangeActiveSync", "other"],
            "applications": { "includeApplications": ["00000003-0000-0000-C000-000000000000"], "excludeApplications": [] },
            "users": {
                "includeGroups": [tenant.groups.get("staff").unwrap().id],
                "includeRoles": ["62E90394-69f5-4237-9190-012177145e10"],
                "excludeUsers": ["GuestsOrExternalUsers", directory.account(&Upn::new("bob@example.test")).unwrap().user.id],
            },
            "locations": { "includeLocations": ["All"], "excludeLocations": ["AllTrusted", office] },
        },
        "grantControls": { "operator": "OR", "builtInControls": ["mfa"], "authenticationStrength": { "displayName": "Phishing resistant MFA" } },
        "sessionControls": {
            "signInFrequency": { "value": 4, "type": "hours", "isEnabled": true },
            "persistentBrowser": { "mode": "never", "isEnabled": true },
            "cloudAppSecurity": { "isEnabled": false, "cloudAppSecurityType": "monitorOnly" },
        },
    });
    let policy = read(&names, &body).unwrap();
    assert_eq!(policy.state, PolicyState::ReportOnly);
    assert_eq!(policy.client_types, [ClientType::Mobile, ClientType::Legacy]);
    assert_eq!(policy.apps, ["graph"]);
    assert_eq!((policy.include.groups, policy.include.roles), (vec!["staff".into()], vec![Role::GlobalAdmin]));
    assert_eq!(policy.exclude.users, [Upn::new("bob@example.test")]);
    assert!(policy.exclude.guests && policy.exclude.service_providers);
    assert_eq!(policy.locations.exclude, ["trusted", "office"]);
    assert_eq!(
        (policy.grant, policy.operator),
        (vec![GrantControl::Mfa, GrantControl::Strength("phishing_resistant".into())], Operator::Or)
    );
    assert_eq!(policy.session.sign_in_frequency, Some(Span::hours(4)));
    assert_eq!(policy.session.persistent_browser, Some(PersistentBrowser::Never));
}

#[test]
fn what_a_world_cannot_hold_is_named_and_refused() {
    let directory = directory();
    let names = Names::within(directory, "example", example(directory));
    assert!(read(&names, &sample()).is_ok());
    let nobody = "5f3bd583-9a25-46c9-9fd0-c4f6c3fa8d13";
    let elsewhere = directory.account(&Upn::new("ora@other.test")).unwrap().user.id;
    let table = [
        ("displayName", json!(""), "displayName"),
        ("displayName", json!(5), "displayName"),
        ("state", json!("on"), "state"),
        ("conditions", json!(null), "conditions"),
        ("conditions/users", json!(null), "conditions.users"),
        ("conditions/users/includeUsers", json!([]), "conditions.users"),
        ("conditions/users/includeUsers", json!(["None", "All"]), "conditions.users.includeUsers"),
        ("conditions/users/includeUsers", json!([nobody]), nobody),
        ("conditions/users/excludeUsers", json!([elsewhere]), "conditions.users.excludeUsers"),
        ("conditions/users/includeGroups", json!([nobody]), "conditions.users.includeGroups"),
        ("conditions/users/includeRoles", json!([nobody]), "conditions.users.includeRoles"),
        (
            "conditions/users/includeGuestsOrExternalUsers",
            json!({ "guestOrExternalUserTypes": "b2bCollaborationGuest" }),
            "guestOrExternalUserTypes",
        ),
        (
            "conditions/users/includeGuestsOrExternalUsers",
            json!({ "guestOrExternalUserTypes": "serviceProvider,martian" }),
            "martian",
        ),
        (
            "conditions/users/excludeGuestsOrExternalUsers",
            json!({ "guestOrExternalUserTypes": "serviceProvider", "externalTenants": { "membershipKind": "enumerated", "members": [nobody] } }),
            "conditions.users.excludeGuestsOrExternalUsers.externalTenants.membershipKind",
        ),
        ("conditions/applications", json!(null), "conditions.applications"),
        ("conditions/applications/includeApplications", json!([]), "conditions.applications"),
        ("conditions/applications/includeApplications", json!(["None"]), "None"),
        ("conditions/applications/excludeApplications", json!(["Office365"]), "Office365"),
        ("conditions/applications/includeApplications", json!(["example-web"]), "example-web"),
        ("conditions/applications/includeUserActions", json!(["urn:user:dance"]), "urn:user:dance"),
        (
            "conditions/applications/includeAuthenticationContextClassReferences",
            json!(["c1", "c2"]),
            "one authentication context",
        ),
        ("conditions/applications/applicationFilter", json!({ "mode": "include", "rule": "x" }), "applicationFilter"),
        ("conditions/clientAppTypes", json!(["other"]), "exchangeActiveSync and other"),
        ("conditions/clientAppTypes", json!(["all", "browser"]), "clientAppTypes"),
        ("conditions/clientAppTypes", json!(["easSupported"]), "easSupported"),
        ("conditions/locations", json!({ "includeLocations": [nobody] }), "conditions.locations.includeLocations"),
        (
            "conditions/locations",
            json!({ "includeLocations": ["00000000-0000-0000-0000-000000000000"] }),
            "includeLocations",
        ),
        ("conditions/signInRiskLevels", json!(["high"]), "conditions.signInRiskLevels"),
        ("conditions/userRiskLevels", json!(["high"]), "conditions.userRiskLevels"),
        ("conditions/platforms", json!({ "includePlatforms": ["iOS"] }), "conditions.platforms"),
        ("conditions/devices", json!({ "deviceFilter": { "mode": "exclude" } }), "conditions.devices"),
        (
            "conditions/clientApplications",
            json!({ "includeServicePrincipals": ["x"] }),
            "conditions.clientApplications",
        ),
        ("conditions/weather", json!("rain"), "conditions.weather"),
        ("grantControls/operator", json!("XOR"), "grantControls.operator"),
        ("grantControls/builtInControls", json!(["compliantDevice"]), "compliantDevice"),
        ("grantControls/builtInControls", json!([]), "grantControls"),
        ("grantControls/customAuthenticationFactors", json!(["x"]), "grantControls.customAuthenticationFactors"),
        ("grantControls/termsOfUse", json!([nobody]), "grantControls.termsOfUse"),
        ("grantControls/authenticationStrength", json!({ "id": nobody }), nobody),
        ("grantControls/authenticationStrength", json!({}), "grantControls.authenticationStrength"),
        ("sessionControls", json!({ "cloudAppSecurity": { "isEnabled": true } }), "sessionControls.cloudAppSecurity"),
        (
            "sessionControls",
            json!({ "applicationEnforcedRestrictions": { "isEnabled": true } }),
            "applicationEnforcedRestrictions",
        ),
        (
            "sessionControls/signInFrequency",
            json!({ "isEnabled": true, "frequencyInterval": "everyTime" }),
            "frequencyInterval",
        ),
        (
            "sessionControls/signInFrequency",
            json!({ "value": 1, "type": "hours", "authenticationType": "secondaryAuthentication" }),
            "authenticationType",
        ),
        (
            "sessionControls/signInFrequency",
            json!({ "value": 0, "type": "hours" }),
            "sessionControls.signInFrequency.value",
        ),
        (
            "sessionControls/signInFrequency",
            json!({ "value": 24, "type": "hours" }),
            "sessionControls.signInFrequency.value",
        ),
        (
            "sessionControls/signInFrequency",
            json!({ "value": 1, "type": "weeks" }),
            "sessionControls.signInFrequency.type",
        ),
        ("sessionControls/persistentBrowser", json!({ "mode": "sometimes" }), "sessionControls.persistentBrowser.mode"),
        ("colour", json!("red"), "colour"),
    ];
    for (pointer, value, named) in table {
        let refused = read(&names, &with(pointer, value.clone())).unwrap_err();
        assert_eq!(refused.status(), 400, "{pointer} {value}");
        assert!(refused.message().contains(named), "{pointer} {value}: {}", refused.message());
    }
}

#[test]
fn what_the_world_says_otherwise_stays_when_something_else_is_changed() {
    let directory = directory();
    let names = Names::within(directory, "example", example(directory));
    let minutes = SessionControls { sign_in_frequency: Some(Span::minutes(30)), persistent_browser: None };
    let before = ConditionalAccess {
        include: Audience { users: vec![Upn::new("ora@other.test")], ..Audience::default() },
        session: minutes.clone(),
        ..ConditionalAccess::default()
    };
    let shown = show(&names, "p", &before);
    assert_eq!(shown["sessionControls"]["signInFrequency"]["value"], 1);
    assert_eq!(shown["displayName"], "p");
    let after = patched(&names, "p", &before, json!({ "state": "disabled", "displayName": "Other" })).unwrap();
    assert_eq!(after, ConditionalAccess { state: PolicyState::Disabled, name: "Other".into(), ..before.clone() });
    let longer = json!({ "sessionControls": { "signInFrequency": { "value": 2 } } });
    let after = patched(&names, "p", &before, longer).unwrap();
    assert_eq!(after.session.sign_in_frequency, Some(Span::hours(2)));
    let nothing = patched(&names, "p", &before, json!({ "sessionControls": null })).unwrap_err();
    assert_eq!(nothing.status(), 400, "a policy that demands nothing is no policy");
}

proptest! {
    #[test]
    fn no_body_makes_the_reader_panic(text in "\\PC{0,20}", place in select(vec![
        "conditions/users/includeUsers", "conditions/users/includeRoles", "conditions/applications/includeApplications",
        "conditions/clientAppTypes", "conditions/locations/includeLocations", "grantControls/termsOfUse",
        "grantControls/authenticationStrength/id", "sessionControls/signInFrequency/value", "state", "displayName",
    ]), listed in any::<bool>(), number in any::<i64>()) {
        let directory = directory();
        let names = Names::within(directory, "example", example(directory));
        for value in [json!(text), json!(number)] {
            let value = if listed { json!([value]) } else { value };
            let _ = read(&names, &with(place, value));
        }
    }
}

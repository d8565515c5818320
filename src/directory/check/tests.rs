//! One mistake at a time in a small world, and what is said about it.

use std::sync::Arc;

use crate::directory::Directory;
use crate::directory::check::{Problem, problems};
use crate::directory::user::User;
use crate::directory::world::{merge, partner, plain, read};
use crate::id::Upn;

/// What is said about the world `plain` after these lines are merged into it.
fn said(change: &str) -> Vec<String> {
    let mut data = plain().unwrap().to_value();
    let patch: toml::Table = toml::from_str(change).unwrap();
    merge(&mut data, serde_json::to_value(patch).unwrap());
    let mut world = read(&data.to_string()).unwrap();
    world.complete();
    problems(&world).iter().map(Problem::to_string).collect()
}

#[track_caller]
fn says(change: &str, expected: &[&str]) {
    assert_eq!(said(change), expected, "{change}");
}

#[test]
fn a_world_without_a_mistake_is_left_alone() {
    says("", &[]);
    let mut world = partner().unwrap();
    world.complete();
    assert_eq!(problems(&world), []);
}

#[test]
fn ids_are_nobody_elses() {
    const ALICE: &str = "364526c4-eb11-4985-917d-37d04d230685";
    says(
        "tenants.two = { id = '10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1', domains = ['two.test'] }",
        &["tenants.two.id: `10b85a86-4bc6-49fd-8bf7-1e5b0e4e39c1` is already the id of tenants.example"],
    );
    says(
        "tenants.example.id = '9188040d-6c67-4c5b-b112-36a304b66dad'",
        &["tenants.example.id: this id stands for personal accounts"],
    );
    let already = format!("users.\"bob@example.test\".id: `{ALICE}` is already the id of users.\"alice@example.test\"");
    says(&format!("users.'bob@example.test'.id = '{ALICE}'"), &[&already]);
    let already =
        format!("users.\"alice@example.test\".id: `{ALICE}` is already the id of tenants.example.groups.staff");
    says(&format!("tenants.example.groups.staff.id = '{ALICE}'"), &[&already]);
    let already =
        format!("providers.local.users.\"bob@local.test\".id: `{ALICE}` is already the id of alice@local.test");
    says(
        &format!("providers.local.users = {{ 'alice@local.test'.id = '{ALICE}', 'bob@local.test'.id = '{ALICE}' }}"),
        &[&already],
    );
    says(
        "apps = { example-web.client_id = 'AB9EA4BB-0000-46BD-B6DB-C7F7053C2B22', example-spa.client_id = 'ab9ea4bb-0000-46bd-b6db-c7f7053c2b22', local-web.client_id = 'ab9ea4bb-0000-46bd-b6db-c7f7053c2b22' }",
        &[
            "apps.example-web.client_id: `ab9ea4bb-0000-46bd-b6db-c7f7053c2b22` is already the client id of apps.example-spa",
        ],
    );
    says(
        "apps = { example-web.identifier_uris = ['api://example-api'], local-web.identifier_uris = ['api://example-api'] }",
        &["apps.example-web.identifier_uris[0]: `api://example-api` already names apps.example-api"],
    );
    says(
        "apps.example-web.roles = { a.id = '364526c4-eb11-4985-917d-37d04d230685', b.id = '364526c4-eb11-4985-917d-37d04d230685' }",
        &["apps.example-web.roles.b.id: `364526c4-eb11-4985-917d-37d04d230685` is already the id of the role `a`"],
    );
    says(
        "users = { 'alice@example.test'.immutable_id = 'i', 'bob@example.test'.immutable_id = 'i' }",
        &["users.\"bob@example.test\".immutable_id: `i` is already the immutable id of alice@example.test"],
    );
}

#[test]
fn domains_are_valid_and_in_one_tenant() {
    for wrong in ["nodot", "-a.test", "a-.test", "a..test", "a b.test", "ä.test", ""] {
        let expected = format!("tenants.example.domains[1]: `{wrong}`: not a domain name such as `contoso.test`");
        says(&format!("tenants.example.domains = ['example.test', '{wrong}']"), &[&expected]);
    }
    says("tenants.example.domains = ['example.test', 'Mail.Example.Test']", &[]);
    says(
        "tenants.two.domains = ['Example.test']\n[apps]",
        &["tenants.two.domains[0]: `example.test` is already a domain of tenants.example"],
    );
    says("users.'u@other.test' = {}", &["users.\"u@other.test\": no tenant has the domain `other.test`"]);
    says("users.u = {}", &["users.u: `u`: a user name ends with `@` and a domain of a tenant"]);
    says("users.'a b@example.test' = {}", &["users.\"a b@example.test\": not a user name"]);
    let long = format!("{}@example.test", "a".repeat(1024));
    says(&format!("users.'{long}' = {{}}"), &[&format!("users.\"{long}\": not a user name")]);
}

#[test]
fn a_providers_handle_can_stand_in_its_addresses() {
    let complaint = "a provider's handle stands in its addresses: write it in lower case";
    says("providers.Hub = {}", &[&format!("providers.Hub: {complaint}")]);
    says("providers.hub-2 = {}", &[]);
}

#[test]
fn federation_names_one_provider_for_a_domain_of_the_tenant() {
    let with = |facts: &str| format!("tenants.example.federation.'example.test' = {{ {facts} }}");
    let at = "tenants.example.federation.\"example.test\"";
    says(&with("provider = 'local'"), &[]);
    says(&with("metadata = 'https://adfs.test/m.xml'"), &[]);
    let discovery = "https://idp.test/.well-known/openid-configuration";
    says(&with(&format!("metadata = '{discovery}', protocol = 'oidc', client_id = 'standin'")), &[]);
    says(
        &with("metadata = 'https://idp.test/', protocol = 'oidc', client_id = ''"),
        &[
            &format!(
                "{at}.metadata: `https://idp.test/`: a discovery address ends with `/.well-known/openid-configuration`"
            ),
            &format!("{at}.client_id: must say what the provider calls the tenant, in 255 letters at most"),
        ],
    );
    says(&with("provider = 'local', client_id = 'x'"), &[&format!("{at}.client_id: is for the protocol `oidc` only")]);
    says(&with("provider = 'loca'"), &[&format!("{at}.provider: there is no provider `loca`, did you mean `local`?")]);
    says(
        &with("metadata = 'adfs.test'"),
        &[&format!("{at}.metadata: `adfs.test`: not an absolute URL that begins with `http://` or `https://`")],
    );
    says(&with(""), &[&format!("{at}: needs a `provider` of this world, or the `metadata` of another")]);
    says(
        &with("provider = 'local', metadata = 'https://adfs.test'"),
        &[&format!("{at}: name a `provider` of this world or the `metadata` of another, not both")],
    );
    says(
        "tenants.example.federation.'else.test'.provider = 'local'",
        &["tenants.example.federation.\"else.test\": `else.test` is not among the tenant's domains (in lower case)"],
    );
}

#[test]
fn people_have_methods_groups_and_roles_that_exist() {
    says(
        "[users.'bob@example.test']\ngroups = ['staff']\napp_roles = { example-ap = [], example-api = ['Tasks.Read'], graph = ['Any'] }\n[tenants.example.groups.staf]",
        &[
            "users.\"bob@example.test\".app_roles.example-ap: there is no application `example-ap`, did you mean `example-api`?",
            "users.\"bob@example.test\".app_roles.example-api[0]: there is no role `Tasks.Read`, did you mean `Tasks.Read.All`?",
            "users.\"bob@example.test\".groups[0]: there is no group `staff`, did you mean `staf`?",
        ],
    );
    says(
        "providers.local.users.'bob@local.test'.groups = ['x']",
        &["providers.local.users.\"bob@local.test\".groups: a third-party provider has no groups"],
    );
    let at = "users.\"bob@example.test\".methods";
    for (secret, right) in [
        ("MIAMIAMIAMIAMIAM", true),
        ("MIAMIAMIAMIAMIAMMIAMIAM=", true),
        ("mia", false),
        ("MIAMIAMIAMIAMIAM1", false),
        ("MIAMIAMIAMIAMIAMA", false),
    ] {
        let expected = format!("{at}.totp: not base32: capital letters and the digits 2 to 7, without spaces");
        let expected = [expected.as_str()];
        says(&format!("users.'bob@example.test'.methods.totp = '{secret}'"), if right { &[] } else { &expected });
    }
    says(
        "users.'bob@example.test'.methods.totp = 'MIAMIAMI'",
        &[&format!("{at}.totp: too short for a code app: 16 letters at least")],
    );
    says(
        "users.'bob@example.test'.methods.sms = 'five'",
        &[&format!("{at}.sms: `five`: not a telephone number such as `+1 555 0100`")],
    );
}

#[test]
fn a_relationships_assignments_are_of_the_partners_groups() {
    let history = "created = '2026-01-01T00:00:00Z', modified = '2026-01-01T00:00:00Z', revision = '364526c4-eb11-4985-917d-37d04d230685'";
    let two = "[tenants.example.groups.staff]\n[tenants.two]\ndomains = ['two.test']\n[relationships.r]\npartner = 'example'\ncustomer = 'two'\n";
    says(&format!("{two}assignments.staff = {{ {history} }}"), &[]);
    says(
        &format!("{two}assignments.staf = {{ {history} }}"),
        &["relationships.r.assignments.staf: there is no group of the partner `staf`, did you mean `staff`?"],
    );
}

#[test]
fn a_country_is_two_letters() {
    says("users.'bob@example.test'.usage_location = 'CH'", &[]);
    says(
        "users.'bob@example.test'.usage_location = 'Peru'",
        &["users.\"bob@example.test\".usage_location: `Peru`: a country is written in two letters, such as `US`"],
    );
    says("tenants.example.billing.address.city = 'Lima'", &[]);
    says(
        "tenants.example.billing.address.country = 'P1'",
        &["tenants.example.billing.address.country: `P1`: a country is written in two letters, such as `US`"],
    );
}

#[test]
fn a_guest_has_a_home_elsewhere() {
    let two = "[tenants.two]\ndomains = ['two.test']\n[tenants.two.guests.'alice@example.test']\n";
    says(two, &[]);
    says(
        &format!("{two}groups = ['x']\napp_roles = {{ example-api = ['x'] }}"),
        &[
            "tenants.two.guests.\"alice@example.test\".groups[0]: there is no group `x`",
            "tenants.two.guests.\"alice@example.test\".app_roles.example-api[0]: there is no role `x`",
        ],
    );
    says(
        "tenants.example.guests.'alice@example.test' = {}",
        &["tenants.example.guests.\"alice@example.test\": an account cannot be a guest in its own tenant"],
    );
    says(
        "tenants.example.guests.'eve@two.test' = {}",
        &["tenants.example.guests.\"eve@two.test\": there is no user `eve@two.test`"],
    );
}

#[test]
fn policies_name_what_exists() {
    let at = "tenants.example.conditional_access.p";
    says(
        "[tenants.example.conditional_access.p]
        include = { users = ['alise@example.test'], groups = ['g'] }
        exclude = { users = ['bob@example.test'] }
        apps = ['all', 'graph', 'example-web', 'exampel-spa', 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c']
        locations = { include = ['all', 'trusted', 'ofice'] }
        grant = ['mfa', 'terms', 'strength:phishing-resistant', 'strength:own', 'strength:owm', 'strength:', 'mfaa']
        session = { sign_in_frequency = '-1h' }
        auth_context = 'c26'
        [tenants.example.named_locations.office]
        ranges = ['10.0.0.0/8', '2001:db8::/32', '10.0.0.0', '10.0.0.0/33', 'x/8']
        [tenants.example.named_locations.all]
        [tenants.example.authentication_strengths]
        own = ['passkey']
        none = []
        mfa = ['push']",
        &[
            "tenants.example.named_locations.all: policies use this word for something else",
            "tenants.example.named_locations.office.ranges[2]: `10.0.0.0`: not an address range such as `10.0.0.0/8`",
            "tenants.example.named_locations.office.ranges[3]: `10.0.0.0/33`: not an address range such as `10.0.0.0/8`",
            "tenants.example.named_locations.office.ranges[4]: `x/8`: not an address range such as `10.0.0.0/8`",
            "tenants.example.authentication_strengths.mfa: every tenant has a strength of this name",
            "tenants.example.authentication_strengths.none: a strength takes one second factor at least",
            &format!(
                "{at}.include.users[0]: there is no user `alise@example.test`, did you mean `alice@example.test`?"
            ),
            &format!("{at}.include.groups[0]: there is no group `g`"),
            &format!("{at}.apps[3]: there is no application `exampel-spa`, did you mean `example-spa`?"),
            &format!("{at}.locations.include[2]: there is no named location `ofice`, did you mean `office`?"),
            &format!("{at}.grant[4]: there is no authentication strength `owm`, did you mean `own`?"),
            &format!("{at}.grant[5]: there is no authentication strength ``"),
            &format!("{at}.grant[6]: there is no demand `mfaa`, did you mean `mfa`?"),
            &format!("{at}.grant: a policy demands one authentication strength at most"),
            &format!("{at}.session.sign_in_frequency: `-1h`: must be longer than nothing"),
            &format!("{at}.auth_context: `c26`: an authentication context is one of `c1` to `c25`"),
        ],
    );
    for context in ["c0", "c01", "c+1", "1", "c", "C1", "c256"] {
        assert_eq!(
            said(&format!("tenants.example.conditional_access.p.auth_context = '{context}'")).len(),
            1,
            "{context}"
        );
    }
    says("tenants.example.conditional_access.p.auth_context = 'c25'", &[]);
    says(
        "tenants.example.conditional_access.p.grant = ['block', 'mfa']",
        &[&format!("{at}.grant: a policy that blocks cannot demand anything else")],
    );
    says(
        "tenants.example.conditional_access.p.grant = ['strength:mfa', 'strength:passwordless']",
        &[&format!("{at}.grant: a policy demands one authentication strength at most")],
    );
}

#[test]
fn security_defaults_and_conditional_access_exclude_each_other() {
    let with =
        |state: &str| format!("[tenants.example]\nsecurity_defaults = true\nconditional_access.p.state = '{state}'");
    says(
        &with("enabled"),
        &[
            "tenants.example.conditional_access.p.state: security defaults and enabled conditional access exclude each other: turn off one of them",
        ],
    );
    says(&with("disabled"), &[]);
    says(&with("report_only"), &[]);
}

#[test]
fn a_client_id_is_a_uuid_at_a_tenant_and_anything_at_a_provider() {
    says(
        "apps = { a = { home = 'example', client_id = 'nope' }, b = { home = 'local', client_id = 'nope' } }",
        &[
            "apps.a.client_id: `nope`: a tenant's application has a UUID for its client id, such as `364526c4-eb11-4985-917d-37d04d230685`; left out, one is made from the handle",
        ],
    );
    says("apps.a = { home = 'example', client_id = '364526C4-EB11-4985-917D-37D04D230685' }", &[]);
    says("apps.a = { home = 'example' }", &[]);
}

#[test]
fn applications_can_be_found_answered_and_proven() {
    says(
        "[apps.example-web]
        home = 'exampel'
        consented = ['exampl', 'example']
        permissions = { example-api = ['raed'], grph = ['User.Read'], graph = ['Anything'] }
        app_permissions = { example-api = ['Tasks.Write'] }
        redirect_uris = { web = ['/callback', 'myapp://x', 'http://localhost/#x'], spa = ['brk-multihub://localhost'], native = ['urn:ietf:wg:oauth:2.0:oob', 'msal://auth', 'x', 'JavaScript:alert(1)', 'http://local	host'] }
        front_channel_logout_uri = 'logout'
        token_lifetime = '0s'
        scopes = { 'a b' = {}, 'User.Read' = {} }
        saml = { reply_urls = ['x'], certificate = 'x' }
        wsfed = { reply_urls = ['x'] }
        certificates.one.pem = \"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\"
        federated_credentials.hub = { issuer = 'token.test' }",
        &[
            "apps.example-web.home: there is no tenant or provider `exampel`, did you mean `example`?",
            "apps.example-web.consented[0]: there is no tenant `exampl`, did you mean `example`?",
            "apps.example-web.redirect_uris.web[0]: `/callback`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.redirect_uris.web[1]: `myapp://x`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.redirect_uris.web[2]: `http://localhost/#x`: has a fragment (`#`), which an answer's address cannot have",
            "apps.example-web.redirect_uris.native[2]: `x`: not an absolute URL",
            "apps.example-web.redirect_uris.native[3]: `JavaScript:alert(1)`: an address leads somewhere; this would be run where a browser stands",
            "apps.example-web.redirect_uris.native[4]: `http://local\thost`: an address is written in visible ASCII, without spaces",
            "apps.example-web.front_channel_logout_uri: `logout`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.saml.entity_id: a service provider needs an entity id",
            "apps.example-web.saml.reply_urls[0]: `x`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.saml.certificate: not in PEM form: begins with `-----BEGIN CERTIFICATE-----`",
            "apps.example-web.wsfed.realm: a relying party needs a realm",
            "apps.example-web.wsfed.reply_urls[0]: `x`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.certificates.one.pem: what stands between the PEM lines is not a certificate",
            "apps.example-web.federated_credentials.hub.issuer: `token.test`: not an absolute URL that begins with `http://` or `https://`",
            "apps.example-web.federated_credentials.hub.subject: say which subject of that issuer stands for this application",
            "apps.example-web.scopes.\"a b\": a permission has no spaces, quotes or backslashes",
            "apps.example-web.permissions.example-api[0]: there is no scope `raed`, did you mean `read`?",
            "apps.example-web.permissions.grph: there is no application `grph`, did you mean `graph`?",
            "apps.example-web.app_permissions.example-api[0]: there is no role `Tasks.Write`",
            "apps.example-web.token_lifetime: `0s`: must be longer than nothing",
        ],
    );
}

#[test]
fn a_real_certificate_passes() {
    let generated = rcgen::generate_simple_self_signed(["example.test".to_owned()]).unwrap();
    let pem = generated.cert.pem().replace('\n', "\\n").replace('\r', "");
    says(&format!("apps.example-web.certificates.one.pem = \"{pem}\""), &[]);
    says(&format!("apps.example-saml.saml.certificate = \"{pem}\""), &[]);
}

#[test]
fn a_home_may_be_left_out_only_where_there_is_one_tenant() {
    says("apps.new = {}", &[]);
    says(
        "apps.new = {}\ntenants.two = {}",
        &["apps.new.home: say at which tenant or provider it is registered: there is more than one it could be"],
    );
}

#[test]
fn consents_and_relationships_have_both_ends() {
    says(
        "[consents.one]
        tenant = 'exampel'
        app = 'example-webb'
        user = 'Alise@Example.test'
        resource = 'example-api'
        scopes = ['read', 'rite']
        [consents.two]
        tenant = 'example'
        app = 'azure-cli'
        scopes = ['openid', 'profil']
        [relationships.r]
        partner = 'example'
        customer = 'example'
        roles = { admin_agents = ['global_admin', 'admin_agent'] }
        auto_extend = '-180d'",
        &[
            "consents.one.tenant: there is no tenant or provider `exampel`, did you mean `example`?",
            "consents.one.app: there is no application `example-webb`, did you mean `example-web`?",
            "consents.one.user: there is no user `alise@example.test`, did you mean `alice@example.test`?",
            "consents.one.scopes[1]: there is no scope `rite`, did you mean `write`?",
            "consents.two.scopes[1]: there is no scope without a resource `profil`, did you mean `profile`?",
            "relationships.r.customer: a tenant cannot be its own customer",
            "relationships.r.roles.admin_agents[1]: a partner's agents are groups: name a directory role",
            "relationships.r.auto_extend: `-180d`: must be longer than nothing",
        ],
    );
}

#[test]
fn an_exception_is_a_tenants() {
    says("exceptions.e = { tenant = 'example', submitted = '2026-11-23T10:00:00Z' }", &[]);
    says(
        "exceptions = { e.tenant = 'exampel', 'a b'.tenant = 'example', f = {} }",
        &[
            "exceptions.\"a b\": a handle is made of letters, digits, `-`, `_` and `.`",
            "exceptions.e.tenant: there is no tenant `exampel`, did you mean `example`?",
            "exceptions.f.tenant: there is no tenant ``",
        ],
    );
}

#[test]
fn a_consent_at_a_provider_is_its_accounts() {
    let with = |tenant: &str| {
        format!(
            "consents.\"o'neil+x/any\" = {{ tenant = '{tenant}', app = 'local-web', user = 'alice@local.test', scopes = ['openid', 'tasks'] }}"
        )
    };
    says(&with("local"), &[]);
    says(
        &with("example"),
        &[
            "consents.\"o'neil+x/any\".user: there is no user `alice@local.test`, did you mean `alice@example.test`?",
            "consents.\"o'neil+x/any\".scopes[1]: there is no scope without a resource `tasks`",
        ],
    );
}

#[test]
fn handles_and_lifetimes_are_sane() {
    let sane = "a handle is made of letters, digits, `-`, `_` and `.`";
    says(
        "tenants.'a/b' = {}\n[providers.'..']\n[relationships.'ä']\npartner = 'example'\ncustomer = 'two'\n[tenants.two]",
        &[
            &format!("tenants.\"a/b\": {sane}"),
            &format!("providers.\"..\": {sane}"),
            &format!("relationships.\"ä\": {sane}"),
        ],
    );
    says(
        "tenants.example.token_lifetimes = { access = '-1s', code = '0s' }\nproviders.local.token_lifetimes.id = '0s'",
        &[
            "tenants.example.token_lifetimes.access: `-1s`: must be longer than nothing",
            "tenants.example.token_lifetimes.code: `0s`: must be longer than nothing",
            "providers.local.token_lifetimes.id: `0s`: must be longer than nothing",
        ],
    );
}

#[test]
fn user_names_are_read_without_regard_to_case() {
    let world = read("[tenants.a]\ndomains = ['a.test']\n[users.'Jane@A.test']\nname = 'Jane'").unwrap();
    assert!(Directory::new(world).unwrap().account(&Upn::new("jane@a.test")).is_some());
    let problems = read("[users.'Jane@A.test']\n[users.'jane@a.test']").unwrap_err();
    assert_eq!(problems[0].to_string(), "users.\"jane@a.test\": this user name stands here twice, in another case");
}

#[test]
fn fifty_thousand_accounts_are_checked_one_by_one() {
    let mut world = plain().unwrap();
    for number in 0..50_000 {
        let user = User { groups: vec!["nowhere".to_owned()], ..User::default() };
        world.users.insert(Upn::new(&format!("user{number}@example.test")), Arc::new(user));
    }
    world.complete();
    // Were the cost of one account to grow with the number of all, this test would be felt.
    assert_eq!(problems(&world).len(), 50_000);
}

#[test]
fn settings_for_the_server_are_what_they_have_to_be() {
    says("server = { http = ['127.0.0.1:8443', 'some-host:8400'], https = 'off', log = 'text', workers = 4 }", &[]);
    // The usual port of the other listener is no matter of the world's: a flag may switch it off.
    says("server.http = '127.0.0.1:8443'", &[]);
    says("server.https = '127.0.0.1:8400'", &[]);
    says("server.http = ['127.0.0.1:9000', '127.0.0.1:9000']", &["server.http: 127.0.0.1:9000 is taken twice"]);
    // Nor what is wrong with both together: a flag may say otherwise of one.
    says("server = { http = '127.0.0.1:9000', https = '127.0.0.1:9000' }", &[]);
    says("server = { http = 'off', https = 'off' }", &[]);
    says("server.auto_sign_in = 'Alice@example.test'", &[]);
    says("server.auto_sign_in = 'alice@local.test'", &[]);
    says(
        "server.auto_sign_in = 'nobody@example.test'",
        &["server.auto_sign_in: there is no account `nobody@example.test`"],
    );
    says(
        "server.auto_sign_in = 'nobody'",
        &["server.auto_sign_in: `nobody` is not a user name such as alice@example.test"],
    );
    says(
        "server = { http = 'foo', log = 'jsn', workers = 0 }",
        &[
            "server.http: `foo` is not an address such as 127.0.0.1:8400, localhost:8400 or off",
            "server.log: `jsn` is none of off, text, json; did you mean `json`?",
            "server.workers: `0` is not a number from 1 to 1024",
        ],
    );
}

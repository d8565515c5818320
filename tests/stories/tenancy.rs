//! Which accounts an application serves where: its own tenant's, guests, or those of any tenant.

use serde_json::json;

use crate::answer::claims;
use crate::apps::{ALICE, ALL, API, App, EXAMPLE, PARTNER, PASSWORD, SPA, V2, WEB, text};
use crate::client::{Fields, get, patch_world, started};
use crate::visitor::Visitor;

const COMMON: &str = "/common/oauth2/v2.0";
const ORGANIZATIONS: &str = "/organizations/oauth2/v2.0";
const ADATUM: &str = "6054110b-58f7-4fe8-b31b-aa33c9c7d173";
const FABRIKAM: &str = "2e9bc4e8-33ab-4dcc-9d23-0542420ceda0";
const JOHN: &str = "john@fabrikam.test";
const PARTNER_CENTER: Fields<'_> =
    &[("scope", "openid profile email offline_access https://api.partnercenter.microsoft.com/user_impersonation")];

#[actix_web::test]
async fn an_application_of_one_tenant_is_served_there_only() {
    let standin = started().await;
    for app in [WEB, SPA] {
        for at in [COMMON, ORGANIZATIONS, "/consumers/oauth2/v2.0", "/common/oauth2"] {
            get(&standin, &app.asks(at, &[])).on_page(50194);
        }
        for at in ["/contoso.test/oauth2/v2.0", "/contoso.test/oauth2"] {
            get(&standin, &app.asks(at, &[])).on_page(700_016);
        }
    }
}

#[actix_web::test]
async fn the_token_address_keeps_the_same_rule() {
    let standin = started().await;
    let tokens = WEB.tokens(&standin, V2, &[], ALICE).await;
    let refresh = text(&tokens, "refresh_token");
    WEB.refresh(&standin, "/contoso.test/oauth2/v2.0", refresh, &[]).refused(400, "unauthorized_client", 700_016);
    WEB.refresh(&standin, COMMON, refresh, &[]).refused(400, "invalid_request", 50194);
    WEB.refresh(&standin, "/nowhere.test/oauth2/v2.0", refresh, &[]).refused(400, "invalid_request", 90002);
    WEB.refresh(&standin, V2, refresh, &[]).granted();
}

#[actix_web::test]
async fn at_a_shared_address_people_sign_in_to_their_own_tenant() {
    let standin = started().await;
    let table = [(COMMON, JOHN, FABRIKAM), (ORGANIZATIONS, JOHN, FABRIKAM), (COMMON, "amy@adatum.test", ADATUM)];
    for (at, user, tenant) in table {
        let tokens = PARTNER.tokens(&standin, at, PARTNER_CENTER, user).await;
        let token = claims(text(&tokens, "id_token"));
        assert_eq!(text(&token, "tid"), tenant, "{at}");
        assert_eq!(text(&token, "iss"), standin.http(&format!("/{tenant}/v2.0")), "{at}");
        assert_eq!(claims(text(&tokens, "access_token"))["iss"], format!("https://sts.windows.net/{tenant}/"));
    }
}

#[actix_web::test]
async fn the_address_for_personal_accounts_has_none_here() {
    let standin = started().await;
    let ask = PARTNER.asks("/consumers/oauth2/v2.0", &[]);
    let mut john = Visitor::new(&standin);
    let page = john.get(&ask).await;
    let answer = john.sign_in(page, JOHN, PASSWORD).await;
    answer.on_page(90124);
    let fields = [("grant_type", "password"), ("username", JOHN), ("password", PASSWORD), ("scope", "openid")];
    PARTNER.token(&standin, "/consumers/oauth2/v2.0", &fields).refused(400, "invalid_request", 9_001_023);
    PARTNER.token(&standin, COMMON, &fields).refused(400, "invalid_request", 9_001_023);
}

#[actix_web::test]
async fn no_grant_gives_tokens_to_a_work_account_at_the_address_for_personal_ones() {
    const CONSUMERS: &str = "/consumers/oauth2/v2.0";
    let standin = started().await;
    let tokens = PARTNER.tokens(&standin, ORGANIZATIONS, PARTNER_CENTER, JOHN).await;
    let refresh = text(&tokens, "refresh_token");
    for at in [CONSUMERS, "/consumers/oauth2"] {
        PARTNER.refresh(&standin, at, refresh, &[]).refused(400, "invalid_request", 90124);
    }
    PARTNER.refresh(&standin, ORGANIZATIONS, refresh, &[]).granted();
    let code = PARTNER.code(&mut Visitor::new(&standin), ORGANIZATIONS, PARTNER_CENTER, JOHN).await;
    PARTNER.redeem(&standin, CONSUMERS, &code, &[]).refused(400, "invalid_grant", 700_005);

    patch_world(&standin, json!({"apps": {"example-api": {"multi_tenant": true}}}));
    let to_api = [("scope", "openid api://example-api/read")];
    let first = WEB.tokens(&standin, V2, &to_api, ALICE).await;
    let passed_on = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("scope", "https://graph.microsoft.com/User.Read"),
        ("assertion", text(&first, "access_token")),
    ];
    API.token(&standin, CONSUMERS, &passed_on).refused(400, "invalid_request", 90124);
    API.token(&standin, ORGANIZATIONS, &passed_on).granted();
}

#[actix_web::test]
async fn a_tenant_has_its_id_its_domains_and_any_case() {
    let standin = started().await;
    for name in [EXAMPLE, "example.test", "EXAMPLE.Test", "10B85A86-4BC6-49FD-8BF7-1E5B0E4E39C1"] {
        let metadata = get(&standin, &format!("/{name}/v2.0/.well-known/openid-configuration")).granted();
        assert_eq!(text(&metadata, "issuer"), standin.http(&format!("/{EXAMPLE}/v2.0")), "{name}");
    }
    for name in ["common", "organizations"] {
        let metadata = get(&standin, &format!("/{name}/v2.0/.well-known/openid-configuration")).granted();
        assert!(text(&metadata, "issuer").ends_with("/{tenantid}/v2.0"), "{name}: {metadata}");
    }
    let v1 = get(&standin, "/common/.well-known/openid-configuration").granted();
    assert_eq!(text(&v1, "issuer"), "https://sts.windows.net/{tenantid}/");
}

#[actix_web::test]
async fn an_unknown_tenant_is_said_to_be_unknown_in_each_surfaces_own_words() {
    let standin = started().await;
    for name in ["nowhere.test", "7d3b6f0e-1111-4222-8333-444455556666"] {
        let metadata = get(&standin, &format!("/{name}/v2.0/.well-known/openid-configuration"));
        metadata.refused(400, "invalid_tenant", 90002);
        assert_eq!(metadata.header("access-control-allow-origin"), "*");
        let token = WEB.token(&standin, &format!("/{name}/oauth2/v2.0"), &[("grant_type", "client_credentials")]);
        token.refused(400, "invalid_request", 90002);
        get(&standin, &WEB.asks(&format!("/{name}/oauth2/v2.0"), &[])).on_page(90002);
    }
    get(&standin, "/no%20name/v2.0/.well-known/openid-configuration").refused(400, "invalid_tenant", 900_023);
}

#[actix_web::test]
async fn an_account_from_elsewhere_is_not_let_in() {
    let standin = started().await;
    let at = "/adatum.test/oauth2/v2.0";
    let answer = PARTNER.signs_in(&mut Visitor::new(&standin), at, &[], "greta@fabrikam.test").await;
    answer.on_page(50020);
    assert!(answer.has(FABRIKAM), "the page names where the account is from: {}", answer.gist());
    // A wrong password is told first: who does not know it learns nothing.
    let mut visitor = Visitor::new(&standin);
    let page = visitor.get(&PARTNER.asks(at, &[("login_hint", "greta@fabrikam.test")])).await;
    assert!(visitor.submit(&page, &[("passwd", "wrong")]).await.has("passwordError"));

    let tokens = PARTNER.tokens(&standin, "/fabrikam.test/oauth2/v2.0", PARTNER_CENTER, "greta@fabrikam.test").await;
    let refused = PARTNER.refresh(&standin, at, text(&tokens, "refresh_token"), &[]);
    refused.refused(400, "invalid_grant", 50020);
}

/// Example invites john.
fn invite(standin: &standin::Standin) {
    patch_world(
        standin,
        json!({
            "tenants": {"example": {"guests": {JOHN: {"id": "0d4f3c1a-aaaa-4bbb-8ccc-123456789012"}}}},
            "users": {JOHN: {"mail": "john.haugen@fabrikam.test"}},
        }),
    );
}

#[actix_web::test]
async fn a_guest_has_an_object_of_its_own_where_it_is_a_guest() {
    let standin = started().await;
    let refused = WEB.signs_in(&mut Visitor::new(&standin), V2, &[], JOHN).await;
    refused.on_page(50020);
    invite(&standin);
    let more = [("scope", "openid profile email offline_access User.Read"), ("client_info", "1")];
    let code = WEB.code(&mut Visitor::new(&standin), V2, &more, JOHN).await;
    let tokens = WEB.redeem(&standin, V2, &code, &[("client_info", "1")]).granted();
    let (id, access) = (claims(text(&tokens, "id_token")), claims(text(&tokens, "access_token")));
    for token in [&id, &access] {
        assert_eq!(text(token, "oid"), "0d4f3c1a-aaaa-4bbb-8ccc-123456789012");
        assert_eq!(text(token, "tid"), EXAMPLE);
        assert_eq!(text(token, "idp"), format!("https://sts.windows.net/{FABRIKAM}/"));
    }
    assert_eq!(text(&access, "iss"), format!("https://sts.windows.net/{EXAMPLE}/"));
    assert_eq!((access.get("upn"), text(&access, "unique_name")), (None, JOHN));
    assert_eq!(text(&access, "email"), "john.haugen@fabrikam.test");
    assert!(text(&access, "altsecid").starts_with("5::"));
    // Client libraries know the account by where it is at home.
    use base64::Engine as _;
    let info = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text(&tokens, "client_info")).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info, json!({"uid": "b44f1c9b-25bb-4f0a-9e65-0931e1682fa7", "utid": FABRIKAM}));
}

#[actix_web::test]
async fn a_guests_pairwise_names_differ_between_tenants_and_applications() {
    let standin = started().await;
    invite(&standin);
    patch_world(&standin, json!({"apps": {"example-spa": {"multi_tenant": true}}}));
    let mut subs = Vec::new();
    for (app, at) in [(WEB, V2), (SPA, V2), (SPA, "/fabrikam.test/oauth2/v2.0")] {
        let tokens = app.tokens(&standin, at, &[("scope", "openid User.Read")], JOHN).await;
        subs.push(text(&claims(text(&tokens, "id_token")), "sub").to_owned());
    }
    assert!(subs[0] != subs[1] && subs[1] != subs[2] && subs[0] != subs[2], "{subs:?}");
    let again = WEB.tokens(&standin, V2, &[("scope", "openid User.Read")], JOHN).await;
    assert_eq!(text(&claims(text(&again, "id_token")), "sub"), subs[0]);
}

#[actix_web::test]
async fn one_sign_in_reaches_every_tenant_an_account_may_enter() {
    let standin = started().await;
    invite(&standin);
    let mut john = Visitor::new(&standin);
    PARTNER.code(&mut john, COMMON, &[], JOHN).await;
    let silent = john.get(&WEB.asks(V2, &[("prompt", "none"), ("scope", ALL)])).await;
    assert!(silent.sent_back("code").is_some(), "{}", silent.gist());
    // Where it may not, somebody else is asked for.
    let page = john.get(&PARTNER.asks("/contoso.test/oauth2/v2.0", &[])).await;
    assert!(page.has("name=\"loginfmt\""), "{}", page.gist());
}

#[actix_web::test]
async fn client_ids_are_looked_up_where_the_request_came_to() {
    let standin = started().await;
    let local = App { redirect: PARTNER.redirect, ..crate::apps::LOCAL_WEB };
    get(&standin, &local.asks(V2, &[])).on_page(700_038);
    let tenants = PARTNER.asks("/idp/local", &[]);
    assert_eq!(get(&standin, &tenants).status, 400);
}

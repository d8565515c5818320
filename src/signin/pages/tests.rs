//! Do the pages keep their promises: the names, the escaping, the labels, the policy they are served under?

mod factors;

use super::*;
use askama::Template;

const HOSTILE: &str = "\"'><script>alert(1)</script>";

fn frame(text: &str) -> Frame {
    Frame {
        brand: Brand::Tenant { name: text.into(), hint: Some(text.into()) },
        app: Some(text.into()),
        action: "/contoso.test/login".into(),
        flow_token: text.into(),
        question: Some("consent"),
        nonce: "abc".into(),
        base: "/w/one".into(),
        flow: Some("f1".into()),
    }
}

fn account(text: &str) -> Account {
    Account { upn: text.into(), name: format!("{text}!"), signed_in: true }
}

fn consent(text: &str, extent: Extent) -> Consent {
    let permission =
        Permission { scope: text.into(), title: text.into(), description: text.into(), resource: text.into() };
    Consent {
        frame: frame(text),
        upn: text.into(),
        app: text.into(),
        publisher: Some(text.into()),
        verified: false,
        permissions: vec![permission],
        extent,
    }
}

fn error(text: &str) -> Error {
    Error {
        frame: frame(text),
        code: ErrorCode::Entra(50011),
        sentence: text.into(),
        correlation_id: text.into(),
        request_id: text.into(),
        time: text.into(),
        reasons: vec![Reason { rule: text.into(), text: text.into() }],
    }
}

/// Every page with a form, each text on it being `text`.
fn forms(text: &str) -> Vec<String> {
    let said = || Some(text.to_owned());
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    let provider = Frame { brand: Brand::Provider { name: text.into() }, ..frame(text) };
    let first = vec![
        html(&AskUsername { frame: frame(text), value: text.into(), error: said() }),
        html(&AskPassword { frame: frame(text), upn: text.into(), error: said(), instead: vec![Instead::Passkey] }),
        html(&PickAccount { frame: frame(text), purpose: Purpose::SignIn, accounts: vec![account(text)] }),
        html(&StaySignedIn { frame: frame(text), upn: text.into() }),
        html(&consent(text, Extent::UserOrOrganization)),
        html(&SignOutConfirm { frame: frame(text), account: account(text) }),
        html(&DeviceCode { frame: frame(text), value: text.into(), error: said() }),
        html(&DeviceConfirm { frame: frame(text), upn: text.into(), app: text.into() }),
        html(&ProviderSignIn { frame: provider, user_name: text.into(), error: said() }),
    ];
    [first, factors::forms(text)].concat()
}

fn endings(text: &str) -> Vec<String> {
    let back = Return { url: format!("https://app.test/{text}"), name: text.into() };
    let signed_out = SignedOut {
        frame: frame(text),
        front_channel: vec![format!("https://app.test/{text}")],
        return_to: Some(back),
        post_to: Some((format!("https://app.test/{text}"), vec![(text.into(), text.into())])),
    };
    vec![
        error(text).render().unwrap(),
        signed_out.render().unwrap(),
        DeviceDone { frame: frame(text), app: text.into(), signed_in: true }.render().unwrap(),
    ]
}

fn form_post(text: &str) -> String {
    let fields = vec![(text.into(), text.into())];
    let (base, flow) = (String::new(), Some(text.into()));
    FormPost { action: text.into(), fields, nonce: "abc".into(), base, flow }.render().unwrap()
}

fn has(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is missing from {html}");
    }
}

#[test]
fn a_hostile_name_comes_out_escaped_on_every_page() {
    for html in [forms(HOSTILE), endings(HOSTILE), vec![form_post(HOSTILE)]].concat() {
        assert!(html.contains("alert(1)"), "the name is shown");
        assert!(!html.contains("<script>"), "only scripts with the nonce: {html}");
        assert!(!html.contains("\"'>"), "no way out of an attribute: {html}");
    }
}

#[test]
fn every_form_posts_to_its_address_with_the_flow_token() {
    for html in forms("some text") {
        has(&html, &[r#"<form method="post""#, r#"action="/contoso.test/login""#]);
        has(&html, &[r#"<input type="hidden" name="flowToken" value="some text">"#]);
    }
}

#[test]
fn every_form_of_a_sign_in_says_which_question_it_answers() {
    let says = |html: &String| html.contains(r#"<input type="hidden" name="question" value="consent">"#);
    let silent = forms("some text").iter().filter(|html| !says(html)).count();
    // Signing out, the two pages of a device's code, and one's own methods are no questions of a sign-in.
    assert_eq!(silent, 4);
}

#[test]
fn every_page_says_that_it_is_a_test_double_and_links_to_its_diagram() {
    for html in [forms("x"), endings("x")].concat() {
        has(&html, &["<strong>Test double</strong>", "<strong>test double</strong>", r#"lang="en""#, "<h1>"]);
        has(&html, &[r#"href="/w/one/console/flows/f1""#]);
    }
    let frame = Frame { flow: None, ..frame("x") };
    let html = StaySignedIn { frame, upn: "x".into() }.render().unwrap();
    assert!(!html.contains("/console/flows/"), "no flow, no link");
}

#[test]
fn scripts_and_styles_carry_the_nonce_and_nothing_else_needs_the_policy() {
    for html in [forms("x"), endings("x"), vec![form_post("x")]].concat() {
        let count = |part: &str| html.matches(part).count();
        assert_eq!(count("<script"), count(r#"<script nonce="abc">"#));
        assert_eq!((count("<style"), count(r#"<style nonce="abc">"#)), (1, 1));
        assert_eq!((count(" style="), count(" onclick="), count(" onload=")), (0, 0, 0));
    }
}

#[test]
fn the_enter_key_never_presses_back() {
    for html in forms("x").iter().filter(|html| html.contains("idSIButton9") || html.contains("aria-required")) {
        let (_, first) = html.split_once(r#"type="submit""#).unwrap();
        let (first, _) = first.split_once('>').unwrap();
        assert!(!first.contains("name="), "the first button is{first}");
    }
}

#[test]
fn the_user_name_page_has_the_names_that_scripts_know() {
    let page = AskUsername { frame: frame("x"), value: "alise@example.test".into(), error: Some("Not found".into()) };
    let html = page.render().unwrap();
    has(&html, &[r#"<input type="email" name="loginfmt" id="i0116" value="alise@example.test""#]);
    has(&html, &[r#"autocomplete="username webauthn""#, r#"aria-describedby="usernameError""#]);
    has(&html, &[r#"id="usernameError" role="alert">Not found<"#, r#"<label for="i0116">"#]);
    let html = AskUsername { error: None, ..page }.render().unwrap();
    assert!(!html.contains("usernameError"), "no error, no element");
}

#[test]
fn the_password_page_has_the_names_that_scripts_and_password_managers_know() {
    let error = Some("Wrong".into());
    let page = AskPassword { frame: frame("x"), upn: "jane@contoso.test".into(), error, instead: vec![] };
    let html = page.render().unwrap();
    has(&html, &[r#"<input type="password" name="passwd" id="i0118""#, r#"autocomplete="current-password""#]);
    has(&html, &[r#"value="jane@contoso.test" autocomplete="username" readonly hidden>"#]);
    has(&html, &[r#"id="passwordError" role="alert">Wrong<"#, r#"<label for="i0118">"#]);
    let html = AskPassword { error: None, ..page }.render().unwrap();
    assert!(!html.contains("passwordError"), "no error, no element");
}

#[test]
fn the_account_picker_names_its_tiles_by_user_name() {
    let accounts = vec![account("jane@contoso.test")];
    let page = PickAccount { frame: frame("x"), purpose: Purpose::SignIn, accounts };
    let html = page.render().unwrap();
    has(
        &html,
        &[r#"name="action" value="pick:jane@contoso.test" data-test-id="jane@contoso.test""#, r#"id="otherTile""#],
    );
    let html = PickAccount { purpose: Purpose::SignOut, ..page }.render().unwrap();
    assert!(!html.contains("otherTile"), "there is no other account to sign out of");
}

#[test]
fn only_an_administrator_is_offered_consent_for_all() {
    let offers = |extent| consent("x", extent).render().unwrap().contains(r#"name="onBehalfOfOrganization""#);
    assert!(offers(Extent::UserOrOrganization));
    assert!(!offers(Extent::User));
    assert!(!offers(Extent::Organization));
}

#[test]
fn the_error_page_shows_the_code_and_the_reasons() {
    let html = error("because").render().unwrap();
    has(&html, &[r#"<strong data-testid="error-code">AADSTS50011</strong>"#, "<code>because</code>"]);
    let html = Error { code: ErrorCode::Named("invalid_client".into()), ..error("x") }.render().unwrap();
    has(&html, &[r#"<strong data-testid="error-code">invalid_client</strong>"#]);
}

#[test]
fn the_provider_has_the_names_of_ad_fs_and_another_face() {
    let frame = Frame { brand: Brand::Provider { name: "Wingtip".into() }, ..frame("x") };
    let page = ProviderSignIn { frame, user_name: "trent@wingtip.test".into(), error: Some("Wrong".into()) };
    let html = page.render().unwrap();
    has(&html, &[r#"name="UserName" id="userNameInput""#, r#"name="Password" id="passwordInput""#]);
    has(
        &html,
        &[r#"id="submitButton""#, r#"<span id="errorText">Wrong</span>"#, r#"<html lang="en" class="provider">"#],
    );
}

#[test]
fn signing_out_frames_and_follows_only_addresses() {
    let page = |address: &str| {
        let return_to = Some(Return { url: address.into(), name: "App".into() });
        SignedOut { frame: frame("x"), front_channel: vec![address.into()], return_to, post_to: None }.render().unwrap()
    };
    has(&page("https://app.test/out"), &[r#"<iframe src="https://app.test/out""#, r#"href="https://app.test/out""#]);
    let native = page("msauth.app://out");
    assert!(native.contains(r#"href="msauth.app://out""#) && !native.contains("<iframe"));
    for script in ["javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "x"] {
        let html = page(script);
        assert!(!html.contains("<iframe") && !html.contains("returnLink"), "{script:?} is in {html}");
    }
}

#[test]
fn a_form_post_shows_its_fields_to_the_application_only() {
    let fields = vec![("code".to_owned(), "s3cret".to_owned())];
    let flow = Some("f1".to_owned());
    let page =
        FormPost { action: "https://app.test/cb".into(), fields, nonce: "abc".into(), base: "/w/e".into(), flow };
    let html = page.render().unwrap();
    // Without script people read it, and it is no real page either (R-83).
    has(&html, &["<strong>Test double</strong>", "<footer>", "\"/w/e/console/flows/f1\"", "\"/w/e/\""]);
    has(
        &html,
        &[r#"action="https://app.test/cb""#, r#"<input type="hidden" name="code" value="s3cret">"#, "<noscript>"],
    );
    assert!(!format!("{page:?}").contains("s3cret"), "and not to a log");
}

#[test]
fn a_button_is_read_back_as_what_it_says() {
    let table = [
        ("", Pressed::Onward),
        ("back", Pressed::Back),
        ("no", Pressed::Back),
        ("other", Pressed::Other),
        ("pick:a@b.test", Pressed::Pick("a@b.test")),
        ("pick:a:b", Pressed::Pick("a:b")),
        ("method:FidoKey", Pressed::Method("FidoKey")),
        ("method:Unknown", Pressed::Method("Unknown")),
        ("another-way", Pressed::AnotherWay),
        ("again", Pressed::Again),
        ("poll", Pressed::Poll),
        ("later", Pressed::Later),
        ("access-pass", Pressed::AccessPass),
        ("passkey", Pressed::Passkey),
    ];
    for (action, pressed) in table {
        assert_eq!(Pressed::read(Some(action)), Some(pressed), "{action}");
    }
    assert_eq!(Pressed::read(None), Some(Pressed::Onward));
    for nonsense in ["format", "method", "methods:FidoKey", "poll:", "remove:1"] {
        assert_eq!(Pressed::read(Some(nonsense)), None, "{nonsense}");
    }
}

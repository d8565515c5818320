//! Do the pages of the second factor keep theirs?

use super::*;

const WORDS: [&str; 7] =
    ["PhoneAppNotification", "PhoneAppOTP", "OneWaySMS", "TwoWayVoiceMobile", "FidoKey", "AccessPass", "ExternalAuth"];
const QR: &str = "<svg viewBox=\"0 0 1 1\"/>";

fn tiles(text: &str) -> Vec<Tile> {
    WORDS.map(|word| Tile { word, title: text.into(), detail: text.into() }).into()
}

fn code(text: &str) -> EnterCode {
    EnterCode {
        frame: frame(text),
        upn: text.into(),
        sent_to: Some(text.into()),
        error: Some(text.into()),
        remember_days: Some(14),
        ticked: false,
        others: true,
    }
}

fn push(text: &str) -> ApprovePush {
    ApprovePush {
        frame: frame(text),
        upn: text.into(),
        number: text.into(),
        complaint: None,
        remember_days: Some(14),
        ticked: false,
        others: true,
        poll: text.into(),
    }
}

fn call(text: &str) -> AnswerCall {
    let ApprovePush { frame, upn, complaint, remember_days, ticked, others, poll, .. } = push(text);
    AnswerCall { frame, upn, to: text.into(), complaint, remember_days, ticked, others, poll }
}

fn passkey(text: &str) -> UsePasskey {
    UsePasskey {
        frame: frame(text),
        upn: text.into(),
        options: text.into(),
        complaint: None,
        way_out: WayOut::AnotherWay,
    }
}

fn external(text: &str, way_out: WayOut) -> UseExternal {
    let fields = vec![("state".to_owned(), text.to_owned())];
    let way = |title: &str| ExternalWay { title: title.into(), action: text.into(), fields: fields.clone() };
    let ways = vec![way(text), way("Zenith")];
    UseExternal { frame: frame(text), upn: text.into(), ways, complaint: Some(text.into()), way_out }
}

fn more_information(text: &str) -> MoreInformation {
    MoreInformation {
        frame: frame(text),
        upn: text.into(),
        organization: text.into(),
        days_left: Some(14),
        problem: Some(text.into()),
    }
}

fn code_app(text: &str) -> SetUpCodeApp {
    SetUpCodeApp { frame: frame(text), upn: text.into(), qr: QR.into(), secret: text.into(), uri: text.into() }
}

fn phone(text: &str, phone_use: PhoneUse) -> SetUpPhone {
    SetUpPhone { frame: frame(text), upn: text.into(), phone_use, value: text.into(), problem: Some(text.into()) }
}

fn security_info(text: &str) -> SecurityInfo {
    let method = |id: &str, is_default| RegisteredMethod {
        word: "PhoneAppOTP",
        id: id.into(),
        title: text.into(),
        detail: text.into(),
        is_default,
    };
    SecurityInfo {
        frame: frame(text),
        upn: text.into(),
        name: text.into(),
        methods: vec![method("m1", true), method(text, false)],
        notice: Some(text.into()),
        app_passwords: Some(AppPasswords {
            rows: vec![AppPasswordRow { id: text.into(), name: text.into(), created: text.into() }],
            made: Some(text.into()),
            problem: Some(text.into()),
        }),
    }
}

fn provider_code(text: &str) -> ProviderCode {
    let EnterCode { frame, upn, sent_to, error, others, .. } = code(text);
    ProviderCode { frame, upn, sent_to, error, others }
}

/// Every one of them, each text on it being `text`.
pub(super) fn forms(text: &str) -> Vec<String> {
    let said = || Some(text.to_owned());
    let upn = || text.to_owned();
    let frame = || frame(text);
    let html = |page: &dyn askama::DynTemplate| page.dyn_render().unwrap();
    vec![
        html(&ChooseVerification { frame: frame(), upn: upn(), tiles: tiles(text), complaint: said() }),
        html(&code(text)),
        html(&push(text)),
        html(&ApprovePush { complaint: said(), ..push(text) }),
        html(&call(text)),
        html(&AnswerCall { complaint: said(), ..call(text) }),
        html(&passkey(text)),
        html(&UsePasskey { complaint: said(), ..passkey(text) }),
        html(&external(text, WayOut::Back)),
        html(&external(text, WayOut::AnotherWay)),
        html(&EnterAccessPass { frame: frame(), upn: upn(), error: said() }),
        html(&more_information(text)),
        html(&ChooseMethod { frame: frame(), upn: upn(), tiles: tiles(text), problem: said() }),
        html(&code_app(text)),
        html(&SetUpPush { frame: frame(), upn: upn(), qr: QR.into() }),
        html(&phone(text, PhoneUse::Text)),
        html(&phone(text, PhoneUse::Call)),
        html(&SetUpPasskey { frame: frame(), upn: upn(), options: text.into(), problem: said() }),
        html(&Terms { frame: frame(), upn: upn(), organization: text.into(), policy: text.into() }),
        html(&security_info(text)),
        html(&provider_code(text)),
    ]
}

#[test]
fn each_says_who_is_signing_in() {
    for html in forms("jane@contoso.test") {
        has(&html, &[r#"<p class="identity" id="displayName">jane@contoso.test</p>"#]);
    }
}

#[test]
fn a_method_is_chosen_by_the_word_that_scripts_know() {
    let choose = ChooseVerification { frame: frame("x"), upn: "x".into(), tiles: tiles("x"), complaint: None };
    let register = ChooseMethod { frame: frame("x"), upn: "x".into(), tiles: tiles("x"), problem: Some("No".into()) };
    for html in [choose.render().unwrap(), register.render().unwrap()] {
        for word in WORDS {
            has(&html, &[&format!(r#"name="action" value="method:{word}" data-value="{word}">"#)]);
        }
        has(&html, &[r#"id="idBtn_Back" name="action" value="back""#]);
        assert!(!html.contains(r#"d="""#), "each has a picture: {html}");
    }
    has(&register.render().unwrap(), &[r#"id="registrationError" role="alert">No<"#]);
}

#[test]
fn the_code_page_has_the_names_that_scripts_know() {
    let html = code("x").render().unwrap();
    has(&html, &[r#"name="otc" id="idTxtBx_SAOTCC_OTC""#, r#"inputmode="numeric" autocomplete="one-time-code""#]);
    has(&html, &[r#"<input type="submit" id="idSubmit_SAOTCC_Continue""#, r#"<label for="idTxtBx_SAOTCC_OTC">"#]);
    has(&html, &[r#"aria-describedby="idSpan_SAOTCC_Error_OTC""#, r#"id="idSpan_SAOTCC_Error_OTC" role="alert">x<"#]);
    has(&html, &[r#"name="rememberMFA" value="true""#, "Don't ask again for 14 days"]);
    has(&html, &[r#"id="signInAnotherWay" name="action" value="another-way""#, r#"name="action" value="again""#]);
    has(&html, &[r#"href="/w/one/console/phone/x""#]);
}

#[test]
fn a_code_app_cannot_be_asked_to_send_again_and_nothing_is_offered_that_there_is_not() {
    let page = EnterCode { sent_to: None, error: None, remember_days: None, others: false, ..code("x") };
    let html = page.render().unwrap();
    for absent in ["again", "rememberMFA", "signInAnotherWay", "SAOTCC_Error", "aria-describedby", "/console/phone/"] {
        assert!(!html.contains(absent), "{absent} is in {html}");
    }
    has(&html, &[r#"<div class="links"></div>"#]);
}

#[test]
fn remembering_for_one_day_is_in_the_singular() {
    has(&EnterCode { remember_days: Some(1), ..code("x") }.render().unwrap(), &["again for 1 day<"]);
}

#[test]
fn a_push_shows_its_number_and_polls_until_it_is_answered() {
    let page = ApprovePush { number: "42".into(), poll: "/w/one/c/poll?a=1&b=2".into(), ..push("x") };
    let html = page.render().unwrap();
    has(&html, &[r#"id="idRichContext_DisplaySign">42</p>"#, r#"id="idBtn_Poll" name="action" value="poll""#]);
    has(
        &html,
        &[r#"data-poll="/w/one/c/poll?a=1&#38;b=2""#, "AuthenticationPending", r#"href="/w/one/console/phone/x""#],
    );
    let html = ApprovePush { complaint: Some("Denied".into()), ..page }.render().unwrap();
    has(
        &html,
        &[r#"id="idSpan_SAASDS_Error" role="alert">Denied<"#, r#"id="idBtn_Again" name="action" value="again""#],
    );
    for absent in ["DisplaySign", "idBtn_Poll", "data-poll", "setTimeout(ask"] {
        assert!(!html.contains(absent), "{absent} is in {html}");
    }
}

#[test]
fn a_call_names_its_number_and_polls_until_it_is_answered() {
    let page = AnswerCall { to: "+X XXXXXXXX03".into(), ..call("x") };
    let html = page.render().unwrap();
    has(&html, &["+X XXXXXXXX03", r#"id="idBtn_Poll" name="action" value="poll""#, r#"data-poll="x""#]);
    let html = AnswerCall { complaint: Some("Nobody".into()), ..page }.render().unwrap();
    has(
        &html,
        &[r#"id="idSpan_SAASDS_Error" role="alert">Nobody<"#, r#"id="idBtn_Again" name="action" value="again""#],
    );
    assert!(!html.contains("idBtn_Poll") && !html.contains("setTimeout(ask"));
}

#[test]
fn a_passkey_is_asked_for_at_once_unless_something_went_wrong() {
    let html = passkey("{\"challenge\":\"AA\"}").render().unwrap();
    has(&html, &[r#"data-get="{&#34;challenge&#34;:&#34;AA&#34;}""#, " data-starts>", r#"id="idBtn_Passkey""#]);
    has(&html, &[r#"<input type="hidden" name="credential">"#, "<noscript>", "navigator.credentials.get("]);
    let html = UsePasskey { complaint: Some("Wrong".into()), ..passkey("x") }.render().unwrap();
    has(&html, &[r#"id="passkeyError" role="alert">Wrong<"#]);
    assert!(!html.contains(" data-starts>"), "or it would ask without end");
    let back = UsePasskey { way_out: WayOut::Back, ..passkey("x") }.render().unwrap();
    has(&back, &[r#"id="idBtn_Back" name="action" value="back""#]);
    assert!(!back.contains("signInAnotherWay") && !html.contains("idBtn_Back"));
}

#[test]
fn each_external_provider_has_a_form_of_its_own_and_our_own_says_nothing_to_it() {
    let page = UseExternal { complaint: None, ..external("https://acme.test/authorize", WayOut::AnotherWay) };
    let html = page.render().unwrap();
    has(&html, &["<h1>Choose who verifies you</h1>", r#"id="externalForm2""#, r#"value="Continue to Zenith""#]);
    let (_, theirs) = html.split_once(r#"id="externalForm1""#).unwrap();
    let (theirs, _) = theirs.split_once("</form>").unwrap();
    has(theirs, &[r#"action="https://acme.test/authorize""#, r#"name="state""#, r#"id="idSIButton9""#]);
    assert!(!theirs.contains("flowToken"), "{theirs}");
    has(&html, &[r#"form="ownForm" id="signInAnotherWay""#]);
    assert!(!html.contains("idBtn_Back") && !html.contains("externalError"), "{html}");
    assert!(!format!("{page:?}").contains("state"), "what is sent is not printed");
    let one = UseExternal { ways: page.ways[1..].to_vec(), way_out: WayOut::None, ..page }.render().unwrap();
    has(&one, &["<h1>Verify with Zenith</h1>"]);
    assert!(!one.contains("signInAnotherWay"), "{one}");
}

#[test]
fn an_access_pass_is_typed_unseen() {
    let page = EnterAccessPass { frame: frame("x"), upn: "x".into(), error: Some("Wrong".into()) };
    let html = page.render().unwrap();
    has(&html, &[r#"<input type="password" name="accesspass""#, r#"id="accessPassError" role="alert">Wrong<"#]);
    has(&html, &[r#"id="idSIButton9""#, r#"id="idBtn_Back" name="action" value="back""#]);
}

#[test]
fn the_password_page_offers_what_can_be_given_instead() {
    let page = AskPassword { frame: frame("x"), upn: "x".into(), error: None, instead: vec![] };
    assert!(!page.render().unwrap().contains("idA_PWD"));
    let html = AskPassword { instead: vec![Instead::AccessPass, Instead::Passkey], ..page }.render().unwrap();
    has(&html, &[r#"id="idA_PWD_SwitchToAccessPass" name="action" value="access-pass""#]);
    has(&html, &[r#"id="idA_PWD_SwitchToFido" name="action" value="passkey""#]);
}

#[test]
fn registration_can_be_put_off_only_while_there_is_grace() {
    let page = |days_left| MoreInformation { days_left, ..more_information("x") }.render().unwrap();
    has(&page(None), &[r#"<input type="submit" id="idSubmit_ProofUp_Redirect""#, r#"name="action" value="other""#]);
    assert!(!page(None).contains("btnAskLater"));
    has(&page(Some(14)), &[r#"id="btnAskLater" name="action" value="later">Ask me later (14 days left)<"#]);
    has(&page(Some(1)), &["(1 day left)"]);
    has(&page(Some(0)), &["(last day)"]);
}

#[test]
fn the_code_app_gets_its_secret_as_picture_text_and_link() {
    let html = SetUpCodeApp { secret: "JBSWY3DPEHPK3PXP".into(), uri: "otpauth://totp/x?a=1".into(), ..code_app("x") };
    let html = html.render().unwrap();
    has(&html, &[QR, r#"data-testid="totp-secret">JBSWY3DPEHPK3PXP<"#, r#"href="otpauth://totp/x?a=1""#]);
    has(&html, &[r#"id="idSIButton9""#, r#"id="idBtn_Back" name="action" value="back""#]);
}

#[test]
fn the_push_app_is_on_the_virtual_phone() {
    let html = SetUpPush { frame: frame("x"), upn: "jane@contoso.test".into(), qr: QR.into() }.render().unwrap();
    has(&html, &[QR, r#"href="/w/one/console/phone/jane%40contoso.test""#, r#"id="idSIButton9""#]);
}

#[test]
fn a_phone_number_is_asked_for_its_use() {
    let (text, call) = (phone("+1", PhoneUse::Text).render().unwrap(), phone("+1", PhoneUse::Call).render().unwrap());
    for html in [&text, &call] {
        has(html, &[r#"<input type="tel" name="phone" id="phone" value="+1""#, r#"autocomplete="tel""#]);
        has(html, &[r#"id="registrationError" role="alert">+1<"#, r#"id="idSIButton9""#]);
    }
    assert_ne!(text, call);
}

#[test]
fn a_refused_passkey_is_told_where_registration_tells_everything() {
    let page = SetUpPasskey { frame: frame("x"), upn: "x".into(), options: "{}".into(), problem: None };
    let html = page.render().unwrap();
    has(&html, &[r#"data-create="{}" data-problem="registrationError""#, "navigator.credentials.create("]);
    assert!(!html.contains("id=\"registrationError\"") && !html.contains(" data-starts>"));
    let html = SetUpPasskey { problem: Some("Wrong".into()), ..page }.render().unwrap();
    has(&html, &[r#"id="registrationError" role="alert">Wrong<"#]);
}

#[test]
fn security_info_can_remove_each_method_and_prefer_those_that_are_not() {
    let html = security_info("m2").render().unwrap();
    has(
        &html,
        &[r#"value="remove:m1" data-testid="remove-method""#, r#"value="remove:m2" data-testid="remove-method""#],
    );
    has(&html, &[r#"value="default:m2" data-testid="default-method""#, r#"id="add-method" name="action" value="add""#]);
    assert!(!html.contains(r#"value="default:m1""#), "it is the default already");
    let html = SecurityInfo { methods: vec![], ..security_info("x") }.render().unwrap();
    assert!(html.contains("No method is set up yet") && !html.contains("remove-method"));
    has(&html, &[r#"id="addAppPassword" name="action" value="add-app-password""#, r#"data-testid="app-password">x<"#]);
    has(&html, &[r#"value="revoke-app-password:x" data-testid="revoke-app-password""#]);
    let html = SecurityInfo { app_passwords: None, ..security_info("x") }.render().unwrap();
    assert!(!html.contains("app-password") && !html.contains("addAppPassword"));
}

#[test]
fn a_change_is_read_back_as_what_its_button_says() {
    let table = [
        (Some("add"), Some(Change::Add)),
        (Some("remove:m:1"), Some(Change::Remove("m:1"))),
        (Some("default:m1"), Some(Change::MakeDefault("m1"))),
        (Some("add-app-password"), Some(Change::AddAppPassword)),
        (Some("revoke-app-password:a1"), Some(Change::RevokeAppPassword("a1"))),
        (Some("add:m1"), None),
        (Some("remove"), None),
        (None, None),
    ];
    for (action, change) in table {
        assert_eq!(Change::read(action), change, "{action:?}");
    }
}

#[test]
fn the_provider_asks_for_a_code_with_the_names_of_ad_fs() {
    let html = provider_code("x").render().unwrap();
    has(&html, &[r#"name="VerificationCode" id="verificationCodeInput""#, r#"autocomplete="one-time-code""#]);
    has(&html, &[r#"id="signInButton""#, r#"<span id="errorText">x</span>"#, r#"id="signInAnotherWay""#]);
}

#[test]
fn every_page_wears_the_face_of_a_provider_too() {
    let frame = Frame { brand: Brand::Provider { name: "Wingtip".into() }, ..frame("x") };
    let html = EnterCode { frame, ..code("x") }.render().unwrap();
    has(&html, &[r#"<html lang="en" class="provider">"#, r#"<span class="brand-name">Wingtip</span>"#]);
}

//! The pages of verification and registration, filled in.

use std::rc::Rc;

use actix_web::HttpResponse;

use super::messages::open;
use super::page::render;
use super::passkeys::Purpose;
use super::{Complaint, external, passkeys};
use crate::directory::AccountRef;
use crate::directory::policy::MethodKind;
use crate::directory::tenant::Tenant;
use crate::http::context::Context;
use crate::signin::factors::Factor;
use crate::signin::flow::SignIn;
use crate::signin::input::METHODS;
use crate::signin::mfa::question::{Grace, RegisterPage, RegisterQuestion, VerifyPage, VerifyQuestion};
use crate::signin::mfa::talk::{Pending, Registration};
use crate::signin::mfa::{code, phone, totp};
use crate::signin::own_account;
use crate::signin::pages::{self, Brand, Frame};
use crate::store::StoreError;

/// The page on which a second factor is proven. Opening it sends the message it is about.
pub(super) async fn verification(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    frame: Frame,
    question: &VerifyQuestion,
    complaint: Complaint,
) -> Result<HttpResponse, StoreError> {
    sign_in.evidence.talk.leave_wizard();
    let VerifyPage::With(factor) = question.page else {
        let tiles = question.offered.iter().filter_map(|factor| tile(*factor, hint(cx, question, *factor))).collect();
        let upn = question.upn.to_string();
        return Ok(render(&pages::ChooseVerification { frame, upn, tiles, complaint }));
    };
    let (others, remember_days) = (question.offered.len() > 1, question.remember_days);
    let asked = Asked { whose: question.whose(), others, remember_days, purpose: Purpose::Second };
    factor_page(cx, sign_in, frame, &asked, factor, complaint).await
}

/// What a page that asks for one factor needs to know.
struct Asked<'q> {
    whose: AccountRef<'q>,
    /// Is there another way?
    others: bool,
    remember_days: Option<u32>,
    /// What a passkey would be asked for.
    purpose: Purpose,
}

async fn factor_page(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    frame: Frame,
    asked: &Asked<'_>,
    factor: Factor,
    complaint: Complaint,
) -> Result<HttpResponse, StoreError> {
    // After a complaint the page offers to ask the phone again, and does not do so by itself.
    let waits = matches!(factor, Factor::Push | Factor::Call) && complaint.is_some();
    let complaint = match waits {
        true => complaint,
        false => complaint.or(open(cx, sign_in, asked.whose, factor).await?),
    };
    let message = match sign_in.evidence.talk.challenge.as_ref().and_then(|challenge| challenge.message.as_deref()) {
        Some(id) => phone::find(cx.store(), id, cx.now).await?,
        None => None,
    };
    let upn = asked.whose.upn.to_string();
    let sent_to = message.as_ref().map(|message| code::masked(&message.to));
    let poll = cx.origin.path(&format!("/common/sas/endauth?flowtoken={}", frame.flow_token));
    let (remember_days, others) = (asked.remember_days, asked.others);
    let ticked = sign_in.evidence.talk.remember;
    Ok(match factor {
        Factor::Totp | Factor::Sms if matches!(frame.brand, Brand::Provider { .. }) => {
            render(&pages::ProviderCode { frame, upn, sent_to, error: complaint, others })
        }
        Factor::Totp | Factor::Sms => {
            render(&pages::EnterCode { frame, upn, sent_to, error: complaint, remember_days, ticked, others })
        }
        Factor::Push => {
            let number = message.and_then(|message| message.number).map(|number| number.reveal().to_owned());
            let number = number.unwrap_or_default();
            render(&pages::ApprovePush { frame, upn, number, complaint, remember_days, ticked, others, poll })
        }
        Factor::Call => {
            let to = sent_to.unwrap_or_default();
            render(&pages::AnswerCall { frame, upn, to, complaint, remember_days, ticked, others, poll })
        }
        Factor::Passkey => {
            let options = passkeys::request(cx, sign_in, asked.whose, asked.purpose);
            let way_out = if others { pages::WayOut::AnotherWay } else { pages::WayOut::None };
            render(&pages::UsePasskey { frame, upn, options, complaint, way_out })
        }
        Factor::External => {
            let way_out = if others { pages::WayOut::AnotherWay } else { pages::WayOut::None };
            external::methods(cx, frame, asked.whose, way_out, complaint).await?
        }
        Factor::AccessPass | Factor::Provider | Factor::Remembered | Factor::Unattended => {
            render(&pages::EnterAccessPass { frame, upn, error: complaint })
        }
    })
}

/// A page of the registration wizard.
pub(super) async fn registration(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    frame: Frame,
    question: &RegisterQuestion,
    complaint: Complaint,
) -> Result<HttpResponse, StoreError> {
    let upn = question.upn.to_string();
    let complaint = match question.withdrawn {
        None => complaint,
        Some(kind) => {
            // What was set up is forgotten: only what is offered now can be picked.
            sign_in.evidence.talk.registration = Some(Registration::Choosing);
            sign_in.evidence.talk.challenge = None;
            Some(not_offered(kind))
        }
    };
    Ok(match question.page {
        RegisterPage::MoreInformation => {
            asked_first(cx, question).await?;
            let organization = organization(cx, question);
            let days_left = match question.grace {
                Grace::None => None,
                Grace::Days(days) => Some(days),
            };
            render(&pages::MoreInformation { frame, upn, organization, days_left, problem: complaint })
        }
        RegisterPage::Choose => {
            let factors = question.offered.iter().filter_map(|kind| Factor::of(*kind));
            let tiles = factors.filter_map(|factor| tile(factor, what(factor).to_owned())).collect();
            render(&pages::ChooseMethod { frame, upn, tiles, problem: complaint })
        }
        RegisterPage::SetUp(kind) => set_up(cx, sign_in, frame, question, kind, complaint),
        RegisterPage::Confirm(kind) => {
            let Some(factor) = Factor::of(kind) else { return Ok(super::error_page(cx, &super::over(), None)) };
            let (others, purpose) = (question.offered.len() > 1, Purpose::Trial);
            let asked = Asked { whose: question.whose(), others, remember_days: question.remember_days, purpose };
            factor_page(cx, sign_in, frame, &asked, factor, complaint).await?
        }
    })
}

/// What the list of methods says of one that is not on it, or not any more.
pub(super) fn not_offered(kind: MethodKind) -> String {
    format!("Your organization does not let this be set up here: {}. Choose a different method.", kind.title())
}

/// Days of grace, where there are any, count from the first time somebody is asked.
async fn asked_first(cx: &Rc<Context>, question: &RegisterQuestion) -> Result<(), StoreError> {
    let account = question.whose().find(&cx.directory);
    if question.grace == Grace::None || account.is_none_or(|account| account.user.registration_asked.is_some()) {
        return Ok(());
    }
    own_account::change(cx.store(), question.whose(), |user| {
        user.registration_asked = user.registration_asked.or(Some(cx.now));
    })
    .await
}

fn set_up(
    cx: &Rc<Context>,
    sign_in: &mut SignIn,
    frame: Frame,
    question: &RegisterQuestion,
    kind: MethodKind,
    problem: Complaint,
) -> HttpResponse {
    let upn = question.upn.to_string();
    match kind {
        MethodKind::Totp => {
            let secret = match &sign_in.evidence.talk.registration {
                Some(Registration::SettingUp(Pending::Totp(secret))) => secret.clone(),
                Some(_) | None => Default::default(),
            };
            let uri = totp::uri(&secret, &organization(cx, question), &upn);
            let secret = secret.reveal().to_owned();
            render(&pages::SetUpCodeApp { frame, upn, qr: totp::drawn(&uri), secret, uri })
        }
        MethodKind::Push | MethodKind::AppPassword => {
            let phone = cx.origin.url(&format!("/console/phone/{}", question.upn));
            render(&pages::SetUpPush { frame, upn, qr: totp::drawn(&phone) })
        }
        MethodKind::Sms | MethodKind::Call => {
            let form = cx.request.form().unwrap_or_default();
            let value = form.get("phone").unwrap_or_default().chars().take(64).collect();
            let phone_use = if kind == MethodKind::Call { pages::PhoneUse::Call } else { pages::PhoneUse::Text };
            render(&pages::SetUpPhone { frame, upn, phone_use, value, problem })
        }
        MethodKind::Passkey => {
            let options = passkeys::creation(cx, sign_in, question.whose());
            render(&pages::SetUpPasskey { frame, upn, options, problem })
        }
    }
}

fn organization(cx: &Context, question: &RegisterQuestion) -> String {
    cx.directory.at(&question.home).map_or_else(String::new, |home: Tenant<'_>| home.name().to_owned())
}

/// A factor as a tile of a list; nothing for what nobody can pick.
pub(super) fn tile(factor: Factor, detail: String) -> Option<pages::Tile> {
    let (_, word) = METHODS.iter().find(|(known, _)| *known == factor)?;
    let title = match factor {
        Factor::Push => "Approve a request on my authenticator app",
        Factor::Totp => "Use a code from my code app",
        Factor::Sms => "Text a code to my phone",
        Factor::Call => "Call my phone",
        Factor::Passkey => "Use my passkey or security key",
        Factor::AccessPass => "Use a temporary access pass",
        Factor::External => "Have another provider verify me",
        Factor::Provider | Factor::Remembered | Factor::Unattended => return None,
    };
    Some(pages::Tile { word, title: title.to_owned(), detail })
}

/// What a method is, for somebody who has none yet.
fn what(factor: Factor) -> &'static str {
    match factor {
        Factor::Push => "The app asks you to approve, and you type the number you see",
        Factor::Totp => "Any app that shows six-digit codes",
        Factor::Sms => "A code in a text message",
        Factor::Call => "An automatic call that you answer",
        Factor::Passkey => "Your device or a security key signs for you",
        Factor::AccessPass | Factor::External | Factor::Provider | Factor::Remembered | Factor::Unattended => "",
    }
}

/// What of a registered method may be shown to somebody who only knows the password.
fn hint(cx: &Context, question: &VerifyQuestion, factor: Factor) -> String {
    let account = question.whose().find(&cx.directory);
    let Some(account) = account else { return String::new() };
    let methods = &account.user.methods;
    match factor {
        Factor::Sms => methods.sms.as_deref().map(code::masked).unwrap_or_default(),
        Factor::Call => methods.call.as_deref().map(code::masked).unwrap_or_default(),
        Factor::Push | Factor::Totp | Factor::Passkey | Factor::AccessPass => String::new(),
        Factor::External => {
            let methods = cx.directory.external_methods(&account);
            methods.iter().map(|(handle, method)| method.title(handle)).collect::<Vec<_>>().join(", ")
        }
        Factor::Provider | Factor::Remembered | Factor::Unattended => String::new(),
    }
}

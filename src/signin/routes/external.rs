//! Pages that lead to an external provider, and what its word does when it comes back.

use std::rc::Rc;

use actix_web::HttpResponse;

use super::page::{error_page, render};
use super::proven::{Proof, StandsFor, succeed};
use super::take_in::asking;
use super::{Complaint, continued, messages};
use crate::directory::AccountRef;
use crate::directory::tenant::Tenant;
use crate::federation::external::request::Subject;
use crate::federation::external::{Errand, Role};
use crate::federation::routes::{ExternalAsks, external_way};
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::{Code, Refusal};
use crate::signin::factors::{Factor, Passed};
use crate::signin::flow::SignIn;
use crate::signin::input::Remember;
use crate::signin::mfa::question::ControlQuestion;
use crate::signin::pages::{ExternalWay, Frame, UseExternal, WayOut};
use crate::signin::state::Step;
use crate::store::StoreError;

/// The page of the external methods that somebody may use. One whose provider cannot be asked is left out, with a word
/// about it.
pub(super) async fn methods(
    cx: &Rc<Context>,
    frame: Frame,
    whose: AccountRef<'_>,
    way_out: WayOut,
    mut complaint: Complaint,
) -> Result<HttpResponse, StoreError> {
    let (mut ways, mut problem): (Vec<ExternalWay>, Option<Refusal>) = (Vec::new(), None);
    if let Some(account) = whose.find(&cx.directory) {
        for (name, facts) in cx.directory.external_methods(&account) {
            let (client_id, object) = (facts.client_id.as_str(), account.user.id);
            let subject = Subject { tenant: account.home, client_id, account, object };
            let asks = ExternalAsks { role: Role::Method, name, facts, subject };
            match external_way(cx, &frame.flow_token, &asks).await? {
                Ok(way) => ways.push(way),
                Err(refusal) => problem = Some(refusal),
            }
        }
    }
    match problem {
        Some(refusal) if ways.is_empty() && way_out == WayOut::None => {
            return Ok(error_page(cx, &refusal, frame.flow.as_deref()));
        }
        Some(refusal) => complaint = complaint.or(Some(refusal.text.into_owned())),
        None => {}
    }
    let upn = whose.upn.to_string();
    Ok(render(&UseExternal { frame, upn, ways, complaint, way_out }))
}

/// The page that leads to the provider of a custom control.
pub(super) async fn control(
    cx: &Rc<Context>,
    frame: Frame,
    question: &ControlQuestion,
) -> Result<HttpResponse, StoreError> {
    let gone = || Code::ExternalMisconfigured.because(format!("The custom control {} is gone.", question.control));
    let tenant = cx.directory.tenant_by_handle(&question.tenant);
    let account = question.whose().find(&cx.directory);
    let (Some(tenant @ Tenant::Entra { facts, .. }), Some(account)) = (tenant, account) else {
        return Ok(error_page(cx, &gone(), frame.flow.as_deref()));
    };
    let Some((name, facts)) = facts.custom_controls.get_key_value(&question.control) else {
        return Ok(error_page(cx, &gone(), frame.flow.as_deref()));
    };
    let subject = Subject { tenant, client_id: &facts.client_id, account, object: question.object };
    let asks = ExternalAsks { role: Role::Control, name, facts, subject };
    Ok(match external_way(cx, &frame.flow_token, &asks).await? {
        Ok(way) => {
            let upn = question.upn.to_string();
            render(&UseExternal { frame, upn, ways: vec![way], complaint: None, way_out: WayOut::Back })
        }
        Err(refusal) => error_page(cx, &refusal, frame.flow.as_deref()),
    })
}

/// A provider has vouched for somebody. Nothing comes of it when the sign-in asks for something else by now.
pub async fn vouched(
    cx: &Rc<Context>,
    mut sign_in: SignIn,
    errand: &Errand,
) -> Result<Option<HttpResponse>, StoreError> {
    if messages::reported(cx, &mut sign_in).await? {
        return Ok(Some(continued(cx, sign_in, &errand.token).await));
    }
    match asking(cx, &mut sign_in).await? {
        Some(step) if waits_for(cx, &step, errand) => {}
        Some(_) | None => return Ok(None),
    }
    match errand.role {
        Role::Method => {
            let with = Factor::External;
            let proof = Proof { with, at: cx.now, stands_for: StandsFor::Second, remember: Remember::No };
            succeed(cx, &mut sign_in, errand.whose(), proof).await?;
        }
        Role::Control => {
            let (tenant, control) = (errand.tenant.clone(), errand.name.clone());
            sign_in.evidence.passed.push(Passed { tenant, control, at: cx.now });
            let because = vec![Because::new("R-05", "it is no second factor, and counts for this sign-in only")];
            let summary = format!("{} passed the custom control {}", errand.upn, errand.name);
            let entry = Entry::new(cx.now, Kind::Decision, summary).about(Some(errand.upn.as_str()));
            cx.journal(entry.with(because)).await?;
        }
    }
    Ok(Some(continued(cx, sign_in, &errand.token).await))
}

fn waits_for(cx: &Context, step: &Step, errand: &Errand) -> bool {
    match (step, errand.role) {
        (Step::Verify(question), Role::Method) => {
            let account = question.whose().find(&cx.directory);
            let methods = account.map(|account| cx.directory.external_methods(&account)).unwrap_or_default();
            (&question.upn, &question.home) == (&errand.upn, &errand.home)
                && question.offered.contains(&Factor::External)
                && methods.iter().any(|(name, _)| *name == errand.name)
        }
        (Step::PassControl(question), Role::Control) => {
            (&question.upn, &question.home) == (&errand.upn, &errand.home)
                && (&question.tenant, &question.control) == (&errand.tenant, &errand.name)
        }
        (_, Role::Method | Role::Control) => false,
    }
}

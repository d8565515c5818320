//! A sign-in has come to its end: who is signed in is remembered, and the protocol that began takes over.

use std::rc::Rc;

use actix_web::HttpResponse;

use super::browser::{Cookies, Value, keep_session};
use super::{Answered, error_page, scene, security_info};
use crate::directory::policy::PersistentBrowser;
use crate::federation;
use crate::http::context::Context;
use crate::http::cookies;
use crate::oauth;
use crate::refusal::Refusal;
use crate::signin::flow::{Resume, SignIn};
use crate::signin::log::{self, Outcome};
use crate::signin::mfa::remember_days;
use crate::signin::remembered;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::Authenticated;
use crate::store::StoreError;

/// What the protocol that began a sign-in makes of it: the answer, or a refusal that only now shows.
pub type Handed = Result<HttpResponse, Refusal>;

/// Remembers who is signed in, and hands over to the protocol that began.
pub(super) async fn finish(cx: &Rc<Context>, sign_in: SignIn, mut session: Session, done: Authenticated) -> Answered {
    let mut cookies = Cookies::new();
    let app = sign_in.demand.app.clone();
    let fresh = sign_in.evidence.proves(&done.upn);
    if fresh {
        session.persistent |= done.stays;
        session.sign_in(SignedIn {
            upn: done.upn.clone(),
            home: done.home.clone(),
            factors: done.factors.lasting(),
            sid: cx.chance().uuid().to_string(),
            apps: vec![app.clone()],
            epoch: sign_in.evidence.epoch.clone().unwrap_or_default(),
            flow: sign_in.flow.clone(),
        });
    }
    // Where a policy says never, an earlier sign-in's yes is taken back.
    let never = session.persistent && done.persistent == Some(PersistentBrowser::Never);
    session.persistent &= !never;
    let used = session.use_for(done.whose(), &app);
    let by = session.account(done.whose()).cloned();
    let by = by.ok_or_else(|| StoreError(format!("{} is signed in without a session", done.upn)))?;
    if fresh || used || never {
        let value = if fresh || never { Value::New } else { Value::Kept };
        cookies = keep_session(cx, &sign_in.demand.authority, &session, value).await?;
    }
    if let Some(there) = sign_in.evidence.there.as_ref().filter(|_| fresh) {
        let lives = cx.directory.at(&done.home).map(|home| home.lifetimes().longest_session()).unwrap_or_default();
        cx.store().keep(&by.sid, there, cx.now, lives).await?;
    }
    if sign_in.evidence.talk.remember && done.home == done.tenant {
        cookies.extend(remember(cx, &done, &by.epoch).await?);
    }
    if let Some((answer, permissions)) = &done.agreed {
        oauth::consents::record(cx, &done, &app, *answer, permissions).await?;
    }
    // What the log says is what came of it, not what was decided.
    let handed = hand_over(cx, &sign_in, &done, &by).await?;
    let handed = handed.map_err(|refusal| Refusal { policies: done.policies, ..refusal });
    let outcome = match &handed {
        Ok(_) => Outcome::Done(&done),
        Err(refusal) => {
            cx.journal_refusal(refusal).await?;
            Outcome::Refused(Some(&done.upn), refusal)
        }
    };
    log::note(scene(cx, &sign_in), &sign_in.demand, outcome).await?;
    Ok(match handed {
        Ok(response) => (response, cookies),
        Err(refusal) => (refused(cx, &sign_in, refusal).await, cookies),
    })
}

async fn hand_over(
    cx: &Rc<Context>,
    sign_in: &SignIn,
    done: &Authenticated,
    by: &SignedIn,
) -> Result<Handed, StoreError> {
    let (flow, sid) = (&sign_in.flow, &by.sid);
    match &sign_in.resume {
        Resume::Authorize(request) => oauth::routes::authorized(cx, request, done, by, flow).await,
        Resume::Device(device) => oauth::routes::device_signed_in(cx, device, done, by, flow).await,
        Resume::AdminConsent(request) => Ok(oauth::routes::admin_consented(cx, request, done)),
        Resume::Passive(pending) => federation::routes::passive_signed_in(cx, pending, done, sid).await,
        Resume::Sso(pending) => federation::routes::sso_signed_in(cx, pending, done, sid).await,
        Resume::External(asked) => federation::routes::external_signed_in(cx, asked, done).await,
        Resume::SecurityInfo => Ok(Ok(security_info::signed_in(cx, done, sign_in))),
    }
}

/// Remembers this browser for as long as the home tenant lets it be.
async fn remember(cx: &Rc<Context>, done: &Authenticated, epoch: &str) -> Result<Option<String>, StoreError> {
    let Some(days) = cx.directory.at(&done.home).and_then(remember_days) else { return Ok(None) };
    let known = cookies::read(cx.request.headers(), cookies::REMEMBERED);
    let fresh = cx.chance().secret();
    let values = remembered::Values { old: known, fresh: &fresh };
    let lives = remembered::keep(cx.store(), &cx.directory, values, done.whose(), epoch, days, cx.now).await?;
    Ok(Some(cx.jar().set(cookies::REMEMBERED, &fresh, Some(lives))))
}

/// Whoever began the sign-in is told no.
pub(super) async fn refused(cx: &Rc<Context>, sign_in: &SignIn, refusal: Refusal) -> HttpResponse {
    match &sign_in.resume {
        Resume::Authorize(authorization) => {
            oauth::routes::authorize_refused(cx, authorization, &refusal, sign_in.demand.prompt, &sign_in.flow)
        }
        Resume::AdminConsent(request) => oauth::routes::admin_consent_refused(cx, request, &refusal, &sign_in.flow),
        Resume::Device(device) => oauth::routes::device_refused(cx, device, &refusal, &sign_in.flow).await,
        Resume::Passive(_) => federation::routes::passive_refused(cx, &refusal, &sign_in.flow),
        Resume::Sso(pending) => federation::routes::sso_refused(cx, pending, &refusal, Some(&sign_in.flow)),
        Resume::External(asked) => federation::routes::external_refused(cx, asked, &refusal),
        Resume::SecurityInfo => error_page(cx, &refusal, Some(&sign_in.flow)),
    }
}

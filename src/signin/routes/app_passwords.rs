//! App passwords on `/security-info`: made there and shown in the very answer, revoked.

use std::rc::Rc;

use actix_web::HttpResponse;

use super::error_page;
use super::security_info::{Managed, Told, back, draw};
use crate::directory::Account;
use crate::directory::user::AppPassword;
use crate::http::context::Context;
use crate::journal::{Because, Entry, Kind};
use crate::refusal::Code;
use crate::signin::app_password::{self, LONGEST_NAME};
use crate::signin::pages::{AppPasswordRow, AppPasswords};
use crate::store::StoreError;

/// What the page shows of them; nothing for an account that can have none and has none.
pub(super) fn shown(account: &Account<'_>, made: Option<String>, problem: Option<String>) -> Option<AppPasswords> {
    let row = |(id, known): (&String, &AppPassword)| AppPasswordRow {
        id: id.clone(),
        name: known.name.clone(),
        created: known.created.map(|at| at.date_time().date().to_string()).unwrap_or_default(),
    };
    let rows: Vec<AppPasswordRow> = account.user.app_passwords.iter().map(row).collect();
    (app_password::may_use(account).is_ok() || !rows.is_empty()).then_some(AppPasswords { rows, made, problem })
}

/// Makes one and shows it: an address to go on to could not hold it.
pub(super) async fn make(cx: &Rc<Context>, managed: Managed, name: Option<&str>) -> Result<HttpResponse, StoreError> {
    let Some(account) = managed.whose().find(&cx.directory) else {
        return Ok(error_page(cx, &Code::NoSuchUser.because("The account is gone."), None));
    };
    let name: String = name.unwrap_or_default().trim().chars().filter(|c| !c.is_control()).collect();
    if name.len() > LONGEST_NAME {
        let problem = Some("That name is too long: a few words will do.".to_owned());
        return draw(cx, &cx.directory, managed, Told { problem, ..Told::default() }).await;
    }
    let told = match app_password::make(cx.store(), cx.chance(), &account, &name, cx.now).await? {
        Ok(made) => {
            note(cx, format!("{} made an app password", managed.upn)).await?;
            Told { made: Some(made.password.reveal().to_owned()), ..Told::default() }
        }
        Err(cannot) => Told { problem: Some(cannot.text().to_owned()), ..Told::default() },
    };
    let (_, directory) = cx.store().directory().await?;
    draw(cx, &directory, managed, told).await
}

/// Revokes one; one that is gone already is none the less gone.
pub(super) async fn revoke(cx: &Rc<Context>, managed: &Managed, id: &str) -> Result<HttpResponse, StoreError> {
    if let Some(account) = managed.whose().find(&cx.directory)
        && app_password::revoke(cx.store(), &account, id).await?
    {
        note(cx, format!("{} revoked an app password", managed.upn)).await?;
    }
    Ok(back(cx, &managed.upn, "revoked"))
}

async fn note(cx: &Rc<Context>, summary: String) -> Result<(), StoreError> {
    let because = vec![Because::new("R-61", "only its hash is kept, and it opens legacy protocols only")];
    cx.journal(Entry::new(cx.now, Kind::Decision, summary).with(because)).await
}

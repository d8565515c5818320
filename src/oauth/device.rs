//! How does a device without a browser get a grant? RFC 8628, and where Entra differs from it.
//!
//! The device polls with its device code while a person enters the user code somewhere else. Whoever takes the
//! user code's record decides, once; the device takes its own record when the decision was yes, once.

pub mod request;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::grant::Grant;
use super::issue::REMEMBERED;
use super::scope::Requested;
use super::subject::Subject;
use crate::directory::policy::ClientType;
use crate::refusal::{Code, Refusal};
use crate::signin::state::{Asks, Authority, Demand, Prompt};
use crate::store::{Record, Store, StoreError};
use crate::time::Timestamp;

/// How long a device should wait between two questions, in seconds.
pub const INTERVAL: i64 = 5;
/// How many letters a user code has.
const LETTERS: usize = 9;

/// What a device asked for, kept under its device code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceRecord {
    /// Where it asked.
    pub authority: Authority,
    /// Its application, by handle.
    pub app: String,
    /// What it asked for.
    pub requested: Requested,
    /// What it asks of the second factor.
    #[serde(default)]
    pub asks: Asks,
    /// The request's `claims`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Value>,
    /// What the person has to enter.
    pub user_code: String,
    /// What the journal calls it.
    pub flow: String,
    /// When it ends.
    pub expires: Timestamp,
    /// How far it has come.
    pub state: DeviceState,
}

impl Record for DeviceRecord {
    const KIND: &'static str = "device";
}

/// How far a device's request has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// Somebody said yes.
    Approved(Box<Grant>),
    /// Somebody said no.
    Declined,
}

/// Which device a user code belongs to. Taking this record is the right to decide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserCode {
    /// The device code.
    pub device_code: String,
}

impl Record for UserCode {
    const KIND: &'static str = "user-code";
}

/// A sign-in that was begun by entering a user code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceSignIn {
    /// The device that waits.
    pub device_code: String,
    /// What was entered.
    pub user_code: String,
    /// The device's application, by handle.
    pub app: String,
}

impl UserCode {
    /// Keeps it as long as the device's record: who types it late is told so.
    pub async fn keep(&self, store: &dyn Store, of: &DeviceRecord, now: Timestamp) -> Result<(), StoreError> {
        store.keep(&of.user_code, self, now, of.expires.plus(REMEMBERED).since(now)).await
    }
}

impl DeviceRecord {
    /// Keeps it, longer than it is good.
    pub async fn keep(&self, store: &dyn Store, device_code: &str, now: Timestamp) -> Result<(), StoreError> {
        store.keep(device_code, self, now, self.expires.plus(REMEMBERED).since(now)).await
    }

    /// What it demands of a sign-in. Which account is always asked: the person may be another than the one who
    /// used this browser last.
    pub fn demand(&self) -> Demand {
        Demand {
            permissions: self.requested.permissions(),
            unnamed: self.requested.unnamed(),
            prompt: Prompt::SelectAccount,
            asks: self.asks.clone(),
            client: ClientType::Mobile,
            ..Demand::new(self.authority.clone(), self.app.clone())
        }
    }
}

/// A device code that was redeemed: whoever shows it again is told so.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Spent {
    /// The application it was given to.
    app: String,
    /// Whom it was about.
    subject: Subject,
}

impl Record for Spent {
    const KIND: &'static str = "device-spent";
}

/// A user code as it is kept: people type it in any case, with spaces and dashes. Anything else is no code.
pub fn user_code(typed: &str) -> Option<String> {
    let ignored = |c: &char| !matches!(c, ' ' | '-' | '\t');
    let code: String = typed.chars().filter(ignored).take(LETTERS + 1).map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == LETTERS && code.bytes().all(|b| b.is_ascii_uppercase())).then_some(code)
}

/// What somebody typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Typed {
    /// The code of a device that waits.
    Right(DeviceSignIn, Box<DeviceRecord>),
    /// The code of a device that waited too long.
    Expired,
    /// No code, or one that somebody has decided about.
    Wrong,
}

/// The device that waits for this user code.
pub async fn find_by_user_code(store: &dyn Store, typed: &str, now: Timestamp) -> Result<Typed, StoreError> {
    let Some(code) = user_code(typed) else { return Ok(Typed::Wrong) };
    let Some(UserCode { device_code }) = store.find::<UserCode>(&code, now).await? else { return Ok(Typed::Wrong) };
    Ok(match store.find::<DeviceRecord>(&device_code, now).await? {
        Some(record) if record.expires <= now => Typed::Expired,
        Some(record) => {
            Typed::Right(DeviceSignIn { device_code, user_code: code, app: record.app.clone() }, Box::new(record))
        }
        None => Typed::Wrong,
    })
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It counts.
    Done {
        /// What the journal calls the device's request.
        flow: String,
    },
    /// Somebody else has decided, or the code has expired.
    TooLate,
}

/// Decides for a device: whoever takes the user code first.
pub async fn decide(
    store: &dyn Store,
    device: &DeviceSignIn,
    state: DeviceState,
    now: Timestamp,
) -> Result<Decided, StoreError> {
    let Some(UserCode { device_code }) = store.redeem::<UserCode>(&device.user_code, now).await? else {
        return Ok(Decided::TooLate);
    };
    let record = store.find::<DeviceRecord>(&device_code, now).await?;
    let Some(record) = record.filter(|record| now < record.expires) else { return Ok(Decided::TooLate) };
    let record = DeviceRecord { state, ..record };
    record.keep(store, &device_code, now).await?;
    Ok(Decided::Done { flow: record.flow })
}

/// The refusal for a person who comes too late.
pub fn expired() -> Refusal {
    Code::DeviceCodeExpired.because("The code has expired or was used already. Start again on your device.")
}

/// What a device that asks is told.
///
/// Differs: the standard lets a server answer `slow_down`; Entra does not, and clients of Entra fail on it.
pub fn poll(record: &DeviceRecord, now: Timestamp) -> Result<&Grant, Refusal> {
    match &record.state {
        DeviceState::Declined => {
            Err(Code::DeviceCodeDeclined.because("The user declined the sign-in on the other device."))
        }
        DeviceState::Pending | DeviceState::Approved(_) if record.expires <= now => {
            Err(Code::DeviceCodeExpired.because("The device code has expired. Ask for a new one."))
        }
        DeviceState::Pending => Err(Code::DeviceCodePending
            .because("The device's request is pending: the user has not finished signing in yet. Keep polling.")),
        DeviceState::Approved(grant) => Ok(grant),
    }
}

/// What somebody said yes to, until the device takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Approved {
    /// Where the device asked.
    pub asked_at: Authority,
    /// What it gets.
    pub grant: Grant,
}

impl Approved {
    /// Whom it is about.
    pub fn subject(&self) -> Subject {
        Subject::of(&self.grant, Some(self.grant.tenant.clone()))
    }
}

/// What somebody granted to the device of this application; else what the device is told.
pub async fn approved(
    store: &dyn Store,
    device_code: &str,
    app: &str,
    now: Timestamp,
) -> Result<Result<Approved, Refusal>, StoreError> {
    // Another application's code is answered like one that never was: nobody learns that it exists.
    let Some(record) = store.find::<DeviceRecord>(device_code, now).await?.filter(|record| record.app == app) else {
        return Ok(Err(match store.find::<Spent>(device_code, now).await? {
            Some(spent) if spent.app == app => redeemed(),
            Some(_) | None => unknown(),
        }));
    };
    Ok(poll(&record, now).cloned().map(|grant| Approved { asked_at: record.authority, grant }))
}

/// The device takes what was granted to it, once.
pub async fn take(
    store: &dyn Store,
    device_code: &str,
    approved: Approved,
    now: Timestamp,
) -> Result<Result<Grant, Refusal>, StoreError> {
    // Remembered before it is taken: whoever comes in between must not hear that there never was one.
    let spent = Spent { app: approved.grant.app.clone(), subject: approved.subject() };
    store.keep(device_code, &spent, now, REMEMBERED).await?;
    let is_first = store.spend::<DeviceRecord>(device_code, now).await?;
    Ok(if is_first { Ok(approved.grant) } else { Err(redeemed()) })
}

/// Whom a device code was about that this application has redeemed before.
pub async fn spent_on(
    store: &dyn Store,
    device_code: &str,
    app: &str,
    now: Timestamp,
) -> Result<Option<Subject>, StoreError> {
    let spent = store.find::<Spent>(device_code, now).await?;
    Ok(spent.filter(|spent| spent.app == app).map(|spent| spent.subject))
}

fn redeemed() -> Refusal {
    Code::CodeAlreadyRedeemed.because("The device code was already redeemed.")
}

fn unknown() -> Refusal {
    Code::BadDeviceCode.because("The device code is not one of ours, or not this application's.")
}

#[cfg(test)]
mod tests;

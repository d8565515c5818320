//! Who used Partner Center, and had they proven a second factor? One record for each request to the portal or the API.
//!
//! The security status page and the MFA reports are made of these records (R-34; Partner Center REST, "Get MFA adoption
//! status" and its kin). They say who and when, never what was sent, and the world they belong to takes them along when
//! it goes.

use serde::{Deserialize, Serialize};

use crate::id::{ClientId, ObjectId, TenantId, Upn};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// How many records a tenant keeps: as many as the real reports list.
pub const KEEPS: usize = 10_000;

/// Where Partner Center was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The pages.
    Portal,
    /// The REST API.
    Api,
}

/// What the caller had proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proven {
    /// A person, with a second factor.
    Mfa,
    /// A person, without one.
    NoMfa,
    /// No person: an application by itself, of whom no second factor is asked (R-41).
    AppOnly,
}

/// One request to the portal or the API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Where.
    pub surface: Surface,
    /// What was asked for, in the words of the surface: `GET /v1/customers`, `Customers`.
    pub operation: String,
    /// When.
    pub time: Timestamp,
    /// The partner tenant.
    pub tenant: TenantId,
    /// Who: the account, or the application's service principal.
    pub object: ObjectId,
    /// The account's name; an application by itself has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<Upn>,
    /// Through which application.
    pub app: ClientId,
    /// The request's own id.
    pub request_id: String,
    /// The caller's id for it.
    pub correlation_id: String,
    /// Where it came from.
    pub source_ip: String,
    /// What had been proven.
    pub proven: Proven,
}

/// Writes a record down.
pub async fn note(store: &dyn Store, usage: &Usage) -> Result<(), StoreError> {
    let bytes = serde_json::to_vec(usage).map_err(|error| StoreError(error.to_string()))?;
    store.append(&list(usage.tenant), bytes, KEEPS).await.map(|_| ())
}

/// The records of a tenant since a moment, oldest first.
pub async fn since(store: &dyn Store, tenant: TenantId, from: Timestamp) -> Result<Vec<Usage>, StoreError> {
    let items = store.read(&list(tenant), 0, KEEPS).await?;
    let mut records = Vec::with_capacity(items.len());
    for (_, bytes) in items {
        let usage: Usage = serde_json::from_slice(&bytes).map_err(|error| StoreError(error.to_string()))?;
        if usage.time >= from {
            records.push(usage);
        }
    }
    Ok(records)
}

fn list(tenant: TenantId) -> String {
    format!("usage/{tenant}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::directory::{Directory, world};
    use crate::store::Memory;

    fn usage(tenant: TenantId, seconds: i64, proven: Proven) -> Usage {
        let upn = (proven != Proven::AppOnly).then(|| Upn::new("jane@contoso.test"));
        Usage {
            surface: Surface::Api,
            operation: "GET /v1/customers".into(),
            time: Timestamp::from_seconds(seconds),
            tenant,
            object: ObjectId::derived(&["somebody"]),
            upn,
            app: ClientId::new("app"),
            request_id: "r".into(),
            correlation_id: "c".into(),
            source_ip: "127.0.0.1".into(),
            proven,
        }
    }

    #[actix_web::test]
    async fn a_tenant_reads_back_its_own_records_and_of_a_clock_that_was_moved_only_what_is_wanted() {
        let store = Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
        let (ours, theirs) = (TenantId::derived(&["ours"]), TenantId::derived(&["theirs"]));
        let written = [
            usage(ours, 10, Proven::Mfa),
            usage(theirs, 11, Proven::NoMfa),
            usage(ours, 5, Proven::AppOnly),
            usage(ours, 20, Proven::NoMfa),
        ];
        for record in &written {
            note(&store, record).await.unwrap();
        }
        let read = |from| since(&store, ours, Timestamp::from_seconds(from));
        let [first, _, back, last] = written;
        assert_eq!(read(0).await.unwrap(), [first.clone(), back, last.clone()]);
        assert_eq!(read(6).await.unwrap(), [first, last.clone()]);
        assert_eq!(read(20).await.unwrap(), [last]);
        assert_eq!(read(21).await.unwrap(), []);
    }

    #[actix_web::test]
    async fn the_oldest_records_go_when_there_are_many() {
        let store = Memory::new(Arc::new(Directory::new(world::plain().unwrap()).unwrap()));
        let tenant = TenantId::derived(&["ours"]);
        for second in 0..=KEEPS as i64 {
            note(&store, &usage(tenant, second, Proven::Mfa)).await.unwrap();
        }
        let read = since(&store, tenant, Timestamp::default()).await.unwrap();
        assert_eq!((read.len(), read[0].time.seconds()), (KEEPS, 1));
    }
}

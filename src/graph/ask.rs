//! What does a request bring along, and what can be said to it in the forms of OData?

use serde_json::Value;

use super::caller::Caller;
use super::calls::Call;
use super::error::Refused;
use super::members;
use super::outcome::{Outcome, Told, made};
use super::query::{Query, whole};
use crate::chance::Chance;
use crate::directory::Directory;
use crate::directory::tenant::EntraTenant;
use crate::http::origin::Origin;
use crate::http::params::{BadParams, Params};
use crate::id::ObjectId;
use crate::keys::KeyRing;
use crate::signin::log::Signed;
use crate::time::Timestamp;

/// A request, without HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The world.
    pub directory: &'a Directory,
    /// Who asks.
    pub caller: &'a Caller<'a>,
    /// What.
    pub call: Call<'a>,
    /// Its query.
    pub params: &'a Result<Params, BadParams>,
    /// The type its body says it has.
    pub content_type: Option<&'a str>,
    /// Its body.
    pub body: &'a [u8],
    /// Now.
    pub now: Timestamp,
    /// Where ids and passes come from.
    pub chance: &'a Chance,
    /// What the addresses of this interface begin with.
    pub base: &'a str,
    /// What the world's addresses begin with.
    pub origin: &'a Origin,
    /// The keys of its tenants and providers.
    pub keys: &'a KeyRing,
    /// The tenant's sign-ins, the latest first, where somebody asks for them.
    pub sign_ins: &'a [(u64, Signed)],
    /// The state of an object that a change is meant for.
    pub if_match: Option<&'a str>,
}

impl<'a> Ask<'a> {
    /// The tenant that is asked about.
    pub(super) fn tenant(&self) -> &'a EntraTenant {
        self.caller.tenant
    }

    pub(super) fn query(&self) -> Result<Query, Refused> {
        match self.params {
            Ok(params) => Query::read(params),
            Err(bad) => Err(Refused::bad(bad.text())),
        }
    }

    /// The body, as JSON.
    pub(super) fn json(&self) -> Result<Value, Refused> {
        members::json(self.content_type, self.body)
    }

    pub(super) fn address(&self, path: &str) -> String {
        format!("{}/{}/{path}", self.base, self.call.version.segment())
    }

    pub(super) fn context(&self, path: &str) -> String {
        self.address(&format!("$metadata#{path}"))
    }

    /// A collection of the tenant's.
    pub(super) fn list(&self, rows: Vec<Value>) -> Result<Outcome, Refused> {
        let path = self.call.place.segment();
        self.query()?.page(self.context(path), &self.address(path), rows).map(Outcome::Shown)
    }

    /// One object of such a collection.
    pub(super) fn item(&self, row: Value) -> Result<Outcome, Refused> {
        let context = self.context(&format!("{}/$entity", self.call.place.segment()));
        self.query()?.item(context, row).map(Outcome::Shown)
    }

    /// What is told of an object that was added to such a collection.
    pub(super) fn created(&self, id: ObjectId, row: Value) -> Told {
        let path = self.call.place.segment();
        let row = whole(self.context(&format!("{path}/$entity")), row);
        Told::Created(self.address(&format!("{path}/{id}")), row)
    }

    /// The world with another tenant, when that is one that can be.
    pub(super) fn changed(
        &self,
        told: Told,
        did: impl Into<String>,
        change: impl FnOnce(&mut EntraTenant),
    ) -> Result<Outcome, Refused> {
        let home = self.caller.home;
        let directory = self.directory.changed(|world| {
            if let Some(tenant) = world.tenants.get_mut(home) {
                change(tenant);
            }
        });
        made(directory, told, did)
    }
}

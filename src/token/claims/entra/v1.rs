//! What do the older tokens say, and in which order?

use std::fmt::Write as _;

use super::aio::evidence;
use super::{Access, IdToken, put_for_client, put_request, put_scopes, put_text, rh};
use crate::id::ObjectId;
use crate::signin::tenant_access::Standing;
use crate::token::claim_set::ClaimSet;
use crate::token::claims::{Issue, Person, blank, opaque, pairwise, words};
use crate::token::issuer::issuer_v1;

pub(super) fn access(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> ClaimSet {
    let mut claims = blank();
    claims.insert("aud".into(), access.audience.into());
    claims.insert("iss".into(), issuer_v1(issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("acr".into(), "1".into());
    claims.insert("aio".into(), evidence(person).into());
    claims.insert("amr".into(), words(person.amr.words()));
    claims.insert("appid".into(), issue.app.client_id.as_str().into());
    claims.insert("appidacr".into(), issue.proof.digit().into());
    put_person(&mut claims, issue, person);
    claims.insert("rh".into(), rh(issue).into());
    put_scopes(&mut claims, access);
    claims.insert("sub".into(), pairwise(issue.tenant, &access.resource.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_names(&mut claims, issue, person);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "1.0".into());
    claims
}

/// A v1 id token.
pub fn id(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> ClaimSet {
    let mut claims = blank();
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    claims.insert("iss".into(), issuer_v1(issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("amr".into(), words(person.amr.words()));
    put_request(&mut claims, person, id);
    put_person(&mut claims, issue, person);
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("sub".into(), pairwise(issue.tenant, &issue.app.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_names(&mut claims, issue, person);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "1.0".into());
    put_for_client(&mut claims, issue, person, id);
    claims
}

fn put_person(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>) {
    let user = person.account.user;
    match issue.standing(person) {
        Some(Standing::Member) => {}
        Some(Standing::Guest(guest)) => put_foreign(claims, issue, person, guest.id),
        Some(Standing::DelegatedAdmin(_)) | None => put_foreign(claims, issue, person, person.object),
    }
    put_text(claims, "family_name", user.family_name.as_deref());
    put_text(claims, "given_name", user.given_name.as_deref());
    claims.insert("ipaddr".into(), issue.ip.into());
    claims.insert("name".into(), person.account.title().into());
    claims.insert("oid".into(), person.object.to_string().into());
    if let Some(Standing::Member) = issue.standing(person) {
        claims.insert("puid".into(), puid(&person.object.to_string()).into());
    }
}

/// Whose account it is that is at home elsewhere.
fn put_foreign(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>, object: ObjectId) {
    put_text(claims, "email", issue.mail(person));
    claims.insert("altsecid".into(), format!("5::{}", puid(&person.account.user.id.to_string())).into());
    claims.insert("idp".into(), issuer_v1(person.account.home).into());
    claims.insert("puid".into(), puid(&object.to_string()).into());
}

/// Who is at home elsewhere has no `upn` here.
fn put_names(claims: &mut ClaimSet, issue: &Issue<'_>, person: &Person<'_>) {
    claims.insert("unique_name".into(), person.account.upn.as_str().into());
    if let Some(Standing::Member) = issue.standing(person) {
        claims.insert("upn".into(), person.account.upn.as_str().into());
    }
}

/// A 64-bit id in the way older parts of the service write them.
fn puid(seed: &str) -> String {
    let word = opaque(&["puid", seed]);
    let mut puid = "1003".to_owned();
    for byte in word.bytes().take(6) {
        // A text takes whatever is written.
        let _ = write!(puid, "{byte:02X}");
    }
    puid
}

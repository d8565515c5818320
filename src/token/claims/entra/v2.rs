//! What do the newer tokens say, and in which order?

use super::aio::evidence;
use super::{Access, IdToken, put_for_client, put_request, put_scopes, put_text, rh};
use crate::signin::tenant_access::Standing;
use crate::token::claim_set::ClaimSet;
use crate::token::claims::{Issue, Person, blank, pairwise};
use crate::token::issuer::{issuer_v1, issuer_v2};

pub(super) fn access(issue: &Issue<'_>, person: &Person<'_>, access: &Access<'_>) -> ClaimSet {
    let mut claims = blank();
    claims.insert("aud".into(), access.resource.client_id.as_str().into());
    claims.insert("iss".into(), issuer_v2(issue.origin, issue.tenant).into());
    issue.put_times(&mut claims);
    claims.insert("aio".into(), evidence(person).into());
    claims.insert("azp".into(), issue.app.client_id.as_str().into());
    claims.insert("azpacr".into(), issue.proof.digit().into());
    if access.profile {
        claims.insert("name".into(), person.account.title().into());
    }
    claims.insert("oid".into(), person.object.to_string().into());
    if access.profile {
        claims.insert("preferred_username".into(), person.account.upn.as_str().into());
    }
    claims.insert("rh".into(), rh(issue).into());
    put_scopes(&mut claims, access);
    claims.insert("sub".into(), pairwise(issue.tenant, &access.resource.client_id, person.object).into());
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("ver".into(), "2.0".into());
    claims
}

/// A v2 id token. It carries no `amr` unless the application asks for it.
pub fn id(issue: &Issue<'_>, person: &Person<'_>, id: &IdToken<'_>) -> ClaimSet {
    let mut claims = blank();
    claims.insert("ver".into(), "2.0".into());
    claims.insert("iss".into(), issuer_v2(issue.origin, issue.tenant).into());
    claims.insert("sub".into(), pairwise(issue.tenant, &issue.app.client_id, person.object).into());
    claims.insert("aud".into(), issue.app.client_id.as_str().into());
    issue.put_times(&mut claims);
    if id.profile {
        claims.insert("name".into(), person.account.title().into());
        claims.insert("preferred_username".into(), person.account.upn.as_str().into());
    }
    claims.insert("oid".into(), person.object.to_string().into());
    if let Some(Standing::Guest(_)) = issue.standing(person) {
        claims.insert("idp".into(), issuer_v1(person.account.home).into());
    }
    // Of whoever is at home elsewhere it is told unasked.
    let unasked = !matches!(issue.standing(person), Some(Standing::Member));
    if id.email || unasked {
        put_text(&mut claims, "email", issue.mail(person));
    }
    claims.insert("tid".into(), issue.tenant.id().to_string().into());
    put_request(&mut claims, person, id);
    claims.insert("uti".into(), issue.uti.into());
    claims.insert("rh".into(), rh(issue).into());
    claims.insert("aio".into(), evidence(person).into());
    put_for_client(&mut claims, issue, person, id);
    claims
}

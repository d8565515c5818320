//! A service passes its caller on to the next service (Entra's on-behalf-of flow, RFC 7523).
//!
//! Where a policy wants more than the token that is passed on proves, the newer endpoint answers `invalid_grant` with the
//! suberror `basic_action` and the policy's `claims`: so the real one was recorded to answer this very grant (msal-js issue
//! 5491), although the documentation of the flow has `interaction_required`. Client libraries take either word for it; the
//! older endpoint says `interaction_required`.

use serde_json::Value;

use super::{Again, Granted, Proven, TokenRequest, check_still_good, decide_again, handed_over};
use crate::directory::policy::ClientType;
use crate::directory::{Account, AccountRef, Application};
use crate::federation::assertion::Version;
use crate::http::params::shorten;
use crate::id::{ClientId, ObjectId, TenantId};
use crate::journal::Because;
use crate::keys::Owner;
use crate::oauth::asks;
use crate::oauth::authorize;
use crate::oauth::desk::Denied;
use crate::oauth::grant::Grant;
use crate::oauth::issue::{self, Form, Order};
use crate::oauth::subject::Subject;
use crate::oauth::userinfo::entra_account;
use crate::refusal::{Code, Refusal};
use crate::signin::factors::Factors;
use crate::signin::log::Way;
use crate::signin::session;
use crate::signin::state::{Authority, Presence};
use crate::time::Span;
use crate::token::bearer::{self, Shapes, text};
use crate::token::claims::entra::{Evidence, read_evidence};
use crate::token::jwt::{self, Claims};

/// Issues tokens for the person behind an access token.
pub async fn issue(request: &TokenRequest<'_>) -> Result<Granted, Denied> {
    if request.need("requested_token_use")? != "on_behalf_of" {
        return Err(Code::InputInvalid.because("The parameter 'requested_token_use' must be 'on_behalf_of'.").into());
    }
    let form = form(request.params.get("requested_token_type"))?;
    request.caller.must_have_proven_itself()?;
    authorize::serves(request.caller.app, request.authority, request.tenant())?;
    let claims = assertion(request, request.need("assertion")?)?;
    let desk = &request.desk;
    let (account, tenant) = person(request, &claims)?;
    let requested = handed_over::requested(request)?;
    let flow = desk.chance.short();
    request.is_about(Subject {
        upn: account.upn.clone(),
        place: tenant.tenant(desk.directory).map(|tenant| tenant.place()),
        flow: flow.clone(),
        resource: Some(requested.resource().0.to_owned()),
        way: Way::Token,
    });
    let Evidence { factors, sid, presence, grant: source } = evidence(request, &claims);
    let home = account.home.place();
    let whose = AccountRef { home: &home, upn: account.upn };
    let epoch = match source {
        Some(source) => {
            check_still_good(desk, whose, &source.epoch, &source.id).await?;
            source.epoch
        }
        None => session::epoch(desk.store, desk.directory, whose, desk.now).await?,
    };
    let relied_on = relied_on(&factors);
    let proven = Proven { upn: account.upn, home, factors };
    let asked = request.claims()?;
    let again = Again {
        authority: tenant,
        app: request.caller.app,
        requested: &requested,
        asks: asks::in_claims(asked.as_ref()),
        client: ClientType::Mobile,
        // Nobody comes to be there by being passed on.
        presence,
    };
    let done = decide_again(desk, &proven, again)?;
    let id = desk.chance.short();
    let grant = Grant { requested, ..Grant::new(&done, request.caller.app.handle, &sid, &flow, id, epoch) };
    let order = Order { form, ..request.order(&grant, asked.as_ref()) };
    let set = issue::issue(desk, &grant, order).await?;
    Ok(Granted {
        body: request.dialect.token_response(set),
        second_factor: grant.factors.mfa_at().is_some(),
        policies: done.policies,
        summary: format!("tokens for {} on behalf of whom {} acts", grant.upn, grant.app),
        because: std::iter::once(relied_on).chain(done.because).collect(),
    })
}

/// How the next service takes its token: as the others do, or as SAML.
fn form(requested: Option<&str>) -> Result<Form, Refusal> {
    let Some(requested) = requested else { return Ok(Form::Jwt) };
    match requested.strip_prefix("urn:ietf:params:oauth:token-type:") {
        Some("access_token" | "jwt") => Ok(Form::Jwt),
        Some("saml1") => Ok(Form::Saml(Version::Saml11)),
        Some("saml2") => Ok(Form::Saml(Version::Saml20)),
        Some(_) | None => Err(Code::InputInvalid
            .because(format!("The parameter 'requested_token_type' is not supported: '{}'.", shorten(requested)))),
    }
}

/// The sign-in behind the token that is passed on. One that tells of none comes of a password, now.
fn evidence(request: &TokenRequest<'_>, claims: &Claims) -> Evidence {
    let told = claims.get("aio").and_then(Value::as_str).and_then(read_evidence);
    told.unwrap_or_else(|| Evidence {
        factors: Factors::password(request.desk.now),
        sid: String::new(),
        presence: Presence::There,
        grant: None,
    })
}

fn relied_on(factors: &Factors) -> Because {
    let words = factors.amr().words().join(" ");
    Because::new("R-28", format!("the token that is passed on comes of a sign-in at {}: {words}", factors.at))
}

/// Reads the access token that is passed on: ours, for the caller, about a person, and still valid.
fn assertion(request: &TokenRequest<'_>, token: &str) -> Result<Claims, Denied> {
    let desk = &request.desk;
    let keys = desk.keys.published(Owner::Entra)?;
    let claims = jwt::verify(token, |_| keys.iter().map(|key| key.public().clone()).collect())
        .map_err(|error| Code::AssertionInvalid.because(format!("Assertion failed signature validation: {error}.")))?;
    is_for(request.caller.app, &claims)?;
    if bearer::issuer(desk.directory, &claims, Shapes::AnyDoor(desk.origin)).is_err() {
        let issuer = shorten(text(&claims, "iss").unwrap_or_default());
        return Err(Code::AssertionInvalid
            .because(format!("The issuer of the assertion is not the tenant that it names, here: '{issuer}'."))
            .into());
    }
    if bearer::within_its_time(&claims, desk.now, Span::default()).is_err() {
        return Err(Code::AssertionExpired.because("Assertion is not within its valid time range.").into());
    }
    is_about_somebody(&claims)?;
    Ok(claims)
}

fn is_for(app: Application<'_>, claims: &Claims) -> Result<(), Refusal> {
    let audience = text(claims, "aud").unwrap_or_default();
    let for_caller = ClientId::new(audience) == app.client_id
        || app.identifier_uris.iter().any(|uri| uri.trim_end_matches('/') == audience.trim_end_matches('/'));
    match for_caller {
        true => Ok(()),
        false => Err(Code::AssertionInvalid
            .because("Assertion audience does not match the Client app presenting the assertion.")),
    }
}

/// Access tokens name the client that they were issued to. Those about an application itself have no scopes, and one name
/// for it as object and as subject; what an application has for itself may have no scopes and is about a person.
fn is_about_somebody(claims: &Claims) -> Result<(), Refusal> {
    if text(claims, "azp").or(text(claims, "appid")).is_none() {
        return Err(Code::IdTokenOnBehalfOf
            .because("Input id_token cannot be used as 'urn:ietf:params:oauth:grant-type:jwt-bearer' grant."));
    }
    match claims.get("scp").is_none() && text(claims, "sub") == text(claims, "oid") {
        true => Err(Code::AppTokenOnBehalfOf.because(
            "Application is not allowed to make application on-behalf-of calls: the assertion is about no user.",
        )),
        false => Ok(()),
    }
}

/// Whom the assertion is about, and the tenant it was issued in.
fn person<'a>(request: &TokenRequest<'a>, claims: &Claims) -> Result<(Account<'a>, Authority), Refusal> {
    let directory = request.desk.directory;
    let invalid = || Code::AssertionInvalid.because("The assertion is about nobody in this directory.");
    let tenant =
        text(claims, "tid").and_then(TenantId::parse).and_then(|id| directory.tenant_by_id(id)).ok_or_else(invalid)?;
    let object = text(claims, "oid").and_then(ObjectId::parse).ok_or_else(invalid)?;
    if let Some(asked) = request.tenant()
        && asked != tenant
    {
        return Err(Code::AssertionInvalid.because("The assertion was issued in another tenant."));
    }
    // Whoever acts for a partner here keeps the object of their home; whether they still may is decided with all else.
    let agent = || directory.account_by_id(object);
    let account = entra_account(directory, tenant, object).or_else(agent).ok_or_else(invalid)?;
    let place = match request.authority {
        // Nobody with a work account is let in there.
        Authority::Consumers => Authority::Consumers,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Provider(_) => {
            Authority::Tenant(tenant.handle().to_owned())
        }
    };
    Ok((account, place))
}

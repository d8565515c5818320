//! Whom does a request to sign out mean, and whose address does it return to?

use super::{Logout, Meant, may_return, return_address};
use crate::directory::tenant::{Family, Tenant};
use crate::directory::{Application, Directory};
use crate::id::{ClientId, ObjectId, TenantId, Upn};
use crate::keys::Owner;
use crate::oauth::desk::Desk;
use crate::signin::session::{Session, SignedIn};
use crate::signin::state::Authority;
use crate::signin::tenant_access::app_serves;
use crate::token::bearer::{signed, text};
use crate::token::claims::read_login_hint;
use crate::token::issuer::{issuer_generic, issuer_v1, issuer_v2};
use crate::token::jwt::Claims;

/// An id token of ours, expired or not, and who issued it.
pub struct Hint<'d> {
    claims: Claims,
    tenant: Tenant<'d>,
}

/// Whose rules a sign-out follows.
pub fn family(authority: &Authority) -> Family {
    match authority {
        Authority::Provider(_) => Family::Generic,
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => Family::Entra,
    }
}

/// Reads `id_token_hint`. A token of another issuer says nothing here.
pub fn read<'d>(desk: &Desk<'d>, authority: &Authority, token: &str) -> Option<Hint<'d>> {
    let (claims, tenant) = match authority {
        Authority::Provider(handle) => {
            (signed(desk.keys, Owner::Provider(handle), token).ok()?, desk.directory.provider(handle)?)
        }
        Authority::Tenant(_) | Authority::Common | Authority::Organizations | Authority::Consumers => {
            let claims = signed(desk.keys, Owner::Entra, token).ok()?;
            let id = TenantId::parse(text(&claims, "tid")?)?;
            (claims, desk.directory.tenant_by_id(id)?)
        }
    };
    let issuer = text(&claims, "iss")?;
    let ours = match tenant {
        Tenant::Entra { .. } => issuer == issuer_v1(tenant) || issuer == issuer_v2(desk.origin, tenant),
        Tenant::Provider { .. } => issuer == issuer_generic(desk.origin, tenant.handle()),
    };
    ours.then_some(Hint { claims, tenant })
}

/// Was the id token issued to the application that is named beside it? One that was not says nothing (RP-Initiated Logout
/// 1.0, 2).
///
/// Differs at Entra: it looks at the token alone.
pub fn fits(hint: &Hint<'_>, client_id: Option<&str>) -> bool {
    let audience = text(&hint.claims, "aud");
    hint.tenant.family() == Family::Entra || client_id.is_none_or(|client| audience == Some(client))
}

/// The account that an id token is about, whether it is signed in or not.
pub fn account(desk: &Desk<'_>, authority: &Authority, token: &str) -> Option<Upn> {
    let hint = read(desk, authority, token)?;
    let object = ObjectId::parse(text(&hint.claims, "oid").or(text(&hint.claims, "sub"))?)?;
    match hint.tenant {
        Tenant::Provider { facts, .. } => {
            facts.users.iter().find(|(_, user)| user.id == object).map(|(upn, _)| upn.clone())
        }
        Tenant::Entra { facts, .. } => {
            let guest = facts.guests.iter().find(|(_, guest)| guest.id == object).map(|(upn, _)| upn.clone());
            guest.or_else(|| desk.directory.account_by_id(object).map(|account| account.upn.clone()))
        }
    }
}

/// Whom the hints mean; an id token counts for more than a name.
pub fn meant(directory: &Directory, session: &Session, hint: Option<&Hint<'_>>, name: Option<&str>) -> Meant {
    if let Some(hint) = hint {
        return match named_by(directory, session, hint) {
            Some(account) => Meant::SignedIn { upn: account.upn.clone(), proved: true },
            None => Meant::SomebodyElse,
        };
    }
    let Some(upn) = name.map(|name| Upn::new(&read_login_hint(name))) else { return Meant::Unsaid };
    match session.accounts.iter().any(|account| account.upn == upn) {
        true => Meant::SignedIn { upn, proved: false },
        false if directory.account(&upn).is_some() => Meant::SomebodyElse,
        // A name that is nobody's says nothing.
        false => Meant::Unsaid,
    }
}

/// The signed-in account that an id token is about: by the session's name, or by the account's object.
fn named_by<'s>(directory: &Directory, session: &'s Session, hint: &Hint<'_>) -> Option<&'s SignedIn> {
    let sid = text(&hint.claims, "sid");
    let by_sid = sid.and_then(|sid| session.accounts.iter().find(|account| account.sid == sid));
    // A provider's token of an earlier session proves nothing about this one (RP-Initiated Logout 1.0, 2).
    if by_sid.is_some() || (sid.is_some() && hint.tenant.family() == Family::Generic) {
        return by_sid;
    }
    let object = ObjectId::parse(text(&hint.claims, "oid").or(text(&hint.claims, "sub"))?)?;
    session.accounts.iter().find(|account| {
        let guest = directory.guest(hint.tenant, &account.upn).map(|guest| guest.id);
        let known = account.whose().find(directory);
        guest == Some(object) || known.is_some_and(|known| known.user.id == object)
    })
}

/// The applications that Entra serves at an authority: at a shared one all of its tenants'.
fn served<'d>(directory: &'d Directory, authority: &Authority) -> impl Iterator<Item = Application<'d>> {
    let tenant = authority.tenant(directory);
    let entra = family(authority) == Family::Entra;
    let all = directory.world().apps.keys().filter_map(|handle| directory.app_by_handle(handle));
    all.filter(move |app| {
        let home = directory.tenant_by_handle(&app.home);
        entra && home.is_some() && tenant.is_none_or(|tenant| app_serves(*app, tenant).is_ok())
    })
}

/// The address to return to and the name of the application it belongs to, when that application is concerned:
/// the id token's, the one that is named, or at Entra one that the session was used for, and where no application is
/// told, any that is served there.
pub fn back(
    directory: &Directory,
    authority: &Authority,
    session: &Session,
    hint: Option<&Hint<'_>>,
    request: &Logout,
) -> Option<(String, String)> {
    let requested = request.return_to.as_deref()?;
    let place = hint.map(|hint| hint.tenant).or(authority.tenant(directory));
    let find = |id: &str| match place {
        Some(tenant) => directory.app(tenant, &ClientId::new(id)),
        None => directory.entra_app(&ClientId::new(id)),
    };
    let audience = hint.and_then(|hint| text(&hint.claims, "aud"));
    let named = request.client_id.as_deref();
    // Two applications in one request contradict each other (RP-Initiated Logout 1.0, 2).
    if let (Some(audience), Some(named)) = (audience, named)
        && ClientId::new(audience) != ClientId::new(named)
    {
        return None;
    }
    let used = session.accounts.iter().filter(|_| family(authority) == Family::Entra).flat_map(|account| &account.apps);
    let used = used.filter_map(|handle| directory.app_by_handle(handle));
    // A session may be over before its applications hear of it; then nothing tells whose address this is.
    let untold = request.id_token_hint.is_none() && named.is_none();
    let any = untold.then(|| served(directory, authority)).into_iter().flatten();
    let mut concerned = audience.or(named).and_then(find).into_iter().chain(used).chain(any);
    let app: Application<'_> = concerned.find(|app| may_return(app, requested))?;
    Some((return_address(requested, request.state.as_deref()), app.title().to_owned()))
}

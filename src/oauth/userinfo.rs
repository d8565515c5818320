//! Who is the bearer of this access token about? OpenID Connect Core, 5.3; RFC 6750.
//!
//! Entra's addresses take tokens for Microsoft Graph, which are of the older shape; a provider takes its own.

use super::scope::GRAPH;
use crate::directory::delegation::delegation;
use crate::directory::tenant::{Family, Tenant};
use crate::directory::user::User;
use crate::directory::{Account, Application, Directory};
use crate::http::origin::Origin;
use crate::id::{ClientId, ObjectId};
use crate::keys::{KeyError, KeyRing, Owner};
use crate::signin::factors::Amr;
use crate::time::{Span, Timestamp};
use crate::token::bearer::{self, AccessToken, NotGood, NotTaken, Shapes, Takes, text};
use crate::token::claim_set::ClaimSet;
use crate::token::claims::{self, Person, generic};
use crate::token::issuer::issuer_generic;
use crate::token::jwt::{self, Claims};

/// The handle of Azure AD Graph among the platform's applications.
pub const AAD_GRAPH: &str = "aad-graph";

/// Why the bearer is told nothing (RFC 6750, 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BearerError {
    /// There is no token.
    Missing,
    /// The request carries it in a way that is not allowed.
    Malformed(&'static str),
    /// The token is not good here.
    Invalid(&'static str),
    /// The token does not reach this far: it lacks a scope.
    Scope(&'static str),
    /// We broke: there is no key to check it with.
    Broken(KeyError),
}

impl From<NotTaken> for BearerError {
    fn from(why: NotTaken) -> Self {
        match why {
            NotTaken::NotGood(why) => BearerError::Invalid(why.text()),
            NotTaken::Broken(error) => BearerError::Broken(error),
        }
    }
}

/// An access token that is ours and still good.
#[derive(Clone, Debug)]
pub struct Bearer<'d> {
    /// What it says.
    pub claims: Claims,
    /// Who issued it.
    pub tenant: Tenant<'d>,
    /// To which application.
    pub app: Application<'d>,
    /// About whom.
    pub account: Account<'d>,
    /// Their object in the issuing tenant.
    pub object: ObjectId,
}

/// Reads an access token about a person for Microsoft Graph or its predecessor.
pub fn entra<'d>(
    directory: &'d Directory,
    keys: &KeyRing,
    token: &str,
    now: Timestamp,
) -> Result<Bearer<'d>, BearerError> {
    let takes = Takes { resources: &[GRAPH, AAD_GRAPH], shapes: Shapes::V1 };
    let AccessToken { claims, tenant, app, .. } = bearer::read(directory, keys, token, now, takes)?;
    let object = text(&claims, "oid").and_then(ObjectId::parse);
    let account = object.and_then(|object| {
        let agent = || directory.account_by_id(object).filter(|one| delegation(directory, one, tenant, now).is_ok());
        entra_account(directory, tenant, object).or_else(agent)
    });
    match (object, account.filter(|account| account.user.enabled)) {
        (Some(object), Some(account)) => Ok(Bearer { claims, tenant, app, account, object }),
        _ => Err(BearerError::Invalid("The token is not about a person who is still here.")),
    }
}

/// An account by its object in a tenant: its own, or a guest's.
pub fn entra_account<'d>(directory: &'d Directory, tenant: Tenant<'d>, object: ObjectId) -> Option<Account<'d>> {
    let member = directory.account_by_id(object).filter(|account| account.home == tenant);
    let Tenant::Entra { facts, .. } = tenant else { return member };
    member.or_else(|| {
        let (upn, _) = facts.guests.iter().find(|(_, guest)| guest.id == object)?;
        directory.account(upn)
    })
}

/// Reads an access token of a provider.
pub fn provider<'d>(
    directory: &'d Directory,
    keys: &KeyRing,
    origin: &Origin,
    provider: Tenant<'d>,
    token: &str,
    now: Timestamp,
) -> Result<Bearer<'d>, BearerError> {
    let claims = provider_token(keys, origin, provider, token, now)?;
    // Also a token that an application got for itself is a good one, and reaches nobody.
    if !text(&claims, "scope").unwrap_or_default().split_ascii_whitespace().any(|scope| scope == "openid") {
        return Err(BearerError::Scope("openid"));
    }
    match holder(directory, provider, &claims) {
        Some(Holder { app, account: Some(account) }) => {
            Ok(Bearer { claims, tenant: provider, app, account, object: account.user.id })
        }
        Some(Holder { account: None, .. }) | None => {
            Err(BearerError::Invalid("The token is not about a person who is still here."))
        }
    }
}

/// Who holds a provider's access token, and whom it is about.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'d> {
    /// The application it was issued to.
    pub app: Application<'d>,
    /// The person; nobody where an application got it for itself.
    pub account: Option<Account<'d>>,
}

/// Who holds a token of this provider, as long as both are still here.
pub fn holder<'d>(directory: &'d Directory, provider: Tenant<'d>, claims: &Claims) -> Option<Holder<'d>> {
    let Tenant::Provider { facts, .. } = provider else { return None };
    let (client, sub) = (text(claims, "client_id")?, text(claims, "sub")?);
    let app = directory.app(provider, &ClientId::new(client))?;
    if sub == client {
        return Some(Holder { app, account: None });
    }
    // The world may call somebody otherwise in tokens.
    let called = |user: &User| match user.claims.get("sub") {
        Some(own) => own.as_str() == Some(sub),
        None => ObjectId::parse(sub) == Some(user.id),
    };
    let (upn, user) = facts.users.iter().find(|(_, user)| called(user) && user.enabled)?;
    Some(Holder { app, account: Some(Account { upn, user, home: provider }) })
}

/// The claims of a provider's own access token (RFC 9068), while it is good.
pub fn provider_token(
    keys: &KeyRing,
    origin: &Origin,
    provider: Tenant<'_>,
    token: &str,
    now: Timestamp,
) -> Result<Claims, BearerError> {
    let head = jwt::decode_unverified(token).map_err(|why| NotTaken::from(NotGood::from(why)))?;
    // An id token is signed with the same key; its header tells it apart.
    if head.header("typ") != Some("at+jwt") {
        return Err(BearerError::Invalid("The token is not an access token of a provider."));
    }
    let claims = bearer::signed(keys, Owner::from(provider), token)?;
    if text(&claims, "iss") != Some(&issuer_generic(origin, provider.handle())) {
        return Err(BearerError::Invalid("The token was issued by another provider, or under another address."));
    }
    bearer::within_its_time(&claims, now, Span::default()).map_err(NotTaken::from)?;
    Ok(claims)
}

impl Bearer<'_> {
    /// Does the token carry this scope?
    pub fn has(&self, scope: &str) -> bool {
        let scopes = text(&self.claims, "scp").or(text(&self.claims, "scope")).unwrap_or_default();
        scopes.split_ascii_whitespace().any(|known| known == scope)
    }

    /// What the bearer is told: `sub` is the one of this application's id tokens.
    pub fn userinfo(&self, origin: &Origin) -> Result<ClaimSet, BearerError> {
        if !self.has("openid") {
            return Err(BearerError::Scope("openid"));
        }
        let mut info = ClaimSet::default();
        let sub = match self.tenant.family() {
            Family::Entra => claims::pairwise(self.tenant, &self.app.client_id, self.object),
            Family::Generic => self.object.to_string(),
        };
        info.insert("sub".into(), sub.into());
        match self.tenant.family() {
            Family::Entra => self.put_entra(&mut info, origin),
            Family::Generic => self.put_generic(&mut info),
        }
        self.put_own(&mut info);
        Ok(info)
    }

    fn put_generic(&self, info: &mut ClaimSet) {
        let amr = Amr::default();
        let person = Person::known(self.account, self.object, &amr);
        let asked: Vec<&str> = match self.claims.get(generic::TOLD) {
            Some(serde_json::Value::Array(names)) => names.iter().filter_map(|name| name.as_str()).collect(),
            Some(_) | None => Vec::new(),
        };
        generic::put_told(info, &person, |name, scope| self.has(scope) || asked.contains(&name));
    }

    /// The real one vouches for no address, and has none of somebody without a mailbox.
    fn put_entra(&self, info: &mut ClaimSet, origin: &Origin) {
        let user = self.account.user;
        let name_there = || (self.account.home != self.tenant).then(|| self.account.upn.to_string());
        let known = [
            ("name", "profile", Some(self.account.title())),
            ("given_name", "profile", user.given_name.clone()),
            ("family_name", "profile", user.family_name.clone()),
            ("picture", "profile", Some(origin.url("/graph/v1.0/me/photo/$value"))),
            ("email", "email", user.mail.clone().or_else(name_there)),
        ];
        for (name, scope, value) in known {
            if let Some(value) = value.filter(|_| self.has(scope)) {
                info.insert(name.into(), value.into());
            }
        }
    }

    /// What the older address tells: what the token says about the person.
    pub fn userinfo_v1(&self) -> ClaimSet {
        const TOLD: [&str; 11] =
            ["amr", "email", "family_name", "given_name", "idp", "ipaddr", "name", "oid", "tid", "unique_name", "upn"];
        let mut info = ClaimSet::default();
        info.insert("sub".into(), claims::pairwise(self.tenant, &self.app.client_id, self.object).into());
        for name in TOLD {
            if let Some(value) = self.claims.get(name) {
                info.insert(name.into(), value.clone());
            }
        }
        self.put_own(&mut info);
        info
    }

    /// What the world adds to every token about this person is told here too.
    fn put_own(&self, info: &mut ClaimSet) {
        for (name, value) in &self.account.user.claims {
            info.insert(name.clone().into(), value.clone());
        }
    }
}

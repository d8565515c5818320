//! How are an access token and an id token made, once everything they are made from is at hand?

use serde_json::Value;

use super::access::{AccessOf, access_of};
use super::{Form, Order, saml};
use crate::directory::Application;
use crate::directory::app::TokenVersion;
use crate::directory::tenant::{Family, Tenant};
use crate::federation::{relay, say};
use crate::keys::SigningKey;
use crate::oauth::claims_parameter;
use crate::oauth::desk::{Denied, Desk};
use crate::oauth::dialect::TokenSet;
use crate::oauth::grant::{Grant, Parties};
use crate::time::Span;
use crate::token::claims::entra::{self, IdToken};
use crate::token::claims::groups::Carried;
use crate::token::claims::{Issue, Person, generic};
use crate::token::jwt::{self, Typ};

/// Everything a token is made from, held ready.
pub(super) struct Press<'a> {
    pub desk: &'a Desk<'a>,
    pub grant: &'a Grant,
    pub parties: &'a Parties<'a>,
    pub order: &'a Order<'a>,
    pub key: &'a SigningKey,
    pub issue: Issue<'a>,
    pub person: Person<'a>,
    pub claims: Option<&'a Value>,
}

impl Press<'_> {
    /// Adds an access token, and what the answer says of it.
    pub fn access_token(&self, set: &mut TokenSet) -> Result<(), Denied> {
        let lives = match self.parties.tenant.family() {
            Family::Entra => self.entra_access_token(set)?,
            Family::Generic => self.generic_access_token(set)?,
        };
        set.expires_in = lives.whole_seconds();
        set.not_before = self.desk.now.seconds();
        set.expires_on = self.desk.now.plus(lives).seconds();
        Ok(())
    }

    fn entra_access_token(&self, set: &mut TokenSet) -> Result<Span, Denied> {
        let access = access_of(self.desk, self.grant, self.parties, self.order.dialect)?;
        let lifetime = self.access_lifetime(&access.resource);
        set.access_token = match self.order.form {
            Form::Jwt => self.entra_jwt(&access, lifetime)?,
            Form::Saml(version) => {
                set.issued_token_type = Some(saml::token_type(version));
                saml::token(self, &access, version)?
            }
        };
        set.scope = Some(access.answer(self.order.dialect, self.grant)).filter(|scope| !scope.is_empty());
        set.resource = access.audience;
        Ok(lifetime)
    }

    fn entra_jwt(&self, access: &AccessOf<'_>, lifetime: Span) -> Result<String, Denied> {
        let body = entra::access(
            &Issue { lifetime, ..self.issue },
            &self.person,
            &entra::Access {
                resource: access.resource,
                audience: &access.audience,
                scopes: &access.scopes,
                profile: self.grant.requested.has("profile"),
                claims: self.claims,
                carried: Carried::new(self.order.in_address),
            },
        );
        let typ = match access.resource.token_version {
            TokenVersion::V1 => Typ::JwtWithX5t,
            TokenVersion::V2 => Typ::Jwt,
        };
        Ok(jwt::sign(self.key, typ, &body)?)
    }

    fn generic_access_token(&self, set: &mut TokenSet) -> Result<Span, Denied> {
        let lifetime = self.access_lifetime(&self.parties.app);
        let audience = self.parties.app.client_id.to_string();
        let scopes = &self.grant.requested.oidc;
        let issue = Issue { lifetime, ..self.issue };
        let told = claims_parameter::named(self.claims, "userinfo").collect();
        let access = generic::Access { audience: &audience, scopes, grant: &self.grant.id, told };
        let body = generic::access(&issue, &self.person, &access);
        set.access_token = jwt::sign(self.key, Typ::AtJwt, &body)?;
        set.scope = Some(scopes.join(" "));
        set.resource = audience;
        Ok(lifetime)
    }

    fn access_lifetime(&self, resource: &Application<'_>) -> Span {
        resource.token_lifetime.unwrap_or(self.parties.tenant.lifetimes().access)
    }

    /// An id token.
    pub fn id_token(&self, set: &TokenSet) -> Result<String, Denied> {
        let order = self.order;
        let hashed = order.tokens.access && (order.in_address || !order.dialect.is_entra());
        let (c_hash, at_hash) = (order.code.map(jwt::half_hash), hashed.then(|| jwt::half_hash(&set.access_token)));
        let has_mfa = self.person.amr.words().iter().any(|word| word == "mfa");
        let id = IdToken {
            // What is not said to have been done is not said to be enough either.
            acr: self.grant.acr.as_deref().filter(|_| has_mfa),
            nonce: self.grant.nonce.as_deref(),
            email: self.grant.requested.has("email"),
            profile: self.grant.requested.has("profile"),
            auth_time: self.grant.wants_auth_time,
            c_hash: c_hash.as_deref(),
            at_hash: at_hash.as_deref(),
            claims: self.claims,
            in_address: order.in_address,
        };
        let lifetime = self.parties.app.token_lifetime.unwrap_or(self.parties.tenant.lifetimes().id);
        let (typ, mut body) = order.dialect.id_token(&Issue { lifetime, ..self.issue }, &self.person, &id);
        match self.parties.tenant {
            Tenant::Entra { .. } => Ok(jwt::sign(self.key, typ, &body)?),
            // A provider may be set up to answer wrongly.
            Tenant::Provider { handle, facts } => {
                relay::bend(facts.answer, &mut body, self.desk.now);
                let key =
                    say::key(self.desk.keys, handle, facts.answer).map_err(|not| Denied::Broken(not.to_string()))?;
                Ok(jwt::sign(&key, typ, &body)?)
            }
        }
    }
}

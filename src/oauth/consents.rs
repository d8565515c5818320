//! Writing down what was agreed to, and saying what would be.

use std::sync::Arc;

use super::scope::OIDC;
use crate::directory::Directory;
use crate::directory::consent::Consent;
use crate::http::context::Context;
use crate::journal::{Entry, Kind};
use crate::signin::pages;
use crate::signin::state::{Authenticated, ConsentAnswer, Permission};
use crate::store::{StoreError, Thought};

/// Writes down a consent.
pub async fn record(
    cx: &Context,
    done: &Authenticated,
    app: &str,
    answer: ConsentAnswer,
    permissions: &[Permission],
) -> Result<(), StoreError> {
    let think = async |directory: Arc<Directory>| {
        let tenant = directory.at(&done.tenant).map_or_else(String::new, |tenant| tenant.handle().to_owned());
        let changed = directory.changed(|world| {
            for one in permissions {
                world.agree(Consent {
                    tenant: tenant.clone(),
                    app: app.to_owned(),
                    user: matches!(answer, ConsentAnswer::ForMe).then(|| done.upn.clone()),
                    resource: one.resource.clone(),
                    scopes: vec![one.scope.clone()],
                });
            }
        });
        let changed = changed.map_err(|_| StoreError("a consent made the world invalid".into()))?;
        Ok::<_, StoreError>(Thought::Become(Box::new(changed), ()))
    };
    cx.store().change(think).await?;
    let words: Vec<&str> = permissions.iter().map(|one| one.scope.as_str()).collect();
    let summary = format!("{} consented to {} for {app}", done.upn, words.join(" "));
    cx.journal(Entry::new(cx.now, Kind::Decision, summary)).await
}

/// A permission as the consent page shows it.
pub fn describe(directory: &Directory, one: &Permission) -> pages::Permission {
    let Some(handle) = &one.resource else { return own(&one.scope) };
    let resource = directory.app_by_handle(handle);
    let scope = resource.and_then(|resource| resource.facts().scopes.get(&one.scope));
    let title = scope.map(|scope| scope.title.clone()).filter(|title| !title.is_empty());
    pages::Permission {
        scope: match resource.and_then(|resource| resource.identifier_uri()) {
            Some(uri) if handle != super::scope::GRAPH => format!("{}/{}", uri.trim_end_matches('/'), one.scope),
            Some(_) | None => one.scope.clone(),
        },
        title: title.unwrap_or_else(|| one.scope.clone()),
        description: scope.map(|scope| scope.description.clone()).unwrap_or_default(),
        resource: resource.map_or_else(|| handle.clone(), |resource| resource.title().to_owned()),
    }
}

fn own(scope: &str) -> pages::Permission {
    let (title, description) = match scope {
        "openid" => ("Sign you in", "The application learns who you are."),
        "profile" => ("See your name", "Your display name and user name."),
        "email" => ("See your mail address", "The primary address of your account."),
        "offline_access" => ("Keep the access you give it", "Also when you are not using the application."),
        _ => (scope, ""),
    };
    let resource = if OIDC.contains(&scope) { "OpenID Connect" } else { "This provider" };
    pages::Permission {
        scope: scope.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        resource: resource.to_owned(),
    }
}

//! What does an account see of its own methods, and what can it change?

use super::factors::Factor;
use super::input::METHODS;
use super::mfa::code;
use super::mfa::offered::registered;
use crate::directory::Account;
use crate::directory::policy::MethodKind;
use crate::directory::user::Methods;
use crate::signin::pages::RegisteredMethod;

/// The methods on file, in the order in which they are offered.
pub fn rows(account: &Account<'_>) -> Vec<RegisteredMethod> {
    let methods = &account.user.methods;
    let default = registered(account).first().copied();
    let mut rows = Vec::new();
    for kind in methods.kinds() {
        let Some(factor) = Factor::of(kind) else { continue };
        let word = METHODS.iter().find(|(known, _)| *known == factor).map_or("", |(_, word)| *word);
        let row = |id: String, detail: String| RegisteredMethod {
            word,
            id,
            title: title(kind).to_owned(),
            detail,
            is_default: default == Some(kind),
        };
        match kind {
            MethodKind::Passkey => {
                rows.extend(methods.passkeys.keys().map(|name| row(format!("passkey:{name}"), name.clone())));
            }
            MethodKind::Sms => rows.push(row("sms".into(), masked(methods.sms.as_deref()))),
            MethodKind::Call => rows.push(row("call".into(), masked(methods.call.as_deref()))),
            MethodKind::Push => rows.push(row("push".into(), String::new())),
            MethodKind::Totp => rows.push(row("totp".into(), String::new())),
            MethodKind::AppPassword => {}
        }
    }
    rows
}

fn masked(number: Option<&str>) -> String {
    number.map(code::masked).unwrap_or_default()
}

fn title(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Push => "Authenticator app",
        MethodKind::Totp => "Code app",
        MethodKind::Sms => "Phone, text message",
        MethodKind::Call => "Phone, call",
        MethodKind::Passkey => "Passkey",
        MethodKind::AppPassword => "App password",
    }
}

/// Which kind of method an id on the page means, if the account has it.
pub fn kind(methods: &Methods, id: &str) -> Option<MethodKind> {
    let kind = match id.split_once(':') {
        Some(("passkey", name)) => methods.passkeys.contains_key(name).then_some(MethodKind::Passkey),
        Some(_) => None,
        None => MethodKind::FACTORS.into_iter().find(|kind| *kind != MethodKind::Passkey && word(*kind) == id),
    };
    kind.filter(|kind| methods.has(*kind))
}

fn word(kind: MethodKind) -> &'static str {
    match kind {
        MethodKind::Push => "push",
        MethodKind::Totp => "totp",
        MethodKind::Sms => "sms",
        MethodKind::Call => "call",
        MethodKind::Passkey | MethodKind::AppPassword => "",
    }
}

/// Takes a method off the file, if there is one of this id.
pub fn remove(methods: &mut Methods, id: &str) {
    let Some(gone) = kind(methods, id) else { return };
    match gone {
        MethodKind::Push => methods.push = false,
        MethodKind::Totp => methods.totp = None,
        MethodKind::Sms => methods.sms = None,
        MethodKind::Call => methods.call = None,
        MethodKind::Passkey => {
            if let Some((_, name)) = id.split_once(':') {
                methods.passkeys.remove(name);
            }
        }
        MethodKind::AppPassword => {}
    }
    if !methods.has(gone) && methods.default == Some(gone) {
        methods.default = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::user::{Passkey, Secret};

    #[test]
    fn what_is_removed_is_gone_and_nothing_else() {
        let mut methods = Methods {
            push: true,
            totp: Some(Secret::new("MIAMIAMIAMIAMIAM")),
            sms: Some("+1 555 0103".into()),
            call: Some("+1 555 0103".into()),
            default: Some(MethodKind::Totp),
            ..Methods::default()
        };
        methods.passkeys.insert("passkey-1".into(), Passkey::default());
        for nothing in ["", "passkey", "passkey:other", "telepathy", "totp:x"] {
            assert_eq!(kind(&methods, nothing), None, "{nothing}");
            remove(&mut methods, nothing);
        }
        assert_eq!(methods.kinds().count(), 5);
        for (id, left) in [("totp", 4), ("passkey:passkey-1", 3), ("sms", 2), ("call", 1), ("push", 0)] {
            remove(&mut methods, id);
            assert_eq!(methods.kinds().count(), left, "{id}");
        }
        assert_eq!(methods.default, None);
    }
}

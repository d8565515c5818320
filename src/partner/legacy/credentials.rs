//! Is this the password of the account, wherever it is kept, or an app password of it?

use crate::directory::domain::{Federation, Realm};
use crate::directory::tenant::Tenant;
use crate::directory::user::User;
use crate::directory::{Account, AccountRef, Directory};
use crate::federation::relay;
use crate::id::Upn;
use crate::journal::Because;
use crate::refusal::{Code, Refusal};
use crate::signin::guesses::Guessed;
use crate::signin::lock::locked_until;
use crate::signin::{app_password, password};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

/// The longest password anybody can have.
const LONGEST: usize = 1024;

/// What was shown and found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The account's password.
    Password,
    /// Its password at the provider that signs its domain in.
    AtProvider {
        /// The domain.
        domain: String,
        /// The provider, by handle.
        provider: String,
    },
    /// One of its app passwords.
    AppPassword {
        /// What its owner calls it.
        name: String,
    },
}

impl Shown {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Shown::Password | Shown::AtProvider { .. } => "password",
            Shown::AppPassword { .. } => "app_password",
        }
    }

    /// What was found, in words.
    pub fn because(&self) -> Because {
        match self {
            Shown::Password => {
                Because::new("R-60", "the account's own password was handed over, and nothing more can be")
            }
            Shown::AtProvider { domain, .. } => {
                Because::new("R-10", format!("the provider of {domain} was asked, and took the password"))
            }
            Shown::AppPassword { name } if name.is_empty() => Because::new("R-61", "an app password was handed over"),
            Shown::AppPassword { name } => Because::new("R-61", format!("the app password '{name}' was handed over")),
        }
    }
}

/// Verifies a name and a password, and keeps count of wrong ones as every other protocol does.
pub async fn verify<'d>(
    store: &dyn Store,
    directory: &'d Directory,
    upn: &Upn,
    candidate: &str,
    now: Timestamp,
) -> Result<Result<(Account<'d>, Shown), Refusal>, StoreError> {
    if upn.as_str().is_empty() || upn.as_str().len() > Upn::LONGEST || candidate.len() > LONGEST {
        return Ok(Err(wrong()));
    }
    let home = directory.tenant_by_domain(upn.domain()).map_or_else(String::new, |home| home.place());
    let guessed = Guessed::password(AccountRef { home: &home, upn });
    let attempt = guessed.attempt(store, now).await?;
    let verdict = judge(directory, upn, candidate, attempt.before(), now);
    match &verdict {
        Err(refusal) if matches!(refusal.code, Code::WrongPassword | Code::Locked) => {}
        Ok(_) | Err(_) => guessed.forget(store).await?,
    }
    Ok(verdict)
}

/// The same, given the wrong guesses so far.
pub fn judge<'d>(
    directory: &'d Directory,
    upn: &Upn,
    candidate: &str,
    failures: &[Timestamp],
    now: Timestamp,
) -> Result<(Account<'d>, Shown), Refusal> {
    let account = directory.account(upn);
    let app_password = account.and_then(|account| app_password::matching(account.user, candidate));
    if let (Some(account), Some((_, found))) = (account, app_password)
        && locked_until(failures, now).is_none()
    {
        // From here on, whoever asks has shown that they know it.
        return match app_password::may_use(&account) {
            // What blocks every such client is the reason, not what this one has shown.
            Err(_) if account.user.enabled && has_defaults(account.home) => {
                Ok((account, Shown::AppPassword { name: found.name.clone() }))
            }
            Err(cannot) => Err(wrong().because("R-61", cannot.text())),
            Ok(()) if !account.user.enabled => Err(Code::AccountDisabled.because("The account is disabled.")),
            Ok(()) => Ok((account, Shown::AppPassword { name: found.name.clone() })),
        };
    }
    match account.map(|account| (account, directory.realm(account.home, upn.domain()))) {
        Some((account, Realm::Federated(trust))) => at_provider(directory, account, trust, candidate, failures, now),
        Some((account, Realm::Managed)) => {
            password::verify(Some(account), candidate, failures, now).map(|()| (account, Shown::Password))
        }
        None => Err(password::verify(None, candidate, failures, now).err().unwrap_or_else(wrong)),
    }
}

/// Do security defaults block every client that knows no second factor? The decision that follows says so.
fn has_defaults(home: Tenant<'_>) -> bool {
    match home {
        Tenant::Entra { facts, .. } => facts.security_defaults,
        Tenant::Provider { .. } => false,
    }
}

/// A legacy protocol asks the provider on behalf of its client, as WS-Trust does; the password is only known there.
fn at_provider<'d>(
    directory: &'d Directory,
    account: Account<'d>,
    trust: &Federation,
    candidate: &str,
    failures: &[Timestamp],
    now: Timestamp,
) -> Result<(Account<'d>, Shown), Refusal> {
    let domain = account.upn.domain();
    let provider = trust.provider.as_deref().and_then(|handle| directory.provider(handle));
    let Some(provider @ Tenant::Provider { handle, facts }) = provider else {
        // Differs: a provider outside this world is asked by browsers only.
        return Err(Code::FederatedAnswerInvalid
            .because(format!("The provider of {domain} is outside this world and cannot be asked by this protocol.")));
    };
    if let Some(fault) = relay::fault(facts.answer) {
        let text = format!("The provider of {domain} gave no answer that can be trusted.");
        return Err(Refusal { because: vec![fault], ..Code::FederatedAnswerInvalid.because(text) });
    }
    let there = directory.account_at(provider, account.upn);
    password::verify(there, candidate, failures, now)?;
    // The id that both sides keep is what matches accounts; the name was only typed.
    if there.is_none_or(|there| !is_one_person(there.user, account.user)) {
        return Err(Code::AccountNotFederated
            .because(format!("The provider of {domain} knows this name, and names another account by it.")));
    }
    Ok((account, Shown::AtProvider { domain: domain.to_owned(), provider: handle.to_owned() }))
}

fn is_one_person(there: &User, here: &User) -> bool {
    !here.immutable_id.is_empty() && there.immutable_id == here.immutable_id
}

fn wrong() -> Refusal {
    Code::WrongPassword.because("The user name or the password is wrong.")
}

//! Was the custom control passed that a policy demands? It is no second factor, and no token says that it was.
//!
//! "Custom controls (preview)" of Microsoft's conditional access: the browser goes to another provider and has to come
//! back with its word.

use std::borrow::Cow;

use super::Case;
use super::question::ControlQuestion;
use super::required::{Required, Requirement, Want};
use crate::journal::Because;
use crate::refusal::Code;
use crate::signin::factors::Factor;
use crate::signin::state::Step;
use crate::signin::tenant_access::Standing;
use crate::time::Timestamp;

impl Case<'_, '_> {
    /// When a control of the tenant signed in to was passed, if it was.
    pub(super) fn passed(&self, control: &str) -> Option<Timestamp> {
        let tenant = self.access.tenant.handle();
        let found = self.factors.passed.iter().filter(|one| one.tenant == tenant && one.control == control);
        found.map(|one| one.at).max()
    }

    /// The factors that a demand asks for. Where a control would do as well and there is no such factor yet, it is the
    /// control that is asked for: nobody has to register what another provider can spare them.
    pub(super) fn asked_by<'w>(&self, want: &'w Want) -> Option<Cow<'w, [Factor]>> {
        let with = want.factors()?;
        let has = || self.askable().iter().any(|factor| with.contains(factor));
        (control_in(want).is_none() || has()).then_some(with)
    }

    pub(super) fn controls(&self, required: &Required, because: &mut Vec<Because>) -> Result<(), Step> {
        let unmet = required.all.iter().filter(|one| !self.is_met(one));
        match unmet.filter_map(|one| Some((control_in(&one.want)?, one))).next() {
            Some((control, demand)) => Err(self.ask_control(control, demand, because)),
            None => Ok(()),
        }
    }

    /// Sends the browser to the control's provider.
    pub(super) fn ask_control(&self, control: &str, demand: &Requirement, because: &mut Vec<Because>) -> Step {
        if let Standing::DelegatedAdmin(_) = self.access.standing {
            return Step::Refuse(Code::ControlNotForPassthrough.because(format!(
                "The custom control {control} is not supported for passthrough users: {} has no account in this tenant.",
                self.account.upn
            )));
        }
        because.push(Because::new("R-05", format!("the custom control {control} has to be passed in this sign-in")));
        because
            .push(Because::new("R-27", "a custom control is no second factor: tokens will not say mfa because of it"));
        Step::PassControl(Box::new(ControlQuestion {
            upn: self.account.upn.clone(),
            home: self.account.home.place(),
            tenant: self.access.tenant.handle().to_owned(),
            object: self.access.object,
            control: control.to_owned(),
            challenge: demand.challenge(),
        }))
    }
}

/// The control that a demand names, if it names one.
fn control_in(want: &Want) -> Option<&str> {
    match want {
        Want::Control(control) => Some(control),
        Want::Any(wants) => wants.iter().find_map(control_in),
        Want::Factor(_) | Want::Registered | Want::Recent | Want::Terms(_) => None,
    }
}

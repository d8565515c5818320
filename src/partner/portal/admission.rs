//! May this page be opened? Second factor first, then role, by the table of each edition.
//!
//! Follows Microsoft's article on the mandate: in its editions of 2019 and 2020 some pages are protected, in that of 2025
//! all are, and the security administrator stands where the global administrator stood.

use super::page::Page;
use crate::directory::role::{Role, Roles};
use crate::directory::world::Edition;
use crate::journal::Because;
use crate::partner::sign_in::records::Evidence;

/// Somebody who opens a page.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Which rules are in force.
    pub edition: Edition,
    /// The page.
    pub page: Page,
    /// The visitor's roles at home.
    pub roles: Roles,
    /// What the visitor has proven.
    pub evidence: Evidence,
    /// What the visitor's tenant is held to.
    pub standing: Standing<'a>,
}

/// What a tenant is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// It is no partner.
    Stranger,
    /// The mandate.
    Held,
    /// The mandate, but missing proof is recorded only.
    Audited,
    /// Less, by the technical exception of this handle.
    Excepted(&'a str),
}

/// What becomes of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The page is shown.
    Shown,
    /// A second factor has to be proven first.
    StepUp,
    /// The tenant is no partner.
    NotAPartner,
    /// The page is not for any of the visitor's roles.
    NoAccess,
}

/// Decides, and says why.
pub fn admission(visit: &Visit<'_>) -> (Admission, Vec<Because>) {
    let mut because = Vec::new();
    let admission = decide(visit, &mut because);
    (admission, because)
}

fn decide(visit: &Visit<'_>, because: &mut Vec<Because>) -> Admission {
    let title = visit.page.title();
    let mut say = |rule: &'static str, text: String| because.push(Because::new(rule, text));
    if visit.standing == Standing::Stranger {
        say("R-30", "Partner Center is for partners, and this tenant is none".into());
        return Admission::NotAPartner;
    }
    match (is_protected(visit.edition, visit.page), visit.evidence, visit.standing) {
        (false, _, _) => say("R-30", format!("{title} is not protected in the edition of {}", year(visit.edition))),
        (true, Evidence::Mfa, _) => say("R-31", format!("{title} needs a second factor, which is proven")),
        (true, Evidence::NoMfa, Standing::Excepted(handle)) => {
            say("R-07", format!("the technical exception {handle} excuses from the second factor that {title} needs"));
        }
        (true, Evidence::NoMfa, Standing::Audited) => {
            say("R-42", format!("{title} needs a second factor; that it is missing is only recorded for this partner"));
        }
        (true, Evidence::NoMfa, Standing::Held | Standing::Stranger) => {
            say("R-31", format!("{title} needs a second factor, and none is proven"));
            return Admission::StepUp;
        }
    }
    match visit.roles.iter().find(|role| reaches(visit.edition, visit.page, *role)) {
        Some(role) => say("R-30", format!("{title} is open to {}s", role.title().to_lowercase())),
        None if is_for_everybody(visit.page) => {}
        None => {
            say("R-32", format!("{title} is open to none of the account's roles"));
            return Admission::NoAccess;
        }
    }
    Admission::Shown
}

/// Does a page need a second factor?
pub fn is_protected(edition: Edition, page: Page) -> bool {
    match (edition, page) {
        (Edition::Y2025, _) => true,
        (_, Page::Customers | Page::Customer(_) | Page::CustomerRequests) => true,
        (Edition::Y2020, Page::Billing) => true,
        (Edition::Y2019, Page::Billing) => false,
        (_, Page::Overview | Page::Health) => false,
        // Whoever asks for an exception may be one whose second factor cannot be told of.
        (_, Page::PartnerRequests | Page::NewRequest) => false,
        (_, Page::Security(_) | Page::SecurityTest) => false,
    }
}

/// May any of these roles open a page, once whatever it needs is proven?
pub fn is_open_to(edition: Edition, page: Page, roles: Roles) -> bool {
    is_for_everybody(page) || roles.iter().any(|role| reaches(edition, page, role))
}

fn is_for_everybody(page: Page) -> bool {
    matches!(page, Page::Overview | Page::Health | Page::SecurityTest)
}

fn reaches(edition: Edition, page: Page, role: Role) -> bool {
    match page {
        Page::Overview | Page::Health | Page::SecurityTest => false,
        Page::Customers | Page::Customer(_) => {
            matches!(role, Role::AdminAgent | Role::SalesAgent | Role::HelpdeskAgent)
        }
        Page::CustomerRequests => matches!(role, Role::AdminAgent | Role::HelpdeskAgent),
        Page::Billing => matches!(role, Role::AdminAgent | Role::BillingAdmin) || role == head(edition),
        // Who may ask for an exception does not change with the edition.
        Page::NewRequest => matches!(role, Role::AdminAgent | Role::GlobalAdmin),
        Page::PartnerRequests | Page::Security(_) => {
            matches!(role, Role::AdminAgent | Role::GlobalAdmin) || role == head(edition)
        }
    }
}

/// Whose column the table has for those who run the tenant.
fn head(edition: Edition) -> Role {
    match edition {
        Edition::Y2019 | Edition::Y2020 => Role::GlobalAdmin,
        Edition::Y2025 => Role::SecurityAdmin,
    }
}

fn year(edition: Edition) -> u16 {
    match edition {
        Edition::Y2019 => 2019,
        Edition::Y2020 => 2020,
        Edition::Y2025 => 2025,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partner::portal::page::Form;

    fn visit(edition: Edition, page: Page, roles: &[Role], evidence: Evidence) -> Visit<'static> {
        Visit { edition, page, roles: roles.iter().copied().collect(), evidence, standing: Standing::Held }
    }

    const EDITIONS: [Edition; 3] = [Edition::Y2019, Edition::Y2020, Edition::Y2025];

    #[test]
    fn r_44_which_pages_need_a_second_factor_is_told_by_the_edition() {
        let table = [
            (Page::Overview, [false, false, true]),
            (Page::Health, [false, false, true]),
            (Page::Customers, [true, true, true]),
            (Page::Customer(crate::id::TenantId::default()), [true, true, true]),
            (Page::CustomerRequests, [true, true, true]),
            (Page::PartnerRequests, [false, false, true]),
            (Page::Billing, [false, true, true]),
            (Page::Security(Form::Page), [false, false, true]),
            (Page::Security(Form::Csv), [false, false, true]),
        ];
        for (page, expected) in table {
            for (edition, expected) in EDITIONS.into_iter().zip(expected) {
                let (told, because) = admission(&visit(edition, page, &[Role::AdminAgent], Evidence::NoMfa));
                let expected = if expected { Admission::StepUp } else { Admission::Shown };
                assert_eq!(told, expected, "{page:?} {edition:?} {because:?}");
            }
        }
    }

    #[test]
    fn r_30_which_roles_reach_a_page_is_told_by_the_table_of_the_edition() {
        use Role::{AdminAgent, BillingAdmin, GlobalAdmin, HelpdeskAgent, SalesAgent, SecurityAdmin};
        let roles = [AdminAgent, SalesAgent, HelpdeskAgent, GlobalAdmin, BillingAdmin, SecurityAdmin];
        let agents = [true, true, true, false, false, false];
        let before = |page| match page {
            Page::Customers => agents,
            Page::CustomerRequests => [true, false, true, false, false, false],
            Page::Billing => [true, false, false, true, true, false],
            _ => [true; 6],
        };
        let after = |page| match page {
            Page::Billing => [true, false, false, false, true, true],
            other => before(other),
        };
        for edition in EDITIONS {
            for page in [Page::Overview, Page::Health, Page::Customers, Page::CustomerRequests, Page::Billing] {
                let expected = if edition == Edition::Y2025 { after(page) } else { before(page) };
                for (role, expected) in roles.into_iter().zip(expected) {
                    let (told, _) = admission(&visit(edition, page, &[role], Evidence::Mfa));
                    assert_eq!(told == Admission::Shown, expected, "{page:?} {edition:?} {role:?}");
                    let open = is_open_to(edition, page, [role].into_iter().collect());
                    assert_eq!(open, expected, "the menu: {page:?} {edition:?} {role:?}");
                }
            }
        }
    }

    #[test]
    fn r_32_the_second_factor_is_asked_for_before_the_role_is() {
        let sales = |evidence| admission(&visit(Edition::Y2020, Page::Billing, &[Role::SalesAgent], evidence));
        assert_eq!(sales(Evidence::NoMfa).0, Admission::StepUp);
        let (told, because) = sales(Evidence::Mfa);
        assert_eq!((told, because.last().unwrap().rule.as_ref()), (Admission::NoAccess, "R-32"));
        let both = [Role::SalesAgent, Role::BillingAdmin];
        let (told, _) = admission(&visit(Edition::Y2020, Page::Billing, &both, Evidence::Mfa));
        assert_eq!(told, Admission::Shown, "the roles of an account add up");
    }

    #[test]
    fn r_07_an_exception_excuses_from_the_second_factor_and_from_nothing_else() {
        let excepted = |roles: &[Role], standing| {
            let visit = Visit { standing, ..visit(Edition::Y2025, Page::Customers, roles, Evidence::NoMfa) };
            let (told, because) = admission(&visit);
            (told, because[0].rule.to_string())
        };
        let granted = Standing::Excepted("one");
        assert_eq!(excepted(&[Role::AdminAgent], granted), (Admission::Shown, "R-07".into()));
        assert_eq!(excepted(&[Role::BillingAdmin], granted), (Admission::NoAccess, "R-07".into()));
        assert_eq!(excepted(&[Role::AdminAgent], Standing::Audited), (Admission::Shown, "R-42".into()));
        assert_eq!(excepted(&[Role::AdminAgent], Standing::Stranger), (Admission::NotAPartner, "R-30".into()));
    }
}

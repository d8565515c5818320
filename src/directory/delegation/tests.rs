use super::*;
use crate::directory::role::Role;
use crate::directory::world;
use crate::id::Upn;

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn asked(directory: &Directory, who: &str, customer: &str) -> Result<(String, Vec<Role>), NoDelegation> {
    let account = directory.account(&Upn::new(who)).unwrap();
    let customer = directory.tenant_by_handle(customer).unwrap();
    delegation(directory, &account, customer, now()).map(|one| (one.handle.to_owned(), one.roles.iter().collect()))
}

#[test]
fn an_agent_has_the_roles_of_its_group_and_nobody_else_has_any() {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let table: [(&str, &str, Option<&[Role]>); 8] = [
        ("jane@contoso.test", "adatum", Some(&[Role::UserAdmin])),
        ("hana@contoso.test", "tailspin", Some(&[Role::HelpdeskAdmin])),
        ("trent@wingtip.test", "tailspin", Some(&[Role::UserAdmin])),
        ("john@fabrikam.test", "adatum", Some(&[Role::GlobalAdmin])),
        ("sam@contoso.test", "adatum", None),
        ("gwen@contoso.test", "adatum", None),
        ("jane@contoso.test", "example", None),
        ("alice@example.test", "adatum", None),
    ];
    for (who, customer, roles) in table {
        let found = asked(&directory, who, customer);
        assert_eq!(found.as_ref().ok().map(|(_, roles)| roles.as_slice()), roles, "{who} at {customer}: {found:?}");
    }
    assert_eq!(asked(&directory, "jane@contoso.test", "example"), Err(NoDelegation::Strangers));
    let in_no_group = NoDelegation::InNoGroup { handle: "contoso-adatum".into() };
    assert_eq!(asked(&directory, "sam@contoso.test", "adatum"), Err(in_no_group));
}

#[test]
fn of_both_kinds_the_granular_one_counts_while_it_is_in_force() {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let john = "john@fabrikam.test";
    let with = |status| {
        directory
            .changed(|world| {
                let granular = Relationship {
                    partner: "fabrikam".into(),
                    customer: "adatum".into(),
                    roles: [(AgentGroup::AdminAgents, vec![Role::GlobalReader])].into(),
                    status,
                    ..Relationship::default()
                };
                world.relationships.insert("granular".into(), granular);
            })
            .unwrap()
    };
    let granular = with(RelationshipStatus::Active);
    assert_eq!(asked(&granular, john, "adatum"), Ok(("granular".into(), vec![Role::GlobalReader])));
    let drafted = with(RelationshipStatus::Created);
    assert_eq!(asked(&drafted, john, "adatum"), Ok(("fabrikam-adatum".into(), vec![Role::GlobalAdmin])));
}

#[test]
fn roles_can_be_given_to_any_security_group_of_the_partner() {
    let directory = Directory::new(world::partner().unwrap()).unwrap();
    let directory = directory
        .changed(|world| {
            let facts = world.tenants.get_mut("contoso").unwrap();
            facts.groups.insert("night-shift".into(), crate::directory::group::Group::default());
            let sam = world.users.get_mut(&Upn::new("sam@contoso.test")).unwrap();
            std::sync::Arc::make_mut(sam).groups.push("night-shift".into());
            let one = world.relationships.get_mut("contoso-adatum").unwrap();
            one.groups.insert("night-shift".into(), vec![Role::SecurityReader]);
        })
        .unwrap();
    let found = asked(&directory, "sam@contoso.test", "adatum");
    assert_eq!(found, Ok(("contoso-adatum".into(), vec![Role::SecurityReader])));
    let unknown = directory.changed(|world| {
        let one = world.relationships.get_mut("contoso-adatum").unwrap();
        one.groups.insert("nigth-shift".into(), vec![Role::AdminAgent]);
    });
    let problems: Vec<String> = unknown.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("did you mean `night-shift`?"), "{problems:?}");
}

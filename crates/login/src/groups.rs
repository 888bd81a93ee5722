//! From the groups of a directory or identity provider to grants.

use authz::{Grant, GrantError, Holder, Role, Scope};

/// Members of a group get a role within a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRule {
    /// The group's name, as the provider says it (LDAP: the whole name, such as `cn=ot,ou=groups,dc=plant`). Case
    /// does not matter.
    pub group: String,
    /// What they get.
    pub role: Role,
    /// Where, and until when.
    pub scope: Scope,
}

/// What somebody proved by a directory or identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalIdentity {
    /// What identifies the person there for ever: OIDC's `sub`, LDAP's distinguished name. A user here is bound to
    /// provider and subject together, never to a name or mail address, which both can be given to somebody else.
    pub subject: String,
    /// The name to show.
    pub name: String,
    /// The mail address, if the provider told one and vouches for it.
    pub email: Option<String>,
    /// The groups, as the provider says them.
    pub groups: Vec<String>,
}

/// The grants that membership in `groups` gives. Nobody who is in none of the named groups gets anything.
///
/// # Errors
/// When a rule grants what cannot be granted; the configuration is checked by calling this with its own groups.
pub fn grants_of(groups: &[String], rules: &[GroupRule]) -> Result<Vec<Grant>, GrantError> {
    let is_member = |rule: &&GroupRule| {
        let wanted = rule.group.to_lowercase();
        groups.iter().any(|group| group.to_lowercase() == wanted)
    };
    // A person never gets a machine's role, so that such a rule cannot look as if it did something.
    let matching = rules.iter().filter(is_member).filter(|rule| rule.role.holder() == Holder::Person);
    matching.map(|rule| Grant::new(rule.role, rule.scope.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{GroupRule, grants_of};
    use authz::{Role, Scope};

    #[test]
    fn members_get_what_their_groups_give_and_no_more() {
        let rule =
            |group: &str, role| GroupRule { group: group.to_owned(), role, scope: Scope::everything() };
        let rules = [
            rule("CN=OT,DC=plant", Role::Operator),
            rule("cn=csl,dc=plant", Role::SiteLeader),
            rule("cn=ot,dc=plant", Role::Sensor),
        ];
        let roles = |groups: &[&str]| {
            let groups: Vec<_> = groups.iter().map(|group| (*group).to_owned()).collect();
            let grants = grants_of(&groups, &rules).expect("grants");
            grants.iter().map(authz::Grant::role).collect::<Vec<_>>()
        };
        assert_eq!(roles(&["cn=ot,dc=plant"]), [Role::Operator]);
        assert_eq!(roles(&["cn=csl,dc=plant", "cn=ot,dc=plant"]), [Role::Operator, Role::SiteLeader]);
        assert!(roles(&["cn=ot", "cn=ot,dc=plant2", ""]).is_empty());
        let endless = [rule("auditors", Role::Auditor)];
        assert!(grants_of(&[String::from("auditors")], &endless).is_err());
    }
}

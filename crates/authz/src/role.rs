//! Roles: what a grant is called. What each may do stands in the table of `permission`.

use core::fmt;
use core::str::FromStr;

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident $holder:ident $text:literal;)*) => {
        /// What somebody is at a plant; [`crate::Permission::roles`] says what that allows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Role { $($(#[$doc])* $name,)* }

        impl Role {
            /// Every role, people's first.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in documents, SQL and the console.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Who can hold the role at all.
            #[must_use]
            pub fn holder(self) -> Holder {
                match self { $(Self::$name => Holder::$holder,)* }
            }
        }
    };
}

roles! {
    /// Looks, changes nothing.
    Viewer Person "viewer";
    /// Looks after the assets of a shift: names, notes, merges, uploads, requests.
    Operator Person "operator";
    /// The site's cyber security leader (CSL): confirms identities and approves requests.
    SiteLeader Person "site-leader";
    /// Reads everything with its evidence and changes nothing; only for a limited time.
    Auditor Person "auditor";
    /// Runs the product: people, tokens, settings, backups. Approves, but never an own request.
    Administrator Person "administrator";
    /// A machine that reads what a viewer reads, and exports it.
    Reader Machine "reader";
    /// A machine that reads assets and posts claims about them.
    Enricher Machine "enricher";
    /// A machine that watches the product itself (metrics and health).
    Monitor Machine "monitor";
    /// A remote sensor: delivers observations and nothing else.
    Sensor Machine "sensor";
}

/// Who can hold a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A user who logs in.
    Person,
    /// A token.
    Machine,
}

impl Role {
    /// Whether a grant of the role must say until when.
    #[must_use]
    pub fn must_end(self) -> bool {
        matches!(self, Self::Auditor)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

/// No role has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("read the role: allowed are")?;
        for (at, role) in Role::ALL.iter().enumerate() {
            write!(formatter, "{} {role}", if at == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

impl core::error::Error for UnknownRole {}

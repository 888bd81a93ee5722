//! Who asks: found once per request, before any endpoint.

use authz::{Access, Actor, Object, Permission, Place, Refusal, Visible};
use facts::id::SessionId;
use std::net::IpAddr;

/// The asker, and the moment of the request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What is granted.
    pub access: Access,
    /// User name or the token's name, for the audit log.
    pub name: String,
    /// The log-in session, where a person asks through the console.
    pub session: Option<SessionId>,
    /// From where.
    pub address: Option<IpAddr>,
    /// The moment, microseconds since 1970 UTC.
    pub now_us: i64,
}

impl Caller {
    /// Nobody in particular.
    #[must_use]
    pub fn nobody(address: Option<IpAddr>, now_us: i64) -> Self {
        Self { access: Access::nobody(), name: String::new(), session: None, address, now_us }
    }

    /// Who is behind the request.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.access.actor()
    }

    /// Whether the endpoint is open to the asker at all.
    pub(crate) fn may_enter(&self, permission: Permission) -> Result<(), Refusal> {
        self.access.may_enter(permission, self.now_us)
    }

    /// Whether the asker may do it at this place of the plant.
    pub(crate) fn may_at(&self, permission: Permission, place: Place) -> Result<(), super::Problem> {
        self.access
            .decide(permission, Object::at(place), self.now_us)
            .map_err(super::problem::refused)
    }

    /// Which places the asker may see with this permission.
    pub(crate) fn visible(&self, permission: Permission) -> Visible {
        self.access.visible(permission, self.now_us)
    }
}

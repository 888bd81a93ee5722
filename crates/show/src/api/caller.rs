//! Who asks: found once per request, before any endpoint.

use authz::{Access, Actor, Object, Permission, Place, Refusal, Visible};
use facts::id::{SessionId, UserId};
use std::net::IpAddr;
use store::{Json, Moment, StoreError, Transaction, audit};

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
        self.access.decide(permission, Object::at(place), self.now_us).map_err(super::problem::refused)
    }

    /// The person who asks; machines have no account.
    pub(crate) fn person(&self) -> Result<UserId, super::Problem> {
        match self.actor() {
            Actor::Person(user) => Ok(user),
            Actor::Nobody => Err(super::problem::refused(Refusal::Unauthenticated)),
            Actor::Machine { .. } => Err(super::problem::refused(Refusal::NoPermission)),
        }
    }

    /// Writes into the audit log that the asker did it, in the transaction of the deed. Called first in a
    /// transaction it also lets nobody else in until the end, on either database.
    pub(crate) async fn note(
        &self,
        on: &mut Transaction,
        action: &str,
        object: &str,
        detail: &serde_json::Value,
    ) -> Result<(), StoreError> {
        let actor = self.actor_word();
        let detail = Json(detail.to_string());
        let deed = audit::Deed { at: Moment(self.now_us), actor: &actor, action, object, detail };
        audit::append(on, &deed).await.map(|_| ())
    }

    /// The asker as the audit log writes it.
    pub(crate) fn actor_word(&self) -> String {
        match self.actor() {
            Actor::Nobody => String::from("nobody"),
            Actor::Person(user) => format!("user {user}"),
            Actor::Machine { token, .. } => format!("token {token}"),
        }
    }

    /// Which places the asker may see with this permission.
    pub(crate) fn visible(&self, permission: Permission) -> Visible {
        self.access.visible(permission, self.now_us)
    }
}

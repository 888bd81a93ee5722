//! Somebody with grants, and the decision about one object.

use crate::permission::{Permission, Reach};
use crate::role::Holder;
use crate::scope::{Grant, Place};
use crate::visible::Visible;
use core::fmt;
use facts::id::{TokenId, UserId};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// Nobody is logged in.
    Nobody,
    /// A logged-in user.
    Person(UserId),
    /// A machine's token.
    Machine {
        /// The token.
        token: TokenId,
        /// The user who issued it, so that nobody approves what an own token asked for.
        issued_by: Option<UserId>,
    },
}

/// What a permission is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    place: Option<Place>,
    requester: Option<Actor>,
}

/// Somebody, and everything that is granted to them. A role that the actor's kind cannot hold gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    actor: Actor,
    grants: Vec<Grant>,
}

/// Why something is refused. The nearest miss is named: a user learns what to ask the administrator for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refusal {
    /// Nobody is logged in.
    Unauthenticated,
    /// No grant has the permission.
    NoPermission,
    /// A grant has the permission, but not for this object.
    OutOfScope,
    /// A grant would have allowed it, but is over.
    Expired,
    /// Allowed, but who asked may not decide.
    OwnRequest,
}

impl Actor {
    /// The person who answers for the actor: the user, or who issued the token.
    #[must_use]
    pub fn person(self) -> Option<UserId> {
        match self {
            Self::Nobody => None,
            Self::Person(user) => Some(user),
            Self::Machine { issued_by, .. } => issued_by,
        }
    }

    fn holder(self) -> Option<Holder> {
        match self {
            Self::Nobody => None,
            Self::Person(_) => Some(Holder::Person),
            Self::Machine { .. } => Some(Holder::Machine),
        }
    }

    /// Whether the same person is behind both.
    fn same_hand(self, other: Self) -> bool {
        self == other || self.person().is_some_and(|person| other.person() == Some(person))
    }
}

impl Object {
    /// The plant as a whole: settings, users, structure that belongs to no line.
    #[must_use]
    pub fn whole() -> Self {
        Self { place: None, requester: None }
    }

    /// Something that has a place, even if neither its line nor its zone is known.
    #[must_use]
    pub fn at(place: Place) -> Self {
        Self { place: Some(place), requester: None }
    }

    /// The same as somebody's request. One that the product itself raised has no requester.
    #[must_use]
    pub fn requested_by(self, requester: Actor) -> Self {
        Self { requester: Some(requester), ..self }
    }
}

impl Access {
    /// `actor` with `grants`, whose union counts.
    #[must_use]
    pub fn new(actor: Actor, grants: Vec<Grant>) -> Self {
        Self { actor, grants }
    }

    /// Nobody: everything is refused.
    #[must_use]
    pub fn nobody() -> Self {
        Self { actor: Actor::Nobody, grants: Vec::new() }
    }

    /// Who it is.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor
    }

    /// What is granted.
    #[must_use]
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether `permission` is given for `object` at `now_us` (microseconds since 1970 UTC).
    ///
    /// # Errors
    /// The reason, when it is refused.
    pub fn decide(&self, permission: Permission, object: Object, now_us: i64) -> Result<(), Refusal> {
        self.any_grant(permission, now_us, |grant| match permission.reach() {
            Reach::Anywhere => true,
            Reach::Whole => grant.scope().is_whole(),
            Reach::Placed => match object.place {
                None => grant.scope().is_whole(),
                Some(place) => grant.scope().covers(place),
            },
        })?;
        let own = object.requester.is_some_and(|requester| requester.same_hand(self.actor));
        if permission.needs_other_hand() && own {
            return Err(Refusal::OwnRequest);
        }
        Ok(())
    }

    /// Whether `permission` is given for anything at all at `now_us`. An endpoint asks this first; one about single
    /// objects then asks [`Access::decide`] with the object, one about a list filters by [`Access::visible`].
    ///
    /// # Errors
    /// The reason, when it is refused.
    pub fn may_enter(&self, permission: Permission, now_us: i64) -> Result<(), Refusal> {
        self.any_grant(permission, now_us, |grant| {
            permission.reach() != Reach::Whole || grant.scope().is_whole()
        })
    }

    /// Whether an object may be moved from one place to another: the permission is needed at both.
    ///
    /// # Errors
    /// The reason, when it is refused.
    pub fn decide_move(
        &self,
        permission: Permission,
        from: Place,
        to: Place,
        now_us: i64,
    ) -> Result<(), Refusal> {
        self.decide(permission, Object::at(from), now_us)?;
        self.decide(permission, Object::at(to), now_us)
    }

    /// Which objects `permission` is given for at `now_us`.
    #[must_use]
    pub fn visible(&self, permission: Permission, now_us: i64) -> Visible {
        let scopes = self.candidates(permission).map(Grant::scope).filter(|scope| !scope.is_over(now_us));
        match permission.reach() {
            Reach::Placed => Visible::from_scopes(scopes),
            Reach::Whole | Reach::Anywhere if self.may_enter(permission, now_us).is_ok() => {
                Visible::everything()
            }
            Reach::Whole | Reach::Anywhere => Visible::nothing(),
        }
    }

    /// Whether a grant with the permission fits and counts now; otherwise the nearest miss.
    fn any_grant(
        &self,
        permission: Permission,
        now_us: i64,
        fits: impl Fn(&Grant) -> bool,
    ) -> Result<(), Refusal> {
        if self.actor == Actor::Nobody {
            return Err(Refusal::Unauthenticated);
        }
        let mut refusal = Refusal::NoPermission;
        for grant in self.candidates(permission) {
            let miss = match (fits(grant), grant.scope().is_over(now_us)) {
                (true, false) => return Ok(()),
                (true, true) => Refusal::Expired,
                // A grant that is over and would not have fitted either is no near miss.
                (false, true) => Refusal::NoPermission,
                (false, false) => Refusal::OutOfScope,
            };
            refusal = refusal.max(miss);
        }
        Err(refusal)
    }

    fn candidates(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        let holder = self.actor.holder();
        self.grants
            .iter()
            .filter(move |grant| holder == Some(grant.role().holder()) && permission.held_by(grant.role()))
    }
}

impl Refusal {
    /// Every reason.
    pub const ALL: &'static [Self] =
        &[Self::Unauthenticated, Self::NoPermission, Self::OutOfScope, Self::Expired, Self::OwnRequest];

    /// The code used in error bodies and the audit log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::NoPermission => "no-permission",
            Self::OutOfScope => "out-of-scope",
            Self::Expired => "expired",
            Self::OwnRequest => "own-request",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Unauthenticated => "prove who is asking: log in or send a token",
            Self::NoPermission => "find a role that allows this: an administrator can grant one",
            Self::OutOfScope => "find a role that allows this here: yours is limited to other lines or zones",
            Self::Expired => "find a role that still counts: yours is over, an administrator can renew it",
            Self::OwnRequest => "decide a request of your own: somebody else must",
        })
    }
}

impl core::error::Error for Refusal {}

//! The table of permissions, as a plant's people expect it.
#![expect(clippy::expect_used, reason = "a test")]

use authz::{Access, Actor, Grant, Holder, Object, Permission, Place, Reach, Refusal, Role, Scope};
use facts::id::{LineId, TokenId, UserId, ZoneId};
use std::collections::BTreeSet;
use uuid::Uuid;

const NOW: i64 = 1_000_000;

fn user(number: u128) -> Actor {
    Actor::Person(UserId(Uuid::from_u128(number)))
}

fn token(number: u128, issued_by: Option<u128>) -> Actor {
    Actor::Machine {
        token: TokenId(Uuid::from_u128(number)),
        issued_by: issued_by.map(|number| UserId(Uuid::from_u128(number))),
    }
}

fn line(number: u128) -> LineId {
    LineId(Uuid::from_u128(number))
}

fn zone(number: u128) -> ZoneId {
    ZoneId(Uuid::from_u128(number))
}

fn on_line(number: u128) -> Object {
    Object::at(Place { line: Some(line(number)), zone: None })
}

fn lines(numbers: &[u128], until_us: Option<i64>) -> Scope {
    Scope { lines: Some(numbers.iter().copied().map(line).collect()), zones: None, until_us }
}

fn whole(until_us: Option<i64>) -> Scope {
    Scope { until_us, ..Scope::everything() }
}

fn access(actor: Actor, grants: &[(Role, Scope)]) -> Access {
    let grants = grants
        .iter()
        .map(|(role, scope)| Grant::new(*role, scope.clone()).expect("a grant that can be given"))
        .collect();
    Access::new(actor, grants)
}

/// Every permission of `role`, asked about the whole plant.
fn permissions(role: Role) -> BTreeSet<Permission> {
    let actor = match role.holder() {
        Holder::Person => user(1),
        Holder::Machine => token(1, None),
    };
    let access = access(actor, &[(role, whole(Some(NOW + 1)))]);
    let all = Permission::ALL.iter().copied();
    all.filter(|permission| access.decide(*permission, Object::whole(), NOW).is_ok()).collect()
}

#[test]
fn each_step_up_adds_and_takes_nothing_away() {
    let [viewer, operator, leader, administrator] =
        [Role::Viewer, Role::Operator, Role::SiteLeader, Role::Administrator].map(permissions);
    assert!(viewer.is_subset(&operator) && operator.is_subset(&leader) && leader.is_subset(&administrator));
    assert!(
        viewer.len() < operator.len() && operator.len() < leader.len() && leader.len() < administrator.len()
    );
}

#[test]
fn who_only_looks_changes_nothing() {
    let own = BTreeSet::from([Permission::ManageOwnAccount]);
    for role in [Role::Viewer, Role::Auditor, Role::Reader, Role::Monitor] {
        for permission in permissions(role).difference(&own) {
            let looks = permission.name().starts_with("view-") || *permission == Permission::ExportData;
            assert!(looks, "{role} has {permission}");
        }
    }
    let seen: BTreeSet<_> = permissions(Role::Auditor);
    let views = Permission::ALL.iter().filter(|permission| permission.name().starts_with("view-"));
    for permission in views {
        assert!(seen.contains(permission), "an auditor reads all, but not by {permission}");
    }
}

#[test]
fn only_a_leader_and_an_administrator_confirm_and_approve() {
    for permission in [Permission::ConfirmIdentity, Permission::ApproveRequests, Permission::SignOff] {
        assert_eq!(permission.roles(), [Role::SiteLeader, Role::Administrator]);
    }
}

#[test]
fn only_an_administrator_runs_the_product() {
    for permission in [
        Permission::ManageUsers,
        Permission::ManageTokens,
        Permission::ManageSensors,
        Permission::ManageSettings,
        Permission::ManageCertificates,
        Permission::ManageWebhooks,
        Permission::MakeBackup,
        Permission::RestoreBackup,
    ] {
        assert_eq!(permission.roles(), [Role::Administrator], "{permission}");
        assert_eq!(permission.reach(), Reach::Whole, "{permission}");
    }
}

#[test]
fn machines_get_no_more_than_their_task() {
    assert_eq!(permissions(Role::Sensor), BTreeSet::from([Permission::DeliverObservations]));
    assert_eq!(permissions(Role::Monitor), BTreeSet::from([Permission::ViewHealth, Permission::ViewMetrics]));
    assert_eq!(
        permissions(Role::Enricher),
        BTreeSet::from([Permission::ViewAssets, Permission::ViewStructure, Permission::PostClaims])
    );
    assert!(permissions(Role::Reader).is_subset(&permissions(Role::Viewer)));
}

#[test]
fn a_role_of_the_other_kind_of_holder_gives_nothing() {
    let machine = access(token(1, None), &[(Role::Administrator, Scope::everything())]);
    let person = access(user(1), &[(Role::Sensor, Scope::everything())]);
    for permission in Permission::ALL {
        assert_eq!(machine.decide(*permission, Object::whole(), NOW), Err(Refusal::NoPermission));
        assert_eq!(person.decide(*permission, Object::whole(), NOW), Err(Refusal::NoPermission));
    }
}

#[test]
fn nobody_is_refused_everything_whatever_is_granted() {
    let grants = vec![Grant::new(Role::Administrator, Scope::everything()).expect("a grant")];
    for access in [Access::nobody(), Access::new(Actor::Nobody, grants)] {
        for permission in Permission::ALL {
            assert_eq!(access.decide(*permission, Object::whole(), NOW), Err(Refusal::Unauthenticated));
            assert_eq!(access.may_enter(*permission, NOW), Err(Refusal::Unauthenticated));
            assert!(access.visible(*permission, NOW).areas().is_empty());
        }
    }
}

#[test]
fn a_limited_role_keeps_its_placed_permissions_there_and_loses_the_rest() {
    let leader = access(user(1), &[(Role::SiteLeader, lines(&[1], None))]);
    assert_eq!(leader.decide(Permission::EditAssets, on_line(1), NOW), Ok(()));
    assert_eq!(leader.decide(Permission::EditAssets, on_line(2), NOW), Err(Refusal::OutOfScope));
    let nowhere = Object::at(Place::default());
    assert_eq!(leader.decide(Permission::EditAssets, nowhere, NOW), Err(Refusal::OutOfScope));
    assert_eq!(leader.decide(Permission::EditStructure, Object::whole(), NOW), Err(Refusal::OutOfScope));
    assert_eq!(leader.decide(Permission::ViewAudit, Object::whole(), NOW), Err(Refusal::OutOfScope));
    // A place does not smuggle a permission about the whole plant past the scope.
    assert_eq!(leader.decide(Permission::ViewAudit, on_line(1), NOW), Err(Refusal::OutOfScope));
    assert_eq!(leader.decide(Permission::ViewHealth, Object::whole(), NOW), Ok(()));
}

#[test]
fn lines_and_zones_both_limit() {
    let zones = Some(BTreeSet::from([zone(7)]));
    let scope = Scope { zones, ..lines(&[1], None) };
    let viewer = access(user(1), &[(Role::Viewer, scope)]);
    let at = |line_number: u128, zone_number: u128| {
        Object::at(Place { line: Some(line(line_number)), zone: Some(zone(zone_number)) })
    };
    assert_eq!(viewer.decide(Permission::ViewAssets, at(1, 7), NOW), Ok(()));
    assert_eq!(viewer.decide(Permission::ViewAssets, at(1, 8), NOW), Err(Refusal::OutOfScope));
    assert_eq!(viewer.decide(Permission::ViewAssets, at(2, 7), NOW), Err(Refusal::OutOfScope));
    assert_eq!(viewer.decide(Permission::ViewAssets, on_line(1), NOW), Err(Refusal::OutOfScope));
}

#[test]
fn several_grants_are_their_union_and_do_not_mix() {
    let both = access(user(1), &[(Role::Viewer, Scope::everything()), (Role::Operator, lines(&[1], None))]);
    assert_eq!(both.decide(Permission::ViewAssets, on_line(2), NOW), Ok(()));
    assert_eq!(both.decide(Permission::EditAssets, on_line(1), NOW), Ok(()));
    assert_eq!(both.decide(Permission::EditAssets, on_line(2), NOW), Err(Refusal::OutOfScope));
    assert_eq!(both.decide(Permission::UploadCaptures, Object::whole(), NOW), Err(Refusal::OutOfScope));
}

#[test]
fn a_grant_ends_at_its_moment() {
    let auditor = access(user(1), &[(Role::Auditor, lines(&[1], Some(NOW)))]);
    assert_eq!(auditor.decide(Permission::ViewEvidence, on_line(1), NOW - 1), Ok(()));
    assert_eq!(auditor.decide(Permission::ViewEvidence, on_line(1), NOW), Err(Refusal::Expired));
    // Another line was never allowed, so "expired" would send the user to the wrong question.
    assert_eq!(auditor.decide(Permission::ViewEvidence, on_line(2), NOW), Err(Refusal::NoPermission));
    assert_eq!(auditor.decide(Permission::EditAssets, on_line(1), NOW), Err(Refusal::NoPermission));
    assert!(auditor.visible(Permission::ViewAssets, NOW).areas().is_empty());
    assert!(Grant::new(Role::Auditor, Scope::everything()).is_err(), "an auditor without an end");
}

#[test]
fn nobody_decides_an_own_request() {
    let leader = access(user(1), &[(Role::SiteLeader, Scope::everything())]);
    let administrator = access(user(2), &[(Role::Administrator, Scope::everything())]);
    let decide = |access: &Access, requester| {
        access.decide(Permission::ApproveRequests, on_line(1).requested_by(requester), NOW)
    };
    assert_eq!(decide(&leader, user(1)), Err(Refusal::OwnRequest));
    assert_eq!(decide(&administrator, user(2)), Err(Refusal::OwnRequest));
    assert_eq!(decide(&administrator, user(1)), Ok(()));
    assert_eq!(decide(&leader, token(9, Some(1))), Err(Refusal::OwnRequest), "asked by an own token");
    assert_eq!(decide(&leader, token(9, Some(2))), Ok(()));
    // Seeing an own request is another matter.
    let own = on_line(1).requested_by(user(1));
    assert_eq!(leader.decide(Permission::ViewRequests, own, NOW), Ok(()));
}

#[test]
fn moving_needs_the_permission_at_both_ends() {
    let operator = access(user(1), &[(Role::Operator, lines(&[1, 2], None))]);
    let at = |number| Place { line: Some(line(number)), zone: None };
    assert_eq!(operator.decide_move(Permission::EditAssets, at(1), at(2), NOW), Ok(()));
    assert_eq!(operator.decide_move(Permission::EditAssets, at(1), at(3), NOW), Err(Refusal::OutOfScope));
    assert_eq!(operator.decide_move(Permission::EditAssets, at(3), at(1), NOW), Err(Refusal::OutOfScope));
}

#[test]
fn names_are_unique_and_roles_are_read_as_written() {
    let names: BTreeSet<_> = Permission::ALL.iter().map(|permission| permission.name()).collect();
    assert_eq!(names.len(), Permission::ALL.len());
    let codes: BTreeSet<_> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    assert_eq!(codes.len(), Refusal::ALL.len());
    for role in Role::ALL {
        assert_eq!(role.name().parse(), Ok(*role));
    }
    assert!("root".parse::<Role>().is_err());
    for permission in Permission::ALL {
        assert!(!permission.roles().is_empty(), "nobody has {permission}");
    }
}

//! Decision, filter in memory and SQL condition say the same for every object, on random grants.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use authz::{Access, Actor, Grant, Object, Permission, Place, Predicate, Role, Scope};
use facts::id::{LineId, UserId, ZoneId};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

fn scope() -> impl Strategy<Value = Scope> {
    let numbers = || option::of(btree_set(0_u128..4, 0..3));
    (numbers(), numbers(), option::of(0_i64..10)).prop_map(|(lines, zones, until_us)| Scope {
        lines: lines.map(|lines| lines.into_iter().map(|line| LineId(Uuid::from_u128(line))).collect()),
        zones: zones.map(|zones| zones.into_iter().map(|zone| ZoneId(Uuid::from_u128(zone))).collect()),
        until_us,
    })
}

fn place() -> impl Strategy<Value = Place> {
    let number = || option::of(0_u128..5);
    (number(), number()).prop_map(|(line, zone)| Place {
        line: line.map(|line| LineId(Uuid::from_u128(line))),
        zone: zone.map(|zone| ZoneId(Uuid::from_u128(zone))),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn decision_filter_and_condition_agree(
        grants in vec((0..Role::ALL.len(), scope()), 0..5),
        permission in 0..Permission::ALL.len(),
        places in vec(place(), 1..12),
        now_us in 0_i64..10,
    ) {
        let permission = Permission::ALL[permission];
        let grants = grants.into_iter().filter_map(|(role, scope)| Grant::new(Role::ALL[role], scope).ok());
        let access = Access::new(Actor::Person(UserId(Uuid::from_u128(1))), grants.collect());
        let visible = access.visible(permission, now_us);
        let predicate = visible.predicate("line_id", "zone_id", 3);
        for place in places {
            let decided = access.decide(permission, Object::at(place), now_us).is_ok();
            prop_assert_eq!(visible.shows(place), decided);
            // NOT of it counts what is hidden, so it must be false, not NULL, for the rest.
            prop_assert_eq!(evaluate(&predicate, place), Some(decided), "{}", predicate.text);
            if decided {
                prop_assert!(access.may_enter(permission, now_us).is_ok());
            }
        }
        let entered = access.may_enter(permission, now_us).is_ok();
        prop_assert!(entered || visible.areas().is_empty());
        let whole = access.decide(permission, Object::whole(), now_us).is_ok();
        prop_assert_eq!(visible.is_everything(), whole);
    }
}

/// The condition's value for a row by SQL's logic of three values; `None` is NULL.
fn evaluate(predicate: &Predicate, place: Place) -> Option<bool> {
    let inner =
        predicate.text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).expect("parentheses");
    let areas: Vec<_> = inner.split(" OR ").map(|area| conjunction(predicate, area, place)).collect();
    if areas.contains(&Some(true)) { Some(true) } else { all_are(false, &areas) }
}

/// `value` when all are it; NULL when one is NULL and none decides.
fn all_are(value: bool, terms: &[Option<bool>]) -> Option<bool> {
    terms.iter().all(|term| *term == Some(value)).then_some(value)
}

fn conjunction(predicate: &Predicate, area: &str, place: Place) -> Option<bool> {
    let area = area.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(area);
    let terms: Vec<_> = area.split(" AND ").map(|term| term_value(predicate, term, place)).collect();
    if terms.contains(&Some(false)) { Some(false) } else { all_are(true, &terms) }
}

fn term_value(predicate: &Predicate, term: &str, place: Place) -> Option<bool> {
    let cell = |column: &str| match column {
        "line_id" => place.line.map(|line| line.to_string()),
        "zone_id" => place.zone.map(|zone| zone.to_string()),
        other => panic!("a column {other}"),
    };
    if let Some(column) = term.strip_suffix(" IS NOT NULL") {
        return Some(cell(column).is_some());
    }
    if let Some((column, list)) = term.split_once(" IN (") {
        let value = cell(column)?;
        let mut listed = list.trim_end_matches(')').split(", ").map(|placeholder| {
            let number: usize = placeholder[1..].parse().expect("a placeholder");
            predicate.arguments[number - 3].as_str()
        });
        return Some(listed.any(|argument| argument == value));
    }
    match term {
        "1 = 1" => Some(true),
        "1 = 0" => Some(false),
        other => panic!("a term {other}"),
    }
}

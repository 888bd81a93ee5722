use super::{Constraint, Version};
use proptest::prelude::*;
use std::cmp::Ordering;

fn holds(range: &str, version: &str) -> Option<bool> {
    Constraint::read(range).holds(&Version::new(version))
}

#[track_caller]
fn check(range: &str, inside: &[&str], outside: &[&str]) {
    for version in inside {
        assert_eq!(holds(range, version), Some(true), "{version} in {range}: {:?}", Constraint::read(range));
    }
    for version in outside {
        assert_eq!(
            holds(range, version),
            Some(false),
            "{version} not in {range}: {:?}",
            Constraint::read(range)
        );
    }
}

#[track_caller]
fn order(older: &str, newer: &str) {
    let (older, newer) = (Version::new(older), Version::new(newer));
    assert_eq!(older.compare(&newer), Some(Ordering::Less), "{older:?} {newer:?}");
    assert_eq!(newer.compare(&older), Some(Ordering::Greater), "{older:?} {newer:?}");
}

#[test]
fn numbers_count_as_numbers_and_zeros_do_not() {
    order("1.6.2.0", "1.10.2.2");
    order("V2.9", "2.30");
    order("02.06.20(09)", "02.07.07(10)");
    for (one, two) in [
        ("03.20", "3.20"),
        ("V2.9", "v2.9.0"),
        ("01.05", "1.5"),
        ("SV1.70 IR22", "1.70 IR22"),
        ("R4.31", "4.31"),
    ] {
        assert_eq!(Version::new(one).compare(&Version::new(two)), Some(Ordering::Equal), "{one} {two}");
    }
}

#[test]
fn packs_and_letters_weigh_as_makers_count_them() {
    order("V14", "V14 SP1");
    order("V14 SP1", "V14 SP1 Update 14");
    order("V4.1.2 HF3", "V4.1.2 SP1");
    order("V4.1.2", "V4.1.2 HF3");
    order("2018 R2", "2018 R3");
    order("1.005F", "1.005L");
    order("1.586L", "1.600A");
    order("5.0 beta 2", "5.0");
    order("LF", "LG");
    order("June/20/2023", "April 17, 2024");
    order("15.2(4)EA5", "15.2(6)E0a");
}

#[test]
fn what_is_no_version_is_not_compared() {
    for (one, two) in [("", "1.0"), ("Premium edition", "1.0"), ("June 2023", "1.0")] {
        assert_eq!(Version::new(one).compare(&Version::new(two)), None, "{one} {two}");
    }
}

#[test]
fn signs_and_words_make_ranges() {
    check("< 2.9", &["2.8.9", "v2.7"], &["2.9", "V2.10"]);
    check("<= V1.5.0.1", &["1.5.0.1"], &["1.5.1.0"]);
    check("V2.0 and prior", &["1.0", "2.0"], &["2.0.1"]);
    check("all versions prior to V3.1", &["3.0"], &["3.1"]);
    check("All firmware versions < V6.00.320", &["6.00.319"], &["6.00.320"]);
    check("V8.3 and later", &["8.3", "9"], &["8.2"]);
    check("versions 14 through 21", &["14", "17.2", "21"], &["13", "22"]);
    check("up to and including 4.7", &["4.7"], &["4.8"]);
    check(
        "All versions between V3.0 (including) and V3.0.2 (excluding)",
        &["3.0", "3.0.1"],
        &["3.0.2", "2.9"],
    );
    check("vers:generic/>=1|<2", &["1", "1.9"], &["0.9", "2"]);
    check("vers:all/>=V2.9.2<V2.9.4", &["2.9.3"], &["2.9.4", "2.9.1"]);
    check(">FW19_up_to_and_including_FW26", &["20", "26"], &["19", "27"]);
}

#[test]
fn two_sided_ranges_and_lists() {
    check(">=1.0|<=2.3", &["1.0", "2.3"], &["0.9", "2.4"]);
    check("> 4.001 | < 4.005 | > 5.011 | < 5.017", &["4.002", "5.016"], &["4.005", "5.011", "4.9"]);
    check("28.011 | 28.012 | 28.013", &["28.012"], &["28.014", "30.011"]);
    check("R130.2 | R140 | R150 | R151", &["R151"], &["R152"]);
    check("V14 < V14 SP3", &["V14 SP2", "V14"], &["V14 SP3", "V13"]);
    check("20-33", &["20", "33.011"], &["19.015", "34.011"]);
    check("12.0.1-12.0.13", &["12.0.13"], &["12.0.14", "12.2.1"]);
}

#[test]
fn placeholders_stand_for_any_number() {
    check("< V3.X.17", &["3.2.16", "3.9.3"], &["3.2.17", "4.0.0"]);
    check("2.4.X", &["2.4.7"], &["2.5.0"]);
    check("<= V5.x", &["5.9", "4.1"], &["6.0"]);
}

#[test]
fn limits_of_branches_do_not_reach_into_each_other() {
    check(
        "<v36.011_v35.013_v34.014",
        &["34.011", "33.0", "35.011", "36.005"],
        &["34.014", "35.013", "36.011", "34.020"],
    );
}

#[test]
fn everything_and_serial_numbers() {
    check("vers:all/*", &["1", "", "nonsense"], &[]);
    check("All versions", &["V9"], &[]);
    check("<=the_first_5_digits_of_serial_number_24031", &["24031", "22032"], &["24032"]);
    check("<=The_first_5_digits_of_serial_No._\"26061\"", &["26061"], &["26062"]);
    assert_eq!(holds("HPSS-edition", "1.0"), None);
    assert_eq!(holds("< 2.9", ""), None);
}

proptest! {
    #[test]
    fn comparing_is_the_same_from_both_sides(one in "[vV]?[0-9]{1,3}(\\.[0-9]{1,3}){0,3}( (SP|HF|Update )[0-9])?", two in "[vV]?[0-9]{1,3}(\\.[0-9]{1,3}){0,3}( (SP|HF|Update )[0-9])?") {
        let (one, two) = (Version::new(&one), Version::new(&two));
        prop_assert_eq!(one.compare(&two).map(Ordering::reverse), two.compare(&one));
        prop_assert_eq!(one.compare(&one), Some(Ordering::Equal));
    }

    #[test]
    fn order_carries_over(one in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}( SP[0-9])?", two in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}", three in "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}[A-Z]?") {
        let (one, two, three) = (Version::new(&one), Version::new(&two), Version::new(&three));
        if one.compare(&two) == Some(Ordering::Less) && two.compare(&three) == Some(Ordering::Less) {
            prop_assert_eq!(one.compare(&three), Some(Ordering::Less));
        }
    }

    #[test]
    fn a_limit_divides(limit in "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}", version in "[0-9]{1,3}(\\.[0-9]{1,3}){1,3}") {
        let below = holds(&format!("< {limit}"), &version);
        let from = holds(&format!(">= {limit}"), &version);
        prop_assert_eq!(below, from.map(|from| !from));
        prop_assert_eq!(holds(&format!("<= {limit}"), &limit), Some(true));
    }

    #[test]
    fn no_text_stops_the_reader(range in "\\PC{0,60}", version in "\\PC{0,30}") {
        let _ = holds(&range, &version);
        let _ = holds(&version, &range);
    }
}

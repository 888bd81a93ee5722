//! Calendars against dates that were published.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests stand outside the test functions")]

use jiff::civil::{Date, Time, Weekday, date, time};
use jiff::{SignedDuration, Timestamp};
use plant::calendar::{
    Calendar, CalendarFault, Fiscal, OwnHoliday, Shift, State, Stop, StopKind, StopTime, era_date, holiday,
    zone,
};

/// Months and days as the Cabinet Office published them.
fn check_year(year: i16, expected: &str) {
    let days: Vec<String> = holiday::of_year(year)
        .iter()
        .map(|day| {
            let mark = match day.japanese {
                "振替休日" => "s",
                "国民の休日" => "c",
                _ => "",
            };
            format!("{}/{}{mark}", day.date.month(), day.date.day())
        })
        .collect();
    assert_eq!(days.join(" "), expected, "{year}");
}

#[test]
fn holidays_of_published_years() {
    check_year(
        1990,
        "1/1 1/15 2/11 2/12s 3/21 4/29 4/30s 5/3 5/4c 5/5 9/15 9/23 9/24s 10/10 11/3 11/12 11/23 12/23 12/24s",
    );
    check_year(1992, "1/1 1/15 2/11 3/20 4/29 5/3 5/4s 5/5 9/15 9/23 10/10 11/3 11/23 12/23");
    check_year(1993, "1/1 1/15 2/11 3/20 4/29 5/3 5/4c 5/5 6/9 9/15 9/23 10/10 10/11s 11/3 11/23 12/23");
    check_year(2000, "1/1 1/10 2/11 3/20 4/29 5/3 5/4c 5/5 7/20 9/15 9/23 10/9 11/3 11/23 12/23");
    check_year(2003, "1/1 1/13 2/11 3/21 4/29 5/3 5/5 7/21 9/15 9/23 10/13 11/3 11/23 11/24s 12/23");
    check_year(2009, "1/1 1/12 2/11 3/20 4/29 5/3 5/4 5/5 5/6s 7/20 9/21 9/22c 9/23 10/12 11/3 11/23 12/23");
    check_year(2015, "1/1 1/12 2/11 3/21 4/29 5/3 5/4 5/5 5/6s 7/20 9/21 9/22c 9/23 10/12 11/3 11/23 12/23");
    check_year(
        2019,
        "1/1 1/14 2/11 3/21 4/29 4/30c 5/1 5/2c 5/3 5/4 5/5 5/6s 7/15 8/11 8/12s 9/16 9/23 10/14 10/22 11/3 11/4s 11/23",
    );
    check_year(
        2020,
        "1/1 1/13 2/11 2/23 2/24s 3/20 4/29 5/3 5/4 5/5 5/6s 7/23 7/24 8/10 9/21 9/22 11/3 11/23",
    );
    check_year(2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9s 9/20 9/23 11/3 11/23");
    check_year(
        2026,
        "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6s 7/20 8/11 9/21 9/22c 9/23 10/12 11/3 11/23",
    );
    check_year(2027, "1/1 1/11 2/11 2/23 3/21 3/22s 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23");
    assert!(holiday::of_year(1989).is_empty() && holiday::of_year(2100).is_empty());
}

/// The Python package jpholiday, an independent implementation, gives the same 1,936 days (compared in November 2026).
#[test]
fn all_years() {
    let all: Vec<_> = (holiday::YEAR_FIRST..=holiday::YEAR_LAST).flat_map(holiday::of_year).collect();
    assert_eq!(all.len(), 1936);
    for year in holiday::YEAR_FIRST..=holiday::YEAR_LAST {
        let days = holiday::of_year(year);
        assert!((14..=22).contains(&days.len()), "{year}: {}", days.len());
        assert!(days.is_sorted_by_key(|day| day.date));
        assert!(days.windows(2).all(|pair| pair[0].date != pair[1].date), "{year}");
    }
}

#[test]
fn eras() {
    let era = |day: Date| era_date(day).unwrap_or_default();
    assert_eq!(era(date(2026, 11, 23)), "令和8年11月23日");
    assert_eq!(era(date(2019, 5, 1)), "令和元年5月1日");
    assert_eq!(era(date(2019, 4, 30)), "平成31年4月30日");
    assert_eq!(era(date(1989, 1, 7)), "昭和64年1月7日");
    assert_eq!(era(date(1989, 1, 8)), "平成元年1月8日");
    assert_eq!(era(date(1926, 12, 24)), "大正15年12月24日");
    assert_eq!(era(date(1912, 7, 29)), "明治45年7月29日");
    assert_eq!(era(date(1873, 1, 1)), "明治6年1月1日");
    assert_eq!(era_date(date(1872, 12, 31)), None);
}

const WEEK: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

fn shift(name: &str, days: &[Weekday], from: Time, to: Time) -> Shift {
    Shift { name: name.into(), days: days.into(), from, to, on_holidays: false }
}

fn plant() -> Calendar {
    Calendar {
        zone: zone("Asia/Tokyo").unwrap(),
        shifts: vec![
            shift("昼勤", &WEEK, time(8, 0, 0, 0), time(17, 0, 0, 0)),
            shift("夜勤", &WEEK, time(22, 0, 0, 0), time(6, 0, 0, 0)),
        ],
        stops: vec![
            Stop {
                name: "お盆休み".into(),
                kind: StopKind::ShutDown,
                when: StopTime::Yearly { first: (8, 13), last: (8, 16) },
            },
            Stop {
                name: "年末年始".into(),
                kind: StopKind::ShutDown,
                when: StopTime::Yearly { first: (12, 29), last: (1, 4) },
            },
            Stop {
                name: "定期点検".into(),
                kind: StopKind::Maintenance,
                when: StopTime::Monthly {
                    nth: 3,
                    day: Weekday::Thursday,
                    from: time(13, 0, 0, 0),
                    to: time(15, 0, 0, 0),
                },
            },
        ],
        japanese_holidays: true,
        own_holidays: Vec::new(),
        fiscal: Fiscal::default(),
    }
}

fn at(text: &str) -> Timestamp {
    format!("{text}+09:00").parse().unwrap()
}

#[track_caller]
fn check_state(text: &str, expected: &str) {
    let plant = plant();
    let state = match plant.state(at(text)) {
        State::Running(Some(shift)) => shift.name.clone(),
        State::Running(None) => "always".into(),
        State::Stopped(stop) => stop.name.clone(),
        State::Holiday(day) => day.japanese.into(),
        State::OwnHoliday(day) => day.name.clone(),
        State::OffShift => "off".into(),
    };
    assert_eq!(state, expected, "{text}");
}

#[test]
fn what_the_plant_does() {
    check_state("2026-11-24T07:59:59", "off");
    check_state("2026-11-24T08:00:00", "昼勤");
    check_state("2026-11-24T17:00:00", "off");
    check_state("2026-11-24T22:00:00", "夜勤");
    check_state("2026-11-25T05:59:59", "夜勤");
    check_state("2026-11-25T06:00:00", "off");
    // Friday's night shift ends on Saturday; Monday 23 November is a holiday, so no shift begins.
    check_state("2026-11-21T03:00:00", "夜勤");
    check_state("2026-11-23T10:00:00", "勤労感謝の日");
    check_state("2026-11-24T03:00:00", "off");
    check_state("2026-08-13T10:00:00", "お盆休み");
    check_state("2026-08-17T10:00:00", "昼勤");
    check_state("2026-12-31T10:00:00", "年末年始");
    check_state("2027-01-04T23:00:00", "年末年始");
    check_state("2027-01-05T08:00:00", "昼勤");
    check_state("2026-11-19T13:00:00", "定期点検");
    check_state("2026-11-19T15:00:00", "昼勤");
}

#[test]
fn the_next_stop() {
    let plant = plant();
    let next = |from, hours| {
        let window = plant.next_stop(at(from), SignedDuration::from_hours(hours)).unwrap();
        let local = |time| plant.zone.to_datetime(time).to_string();
        let names: Vec<_> = window.stops.iter().map(|stop| stop.name.as_str()).collect();
        (local(window.from), local(window.to), names.join("+"))
    };
    let expect = |from: &str, to: &str, names: &str| (from.to_owned(), to.to_owned(), names.to_owned());
    assert_eq!(
        next("2026-11-19T09:00:00", 2),
        expect("2026-11-19T13:00:00", "2026-11-19T15:00:00", "定期点検")
    );
    assert_eq!(next("2026-11-19T09:00:00", 5), expect("2026-11-19T17:00:00", "2026-11-19T22:00:00", ""));
    // A window that has begun counts from now.
    assert_eq!(next("2026-11-19T18:00:00", 4), expect("2026-11-19T18:00:00", "2026-11-19T22:00:00", ""));
    assert_eq!(next("2026-11-19T18:00:00", 6), expect("2026-11-21T06:00:00", "2026-11-24T08:00:00", ""));
    // 29 December 2026 is a Tuesday: Monday's night shift is cut at midnight.
    assert_eq!(
        next("2026-11-24T08:00:00", 100),
        expect("2026-12-29T00:00:00", "2027-01-05T08:00:00", "年末年始")
    );
    assert!(plant.next_stop(at("2026-11-24T08:00:00"), SignedDuration::from_hours(300)).is_none());
}

#[test]
fn a_plant_without_shifts_runs_always() {
    let plant = Calendar { shifts: Vec::new(), ..plant() };
    assert!(plant.is_running(at("2026-11-22T03:00:00")));
    assert!(!plant.is_running(at("2026-08-14T03:00:00")));
    let window = plant.next_stop(at("2026-11-24T00:00:00"), SignedDuration::from_hours(24)).unwrap();
    assert_eq!((window.from, window.to), (at("2026-12-29T00:00:00"), at("2027-01-05T00:00:00")));
    assert!(plant.is_working_day(date(2026, 11, 22)) && !plant.is_working_day(date(2026, 8, 15)));
}

#[test]
fn working_days() {
    let plant = plant();
    assert_eq!(plant.working_days(date(2026, 11, 16), date(2026, 11, 30)), 9);
    assert_eq!(plant.working_days(date(2026, 9, 19), date(2026, 9, 24)), 0);
    assert_eq!(plant.working_days(date(2026, 12, 28), date(2027, 1, 6)), 2);
    assert_eq!(plant.working_days(date(2026, 12, 28), date(2026, 12, 28)), 0);
}

#[test]
fn a_holiday_of_the_plants_own_is_one_like_the_others() {
    let mut plant = plant();
    let founding = date(2026, 11, 25);
    plant.own_holidays.push(OwnHoliday { date: founding, name: "創立記念日".into() });
    assert!(plant.check().is_empty());
    assert!(!plant.is_working_day(founding) && plant.is_working_day(date(2026, 11, 26)));
    let state = plant.state(at("2026-11-25T10:00:00"));
    assert!(matches!(state, State::OwnHoliday(day) if day.name == "創立記念日"), "{state:?}");
    plant.shifts[0].on_holidays = true;
    assert!(plant.is_running(at("2026-11-25T10:00:00")));
    let names = |day| plant.stops_on(day).into_iter().map(|stop| stop.name.as_str()).collect::<Vec<_>>();
    assert_eq!(names(date(2026, 8, 13)), ["お盆休み"]);
    assert_eq!(names(date(2026, 11, 19)), ["定期点検"]);
    assert!(names(date(2026, 8, 17)).is_empty());
}

#[test]
fn business_years() {
    let japan = Fiscal::default();
    let of = |fiscal: Fiscal, day| (fiscal.of(day).year, fiscal.of(day).quarter);
    assert_eq!(of(japan, date(2026, 3, 31)), (2025, 4));
    assert_eq!(of(japan, date(2026, 4, 1)), (2026, 1));
    assert_eq!(of(japan, date(2026, 12, 31)), (2026, 3));
    assert_eq!(japan.year_span(2026), Some((date(2026, 4, 1), date(2027, 4, 1))));
    let america = Fiscal { first_month: 10, named_by_end: true };
    assert_eq!(of(america, date(2026, 10, 1)), (2027, 1));
    assert_eq!(of(america, date(2026, 9, 30)), (2026, 4));
    assert_eq!(america.year_span(2027), Some((date(2026, 10, 1), date(2027, 10, 1))));
    let calendar_year = Fiscal { first_month: 1, named_by_end: true };
    assert_eq!(of(calendar_year, date(2026, 12, 31)), (2026, 4));
    // The plant's clock decides: 15:30 UTC on 31 March is 1 April in Tokyo.
    let quarter = plant().fiscal_quarter("2026-03-31T15:30:00Z".parse().unwrap());
    assert_eq!((quarter.year, quarter.quarter), (2026, 1));
}

#[test]
fn a_night_shift_over_the_change_of_clocks() {
    let mut plant = plant();
    plant.zone = zone("europe/berlin").unwrap();
    plant.japanese_holidays = false;
    plant.shifts = vec![shift("Nacht", &[Weekday::Saturday], time(22, 0, 0, 0), time(6, 0, 0, 0))];
    plant.stops.clear();
    let moment = |text: &str| text.parse::<Timestamp>().unwrap();
    assert!(plant.is_running(moment("2026-03-29T05:59:00+02:00")));
    assert!(!plant.is_running(moment("2026-03-29T06:00:00+02:00")));
    // Both hours between two and three in October are worked.
    assert!(plant.is_running(moment("2026-10-25T02:30:00+02:00")));
    assert!(plant.is_running(moment("2026-10-25T02:30:00+01:00")));
}

#[test]
fn what_is_wrong_is_said() {
    let mut plant = plant();
    assert!(plant.check().is_empty());
    plant.shifts[0].days.clear();
    plant.stops[0].when = StopTime::Yearly { first: (2, 29), last: (3, 1) };
    plant.fiscal.first_month = 13;
    let faults = plant.check();
    assert_eq!(faults.len(), 3);
    assert_eq!(faults[0], CalendarFault::NoDay { shift: "昼勤".into() });
    assert_eq!(faults[0].to_string(), "shift `昼勤` has no weekday: name at least one");
    assert!(zone("Asia/Tokio").unwrap_err().to_string().contains("`Asia/Tokio`"));
}

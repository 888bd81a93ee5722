//! What is written is read, in order, and nothing else is looked at.

use crate::support::{
    DAY, Folder, HOUR, SECOND, all_commands, asset, closed, command, detection, flow, targets, value,
};
use facts::Verb;
use history::{Change, CommandRow, Cursor, Filter, Order, Range, RowOf, Who, Writer};

#[tokio::test]
async fn each_kind_reads_as_it_was_written_open_and_in_a_file() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    let rows = [
        RowOf::Flow(flow(DAY)),
        RowOf::Command(command(1, DAY, "ｼﾞｭｳﾃﾝｷ2 髙橋 ～")),
        RowOf::Value(value(DAY, Some(-0.5), None)),
        RowOf::Value(value(DAY + 1, None, Some("充填機②"))),
        RowOf::Value(value(DAY + 2, Some(f64::INFINITY), None)),
    ];
    writer.write(closed(0, rows), DAY).await.expect("written");
    writer.write_detections(vec![detection(DAY)], DAY).await.expect("written");
    let history = writer.history();
    let filter = Filter::default();
    let mut seen = Vec::new();
    for open in [true, false] {
        let page = (
            history.flows(&filter, Range::ALL, 10).await.expect("flows"),
            history.commands(&filter, Range::ALL, 10).await.expect("commands"),
            history.values(&filter, Range::ALL, 10).await.expect("values"),
            history.detections(&filter, Range::ALL, 10).await.expect("detections"),
        );
        assert_eq!(page.0.reading.files, u64::from(!open));
        assert_eq!((page.0.rows.len(), page.1.rows.len(), page.3.rows.len()), (1, 1, 1));
        let mut expected = flow(DAY);
        expected.row = page.0.rows[0].row;
        assert_eq!(page.0.rows[0], expected);
        let mut expected = command(1, DAY, "ｼﾞｭｳﾃﾝｷ2 髙橋 ～");
        expected.row = page.1.rows[0].row;
        assert_eq!(page.1.rows[0], expected);
        assert_eq!(page.2.rows[1].text.as_deref(), Some("充填機②"));
        assert_eq!(page.2.rows[2].number, Some(f64::INFINITY));
        assert_eq!(page.3.rows[0].assets, detection(DAY).assets);
        seen.push((page.0.rows, page.1.rows, page.2.rows, page.3.rows));
        if open {
            assert_eq!(writer.seal_all(DAY).await.expect("sealed").len(), 4);
            assert_eq!(writer.pending(), (0, 0));
        }
    }
    assert_eq!(seen[0], seen[1], "a row keeps its number and everything else when it goes into a file");
}

#[tokio::test]
async fn rows_come_in_order_over_hours_shards_and_open_rows_page_by_page() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    // Each round puts every third row into a file of its own; the last stays open.
    for round in 0..3_i64 {
        let rows = (0..100).map(|number| {
            let time = DAY + (number * 3 + round) * 70 * SECOND;
            RowOf::Command(command(1, time, &format!("{:03}", number * 3 + round)))
        });
        writer.write(closed(round.unsigned_abs() * 100, rows), DAY).await.expect("written");
        if round < 2 {
            writer.seal_all(DAY).await.expect("sealed");
        }
    }
    let history = writer.history();
    let expected: Vec<String> = (0..300).map(|number| format!("{number:03}")).collect();
    assert_eq!(targets(&all_commands(&history).await), expected);
    for (order, limit) in [(Order::OldestFirst, 7), (Order::NewestFirst, 64), (Order::NewestFirst, 300)] {
        let (mut got, mut after) = (Vec::new(), None);
        loop {
            let page = history.page::<CommandRow>(&Filter::default(), Range::ALL, order, after, limit).await;
            let page = page.expect("a page");
            assert!(page.rows.len() == limit || page.next.is_none());
            got.extend(page.rows.into_iter().map(|row| row.target));
            // As it goes through an address line.
            after = page.next.map(|cursor| cursor.to_string().parse().expect("a cursor"));
            if after.is_none() {
                break;
            }
        }
        if order == Order::NewestFirst {
            got.reverse();
        }
        assert_eq!(got, expected, "{order:?} by {limit}");
    }
}

/// 20,000 commands in one hour, one client after the other, 500 each: five row groups.
async fn busy_hour(folder: &Folder) -> Writer {
    let (mut writer, _) = folder.open(100_000, DAY).await;
    let rows = (0..20_000_u32).map(|number| {
        let time = DAY + i64::from(number) * 150_000;
        let mut row = command(number / 500, time, &number.to_string());
        row.last = time;
        RowOf::Command(row)
    });
    writer.write(closed(0, rows), DAY).await.expect("written");
    writer.seal_all(DAY).await.expect("sealed");
    writer
}

#[tokio::test]
async fn row_groups_that_cannot_match_are_not_read() {
    let folder = Folder::new();
    let history = busy_hour(&folder).await.history();
    let check = async |filter: Filter, range: Range, rows: usize, groups: u64| {
        let page = history.commands(&filter, range, 100_000).await.expect("a page");
        assert_eq!((page.rows.len(), page.reading.groups_read), (rows, groups), "{filter:?} {range:?}");
        assert!(page.reading.groups <= 5);
    };
    let filter = Filter::default();
    check(filter.clone(), Range::ALL, 20_000, 5).await;
    check(filter.clone(), Range { from_us: DAY, until_us: DAY + 1_500_000 }, 10, 1).await;
    check(filter.clone(), Range { from_us: DAY + HOUR, until_us: DAY + 2 * HOUR }, 0, 0).await;
    let client = |number| Who { assets: vec![asset(number)], ..Who::default() };
    check(Filter { asset: client(0), ..filter.clone() }, Range::ALL, 500, 1).await;
    check(Filter { asset: client(39), ..filter.clone() }, Range::ALL, 500, 1).await;
    check(Filter { asset: client(77), ..filter.clone() }, Range::ALL, 0, 0).await;
    check(Filter { asset: client(1000), peer: client(20), ..filter.clone() }, Range::ALL, 500, 1).await;
    let address = Who { addresses: vec!["192.0.2.38".into()], ..Who::default() };
    check(Filter { asset: address, ..filter.clone() }, Range::ALL, 500, 1).await;
    check(Filter { protocols: vec!["s7comm".into()], ..filter.clone() }, Range::ALL, 0, 0).await;
    check(Filter { verbs: vec![Verb::Stop, Verb::Write], ..filter.clone() }, Range::ALL, 20_000, 5).await;
    // A limit ends the reading too.
    let page = history.commands(&filter, Range::ALL, 10).await.expect("a page");
    assert_eq!((page.rows.len(), page.reading.groups_read), (10, 1));
    let after = Some(Cursor { time_us: DAY + 3_000_000_000, row: 0 });
    let page = history.page::<CommandRow>(&filter, Range::ALL, Order::OldestFirst, after, 100).await;
    assert_eq!(page.expect("a page").reading.groups_read, 0);
}

#[tokio::test]
async fn a_filter_finds_the_same_in_memory_and_in_files() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(1000, DAY).await;
    let mut other = command(2, DAY + 1, "ABC");
    (other.verb, other.crosses_levels, other.client_asset) = (Verb::Stop, false, None);
    other.reason = "Illegal Function".into();
    let mut quiet = flow(DAY);
    (quiet.client_ip, quiet.layers) = (None, "".into());
    let rows = [
        RowOf::Command(command(1, DAY, "100-109")),
        RowOf::Command(other),
        RowOf::Flow(flow(DAY)),
        RowOf::Flow(quiet),
        RowOf::Value(value(DAY, Some(1.0), None)),
        RowOf::Detection(detection(DAY)),
    ];
    writer.write(closed(0, rows), DAY).await.expect("written");
    let history = writer.history();
    for _ in 0..2 {
        let check = async |filter: Filter, expected: [usize; 4]| {
            let all = Range::ALL;
            let found = [
                history.flows(&filter, all, 10).await.expect("flows").rows.len(),
                history.commands(&filter, all, 10).await.expect("commands").rows.len(),
                history.values(&filter, all, 10).await.expect("values").rows.len(),
                history.detections(&filter, all, 10).await.expect("detections").rows.len(),
            ];
            assert_eq!(found, expected, "{filter:?}");
        };
        let by_asset = |numbers: &[u32]| Who {
            assets: numbers.iter().map(|number| asset(*number)).collect(),
            ..Who::default()
        };
        let none = Filter::default();
        check(none.clone(), [2, 2, 1, 1]).await;
        check(Filter { site: Some(facts::id::SiteId(uuid::Uuid::nil())), ..none.clone() }, [0; 4]).await;
        check(Filter { asset: by_asset(&[1000]), ..none.clone() }, [0, 2, 0, 0]).await;
        check(Filter { asset: by_asset(&[2]), ..none.clone() }, [0, 0, 1, 1]).await;
        check(Filter { asset: by_asset(&[4, 1]), ..none.clone() }, [2, 1, 0, 1]).await;
        check(Filter { peer: by_asset(&[1]), ..none.clone() }, [0, 1, 0, 0]).await;
        // The address counts where no asset was known.
        let mut who = by_asset(&[99]);
        who.addresses = vec!["192.0.2.1".into(), "192.0.2.2".into(), "02:00:00:00:00:01".into()];
        check(Filter { asset: who, ..none.clone() }, [2, 1, 0, 0]).await;
        check(Filter { protocols: vec!["cotp".into()], ..none.clone() }, [1, 0, 0, 0]).await;
        let innermost = Filter { innermost: true, ..none.clone() };
        check(Filter { protocols: vec!["cotp".into()], ..innermost.clone() }, [0; 4]).await;
        check(Filter { protocols: vec!["s7comm".into()], ..innermost }, [2, 0, 0, 0]).await;
        let asking = Filter { asking: true, ..none.clone() };
        check(Filter { asset: by_asset(&[1000]), ..asking.clone() }, [0; 4]).await;
        check(Filter { asset: by_asset(&[1]), ..asking }, [0, 1, 0, 1]).await;
        check(Filter { verbs: vec![Verb::Stop], ..none.clone() }, [0, 1, 0, 0]).await;
        check(Filter { crosses_levels: Some(true), ..none.clone() }, [0, 1, 0, 0]).await;
        let levels = Some((model::Level::Control, model::Level::Supervision));
        check(Filter { levels, ..none.clone() }, [0, 2, 0, 0]).await;
        check(Filter { text: "illegal FUNC".into(), ..none.clone() }, [0, 1, 0, 0]).await;
        check(Filter { text: "充填機".into(), ..none.clone() }, [0, 0, 1, 0]).await;
        check(Filter { text: "write".into(), ..none.clone() }, [0, 2, 0, 1]).await;
        // Both flows reach into the second range, but begin in the first.
        let begun = Filter { begun: true, ..none.clone() };
        let (before, after) =
            (Range { from_us: 0, until_us: DAY + 1 }, Range { from_us: DAY + 1, until_us: i64::MAX });
        for (filter, range, expected) in [(&none, after, 2), (&begun, before, 2), (&begun, after, 0)] {
            let found = history.flows(filter, range, 10).await.expect("flows").rows.len();
            assert_eq!(found, expected, "{filter:?} {range:?}");
        }
        writer.seal_all(DAY).await.expect("sealed");
    }
}

#[tokio::test]
async fn a_row_that_grows_is_one_row() {
    let folder = Folder::new();
    let (mut writer, _) = folder.open(2, DAY).await;
    let history = writer.history();
    let grown = |count: u64, closed| {
        let mut row = command(1, DAY, "grows");
        (row.count, row.last) = (count, DAY + i64::try_from(count).expect("small"));
        vec![Change { id: 0, closed, row: RowOf::Command(row) }]
    };
    for count in 1..5 {
        writer.write(grown(count, false), DAY).await.expect("written");
        assert_eq!(all_commands(&history).await.rows[0].count, count);
    }
    // The part is full of other rows and becomes a file; the row that grows goes on in the next.
    let others = ["a", "b"].map(|target| RowOf::Command(command(1, DAY + 1, target)));
    writer.write(closed(1, others), DAY).await.expect("written");
    assert_eq!(writer.seal(DAY).await.expect("sealed").len(), 1);
    writer.write(grown(7, true), DAY).await.expect("written");
    let page = all_commands(&history).await;
    assert_eq!((targets(&page), page.rows[0].count), (vec!["grows", "a", "b"], 7));
    // Nothing of it is due: the hour is not over.
    assert_eq!(writer.seal(DAY + HOUR - 1).await.expect("sealed"), []);
    assert_eq!(writer.seal(DAY + HOUR + 120 * SECOND).await.expect("sealed").len(), 1);
    assert_eq!(all_commands(&history).await.rows, page.rows);
}

//! JSON in a shape that does not change.

use super::provenance::moment;
use super::{Provenance, Table, Value};
use serde_json::{Map, Value as Json, json};

/// The name and version of the shape. A reader that knows it may rely on every member that [`json()`] describes; members may be
/// added, none goes or changes its meaning without a new version.
pub const FORMAT: &str = "yagura-table/1";

/// Writes a table as JSON: `{"format", "provenance": {"site", "table", "filter", "made_at", "zone", "made_by", "rows",
/// "hidden"}, "columns": [{"key", "title": {"en", "ja"}, "type"}], "rows": [{KEY: value}]}`. Nothing known is `null`, times are
/// RFC 3339 with the offset of the plant's zone, days `YYYY-MM-DD`, several texts an array.
#[must_use]
pub fn json(table: &Table, provenance: &Provenance) -> Vec<u8> {
    let columns: Vec<Json> = (table.columns.iter())
        .map(|column| {
            let title = json!({ "en": column.title.english, "ja": column.title.japanese });
            json!({ "key": column.key, "title": title, "type": column.kind.name() })
        })
        .collect();
    let rows: Vec<Json> = table.rows.iter().map(|row| object(table, row, provenance)).collect();
    let document = json!({
        "format": FORMAT,
        "provenance": {
            "site": provenance.site,
            "table": { "en": table.title.english, "ja": table.title.japanese },
            "filter": provenance.filter,
            "made_at": moment(provenance.at, &provenance.zone),
            "zone": provenance.zone.iana_name(),
            "made_by": provenance.by,
            "rows": table.rows.len(),
            "hidden": provenance.hidden,
        },
        "columns": columns,
        "rows": rows,
    });
    let mut bytes = document.to_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

fn object(table: &Table, row: &[Value], provenance: &Provenance) -> Json {
    let mut object = Map::new();
    for (place, column) in table.columns.iter().enumerate() {
        let value = match row.get(place) {
            None | Some(Value::Empty) => Json::Null,
            Some(Value::Text(text)) => Json::from(text.as_str()),
            Some(Value::Texts(texts)) => Json::from(texts.as_slice()),
            Some(Value::Integer(number)) => Json::from(*number),
            // JSON has no NaN: serde_json makes it null.
            Some(Value::Decimal(number)) => Json::from(*number),
            Some(Value::Boolean(value)) => Json::from(*value),
            Some(Value::Time(at)) => Json::from(moment(*at, &provenance.zone)),
            Some(Value::Date(date)) => Json::from(date.to_string()),
        };
        object.insert(column.key.to_string(), value);
    }
    Json::Object(object)
}

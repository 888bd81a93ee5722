//! Where a table comes from.

use super::{Language, Table, Title};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Where a table comes from and what it leaves out.
#[derive(Clone, Debug, PartialEq)]
pub struct Provenance {
    /// The plant.
    pub site: String,
    /// The filter as a person would write it; empty when everything was asked for.
    pub filter: String,
    /// When it was made.
    pub at: Timestamp,
    /// The plant's time zone: of this moment and of all times in the table.
    pub zone: TimeZone,
    /// Who asked: a person's name or a token's.
    pub by: String,
    /// Rows that fit the filter and that this person may not see.
    pub hidden: u64,
}

impl Provenance {
    /// The moment with its offset and the zone's name: `2026-11-23T10:04:05+09:00 (Asia/Tokyo)`.
    pub(super) fn moment(&self) -> String {
        let name = self.zone.iana_name().map(|name| format!(" ({name})")).unwrap_or_default();
        format!("{}{name}", moment(self.at, &self.zone))
    }

    /// Title and text of each line that a reader of the file sees.
    pub(super) fn lines(&self, table: &Table, language: Language) -> Vec<(&'static str, String)> {
        let title = |english, japanese| match language {
            Language::English => english,
            Language::Japanese => japanese,
        };
        let everything = title("(none)", "（なし）").to_owned();
        vec![
            (title("Site", "拠点"), self.site.clone()),
            (title("Table", "表"), table.title.of(language).to_owned()),
            (
                title("Filter", "絞り込み"),
                if self.filter.is_empty() { everything } else { self.filter.clone() },
            ),
            (title("Made at", "作成日時"), self.moment()),
            (title("Made by", "作成者"), self.by.clone()),
            (title("Rows", "行数"), table.rows.len().to_string()),
            (title("Rows hidden from this person", "権限により非表示の行数"), self.hidden.to_string()),
        ]
    }
}

/// The title of the sheet that holds it.
pub(super) const SHEET: Title = Title::new("Provenance", "出力情報");

/// A moment in RFC 3339 with the offset of the zone at that moment.
pub(super) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

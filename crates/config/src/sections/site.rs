//! `[site]`

use crate::at::At;
use crate::check::Check;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawSite {
    /// Name of the plant as people know it; stands on pages, reports and exports.
    name: At<String>,
    /// Time zone of the plant: days, shifts and reports begin and end by it.
    #[schemars(extend("x-form" = "a name of the IANA time zone database, such as `\"Asia/Tokyo\"`"))]
    time_zone: At<String>,
    /// Language of reports and messages, and of pages until a reader chooses.
    language: At<Language>,
}

/// A language of texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

/// The plant.
#[derive(Clone, Debug)]
pub struct Site {
    /// Name of the plant.
    pub name: String,
    /// Its time zone.
    pub time_zone: TimeZone,
    /// Language of what it writes.
    pub language: Language,
}

impl Default for RawSite {
    fn default() -> Self {
        Self { name: "Plant".into(), time_zone: "UTC".into(), language: Language::En.into() }
    }
}

pub(crate) fn check(raw: &RawSite, check: &mut Check<'_>) -> Option<Site> {
    let name = check.text(&raw.name);
    let time_zone = TimeZone::get(&raw.time_zone.value).ok();
    if time_zone.is_none() {
        check.refuse(&raw.time_zone);
    }
    Some(Site { name: name?, time_zone: time_zone?, language: raw.language.value })
}

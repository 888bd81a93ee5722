//! When lines stop next.

use super::{document, plants_zone};
use crate::api::problem::Answer;
use crate::api::state::Api;
use facts::id::LineId;
use jiff::{SignedDuration, Timestamp};
use plant::calendar::Calendar;
use std::collections::BTreeMap;
use store::structure::{calendar as kept, line};

/// The calendars of a plant and of the lines that have their own.
#[derive(Clone, Debug)]
pub(crate) struct Stops {
    plant: Calendar,
    lines: BTreeMap<LineId, Option<Calendar>>,
}

impl Stops {
    pub(crate) async fn read(api: &Api) -> Answer<Self> {
        let (site, zone) = (api.parts().site, plants_zone(api).await?);
        let all = kept::list(api.store(), site).await?;
        let named = |name: &str| all.iter().find(|calendar| calendar.name == name);
        let read = |found: Option<&kept::Calendar>| document(api, found)?.calendar(&zone);
        let plant = read(named(""))?;
        let mut lines = BTreeMap::new();
        for line in line::list(api.store(), site).await? {
            // A line that names none follows the plant's.
            let own = named(&line.calendar).filter(|_| !line.calendar.is_empty());
            lines.insert(line.id, own.map(|own| read(Some(own))).transpose()?);
        }
        Ok(Self { plant, lines })
    }

    /// Every line of the plant.
    pub(crate) fn lines(&self) -> impl Iterator<Item = LineId> {
        self.lines.keys().copied()
    }

    /// The next time, from a moment on, in which a line (the plant, without one) stands still for at least so many minutes:
    /// from and until, microseconds since 1970 UTC. `None` when its calendar plans none.
    pub(crate) fn next(&self, line: Option<LineId>, now_us: i64, minutes: i64) -> Option<(i64, i64)> {
        let own = line.and_then(|line| self.lines.get(&line)?.as_ref());
        let now = Timestamp::from_microsecond(now_us).ok()?;
        let window = own.unwrap_or(&self.plant).next_stop(now, SignedDuration::from_mins(minutes))?;
        Some((window.from.as_microsecond(), window.to.as_microsecond()))
    }
}

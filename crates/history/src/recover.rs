//! What a start finds: the logs of hours that were open when the process ended.

use crate::error::Error;
use crate::hour::{HOUR_US, Range};
use crate::log;
use crate::open::{Held, Part, PartKey};
use crate::write::{Log, ROW_BITS, Report, Writer};
use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::path::PathBuf;
use std::sync::Arc;

impl Writer {
    pub(crate) async fn recover(&mut self, now_us: i64) -> Result<Report, Error> {
        let mut report = Report::default();
        for (key, path) in self.found_logs()? {
            let fail = |source| Error::Log { path: path.display().to_string(), source };
            if self.has_file(key).await? {
                fs::remove_file(&path).map_err(fail)?;
                continue;
            }
            let told = log::read(&path, key.0).map_err(fail)?;
            let len = fs::metadata(&path).map_err(fail)?.len();
            if told.torn > 0 {
                report.torn.push((path.display().to_string(), told.torn));
            }
            let mut part = Part::default();
            for (id, row) in told.rows {
                self.epoch = self.epoch.max((id >> ROW_BITS) + 1);
                // A row that was still growing when its part was full stands in the next part again, newer.
                let parts = &mut *self.history.parts.write();
                for (_, older) in parts.range_mut((key.0, key.1, 0)..key) {
                    older.take(id);
                }
                part.put(id, Held { row, closed: true, unlogged: false });
            }
            let file = OpenOptions::new().read(true).write(true).open(&path).map_err(fail)?;
            let (file, end) = (Arc::new(file), len.saturating_sub(told.torn));
            self.logs.insert(key, Log { file, path, end, opened_us: now_us });
            self.history.parts.write().insert(key, part);
            // The columns may be those of an older version: from here on they are ours.
            let mut head = Vec::new();
            log::put_columns(key.0, &mut head);
            self.append(key, head).await?;
            self.current.insert((key.0, key.1), key.2);
        }
        report.rows = self.pending().0;
        Ok(report)
    }

    fn found_logs(&self) -> Result<BTreeMap<PartKey, PathBuf>, Error> {
        let folder = &self.options.logs;
        let fail = |source| Error::Log { path: folder.display().to_string(), source };
        fs::create_dir_all(folder).map_err(fail)?;
        let mut logs = BTreeMap::new();
        for file in fs::read_dir(folder).map_err(fail)? {
            let file = file.map_err(fail)?;
            if let Some(key) = file.file_name().to_str().and_then(log::part_of) {
                logs.insert(key, file.path());
            }
        }
        Ok(logs)
    }

    /// Whether the rows of a part are in a file already. Parts of an hour become files in their order, so a later
    /// one (of a compaction, say) proves it too.
    async fn has_file(&self, (kind, hour, shard): PartKey) -> Result<bool, Error> {
        let range = Range { from_us: hour, until_us: hour.saturating_add(HOUR_US) };
        let listed = self.history.catalogue.list(kind, range).await?;
        Ok(listed.iter().any(|entry| entry.hour_us == hour && entry.shard >= shard))
    }
}

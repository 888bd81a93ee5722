//! How far each mirror port can be trusted, as the sensor tells it.

use crate::fold::Whose;
use crate::project::us;
use facts::NetworkId;
use facts::id::NetworkUid;
use sensor::{Account, CaptureAccount};
use show::api::view::{Mirror, Process};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// A watched folder.
#[derive(Default)]
struct Folder {
    /// What its captures held together.
    total: CaptureAccount,
    is_open: bool,
    problem: Option<String>,
}

/// What a sensor measured at a port; it is up as far as the interface is.
pub(crate) fn measured(capture: &CaptureAccount, now_us: i64) -> Mirror {
    let last_us = capture.last.map(us);
    Mirror {
        sensor: None,
        is_folder: false,
        name: capture.name.clone(),
        up: !capture.is_down,
        remark: None,
        packets: capture.packets,
        bytes: capture.bytes,
        kernel_drops: capture.kernel_dropped,
        queue_drops: 0,
        duplicates: capture.duplicates,
        one_way_flows: capture.one_way_flows,
        gaps: capture.gaps,
        values_sampled: capture.values_sampled,
        undecoded: capture.undecoded.clone(),
        vlans: capture.vlans.clone(),
        last_us,
        clock_ahead: last_us.map(|last_us| (last_us - now_us).max(0) * 1000),
    }
}

/// What was told so far.
#[derive(Default)]
pub(crate) struct Mirrors {
    account: Account,
    problems: BTreeMap<String, String>,
    folders: BTreeMap<String, Folder>,
    remarks: Vec<String>,
    is_up: bool,
    starts: u64,
    batches: u64,
    lost_batches: u64,
    defects: u64,
    /// Whose each address is.
    pub(crate) ids: Arc<Whose>,
}

impl Mirrors {
    pub(crate) fn account(&mut self, account: &Account) {
        self.account = account.clone();
    }

    pub(crate) fn started(&mut self, remarks: Vec<String>) {
        self.is_up = true;
        self.starts += 1;
        self.remarks = remarks;
    }

    pub(crate) fn ended(&mut self, reason: &str) {
        self.is_up = false;
        self.remarks = vec![format!("the sensor process ended: {reason}; it is started again")];
    }

    pub(crate) fn port(&mut self, name: &str, problem: Option<String>) {
        match problem {
            Some(problem) => self.problems.insert(name.to_owned(), problem),
            None => self.problems.remove(name),
        };
    }

    /// How a watched folder is.
    pub(crate) fn folder(&mut self, name: &str, is_open: bool, problem: Option<String>) {
        let folder = self.folders.entry(name.to_owned()).or_default();
        (folder.is_open, folder.problem) = (is_open, problem);
    }

    /// Adds what was counted in a file of a watched folder.
    pub(crate) fn file_of(&mut self, name: &str, account: &Account) {
        let total = &mut self.folders.entry(name.to_owned()).or_default().total;
        for file in &account.captures {
            total.packets += file.packets;
            total.bytes += file.bytes;
            total.truncated += file.truncated;
            total.duplicates += file.duplicates;
            total.routed += file.routed;
            total.values_sampled += file.values_sampled;
            total.gaps += file.gaps;
            total.one_way_flows += file.one_way_flows;
            total.first = [total.first, file.first].into_iter().flatten().min();
            total.last = total.last.max(file.last);
            file.undecoded.iter().for_each(|(why, count)| {
                *total.undecoded.entry(why.clone()).or_default() += count;
            });
            file.vlans.iter().for_each(|(vlan, count)| *total.vlans.entry(*vlan).or_default() += count);
        }
    }

    pub(crate) fn lost(&mut self, batches: u64) {
        self.lost_batches += batches;
    }

    pub(crate) fn batch(&mut self, told: Option<&batch::Report>) {
        self.batches += 1;
        self.defects += told.map_or(1, |told| told.damaged);
    }

    /// Every port.
    pub(crate) fn rows(&self, now_us: i64) -> Vec<Mirror> {
        let mut rows: Vec<Mirror> =
            self.account.captures.iter().map(|capture| self.row(capture, now_us)).collect();
        for (name, problem) in &self.problems {
            if !rows.iter().any(|row| row.name == *name) {
                rows.push(Mirror { name: name.clone(), remark: Some(problem.clone()), ..Mirror::default() });
            }
        }
        for (name, folder) in &self.folders {
            let total = CaptureAccount { name: name.clone(), ..folder.total.clone() };
            rows.push(Mirror {
                is_folder: true,
                up: folder.is_open,
                remark: folder.problem.clone(),
                // Its frames are as old as the captures are.
                clock_ahead: None,
                ..measured(&total, now_us)
            });
        }
        rows
    }

    fn row(&self, capture: &CaptureAccount, now_us: i64) -> Mirror {
        let measured = measured(capture, now_us);
        Mirror {
            up: self.is_up && measured.up && !self.problems.contains_key(&capture.name),
            remark: self.problems.get(&capture.name).cloned(),
            queue_drops: self.lost_batches,
            ..measured
        }
    }

    /// The process itself.
    pub(crate) fn process(&self, data: &Path) -> Process {
        let mut troubles = self.remarks.clone();
        if self.defects > 0 {
            troubles.push(format!("{} batches or records of the sensor could not be read", self.defects));
        }
        Process {
            queue_depth: self.account.waiting_batches,
            batches: self.batches,
            sensor_restarts: self.starts.saturating_sub(1),
            disk_free: keep::space::space(data).ok().map(|space| space.available),
            troubles,
            ..Process::default()
        }
    }

    /// Names of the interfaces that hear each network. A capture begins as a network of its own, by the same number.
    pub(crate) fn networks(
        &self,
        known: impl Fn(NetworkId) -> Option<NetworkUid>,
    ) -> HashMap<NetworkUid, Vec<String>> {
        let mut networks: HashMap<_, Vec<String>> = HashMap::new();
        for capture in &self.account.captures {
            if let Some(network) = known(NetworkId(capture.capture.0)) {
                networks.entry(network).or_default().push(capture.name.clone());
            }
        }
        networks
    }
}

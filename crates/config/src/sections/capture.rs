//! `[capture]`

use crate::at::At;
use crate::check::Check;
use crate::files::Purpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawCapture {
    /// A mirror port: packets are taken from it as they come. One section for each port.
    interface: Vec<At<RawInterface>>,
    /// A folder that is watched: captures that appear in it are read once, each when it has stood still for ten
    /// seconds. Lay them in by renaming; files whose names begin with a dot are left alone. The same capture under
    /// another name does not count again, and one that cannot be read whole stays and is named on the health page.
    folder: Vec<At<RawFolder>>,
    /// Sensors on other machines.
    pub(crate) remote: RawRemote,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawInterface {
    /// Name of the network interface; required.
    #[schemars(extend("x-form" = "the name of a network interface, at most 15 letters, such as `\"eth1\"`"))]
    name: Option<At<String>>,
    /// What people call this mirror; without it, the interface's name.
    label: Option<At<String>>,
    /// Bytes taken of each packet; fewer make identities and evidence incomplete. Packets that were cut are counted.
    #[schemars(range(min = 256, max = 262_144))]
    snap_length: At<u32>,
    /// Memory of the ring between kernel and sensor, in MiB: larger survives longer bursts.
    #[schemars(range(min = 8, max = 4096))]
    buffer_mib: At<u32>,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawFolder {
    /// The folder; required.
    #[schemars(extend("x-form" = "an absolute path in quotation marks"))]
    path: Option<At<String>>,
    /// What people call it; without it, its path.
    label: Option<At<String>>,
    /// What becomes of a capture that was read.
    after: At<After>,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RawRemote {
    /// Address and port for sensors on other machines; without it, none can connect.
    #[schemars(extend("x-form" = "an address and port, such as `\"0.0.0.0:8444\"`"))]
    pub(crate) address: Option<At<String>>,
    /// Sensors that may be enrolled.
    #[schemars(range(min = 1, max = 1000))]
    sensors_max: At<u32>,
}

/// What becomes of a capture that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It stays.
    #[default]
    Keep,
    /// It is removed.
    Delete,
}

/// What is listened to.
#[derive(Clone, Debug)]
pub struct Capture {
    /// Mirror ports.
    pub interfaces: Vec<Interface>,
    /// Watched folders.
    pub folders: Vec<Folder>,
    /// Sensors on other machines.
    pub remote: Remote,
}

/// A mirror port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Name of the network interface.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// Bytes taken of each packet.
    pub snap_length: u32,
    /// Bytes of the ring.
    pub buffer_bytes: u64,
}

/// A watched folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// What people call it.
    pub label: String,
    /// What becomes of a capture that was read.
    pub after: After,
}

/// Sensors on other machines.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where they connect; nowhere when absent.
    pub address: Option<SocketAddr>,
    /// Sensors that may be enrolled.
    pub sensors_max: u32,
}

impl Default for RawInterface {
    fn default() -> Self {
        Self { name: None, label: None, snap_length: 262_144.into(), buffer_mib: 64.into() }
    }
}

impl Default for RawFolder {
    fn default() -> Self {
        Self { path: None, label: None, after: After::Keep.into() }
    }
}

impl Default for RawRemote {
    fn default() -> Self {
        Self { address: None, sensors_max: 32.into() }
    }
}

pub(crate) fn check(raw: &RawCapture, check: &mut Check<'_>) -> Option<Capture> {
    let mut names = BTreeSet::new();
    let mut interfaces = Vec::new();
    for entry in &raw.interface {
        if let Some(name) = &entry.value.name
            && !names.insert(name.value.clone())
        {
            check.because(name, format!("`{}` stands in two sections: keep one", name.value));
        }
        interfaces.push(interface(entry, check));
    }
    let folders: Vec<_> = raw.folder.iter().map(|entry| folder(entry, check)).collect();
    let address = raw.remote.address.as_ref().map(|at| check.parsed(at));
    Some(Capture {
        interfaces: interfaces.into_iter().collect::<Option<_>>()?,
        folders: folders.into_iter().collect::<Option<_>>()?,
        remote: Remote {
            address: match address {
                Some(address) => Some(address?),
                None => None,
            },
            sensors_max: raw.remote.sensors_max.value,
        },
    })
}

fn interface(entry: &At<RawInterface>, check: &mut Check<'_>) -> Option<Interface> {
    let raw = &entry.value;
    let label = raw.label.as_ref().map(|at| check.text(at));
    let Some(name) = &raw.name else {
        check.missing_in(entry, "name");
        return None;
    };
    let is_fine = |byte: u8| byte.is_ascii_graphic() && byte != b'/';
    // IFNAMSIZ of Linux is 16 with the closing zero.
    if name.value.is_empty() || name.value.len() > 15 || !name.value.bytes().all(is_fine) {
        check.refuse(name);
        return None;
    }
    Some(Interface {
        name: name.value.clone(),
        label: label.unwrap_or_else(|| Some(name.value.clone()))?,
        snap_length: raw.snap_length.value,
        buffer_bytes: u64::from(raw.buffer_mib.value) << 20,
    })
}

fn folder(entry: &At<RawFolder>, check: &mut Check<'_>) -> Option<Folder> {
    let raw = &entry.value;
    let label = raw.label.as_ref().map(|at| check.text(at));
    let Some(path) = &raw.path else {
        check.missing_in(entry, "path");
        return None;
    };
    Some(Folder {
        path: check.path(path, Purpose::Folder)?,
        label: label.unwrap_or_else(|| Some(path.value.clone()))?,
        after: raw.after.value,
    })
}

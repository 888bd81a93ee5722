//! How a plant is divided, and where each asset stands in it.
//!
//! Site → line → cell is where machines stand; systems and zones cut across it. Lists are kept as they are stored; what
//! does not fit together is told by [`check`], which the writer of a change calls before it is kept.

mod check;

pub use check::{Item, StructureFault, check};

use core::net::IpAddr;
use facts::id::{AssetUid, CellId, FileId, LineId, NetworkUid, SiteId, SystemId, ZoneId};

/// The longest name of anything here, in characters.
pub const NAME_MAX: usize = 200;
/// The longest note, in characters.
pub const NOTES_MAX: usize = 10_000;
/// The most tags of one asset.
pub const TAGS_MAX: usize = 50;

/// A plant and its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The plant.
    pub site: Site,
    /// Its production lines and other areas.
    pub lines: Vec<Line>,
    /// The cells of the lines.
    pub cells: Vec<Cell>,
    /// What works together, wherever it stands.
    pub systems: Vec<System>,
    /// What has to be protected alike.
    pub zones: Vec<Zone>,
    /// Where an address means one thing.
    pub networks: Vec<Network>,
    /// Where assets stand; an asset without one is not placed yet.
    pub placements: Vec<Placement>,
}

/// A plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name.
    pub name: String,
}

/// A production line or another area of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: LineId,
    /// Its name, unique in the site.
    pub name: String,
}

/// A cell: machines of a line that do one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its id.
    pub id: CellId,
    /// The line to which it belongs.
    pub line: LineId,
    /// Its name, unique in the line.
    pub name: String,
}

/// A logical system: machines that serve one purpose together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct System {
    /// Its id.
    pub id: SystemId,
    /// The system of which it is a part.
    pub parent: Option<SystemId>,
    /// Its name, unique under its parent.
    pub name: String,
}

/// A zone of IEC 62443-3-2; zones may lie inside zones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// The zone inside which it lies.
    pub parent: Option<ZoneId>,
    /// Its name, unique under its parent.
    pub name: String,
    /// The security level that it should reach (SL-T), 0 to 4.
    pub target_level: Option<u8>,
}

/// A network: the same address in two networks is two things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its id.
    pub id: NetworkUid,
    /// The zone that it serves, where it serves one.
    pub zone: Option<ZoneId>,
    /// Its name, unique in the site.
    pub name: String,
    /// Its VLAN, 1 to 4094.
    pub vlan: Option<u16>,
    /// Its address ranges: address and prefix length.
    pub prefixes: Vec<(IpAddr, u8)>,
}

/// A level of the Purdue model (ISA-95).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// 0: the process itself, sensors and actuators.
    Process,
    /// 1: basic control.
    Control,
    /// 2: supervision of a line or cell.
    Supervision,
    /// 3: operation of the whole site.
    Operation,
    /// 3.5: between plant and office.
    Dmz,
    /// 4: the office.
    Business,
}

impl Level {
    /// All, from the process up.
    pub const ALL: [Self; 6] =
        [Self::Process, Self::Control, Self::Supervision, Self::Operation, Self::Dmz, Self::Business];

    /// How it is written: `0` to `4`, `DMZ`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Process => "0",
            Self::Control => "1",
            Self::Supervision => "2",
            Self::Operation => "3",
            Self::Dmz => "DMZ",
            Self::Business => "4",
        }
    }

    /// Reads it as people write it: `2`, `L2`, `Level 2`, `レベル２`, `3.5`, `DMZ`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let folded = crate::fold(text);
        let words = ["level", "レベル", "lv.", "lv", "l"];
        let bare = words.iter().find_map(|word| folded.strip_prefix(*word)).unwrap_or(&folded).trim();
        match bare {
            "3.5" => Some(Self::Dmz),
            _ => Self::ALL.into_iter().find(|level| level.name().eq_ignore_ascii_case(bare)),
        }
    }
}

/// Where an asset stands, and what its people say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// The asset.
    pub asset: AssetUid,
    /// Its line.
    pub line: Option<LineId>,
    /// Its cell, one of that line.
    pub cell: Option<CellId>,
    /// The systems of which it is a part.
    pub systems: Vec<SystemId>,
    /// Its zone.
    pub zone: Option<ZoneId>,
    /// Its level where a person overruled what was inferred.
    pub level: Option<Level>,
    /// What it is called on the floor.
    pub floor_name: String,
    /// The number in the plant's own books, unique in the site.
    pub equipment_number: String,
    /// Building and room.
    pub building: String,
    /// Control panel.
    pub panel: String,
    /// Switch and port to which it is wired.
    pub switch_port: String,
    /// Who answers for it.
    pub owner: String,
    /// Free words to find it by, each once.
    pub tags: Vec<String>,
    /// What else should be known.
    pub notes: String,
    /// Drawings, backups, photographs.
    pub files: Vec<FileId>,
}

impl Placement {
    /// An asset of which nothing is said yet.
    #[must_use]
    pub fn of(asset: AssetUid) -> Self {
        Self {
            asset,
            line: None,
            cell: None,
            systems: Vec::new(),
            zone: None,
            level: None,
            floor_name: String::new(),
            equipment_number: String::new(),
            building: String::new(),
            panel: String::new(),
            switch_port: String::new(),
            owner: String::new(),
            tags: Vec::new(),
            notes: String::new(),
            files: Vec::new(),
        }
    }
}

//! The tables: what a row of each kind says. `docs/history.md` shows them to people; it must change together.

use crate::cell::{Cell, Column, Field};
use core::net::IpAddr;
use facts::id::{AssetUid, NetworkUid, SiteId};
use facts::{Phase, Transport, Verb};
use model::Level;
use std::borrow::Cow;
use wire::Mac;

/// A word out of a short list: static when it comes from a dissector, owned when it was read from a file.
pub type Word = Cow<'static, str>;

/// What history keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Who talked to whom, how much.
    Flows,
    /// Who did what.
    Commands,
    /// What the process was at.
    Values,
    /// What a rule saw, before alerts are made of it.
    Detections,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Flows, Self::Commands, Self::Values, Self::Detections];

    /// The name of its folder, of its files' table and in the catalogue.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Flows => "flows",
            Self::Commands => "commands",
            Self::Values => "values",
            Self::Detections => "detections",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub(crate) fn columns(self) -> &'static [Column] {
        match self {
            Self::Flows => FlowRow::COLUMNS,
            Self::Commands => CommandRow::COLUMNS,
            Self::Values => ValueRow::COLUMNS,
            Self::Detections => DetectionRow::COLUMNS,
        }
    }

    /// The place of a column by its name.
    pub(crate) fn column(self, name: &str) -> Option<usize> {
        self.columns().iter().position(|column| column.name == name)
    }
}

/// A row of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum RowOf {
    /// Of flows.
    Flow(FlowRow),
    /// Of commands.
    Command(CommandRow),
    /// Of values.
    Value(ValueRow),
    /// Of detections.
    Detection(DetectionRow),
}

macro_rules! each_kind {
    ($self:expr, $row:ident => $result:expr) => {
        match $self {
            RowOf::Flow($row) => $result,
            RowOf::Command($row) => $result,
            RowOf::Value($row) => $result,
            RowOf::Detection($row) => $result,
        }
    };
}

impl RowOf {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Flow(_) => Kind::Flows,
            Self::Command(_) => Kind::Commands,
            Self::Value(_) => Kind::Values,
            Self::Detection(_) => Kind::Detections,
        }
    }

    /// Its beginning, in microseconds.
    #[must_use]
    pub fn time(&self) -> i64 {
        each_kind!(self, row => row.time)
    }

    pub(crate) fn last(&self) -> i64 {
        each_kind!(self, row => row.last)
    }

    pub(crate) fn site(&self) -> SiteId {
        each_kind!(self, row => row.site)
    }

    pub(crate) fn row(&self) -> u64 {
        each_kind!(self, row => row.row)
    }

    pub(crate) fn set_row(&mut self, number: u64) {
        each_kind!(self, row => row.row = number);
    }

    pub(crate) fn cells(&self) -> Vec<Cell<'_>> {
        each_kind!(self, row => row.cells())
    }

    pub(crate) fn from_cells<'a>(kind: Kind, cells: impl Iterator<Item = Cell<'a>>) -> Option<Self> {
        Some(match kind {
            Kind::Flows => Self::Flow(FlowRow::from_cells(cells)?),
            Kind::Commands => Self::Command(CommandRow::from_cells(cells)?),
            Kind::Values => Self::Value(ValueRow::from_cells(cells)?),
            Kind::Detections => Self::Detection(DetectionRow::from_cells(cells)?),
        })
    }
}

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            /// Tells rows of one beginning apart; given when the row is written.
            pub row: u64,
            /// The plant.
            pub site: SiteId,
            /// The beginning in microseconds since 1970 UTC: the first time it was seen.
            pub time: i64,
            /// The last time it was seen.
            pub last: i64,
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $name {
            pub(crate) const COLUMNS: &'static [Column] = &[
                column::<u64>("row"),
                column::<SiteId>("site"),
                column::<i64>("time"),
                column::<i64>("last"),
                $(column::<$type>(stringify!($field)),)*
            ];

            fn cells(&self) -> Vec<Cell<'_>> {
                vec![self.row.cell(), self.site.cell(), self.time.cell(), self.last.cell(),
                    $(self.$field.cell(),)*]
            }

            /// The cells must come in the order of the columns.
            pub(crate) fn from_cells<'a>(mut cells: impl Iterator<Item = Cell<'a>>) -> Option<Self> {
                Some(Self {
                    row: Field::from_cell(cells.next()?)?,
                    site: Field::from_cell(cells.next()?)?,
                    time: Field::from_cell(cells.next()?)?,
                    last: Field::from_cell(cells.next()?)?,
                    $($field: Field::from_cell(cells.next()?)?,)*
                })
            }
        }
    )*};
}

const fn column<F: Field>(name: &'static str) -> Column {
    Column { name, class: F::CLASS, nullable: F::NULLABLE }
}

tables! {
    /// Conversations between two machines over one service: one row per hour, shorter when they fall silent.
    FlowRow {
        /// Where the addresses mean something.
        network: Option<NetworkUid>,
        /// Carrier.
        transport: Transport,
        /// The innermost protocol; empty when nothing was recognised.
        protocol: Word,
        /// Every protocol, outermost first, with `/` between them.
        layers: Word,
        /// Who asked.
        client_asset: Option<AssetUid>,
        /// Its hardware address on this segment.
        client_mac: Option<Mac>,
        /// Its IP address.
        client_ip: Option<IpAddr>,
        /// Its port, 0 when there were several.
        client_port: u16,
        /// Its Purdue level then.
        client_level: Option<Level>,
        /// Who offers the service.
        server_asset: Option<AssetUid>,
        /// Its hardware address on this segment.
        server_mac: Option<Mac>,
        /// Its IP address.
        server_ip: Option<IpAddr>,
        /// The service's port.
        server_port: u16,
        /// Its Purdue level then.
        server_level: Option<Level>,
        /// Both levels are known and differ.
        crosses_levels: bool,
        /// Conversations that began.
        begun: u64,
        /// Conversations that ended.
        ended: u64,
        /// Conversations that ended without their opening being accepted.
        not_established: u64,
        /// Packets to the server.
        packets_to_server: u64,
        /// Packets to the client.
        packets_to_client: u64,
        /// Bytes on the wire to the server.
        bytes_to_server: u64,
        /// Bytes on the wire to the client.
        bytes_to_client: u64,
        /// Whole messages of the innermost protocol.
        messages: u64,
        /// Messages that broke any of the protocols.
        malformed: u64,
        /// Bytes missing in the streams.
        lost_bytes: u64,
    }

    /// The same command, repeated without a long pause.
    CommandRow {
        /// How often.
        count: u64,
        /// Where the addresses mean something.
        network: Option<NetworkUid>,
        /// Protocol.
        protocol: Word,
        /// Who asked.
        client_asset: Option<AssetUid>,
        /// Its hardware address on this segment.
        client_mac: Option<Mac>,
        /// Its IP address.
        client_ip: Option<IpAddr>,
        /// Its Purdue level then.
        client_level: Option<Level>,
        /// Who was asked.
        server_asset: Option<AssetUid>,
        /// Its hardware address on this segment.
        server_mac: Option<Mac>,
        /// Its IP address.
        server_ip: Option<IpAddr>,
        /// The service's port.
        server_port: u16,
        /// Its Purdue level then.
        server_level: Option<Level>,
        /// Both levels are known and differ.
        crosses_levels: bool,
        /// What it does to the plant.
        verb: Verb,
        /// Request, response or unsolicited.
        phase: Phase,
        /// Sub-space of the code (`login` and `file` for what is no command of its own), else empty.
        group: Word,
        /// The number on the wire.
        code: u64,
        /// The standard's name of the code, the method of a log-in; empty when not known.
        name: Word,
        /// Which part of the server: `unit 3`, `slot 0/2`; empty for the whole.
        part: Word,
        /// Address space of the target.
        space: Word,
        /// The target: `100-109`, `5:100`, a name, `class/instance/attribute`; a user, a file.
        target: String,
        /// `refused`, `failed`, `unanswered`, `accepted`, `attempted`; empty when nothing was said.
        outcome: Word,
        /// The status on the wire.
        status: Option<u32>,
        /// The standard's name of the status.
        reason: Word,
        /// Bytes of a file, where told.
        bytes: Option<u64>,
    }

    /// A variable's value while it held, or its range in a minute in which it kept changing.
    ValueRow {
        /// How often it was told.
        count: u64,
        /// How often it changed in this row, 0 when it is only stated again.
        changes: u64,
        /// Where the addresses mean something.
        network: Option<NetworkUid>,
        /// Whose.
        asset: Option<AssetUid>,
        /// Its hardware address on this segment.
        mac: Option<Mac>,
        /// Its IP address.
        ip: Option<IpAddr>,
        /// Protocol that told it.
        protocol: Word,
        /// Which part of it: `unit 3`, `slot 0/2`; empty for the whole.
        part: Word,
        /// Address space of the variable.
        space: Word,
        /// The variable, written as a command's target.
        target: String,
        /// `bool`, `int`, `uint`, `float` or `text`.
        class: Word,
        /// The last number (a flag is 0 or 1).
        number: Option<f64>,
        /// The least number.
        min: Option<f64>,
        /// The greatest number.
        max: Option<f64>,
        /// The last text; the digits of a whole number that a float does not hold.
        text: Option<String>,
    }

    /// What a rule saw.
    DetectionRow {
        /// How often.
        count: u64,
        /// The rule.
        rule: Word,
        /// `low`, `medium`, `high` or `critical`.
        severity: Word,
        /// Asset ids with a blank between them.
        assets: String,
        /// The flow it was seen in: `tcp 192.0.2.1:50000 192.0.2.2:502`; empty when in none.
        flow: String,
        /// Where its packets are kept; empty when nowhere.
        evidence: String,
        /// What the rule tells, a JSON object.
        text: String,
    }
}

//! What a reader asks for, as tests on cells: the same tests for rows in memory and in files.

use crate::Range;
use crate::cell::Cell;
use crate::row::Kind;
use crate::scan::{Cursor, Order};
use facts::Verb;
use facts::id::{AssetUid, NetworkUid, SiteId};
use model::Level;

/// A machine, or several that were united: a row is theirs by an asset's id, or by an address while the asset was not
/// known yet. Empty means any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    /// Ids, those of merged assets included.
    pub assets: Vec<AssetUid>,
    /// Addresses as text, `192.0.2.1` or `02:00:00:00:00:01`.
    pub addresses: Vec<String>,
    /// Where the addresses mean something; `None`: in every network.
    pub network: Option<NetworkUid>,
}

impl Who {
    fn is_any(&self) -> bool {
        self.assets.is_empty() && self.addresses.is_empty()
    }
}

/// What to look for; everything given must hold. The default finds all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Of this plant.
    pub site: Option<SiteId>,
    /// On either side, the subject of a value, among the assets of a detection (there by id only).
    pub asset: Who,
    /// On the side across from `asset`. Values and detections have no other side: none is found.
    pub peer: Who,
    /// One of these protocols (for flows in any layer); empty: any.
    pub protocols: Vec<String>,
    /// One of these verbs; empty: any. Only commands have one.
    pub verbs: Vec<Verb>,
    /// Contained in any describing text, in whatever case; empty: anything.
    pub text: String,
    /// Between two different known levels, or not. Only flows and commands have this.
    pub crosses_levels: Option<bool>,
    /// Between exactly these two levels, whoever asked.
    pub levels: Option<(Level, Level)>,
    /// Only rows that begin within the range, so that ranges side by side find each row once.
    pub begun: bool,
    /// Of flows only those whose innermost protocol is asked for.
    pub innermost: bool,
    /// `asset` must be the one that asked.
    pub asking: bool,
}

/// One test on a row; column numbers are those of the kind.
pub(crate) enum Test {
    /// The span reaches into the range.
    Meets {
        time: usize,
        last: usize,
        range: Range,
    },
    /// The span begins in the range.
    Begins {
        time: usize,
        range: Range,
    },
    /// After the row at which the page before ended.
    After {
        time: usize,
        row: usize,
        cursor: Cursor,
        order: Order,
    },
    /// One of these texts; in parts of the column where it is a list.
    OneOf {
        column: usize,
        separator: Option<char>,
        texts: Vec<String>,
    },
    /// The machines at the two ends.
    Ends {
        ends: [End; 2],
        network: Option<usize>,
        asset: Whom,
        peer: Whom,
        /// `asset` is the first end only.
        directed: bool,
    },
    /// The one machine it is about.
    Subject {
        end: End,
        network: Option<usize>,
        asset: Whom,
    },
    /// A text in one of the columns.
    Contains {
        columns: Vec<usize>,
        needle: String,
    },
    Flag {
        column: usize,
        flag: bool,
    },
    Levels {
        columns: [usize; 2],
        levels: [f64; 2],
    },
    /// Asks for what this kind of row does not have.
    Never,
}

/// The columns of one end.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) asset: usize,
    pub(crate) mac: usize,
    pub(crate) ip: usize,
}

/// `Who` as it is written in files.
pub(crate) struct Whom {
    pub(crate) assets: Vec<String>,
    pub(crate) addresses: Vec<String>,
    network: Option<String>,
}

impl Whom {
    fn new(who: &Who) -> Self {
        Self {
            assets: who.assets.iter().map(ToString::to_string).collect(),
            addresses: who.addresses.clone(),
            network: who.network.map(|network| network.to_string()),
        }
    }

    pub(crate) fn is_any(&self) -> bool {
        self.assets.is_empty() && self.addresses.is_empty()
    }
}

/// The columns that describe a row of a kind to people.
fn describing(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Flows => &["layers"],
        Kind::Commands => &["name", "group", "part", "space", "target", "outcome", "reason"],
        Kind::Values => &["part", "space", "target", "text"],
        Kind::Detections => &["rule", "severity", "flow", "text"],
    }
}

impl Filter {
    /// The tests that this filter means for a kind.
    pub(crate) fn tests(&self, kind: Kind, range: Range, after: Option<Cursor>, order: Order) -> Vec<Test> {
        let column = |name: &str| kind.column(name);
        let mut tests = Vec::new();
        let mut need = |test: Option<Test>| tests.push(test.unwrap_or(Test::Never));
        if range != Range::ALL {
            need(column("time").zip(column("last")).map(|(time, last)| Test::Meets { time, last, range }));
        }
        if self.begun {
            need(column("time").map(|time| Test::Begins { time, range }));
        }
        if let Some(cursor) = after {
            let columns = column("time").zip(column("row"));
            need(columns.map(|(time, row)| Test::After { time, row, cursor, order }));
        }
        let mut one_of = |name: &str, separator, texts: Vec<String>| {
            if !texts.is_empty() {
                need(column(name).map(|column| Test::OneOf { column, separator, texts }));
            }
        };
        one_of("site", None, self.site.iter().map(ToString::to_string).collect());
        let (protocol, separator) =
            if kind == Kind::Flows && !self.innermost { ("layers", Some('/')) } else { ("protocol", None) };
        one_of(protocol, separator, self.protocols.clone());
        one_of("verb", None, self.verbs.iter().map(|verb| verb.name().to_owned()).collect());
        if kind == Kind::Detections {
            one_of("assets", Some(' '), self.asset.assets.iter().map(ToString::to_string).collect());
        }
        if !self.text.is_empty() {
            let columns = describing(kind).iter().filter_map(|name| column(name)).collect();
            need(Some(Test::Contains { columns, needle: self.text.to_lowercase() }));
        }
        if let Some(flag) = self.crosses_levels {
            need(column("crosses_levels").map(|column| Test::Flag { column, flag }));
        }
        if let Some((one, other)) = self.levels {
            let levels = [one, other].map(|level| f64::from(level.number()));
            let columns = column("client_level").zip(column("server_level"));
            need(columns.map(|(client, server)| Test::Levels { columns: [client, server], levels }));
        }
        if !(self.asset.is_any() && self.peer.is_any()) && kind != Kind::Detections {
            need(self.ends(kind));
        } else if !self.peer.is_any() {
            need(None);
        }
        tests
    }

    fn ends(&self, kind: Kind) -> Option<Test> {
        let end = |prefix: &str| {
            let column = |name: &str| kind.column(&format!("{prefix}{name}"));
            Some(End { asset: column("asset")?, mac: column("mac")?, ip: column("ip")? })
        };
        let (network, asset) = (kind.column("network"), Whom::new(&self.asset));
        if let (Some(client), Some(server)) = (end("client_"), end("server_")) {
            let peer = Whom::new(&self.peer);
            return Some(Test::Ends { ends: [client, server], network, asset, peer, directed: self.asking });
        }
        let end = end("").filter(|_| self.peer.is_any())?;
        Some(Test::Subject { end, network, asset })
    }
}

impl Test {
    /// The columns that it looks at.
    pub(crate) fn columns(&self) -> Vec<usize> {
        let of = |end: &End| [end.asset, end.mac, end.ip];
        match self {
            Self::Meets { time, last, .. } => vec![*time, *last],
            Self::Begins { time, .. } => vec![*time],
            Self::After { time, row, .. } => vec![*time, *row],
            Self::OneOf { column, .. } | Self::Flag { column, .. } => vec![*column],
            Self::Ends { ends, network, .. } => ends.iter().flat_map(of).chain(*network).collect(),
            Self::Subject { end, network, .. } => of(end).into_iter().chain(*network).collect(),
            Self::Contains { columns, .. } => columns.clone(),
            Self::Levels { columns, .. } => columns.to_vec(),
            Self::Never => Vec::new(),
        }
    }

    /// Whether a row passes, whose cells `at` gives.
    pub(crate) fn holds<'a>(&self, at: &dyn Fn(usize) -> Cell<'a>) -> bool {
        let int = |column: usize| at(column).int().unwrap_or_default();
        match self {
            Self::Meets { time, last, range } => range.meets(int(*time), int(*last)),
            Self::Begins { time, range } => (range.from_us..range.until_us).contains(&int(*time)),
            Self::After { time, row, cursor, order } => {
                let here = (int(*time), u64::try_from(int(*row)).unwrap_or_default());
                match order {
                    Order::OldestFirst => here > (cursor.time_us, cursor.row),
                    Order::NewestFirst => here < (cursor.time_us, cursor.row),
                }
            }
            Self::OneOf { column, separator, texts } => {
                let cell = at(*column);
                let Some(text) = cell.text() else { return false };
                let is = |part: &str| texts.iter().any(|text| text == part);
                separator.map_or_else(|| is(text), |separator| text.split(separator).any(is))
            }
            Self::Ends { ends: [client, server], network, asset, peer, directed } => {
                let is = |end: &End, whom: &Whom| is(end, *network, whom, at);
                (is(client, asset) && is(server, peer))
                    || (!directed && is(server, asset) && is(client, peer))
            }
            Self::Subject { end, network, asset } => is(end, *network, asset, at),
            Self::Contains { columns, needle } => {
                columns.iter().any(|column| at(*column).text().is_some_and(|text| contains(text, needle)))
            }
            Self::Flag { column, flag } => at(*column) == Cell::Bool(*flag),
            Self::Levels { columns: [client, server], levels: [one, other] } => {
                let is = |column: usize, level: f64| matches!(at(column), Cell::Float(float) if (float - level).abs() < 0.25);
                (is(*client, *one) && is(*server, *other)) || (is(*client, *other) && is(*server, *one))
            }
            Self::Never => false,
        }
    }
}

/// Whether the machine at one end is meant.
fn is<'a>(end: &End, network: Option<usize>, whom: &Whom, at: &dyn Fn(usize) -> Cell<'a>) -> bool {
    let among = |column: usize, texts: &[String]| {
        !texts.is_empty() && at(column).text().is_some_and(|text| texts.iter().any(|one| one == text))
    };
    if whom.is_any() || among(end.asset, &whom.assets) {
        return true;
    }
    let here = whom.network.as_ref().is_none_or(|wanted| {
        // A row whose network was not known yet may be theirs.
        network.is_none_or(|column| at(column).text().is_none_or(|text| text == wanted))
    });
    // An address that another known asset had then is not theirs.
    let unknown = whom.assets.is_empty() || at(end.asset) == Cell::Null;
    here && unknown && (among(end.ip, &whom.addresses) || among(end.mac, &whom.addresses))
}

fn contains(text: &str, needle: &str) -> bool {
    if text.is_ascii() && needle.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        return text.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
    }
    text.to_lowercase().contains(needle)
}

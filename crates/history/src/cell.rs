//! A row as a run of cells: what the log, the Parquet writer and the filters have in common.

use core::net::IpAddr;
use facts::id::{AssetUid, NetworkUid, SiteId};
use facts::{Phase, Transport, Verb};
use model::Level;
use std::borrow::Cow;
use wire::Mac;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Int,
    Float,
    Bool,
    Text,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) nullable: bool,
}

/// The content of one column of one row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Not known, not said.
    Null,
    /// A number or a time in microseconds.
    Int(i64),
    /// A measured number.
    Float(f64),
    /// A flag.
    Bool(bool),
    /// A text, an id or an address as text.
    Text(Cow<'a, str>),
}

impl Cell<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            _ => None,
        }
    }
}

/// A type that stands in one column. A column that a file does not have reads as null, which a field that cannot be
/// null takes as its zero: that is how a file of an older version is read.
pub(crate) trait Field: Sized {
    const CLASS: Class;
    const NULLABLE: bool = false;
    fn cell(&self) -> Cell<'_>;
    /// `None` when the cell cannot stand for this type: the file or the log is damaged.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

macro_rules! int_fields {
    ($($type:ty),*) => {$(
        impl Field for $type {
            const CLASS: Class = Class::Int;

            fn cell(&self) -> Cell<'_> {
                Cell::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }

            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::Int(int) => Self::try_from(int).ok(),
                    Cell::Null => Some(0),
                    _ => None,
                }
            }
        }
    )*};
}

int_fields!(i64, u64, u32, u16);

impl Field for f64 {
    const CLASS: Class = Class::Float;

    fn cell(&self) -> Cell<'_> {
        Cell::Float(*self)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Float(float) => Some(float),
            Cell::Null => Some(0.0),
            _ => None,
        }
    }
}

impl Field for bool {
    const CLASS: Class = Class::Bool;

    fn cell(&self) -> Cell<'_> {
        Cell::Bool(*self)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bool(flag) => Some(flag),
            Cell::Null => Some(false),
            _ => None,
        }
    }
}

impl Field for Level {
    const CLASS: Class = Class::Float;

    fn cell(&self) -> Cell<'_> {
        Cell::Float(f64::from(self.number()))
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        let Cell::Float(number) = cell else { return None };
        const LEVELS: [Level; 7] = [
            Level::Process,
            Level::Control,
            Level::Supervision,
            Level::Operations,
            Level::Dmz,
            Level::Enterprise,
            Level::External,
        ];
        LEVELS.into_iter().find(|level| (f64::from(level.number()) - number).abs() < 0.25)
    }
}

/// Texts that own themselves.
macro_rules! text_fields {
    ($($type:ty),*) => {$(
        impl Field for $type {
            const CLASS: Class = Class::Text;

            fn cell(&self) -> Cell<'_> {
                Cell::Text(Cow::Borrowed(self))
            }

            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::Text(text) => Some(text.into_owned().into()),
                    Cell::Null => Some(Self::default()),
                    _ => None,
                }
            }
        }
    )*};
}

text_fields!(String, Cow<'static, str>);

/// What is written by `Display` and read by `FromStr`.
macro_rules! parsed_fields {
    ($($type:ty),*) => {$(
        impl Field for $type {
            const CLASS: Class = Class::Text;

            fn cell(&self) -> Cell<'_> {
                Cell::Text(Cow::Owned(self.to_string()))
            }

            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                cell.text()?.parse().ok()
            }
        }
    )*};
}

parsed_fields!(SiteId, NetworkUid, AssetUid, IpAddr);

impl Field for Mac {
    const CLASS: Class = Class::Text;

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Owned(self.to_string()))
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        let mut octets = [0; 6];
        let mut parts = cell.text()?.split(':');
        for octet in &mut octets {
            *octet = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        parts.next().is_none().then_some(Self(octets))
    }
}

/// Closed lists, each written by its word.
macro_rules! worded_fields {
    ($($type:ty: $($value:path = $word:literal),*;)*) => {$(
        impl Field for $type {
            const CLASS: Class = Class::Text;

            fn cell(&self) -> Cell<'_> {
                Cell::Text(Cow::Borrowed(match self { $($value => $word,)* }))
            }

            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                match cell.text()? { $($word => Some($value),)* _ => None }
            }
        }
    )*};
}

worded_fields! {
    Transport: Self::Link = "link", Self::Ip = "ip", Self::Tcp = "tcp", Self::Udp = "udp";
    Phase: Self::Request = "request", Self::Response = "response", Self::Unsolicited = "unsolicited";
}

impl Field for Verb {
    const CLASS: Class = Class::Text;

    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Borrowed(self.name()))
    }

    /// A verb that a newer version has added is `other` here.
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        let text = cell.text()?;
        Some(Self::ALL.iter().copied().find(|verb| verb.name() == text).unwrap_or(Self::Other))
    }
}

impl<F: Field> Field for Option<F> {
    const CLASS: Class = F::CLASS;
    const NULLABLE: bool = true;

    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Null, F::cell)
    }

    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => F::from_cell(cell).map(Some),
        }
    }
}

//! Values that go into and come out of columns.

use crate::error::{StoreError, Trouble};
use crate::query::Row;
use core::fmt;
use core::str::FromStr;

/// Microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// A moment later by so many microseconds.
    #[must_use]
    pub fn after(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }
}

/// A document that is stored as text and never looked into by the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Json(pub String);

impl Json {
    /// Writes a value that cannot fail to be written: plain structs, lists and maps with text keys.
    pub(crate) fn of<T: serde::Serialize>(value: &T) -> Self {
        Self(serde_json::to_string(value).unwrap_or_default())
    }

    pub(crate) fn read<T: serde::de::DeserializeOwned>(&self, what: &str) -> Result<T, StoreError> {
        serde_json::from_str(&self.0).map_err(|_| StoreError::new(Trouble::Malformed, format!("read {what}")))
    }
}

impl Default for Json {
    fn default() -> Self {
        Self("null".into())
    }
}

/// A bound value; `None` is NULL of that type.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// What can stand in a column.
pub(crate) trait Column: Sized {
    fn value(&self) -> Value;
    fn read(row: &Row, at: usize) -> Result<Self, StoreError>;
}

impl Column for i64 {
    fn value(&self) -> Value {
        Value::Integer(Some(*self))
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        row.integer(at)?.ok_or_else(|| malformed(at))
    }
}

impl Column for Moment {
    fn value(&self) -> Value {
        self.0.value()
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        i64::read(row, at).map(Self)
    }
}

impl Column for bool {
    fn value(&self) -> Value {
        i64::from(*self).value()
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        Ok(i64::read(row, at)? != 0)
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Column for $type {
            fn value(&self) -> Value {
                // A count beyond 2⁶³ does not occur; it would be shown as the largest number.
                i64::try_from(*self).unwrap_or(i64::MAX).value()
            }
            fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
                i64::read(row, at)?.try_into().map_err(|_| malformed(at))
            }
        }
    )*};
}
integers!(u8 u16 u32 u64);

impl Column for String {
    fn value(&self) -> Value {
        Value::Text(Some(storable(self)))
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        row.text(at)?.ok_or_else(|| malformed(at))
    }
}

impl Column for &str {
    fn value(&self) -> Value {
        Value::Text(Some(storable(self)))
    }
    fn read(_: &Row, at: usize) -> Result<Self, StoreError> {
        Err(malformed(at))
    }
}

impl Column for Json {
    fn value(&self) -> Value {
        self.0.value()
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        String::read(row, at).map(Self)
    }
}

impl Column for Vec<u8> {
    fn value(&self) -> Value {
        Value::Blob(Some(self.clone()))
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        row.blob(at)?.ok_or_else(|| malformed(at))
    }
}

impl Column for Option<Vec<u8>> {
    fn value(&self) -> Value {
        Value::Blob(self.clone())
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        row.blob(at)
    }
}

impl Column for Option<Moment> {
    fn value(&self) -> Value {
        Value::Integer(self.map(|moment| moment.0))
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        Ok(row.integer(at)?.map(Moment))
    }
}

/// Lists of words: stored as a JSON array, for text is all that both back ends share.
impl Column for Vec<String> {
    fn value(&self) -> Value {
        Json::of(self).value()
    }
    fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        Json::read(&<Json as Column>::read(row, at)?, "a list")
    }
}

/// Ids are text; a missing one is empty text, so that columns sort alike on both back ends.
macro_rules! ids {
    ($($id:ident)*) => {$(
        impl Column for facts::id::$id {
            fn value(&self) -> Value {
                self.to_string().value()
            }
            fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
                String::read(row, at)?.parse().map_err(|_| malformed(at))
            }
        }
        impl Column for Option<facts::id::$id> {
            fn value(&self) -> Value {
                self.map(|id| id.to_string()).unwrap_or_default().value()
            }
            fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
                let text = String::read(row, at)?;
                if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| malformed(at)) }
            }
        }
    )*};
}
ids!(SiteId LineId CellId SystemId ZoneId NetworkUid AssetUid RegisterRowId ImportId UserId SessionId TokenId
     SensorId WebhookId FileId JobId);

/// Closed lists of words, stored as the words.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$case_doc])* $case,)* }

        impl $name {
            /// Every case, in order.
            pub const ALL: &[Self] = &[$(Self::$case,)*];

            /// The word that stands for it in the store and in the API.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$case => $word,)* }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl core::str::FromStr for $name {
            type Err = crate::value::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $($word => Ok(Self::$case),)* _ => Err(crate::value::UnknownWord) }
            }
        }

        impl crate::value::Column for $name {
            fn value(&self) -> crate::value::Value {
                self.word().value()
            }
            fn read(row: &crate::query::Row, at: usize) -> Result<Self, crate::StoreError> {
                crate::value::parsed(row, at)
            }
        }
    )*};
}
pub(crate) use words;

/// A word that is not in its closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownWord;

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word that is not in the list")
    }
}

impl std::error::Error for UnknownWord {}

pub(crate) fn parsed<T: FromStr>(row: &Row, at: usize) -> Result<T, StoreError> {
    String::read(row, at)?.parse().map_err(|_| malformed(at))
}

fn malformed(at: usize) -> StoreError {
    StoreError::new(Trouble::Malformed, format!("read column {at}"))
}

/// PostgreSQL holds no NUL in a text. Names come from the wire, so it must not make a difference between back ends.
fn storable(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }
}

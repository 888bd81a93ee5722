//! Identifiers of what the product keeps: one type per kind, so that a line's id never stands for a zone's.
//!
//! Each is a UUID, version 7 where the product makes it, written as text with hyphens everywhere outside Rust.

use core::fmt;
use core::str::FromStr;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )*};
}

ids! {
    /// A plant.
    SiteId;
    /// A production line of a site.
    LineId;
    /// A cell of a line.
    CellId;
    /// A logical system: machines that serve one purpose together, across lines if need be (IEC 62443-2-1).
    SystemId;
    /// A zone: assets with the same security requirements (IEC 62443-3-2).
    ZoneId;
    /// A network: where an address means one thing.
    NetworkUid;
    /// An asset as the product remembers it, over readdressing and restarts.
    AssetUid;
    /// A row of a plant's own register of assets.
    RegisterRowId;
    /// One import of a register.
    ImportId;
    /// A person with a log-in.
    UserId;
    /// A log-in that is still valid.
    SessionId;
    /// A machine's credential.
    TokenId;
    /// A sensor: one process that listens.
    SensorId;
    /// A receiver of signed change messages.
    WebhookId;
    /// A file kept with an asset.
    FileId;
    /// A job of the scheduler.
    JobId;
}

#[cfg(test)]
mod tests {
    use super::LineId;

    #[test]
    fn an_id_is_written_as_it_is_read() {
        let text = "0192f0c1-2b3c-7d4e-8f50-617283940a1b";
        let id: LineId = text.parse().expect("a well-formed id");
        assert_eq!(id.to_string(), text);
        assert!("0192f0c1".parse::<LineId>().is_err());
    }
}

//! Sensors on other machines: how they join, connect and deliver, and what is known of them.
//!
//! A connection is a task; it hands what it hears to the folding thread through one bounded channel, and acknowledges
//! what that thread has put on the disk. A sensor may speak only of its own block of capture numbers, so that the worst
//! that a stolen one can do is to lie about its own ports.

mod enrol;
mod fence;
mod listen;
mod rows;
mod session;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use fence::Fence;
pub(crate) use state::Remotes;

use crate::fold::now_us;
use crate::settings::SiteError;
use crate::tasks::Troubles;
use facts::id::SensorId;
use rows::Known;
use sensor::Position;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;
use tokio::sync::{mpsc, oneshot, watch};
use wire::CaptureId;

/// The first capture number of the first sensor: far from those of the server's own ports and of files.
pub(crate) const FIRST_CAPTURE: u16 = 4_096;
/// Capture numbers of one sensor: so many ports it may have.
pub(crate) const BLOCK: u16 = 32;
/// Messages of sensors that may wait to be folded.
const SAID_WAITING: usize = 64;

/// Where sensors on other machines come in.
#[derive(Clone, Copy, Debug)]
pub struct Entrance {
    /// Address to listen on.
    pub address: SocketAddr,
    /// Sensors that may have joined at the same time.
    pub sensors_max: u32,
}

/// A sensor on another machine, and the numbers that it may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// Its id.
    pub sensor: SensorId,
    /// The first capture number of its block.
    pub first: CaptureId,
}

/// The last batch of each sensor that is on the disk.
pub(crate) type Kept = Arc<BTreeMap<SensorId, Position>>;

/// What connections tell the folding thread. A message of a link that is not the sensor's newest counts for nothing.
pub(crate) enum Said {
    /// A sensor came in.
    Connected {
        remote: Remote,
        link: u64,
        /// For the last batch that is on the disk.
        answer: oneshot::Sender<Option<Position>>,
        /// Ends the connection: with a reason, or without one when it is dropped.
        cut: oneshot::Sender<String>,
    },
    /// Observations.
    Batch { remote: Remote, link: u64, position: Position, lost_before: u64, bytes: Vec<u8> },
    /// How it is with the sensor.
    State { sensor: SensorId, link: u64, state: Box<sensor::remote::State> },
    /// The connection ended.
    Gone { sensor: SensorId, link: u64 },
}

/// The folding thread's ends.
pub(crate) struct Ends {
    /// What sensors say.
    pub(crate) said: mpsc::Receiver<Said>,
    /// How far their batches are on the disk.
    pub(crate) kept: watch::Sender<Kept>,
    /// Which of them have joined.
    pub(crate) known: watch::Receiver<Arc<Vec<Known>>>,
}

/// What the server has for its sensors.
pub(crate) struct Desk {
    pub(crate) store: Store,
    /// Told after each change of the store.
    pub(crate) changed: watch::Sender<u64>,
    pub(crate) troubles: Troubles,
    /// Where the authority is kept.
    pub(crate) folder: PathBuf,
    /// The plant's name.
    pub(crate) site: String,
}

/// Starts to serve sensors, if they may come in at all; `kept` is how far they have come.
pub(crate) async fn start(
    entrance: Option<Entrance>,
    desk: Desk,
    kept: BTreeMap<SensorId, Position>,
) -> Result<(Ends, Option<show::api::RemoteEntrance>), SiteError> {
    let (told, said) = mpsc::channel(SAID_WAITING);
    let (kept, kept_out) = watch::channel(Arc::new(kept));
    let (known_in, known) = watch::channel(Arc::default());
    let Desk { store, changed, troubles, folder, site } = desk;
    tokio::spawn(rows::follow(store.clone(), kept_out.clone(), known_in, troubles));
    let ends = Ends { said, kept, known };
    let Some(entrance) = entrance else { return Ok((ends, None)) };
    let hub = listen::Hub {
        store,
        authority: crate::certificates::authority(&folder, &site, now_us())?,
        sensors_max: entrance.sensors_max,
        said: told,
        kept: kept_out,
        changed,
        links: std::sync::atomic::AtomicU64::new(0),
        clock: now_us,
    };
    let address = listen::admit(entrance, hub).await?;
    Ok((ends, Some(address)))
}

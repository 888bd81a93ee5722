//! One connection of a sensor, from the greeting to its end.

use super::listen::{Hub, PATIENCE};
use super::{Remote, Said};
use facts::id::SensorId;
use sensor::Position;
use sensor::remote::{FRAME_MAX, Frames, PROTOCOL, State, ToSensor, ToSite, send};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Json, Moment, StoreError, sensors};
use tokio::io::{AsyncRead, AsyncWrite, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tokio::time::{Instant, interval, timeout};
use tokio_rustls::server::TlsStream;
use wire::CaptureId;

/// Letters of the version of a program.
pub(super) const PROGRAM_MAX: usize = 40;
/// Ports of a sensor that are noted: more than its block of capture numbers has.
const PORTS_MAX: usize = 64;
/// Bytes of a frame from somebody who has not been greeted.
const FIRST_FRAME_MAX: usize = 16 * 1024;
/// Time to read why a connection ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// A frame takes no longer to be sent.
const SEND_PATIENCE: Duration = Duration::from_secs(30);
/// The folding thread has so long to answer for what is on the disk.
const FOLD_PATIENCE: Duration = Duration::from_secs(60);
/// A sensor that says nothing for so long is gone: it speaks every second.
const SILENCE: Duration = Duration::from_secs(30);
/// Time between two signs of life, at which it is also asked whether the sensor was shut out.
const TICK: Duration = Duration::from_secs(5);

type Writing = WriteHalf<TlsStream<TcpStream>>;

/// Somebody without a certificate: one request, one answer.
pub(super) async fn enrolling(
    hub: &Hub,
    stream: TlsStream<TcpStream>,
    address: SocketAddr,
) -> Result<(), String> {
    let (reading, mut writing) = tokio::io::split(stream);
    let frame = timeout(PATIENCE, Frames::new(reading, FIRST_FRAME_MAX).next()).await;
    let frame = frame.map_err(|_| "nothing was said".to_owned())?.map_err(|error| error.to_string())?;
    let said = ToSite::decode(&frame).map_err(|defect| format!("nonsense was said: {defect:?}"))?;
    let answer = match said {
        ToSite::Enrol(enrolment) => super::enrol::enrol(hub, enrolment, address).await,
        _ => ToSensor::Refused("a certificate is needed: enrol the sensor".into()),
    };
    tell(&mut writing, &answer).await
}

/// A sensor with a certificate. `permit` is given back once it was greeted.
pub(super) async fn session(
    hub: &Hub,
    stream: TlsStream<TcpStream>,
    sensor: SensorId,
    permit: OwnedSemaphorePermit,
) -> Result<(), String> {
    let (reading, mut writing) = tokio::io::split(stream);
    let mut frames = Frames::new(reading, FIRST_FRAME_MAX);
    let frame = timeout(PATIENCE, frames.next()).await;
    let frame = frame.map_err(|_| "nothing was said".to_owned())?.map_err(|error| error.to_string())?;
    let program: String = match ToSite::decode(&frame) {
        Ok(ToSite::Hello { protocol: PROTOCOL, program }) => program.chars().take(PROGRAM_MAX).collect(),
        Ok(ToSite::Hello { protocol, .. }) => {
            let why = format!("its program speaks version {protocol} of the link, this site {PROTOCOL}");
            return refuse(&mut frames, &mut writing, format!("{why}: bring both to the same version")).await;
        }
        _ => return Err("it does not greet".into()),
    };
    tracing::info!("{sensor} {program} connected");
    let first = match admitted(hub, sensor).await {
        Ok(Ok(first)) => first,
        Ok(Err(why)) => return refuse(&mut frames, &mut writing, why).await,
        Err(error) => {
            let why = format!("the database cannot be read now: {error}");
            return refuse(&mut frames, &mut writing, why).await;
        }
    };
    let remote = Remote { sensor, first };
    let link = hub.links.fetch_add(1, Ordering::Relaxed) + 1;
    let (answer, answered) = oneshot::channel();
    let (cut, ended) = oneshot::channel();
    let gone = "the server is ending";
    hub.said.send(Said::Connected { remote, link, answer, cut }).await.map_err(|_| gone)?;
    let result = async {
        let last = timeout(FOLD_PATIENCE, answered).await;
        let last = last.map_err(|_| "the folding thread is busy")?.map_err(|_| "the disk refuses")?;
        tell(&mut writing, &ToSensor::Welcome { last }).await?;
        drop(permit);
        frames.allow(FRAME_MAX);
        let kept = hub.kept.clone();
        let talk = Talk { hub, remote, link, kept, told: last, program, ports: None };
        talk.run(&mut frames, &mut writing, ended).await
    };
    let result = result.await;
    hub.said.send(Said::Gone { sensor, link }).await.map_err(|_| gone)?;
    result
}

/// The first number of its block, or why it may not deliver.
async fn admitted(hub: &Hub, sensor: SensorId) -> Result<Result<CaptureId, String>, StoreError> {
    Ok(match sensors::find(&hub.store, sensor).await? {
        Some(row) if row.revoked_at.is_none() => Ok(CaptureId(row.first_capture)),
        Some(_) => Err("it was shut out: enrol it anew with a new link".into()),
        None => Err("it is not known: enrol it anew with a new link".into()),
    })
}

struct Talk<'a> {
    hub: &'a Hub,
    remote: Remote,
    link: u64,
    kept: watch::Receiver<super::Kept>,
    /// What the sensor knows to be kept.
    told: Option<Position>,
    /// Version of its program.
    program: String,
    /// Its ports, as they were noted last on this connection.
    ports: Option<Vec<String>>,
}

impl Talk<'_> {
    async fn run<R: AsyncRead + Unpin>(
        mut self,
        frames: &mut Frames<R>,
        writing: &mut Writing,
        mut ended: oneshot::Receiver<String>,
    ) -> Result<(), String> {
        let mut tick = interval(TICK);
        let mut heard = Instant::now();
        loop {
            tokio::select! {
                frame = frames.next() => {
                    heard = Instant::now();
                    let frame = frame.map_err(|error| error.to_string())?;
                    let said = ToSite::decode(&frame);
                    self.take(said.map_err(|defect| format!("nonsense was said: {defect:?}"))?, writing).await?;
                }
                changed = self.kept.changed() => {
                    changed.map_err(|_| "the server is ending")?;
                    self.acknowledge(writing, false).await?;
                }
                why = &mut ended => {
                    let why = why.unwrap_or_else(|_| "another connection of this sensor took over".into());
                    return refuse(frames, writing, why).await;
                }
                _ = tick.tick() => {
                    if heard.elapsed() > SILENCE {
                        return Err("it fell silent".into());
                    }
                    // A database that is locked at this moment shuts nobody out.
                    if let Ok(Err(why)) = admitted(self.hub, self.remote.sensor).await {
                        return refuse(frames, writing, why).await;
                    }
                    self.acknowledge(writing, true).await?;
                }
            }
        }
    }

    /// Says how far batches are on the disk, when that is new, or as a sign of life.
    async fn acknowledge(&mut self, writing: &mut Writing, always: bool) -> Result<(), String> {
        let last = self.kept.borrow_and_update().get(&self.remote.sensor).copied();
        if last == self.told && !always {
            return Ok(());
        }
        self.told = last;
        tell(writing, &ToSensor::Kept(last)).await
    }

    async fn take(&mut self, said: ToSite, writing: &mut Writing) -> Result<(), String> {
        let (remote, link) = (self.remote, self.link);
        let said = match said {
            ToSite::Batch { position, lost_before, bytes } => {
                Said::Batch { remote, link, position, lost_before, bytes }
            }
            ToSite::State(state) => {
                self.describe(&state).await;
                Said::State { sensor: remote.sensor, link, state: Box::new(state) }
            }
            ToSite::Renew(request) => {
                let next = super::enrol::renew(self.hub, remote.sensor, &request).await?;
                return tell(writing, &next).await;
            }
            ToSite::Hello { .. } | ToSite::Enrol(_) => return Err("it greets twice".into()),
        };
        self.hub.said.send(said).await.map_err(|_| "the server is ending".to_owned())
    }
}

impl Talk<'_> {
    /// Notes the sensor's ports and program where they are new. What the database cannot take now is noted with the
    /// next state, a few seconds later.
    async fn describe(&mut self, state: &State) {
        let heard = state.account.captures.iter().map(|capture| &capture.name);
        let silent = state.problems.iter().map(|(name, _)| name);
        let ports: BTreeSet<&String> = heard.chain(silent).take(PORTS_MAX).collect();
        let ports: Vec<String> = ports.into_iter().cloned().collect();
        // Before it listens it has nothing to tell.
        if ports.is_empty() || self.ports.as_ref() == Some(&ports) {
            return;
        }
        let (hub, sensor) = (self.hub, self.remote.sensor);
        let interfaces = Json(serde_json::to_string(&ports).unwrap_or_else(|_| "[]".into()));
        let noted = async {
            let mut tx = hub.store.write().await?;
            sensors::describe(&mut tx, sensor, &interfaces, &self.program, Moment((hub.clock)())).await?;
            tx.commit().await
        };
        match noted.await {
            Ok(()) => {
                self.ports = Some(ports);
                hub.changed.send_modify(|count| *count = count.wrapping_add(1));
            }
            Err(error) => tracing::warn!("cannot note the ports of sensor {sensor} now: {error}"),
        }
    }
}

/// Says why, and waits a little for the other side to have read it: a connection that is closed with bytes unread
/// takes its last words with it.
async fn refuse<R: AsyncRead + Unpin>(
    frames: &mut Frames<R>,
    writing: &mut Writing,
    why: String,
) -> Result<(), String> {
    tell(writing, &ToSensor::Refused(why.clone())).await?;
    let _ = timeout(FAREWELL, async { while frames.next().await.is_ok() {} }).await;
    Err(why)
}

async fn tell<W: AsyncWrite + Unpin>(writing: &mut W, answer: &ToSensor) -> Result<(), String> {
    send(writing, &answer.encode(), SEND_PATIENCE).await.map_err(|error| error.to_string())
}

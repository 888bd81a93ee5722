//! The link that brings the spool to the site: connects, delivers, and connects again, as long as the process lives.

use super::backoff::Backoff;
use super::frames::{Frames, send};
use super::identity::{Identity, IdentityError};
use super::spool::Spool;
use super::words::{FRAME_MAX, PROTOCOL, State, ToSensor, ToSite};
use login::certificate::{client_tls, ends_us, fingerprint, renew_sensor_request};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::ServerName;

/// The name in the certificate of every site: sensors trust the authority of their own site only, so that the address
/// under which they reach it need not stand in a certificate.
pub const SITE_NAME: &str = "site.yagura.internal";

/// Time to connect, to shake hands, to be greeted.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// A frame takes no longer to be sent.
const SEND_PATIENCE: Duration = Duration::from_secs(60);
/// A site that says nothing for so long is gone: it speaks every few seconds.
const SILENCE: Duration = Duration::from_secs(30);
/// Time between two accounts of the sensor's state.
const STATE_EVERY: Duration = Duration::from_secs(1);
/// A certificate is renewed when it ends within this time.
const RENEW_BEFORE_US: i64 = 90 * 86_400_000_000;
/// Time between two requests for the next certificate.
const RENEW_EVERY: Duration = Duration::from_secs(3_600);

/// What the link needs.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) folder: PathBuf,
    pub(super) site: String,
    pub(super) program: String,
    pub(super) spool: Spool,
    pub(super) state: watch::Receiver<State>,
}

/// Delivers in a thread of its own, as long as the process lives.
pub(super) fn start(delivery: Delivery) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deliver = move || runtime.block_on(deliver(&delivery));
    std::thread::Builder::new().name("link".into()).spawn(deliver)?;
    Ok(())
}

async fn deliver(delivery: &Delivery) {
    let mut backoff = Backoff::default();
    let mut told = String::new();
    loop {
        let Err(why) = once(delivery, &mut backoff, &mut told).await;
        // Once for each reason: a site that is away for a week is one line, not fifty thousand.
        if told != why {
            eprintln!("yagura: {}: {why}; batches wait on this machine's disk", delivery.site);
            told = why;
        }
        sleep(backoff.wait()).await;
    }
}

/// One connection from its beginning to its end, which is always a reason.
async fn once(
    delivery: &Delivery,
    backoff: &mut Backoff,
    told: &mut String,
) -> Result<std::convert::Infallible, String> {
    let stream = connect(&delivery.site, settings(delivery)?).await?;
    let (reading, mut writing) = tokio::io::split(stream);
    let mut frames = Frames::new(reading, FRAME_MAX);
    let hello = ToSite::Hello { protocol: PROTOCOL, program: delivery.program.clone() };
    let failed = |error: io::Error| format!("the link broke: {error}");
    send(&mut writing, &hello.encode(), PATIENCE).await.map_err(failed)?;
    let greeting =
        timeout(SILENCE, frames.next()).await.map_err(|_| "the site does not answer".to_owned())?;
    let last = match read(&greeting.map_err(failed)?)? {
        ToSensor::Welcome { last } => last,
        ToSensor::Refused(why) => return Err(format!("the site refuses this sensor: {why}")),
        _ => return Err("the site does not greet".into()),
    };
    eprintln!("yagura: {}: connected", delivery.site);
    backoff.reset();
    told.clear();
    let spool = &delivery.spool;
    let known = last.filter(|last| last.incarnation == spool.epoch());
    if let Some(known) = known {
        spool.acknowledge(known).map_err(|error| format!("cannot {error}"))?;
    }
    let mut waiting = spool.read_behind(known.map_or(0, |known| known.sequence));
    let mut tick = interval(STATE_EVERY);
    let mut heard = Instant::now();
    let mut asked: Option<Instant> = None;
    loop {
        tokio::select! {
            frame = frames.next() => {
                heard = Instant::now();
                obey(delivery, read(&frame.map_err(failed)?)?)?;
            }
            spooled = waiting.next() => {
                let spooled = spooled.map_err(|error| format!("cannot {error}"))?;
                let position = crate::Position { incarnation: spool.epoch(), sequence: spooled.sequence };
                let (lost_before, bytes) = (spooled.lost_before, spooled.bytes);
                let batch = ToSite::Batch { position, lost_before, bytes }.encode();
                send(&mut writing, &batch, SEND_PATIENCE).await.map_err(failed)?;
            }
            _ = tick.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err("the site fell silent".into());
                }
                let state = ToSite::State(state(delivery)).encode();
                send(&mut writing, &state, SEND_PATIENCE).await.map_err(failed)?;
                if asked.is_none_or(|asked| asked.elapsed() > RENEW_EVERY) {
                    asked = Some(Instant::now());
                    if let Some(request) = renewal(delivery)? {
                        send(&mut writing, &ToSite::Renew(request).encode(), SEND_PATIENCE)
                            .await
                            .map_err(failed)?;
                    }
                }
            }
        }
    }
}

fn read(frame: &[u8]) -> Result<ToSensor, String> {
    ToSensor::decode(frame).map_err(|defect| format!("the site's answer cannot be read: {defect:?}"))
}

fn obey(delivery: &Delivery, said: ToSensor) -> Result<(), String> {
    match said {
        ToSensor::Kept(Some(position)) => {
            delivery.spool.acknowledge(position).map_err(|error| format!("cannot {error}"))
        }
        ToSensor::Kept(None) => Ok(()),
        ToSensor::Certificate(pem) => {
            // One that cannot be used must not take the place of one that can.
            let folder = &delivery.folder;
            let (authority, _, key) = Identity::credentials(folder).map_err(cannot)?;
            client_tls(&authority, Some((&pem, &key))).map_err(|error| format!("failed to {error}"))?;
            Identity::renew(folder, &pem).map_err(cannot)
        }
        ToSensor::Refused(why) => Err(format!("the site refuses this sensor: {why}")),
        ToSensor::Welcome { .. } | ToSensor::Enrolled(_) => Err("the site greets twice".into()),
    }
}

fn state(delivery: &Delivery) -> State {
    let backlog = delivery.spool.backlog();
    State {
        spooled_batches: backlog.batches,
        spooled_bytes: backlog.bytes,
        dropped_batches: backlog.dropped,
        ..delivery.state.borrow().clone()
    }
}

/// Certificates are read anew for each connection: a renewed one counts at once.
fn settings(delivery: &Delivery) -> Result<ClientConfig, String> {
    let (authority, certificate, key) = Identity::credentials(&delivery.folder).map_err(cannot)?;
    client_tls(&authority, Some((&certificate, &key))).map_err(|error| format!("failed to {error}"))
}

/// The request for the next certificate, when the present one ends soon.
fn renewal(delivery: &Delivery) -> Result<Option<String>, String> {
    let (_, certificate, key) = Identity::credentials(&delivery.folder).map_err(cannot)?;
    let ends_us = ends_us(&certificate).map_err(|error| format!("failed to {error}"))?;
    if ends_us - now_us() > RENEW_BEFORE_US {
        return Ok(None);
    }
    renew_sensor_request(&key).map(Some).map_err(|error| format!("failed to {error}"))
}

fn cannot(error: IdentityError) -> String {
    format!("cannot {error}")
}

/// Connects and shakes hands.
pub(super) async fn connect(site: &str, settings: ClientConfig) -> Result<TlsStream<TcpStream>, String> {
    let name = ServerName::try_from(SITE_NAME).map_err(|error| error.to_string())?;
    let stream = timeout(PATIENCE, TcpStream::connect(site))
        .await
        .map_err(|_| "no connection within ten seconds".to_owned())?
        .map_err(|error| format!("no connection: {error}"))?;
    // Small frames must not wait for large ones.
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let connecting = TlsConnector::from(Arc::new(settings)).connect(name, stream);
    timeout(PATIENCE, connecting)
        .await
        .map_err(|_| "no handshake within ten seconds".to_owned())?
        .map_err(|error| format!("no trust: {error}; check both clocks, or enrol the sensor anew"))
}

/// Whether a text is the authority with this fingerprint.
pub(super) fn is_authority(pem: &str, pinned: &str) -> bool {
    fingerprint(pem).is_ok_and(|found| found == pinned)
}

/// The clock of this computer.
pub(super) fn now_us() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

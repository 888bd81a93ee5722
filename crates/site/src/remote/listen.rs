//! The door for sensors: TLS by the site's own authority, a certificate or a one-time link from everybody.

use super::session::{enrolling, session};
use super::{Entrance, Kept, Said};
use crate::settings::SiteError;
use login::certificate::{
    Authority, enrolling_verifier, fingerprint, sensor_verifier, server_tls, verify_sensor,
};
use sensor::remote::SITE_NAME;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use store::Store;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// Time to shake hands.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that have not proved yet who they are.
const STRANGERS_MAX: usize = 32;
/// The certificate of this door is made anew so often; it lasts a year.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(30 * 86_400);
/// Time before the next try when the system gives no connection.
const AGAIN: Duration = Duration::from_secs(1);

/// What every connection needs.
pub(crate) struct Hub {
    pub(crate) store: Store,
    pub(crate) authority: Authority,
    pub(crate) sensors_max: u32,
    pub(crate) said: mpsc::Sender<Said>,
    pub(crate) kept: watch::Receiver<Kept>,
    /// Told after each change of the store.
    pub(crate) changed: watch::Sender<u64>,
    /// Numbers connections.
    pub(crate) links: AtomicU64,
    pub(crate) clock: fn() -> i64,
}

/// Takes the address and serves sensors there; what people are told of it.
pub(crate) async fn admit(entrance: Entrance, hub: Hub) -> Result<show::api::RemoteEntrance, SiteError> {
    let listener = TcpListener::bind(entrance.address).await.map_err(|error| {
        let address = entrance.address;
        SiteError(format!("cannot listen on {address} for sensors: {error}; change capture.remote.address"))
    })?;
    let authority = fingerprint(hub.authority.certificate_pem())
        .map_err(|error| SiteError(format!("cannot use the local authority: failed to {error}")))?;
    let address = listener.local_addr().unwrap_or(entrance.address);
    tokio::spawn(Arc::new(hub).serve(listener));
    Ok(show::api::RemoteEntrance { address, authority, sensors_max: entrance.sensors_max })
}

impl Hub {
    /// Serves sensors until the server ends.
    pub(crate) async fn serve(self: Arc<Self>, listener: TcpListener) {
        let strangers = Arc::new(Semaphore::new(STRANGERS_MAX));
        let mut settings: Option<(Instant, Arc<ServerConfig>)> = None;
        loop {
            let (stream, address) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!("cannot take a sensor's connection: {error}");
                    sleep(AGAIN).await;
                    continue;
                }
            };
            let Ok(permit) = strangers.clone().try_acquire_owned() else { continue };
            if settings.as_ref().is_none_or(|(made, _)| made.elapsed() > CERTIFICATE_EVERY) {
                match self.settings() {
                    Ok(fresh) => settings = Some((Instant::now(), Arc::new(fresh))),
                    Err(error) => tracing::error!("cannot serve sensors: {error}"),
                }
            }
            let Some((_, settings)) = &settings else { continue };
            let (hub, acceptor) = (self.clone(), TlsAcceptor::from(settings.clone()));
            tokio::spawn(async move {
                if let Err(why) = hub.meet(acceptor, stream, address, permit).await {
                    tracing::info!("a connection from {address} for sensors ended: {why}");
                }
            });
        }
    }

    fn settings(&self) -> Result<ServerConfig, SiteError> {
        let authority = self.authority.certificate_pem();
        let failed = |error: &dyn std::fmt::Display| SiteError(format!("failed to {error}"));
        let issued = self
            .authority
            .issue_server(&[SITE_NAME.to_owned()], (self.clock)())
            .map_err(|error| failed(&error))?;
        let key = issued.key_pem.ok_or_else(|| SiteError("the certificate has no key".into()))?;
        let verifier = enrolling_verifier(authority).map_err(|error| failed(&error))?;
        server_tls(&(issued.pem + authority), &key, Some(verifier)).map_err(|error| failed(&error))
    }

    async fn meet(
        self: Arc<Self>,
        acceptor: TlsAcceptor,
        stream: TcpStream,
        address: SocketAddr,
        permit: tokio::sync::OwnedSemaphorePermit,
    ) -> Result<(), String> {
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let shaken = timeout(PATIENCE, acceptor.accept(stream)).await;
        let stream = shaken.map_err(|_| "no handshake".to_owned())?.map_err(|error| error.to_string())?;
        let certificate =
            stream.get_ref().1.peer_certificates().and_then(|chain| chain.first()).map(|der| der.to_vec());
        let Some(certificate) = certificate else { return enrolling(&self, stream, address).await };
        let verifier = sensor_verifier(self.authority.certificate_pem(), None);
        let verifier = verifier.map_err(|error| format!("failed to {error}"))?;
        let sensor = verify_sensor(&*verifier, &certificate, (self.clock)());
        let sensor = sensor.map_err(|error| format!("failed to {error}"))?;
        session(&self, stream, sensor, permit).await
    }
}

//! The configuration is read again when SIGHUP arrives: `systemctl reload`.

use show::api::Live;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Reads the configuration again and gives what counts from now on. When it has faults that is what counted before,
/// with a remark.
pub type Reload = Box<dyn FnMut() -> Live + Send>;

/// Reads it again at each signal until the server ends.
pub(crate) async fn on_signal(mut reload: Reload, live: watch::Sender<Arc<Live>>) {
    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(error) => return tracing::error!("cannot listen to SIGHUP: {error}"),
    };
    while hangups.recv().await.is_some() {
        // A file or two on this machine: other requests are served by the other threads meanwhile.
        let new = tokio::task::block_in_place(&mut reload);
        tracing::info!("the configuration was read again");
        new.remarks.iter().for_each(|remark| tracing::warn!("{remark}"));
        live.send_replace(Arc::new(new));
    }
}

//! What every endpoint may reach.

use super::metrics;
use super::view::View;
use std::sync::Arc;
use tokio::sync::watch;

/// Shared by all requests; cheap to copy.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    view: watch::Receiver<Arc<View>>,
    clock: fn() -> i64,
}

impl Api {
    /// `clock` gives microseconds since 1970 UTC.
    #[must_use]
    pub fn new(view: watch::Receiver<Arc<View>>, clock: fn() -> i64) -> Self {
        Self(Arc::new(Inner { view, clock }))
    }

    /// The plant of the moment.
    pub(crate) fn view(&self) -> Arc<View> {
        self.0.view.borrow().clone()
    }

    /// The moment, microseconds since 1970 UTC.
    pub(crate) fn now_us(&self) -> i64 {
        (self.0.clock)()
    }

    /// Figures in Prometheus text form.
    pub(crate) fn metrics(&self) -> String {
        metrics::text(&self.view())
    }
}

//! Certificates: a local authority, the server's own, an imported one, and those of remote sensors.

mod authority;
mod import;
mod pinned;
mod sensor;
mod tls;

use crate::failure::failures;

pub use authority::{Authority, IssuedCertificate};
pub use import::{ImportError, Imported, check_server_certificate};
pub use pinned::{ends_us, fingerprint, pinned_tls};
pub use sensor::{
    SensorRefused, SensorRequest, enrolling_verifier, renew_sensor_request, request_sensor_certificate,
    sensor_verifier, verify_sensor,
};
pub use tls::{TlsError, client_tls, server_tls};

failures! {
    /// Why the local authority could not do what was asked.
    AuthorityError {
        /// The kept certificate or key of the authority cannot be used.
        Kept(String) "read the local authority: restore it from a backup";
        /// A name or address cannot stand in a certificate.
        Name(String) "write the certificate: not a host name or address";
        /// The request of a sensor cannot be read, or does not prove its key.
        Request(String) "read the sensor's request";
        /// The clock shows a year in which no certificate could be valid.
        Clock "date the certificate: set the clock of this machine";
        /// The key could not be made or could not sign.
        Signing(String) "sign";
    }
}

const SECOND_US: i64 = 1_000_000;
const DAY_US: i64 = 86_400 * SECOND_US;

/// Seconds since 1970 UTC.
fn seconds(time_us: i64) -> i64 {
    time_us.div_euclid(SECOND_US)
}

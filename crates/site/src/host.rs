//! What people on the server's own machine may do, whether the server runs or not.

use crate::backup::Place;
use crate::settings::SiteError;
use login::{Secret, from_hex, to_hex};
use show::api::{ResetWish, is_signed};
use std::fs;
use std::path::Path;
use store::audit::{self, Deed, Verdict};
use store::{Json, Moment, Options, Store, VERSION, inspect};

/// Who gave a command on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostUser {
    /// As the audit log names it: `host root`.
    pub actor: String,
    /// Who became that user by `sudo`, where that is known; a word of the environment, no proof.
    pub behind: String,
}

impl HostUser {
    /// The user of this process.
    #[must_use]
    pub fn of_process() -> Self {
        let id = rustix::process::getuid().as_raw();
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let name = users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let (name, user) = (fields.next()?, fields.nth(1)?);
            (user.parse() == Ok(id)).then(|| name.to_owned())
        });
        let actor = format!("host {}", name.unwrap_or_else(|| id.to_string()));
        Self { actor, behind: std::env::var("SUDO_USER").unwrap_or_default() }
    }
}

/// Opens the database of a plant that was started before, without changing its tables.
///
/// # Errors
/// One line: there is none, it cannot be reached, or its version is another one's.
pub async fn open_existing(place: &Place) -> Result<Store, SiteError> {
    if let Some(file) = place.database_file().filter(|file| !file.is_file()) {
        return Err(SiteError(format!(
            "cannot open the database {}: there is none; start the server once, or correct [data]",
            file.display()
        )));
    }
    let said = |error: store::StoreError| SiteError(format!("cannot {error}"));
    let store = Store::connect(&place.database, Options::default()).await.map_err(said)?;
    match inspect::version(&store).await.map_err(said)? {
        VERSION => Ok(store),
        other => {
            store.close().await;
            Err(SiteError(format!(
                "cannot use the database: its version is {other}, this program's {VERSION}; use the program that the \
                 server runs with, or start the server once"
            )))
        }
    }
}

/// Takes password, second factors and sessions from a person and gives the path of a one-time link.
///
/// # Errors
/// One line.
pub async fn reset_login(
    store: &Store,
    name: &str,
    is_administrator: bool,
    (now_us, link_us): (i64, i64),
) -> Result<Secret<String>, SiteError> {
    let user = HostUser::of_process();
    let wish = ResetWish {
        name,
        is_administrator,
        actor: &user.actor,
        detail: &user.behind,
        now: Moment(now_us),
        link_us,
    };
    show::api::reset_login(store, wish)
        .await
        .map_err(|error| SiteError(format!("cannot reset the log-in of {name}: {error}")))
}

/// Writes what was done on this machine into the audit log.
///
/// # Errors
/// One line.
pub async fn note(
    store: &Store,
    action: &str,
    object: &str,
    mut detail: serde_json::Value,
    now_us: i64,
) -> Result<(), SiteError> {
    let user = HostUser::of_process();
    if let Some(members) = detail.as_object_mut().filter(|_| !user.behind.is_empty()) {
        members.insert("by".into(), user.behind.into());
    }
    let work = async {
        let mut tx = store.write().await?;
        let detail = Json(detail.to_string());
        let deed = Deed { at: Moment(now_us), actor: &user.actor, action, object, detail };
        audit::append(&mut tx, &deed).await?;
        tx.commit().await
    };
    work.await.map_err(|error: store::StoreError| SiteError(format!("cannot {error}")))
}

/// What a walk through the audit log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditReport {
    /// The first row that is kept; those before it were old enough to be forgotten, and a signed head stands in.
    pub first: i64,
    /// Rows.
    pub rows: u64,
    /// Signed heads.
    pub heads: u64,
    /// Times of the first and the last row, microseconds since 1970 UTC.
    pub times: Option<(i64, i64)>,
    /// Hash of the last row, hexadecimal digits.
    pub head: String,
    /// Row up to which the log is signed; 0 for none.
    pub signed: i64,
    /// The key that signs, hexadecimal digits.
    pub key: String,
}

/// Walks the whole audit log: every row must follow from the one before, and every signed head be of the plant's key,
/// or of the one given.
///
/// # Errors
/// One line that names the first row that does not fit, or why it cannot be told.
pub async fn verify_audit(store: &Store, folder: &Path, key: Option<&str>) -> Result<AuditReport, SiteError> {
    let public = public_key(folder, key)?;
    let said = |error: store::StoreError| SiteError(format!("cannot {error}"));
    let verdict = audit::verify(store, |head| is_signed(&public, head)).await.map_err(said)?;
    let (first, rows, heads) = match verdict {
        Verdict::Whole { first, rows, heads } => (first, rows, heads),
        Verdict::Broken { sequence, why } => {
            return Err(SiteError(format!("the audit log is broken at row {sequence}: {why}")));
        }
    };
    let last = audit::last(store).await.map_err(said)?;
    let earliest = audit::list(store, &audit::Filter::default(), first + 1, 1).await.map_err(said)?;
    let times = earliest.first().zip(last.as_ref()).map(|(first, last)| (first.at.0, last.at.0));
    let signed = audit::heads(store, 1).await.map_err(said)?.first().map_or(0, |head| head.sequence);
    let head = last.map_or_else(String::new, |last| to_hex(&last.hash));
    Ok(AuditReport { first, rows, heads, times, head, signed, key: to_hex(&public) })
}

fn public_key(folder: &Path, given: Option<&str>) -> Result<[u8; 32], SiteError> {
    if let Some(text) = given {
        return from_hex(text.trim()).ok_or_else(|| {
            SiteError(
                "cannot read the public key: it is 64 hexadecimal digits, as this command prints".into(),
            )
        });
    }
    let path = folder.join("audit.key");
    // A key that is made now has signed nothing.
    if !path.exists() {
        return Err(SiteError(format!(
            "cannot verify the audit log: its key {} is missing; restore it from a backup, or name --public-key",
            path.display()
        )));
    }
    let key = login::HeadKey::open_or_create(&path);
    key.map(|key| key.public()).map_err(|error| SiteError(format!("cannot {error}")))
}

//! `yagura admin`: what an administrator does on the server's own machine. The server may run meanwhile.

use crate::backup::{block_on, place};
use crate::error::Failure;
use crate::site_main::{now_us, read, tell, text};
use clap::{Args, Subcommand};
use config::{Config, Tls};
use site::{SiteError, host};
use std::path::PathBuf;

/// Arguments of `yagura admin`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// The configuration file
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Action {
    /// Takes password, second factors and sessions from somebody and prints a one-time link to set a new password
    ResetLogin {
        /// Makes NAME an administrator, where nobody is left who is one
        #[arg(long)]
        administrator: bool,
        /// The name that is typed to log in
        name: String,
    },
    /// Checks that nobody changed the audit log: its chain and its signed heads
    VerifyAudit {
        /// The key that signs heads, as this command prints it, kept where the log is not
        #[arg(long, value_name = "HEX")]
        public_key: Option<String>,
    },
    /// The server's certificate
    #[command(subcommand)]
    Certificate(Certificate),
}

#[derive(Subcommand)]
enum Certificate {
    /// Checks a certificate of the plant's own authority and keeps it; the next start of the server uses it
    Import {
        /// The certificate with its chain, the server's first, PEM
        #[arg(long, value_name = "FILE")]
        chain: PathBuf,
        /// Its key, PEM without a password
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

/// Runs `yagura admin`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let path =
        arguments.config.as_deref().ok_or_else(|| Failure::input("name the configuration: --config FILE"))?;
    let config = read(Some(path))?;
    let place = place(&config, Some(path));
    let names = match &arguments.action {
        Action::Certificate(Certificate::Import { .. }) => certificate_names(&config)?,
        _ => Vec::new(),
    };
    block_on(async {
        let store = host::open_existing(&place).await?;
        let done = match &arguments.action {
            Action::ResetLogin { administrator, name } => reset(&config, &store, name, *administrator).await,
            Action::VerifyAudit { public_key } => verify(&store, &config, public_key.as_deref()).await,
            Action::Certificate(Certificate::Import { chain, key }) => {
                import(&config, &store, (chain, key), &names).await
            }
        };
        store.close().await;
        done
    })
}

async fn reset(
    config: &Config,
    store: &store::Store,
    name: &str,
    is_administrator: bool,
) -> Result<(), SiteError> {
    let link_us = i64::try_from(config.login.link.as_micros()).unwrap_or(i64::MAX);
    let path = host::reset_login(store, name, is_administrator, (now_us(), link_us)).await?;
    let is_tls = config.listen.tls != Tls::Off;
    let origins = show::server::origins(config.listen.address, is_tls, &config.listen.allowed_hosts);
    let origin = origins.first().map_or("", String::as_str);
    tell(&format!(
        "{name} is logged out everywhere; this link works once, for {} minutes:",
        link_us / 60_000_000
    ));
    tell(&format!("{origin}{}", path.expose()));
    Ok(())
}

async fn verify(store: &store::Store, config: &Config, key: Option<&str>) -> Result<(), SiteError> {
    let found = host::verify_audit(store, &config.data.folder, key).await?;
    tell(&format!("the audit log is whole: {} rows, {} signed heads", found.rows, found.heads));
    if let Some((first, last)) = found.times {
        tell(&format!("from row {} of {} to {}", found.first, show::utc_us(first), show::utc_us(last)));
        tell(&format!("head {}, signed up to row {}", found.head, found.signed));
    }
    tell(&format!("public key {}", found.key));
    Ok(())
}

/// The names for which a certificate must be: those by which the server is reached.
fn certificate_names(config: &Config) -> Result<Vec<String>, Failure> {
    match &config.listen.tls {
        Tls::Files { certificate_file, .. } => Err(Failure::input(format!(
            "the configuration names {} itself (tls = \"files\"): replace that file and its key, then restart the server",
            certificate_file.display()
        ))),
        Tls::Off => {
            Err(Failure::input("the server serves without TLS (tls = \"off\"): a certificate has no use"))
        }
        Tls::LocalCa => {
            let address = config.listen.address.ip();
            let names = &config.listen.allowed_hosts;
            let is_named = !names.is_empty() || address.is_unspecified() || address.is_loopback();
            Ok(if is_named { names.clone() } else { vec![address.to_string()] })
        }
    }
}

async fn import(
    config: &Config,
    store: &store::Store,
    (chain, key): (&PathBuf, &PathBuf),
    names: &[String],
) -> Result<(), SiteError> {
    let read = |path: &PathBuf| text(path).map_err(|error| SiteError(error.reason().to_owned()));
    let (chain, key, now_us) = (read(chain)?, read(key)?, now_us());
    let imported = site::import_certificate(&config.data.folder, (&chain, &key), names, now_us)?;
    let until = show::utc_us(imported.until_us);
    let detail = serde_json::json!({ "names": imported.names, "issuer": imported.issuer, "until": until });
    host::note(store, "certificate.import", "certificate", detail, now_us).await?;
    tell(&format!("imported: {} by {}, until {until}", imported.names.join(", "), imported.issuer));
    tell("restart the server to use it");
    Ok(())
}

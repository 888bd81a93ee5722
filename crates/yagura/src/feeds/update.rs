//! `yagura feeds update`: fetches sources over the network into a bundle. The one place of this program that opens a
//! connection to look for knowledge, and only when somebody runs it.

use super::extend;
use crate::error::Failure;
use crate::site_main::tell;
use clap::Args;
use feeds::Problems;
use feeds::bundle::{Content, Header};
use feeds::problem::{Fault, Weight};
use feeds::source::{self, Options, Summary, limits, provider};
use reqwest::{Certificate, Client, StatusCode};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// What a new bundle is made of when no address is given.
const KNOWN: [&str; 6] = [
    "https://www.cisa.gov/sites/default/files/csaf/provider-metadata.json",
    "https://cert-portal.siemens.com/productcert/csaf/provider-metadata.json",
    "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
    "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    "https://raw.githubusercontent.com/mitre-attack/attack-stix-data/master/ics-attack/ics-attack.json",
    "https://standards-oui.ieee.org/oui/oui.csv",
];
/// How long one document may take.
const LONGEST: Duration = Duration::from_secs(600);
const CONNECT: Duration = Duration::from_secs(20);
/// A document is asked for so often before it is told as out of reach.
const TRIES: usize = 2;

/// Arguments of `yagura feeds update`.
#[derive(Args)]
pub(super) struct Update {
    #[command(flatten)]
    pub(super) common: super::Common,
    /// Certificates (PEM) to trust besides those of the system, such as those of a proxy
    #[arg(long, value_name = "FILE")]
    pub(super) authority: Option<PathBuf>,
    /// Addresses: provider-metadata.json of a CSAF provider, a ROLIE feed, a folder (ends with /), or a document. Without
    /// one: those the bundle was made of, and for a new bundle CISA, Siemens, KEV, EPSS, ATT&CK for ICS and the IEEE
    #[arg(value_name = "ADDRESS")]
    pub(super) addresses: Vec<String>,
}

pub(super) fn run(arguments: &Update) -> Result<(), Failure> {
    let fetcher = Fetcher::new(arguments)?;
    extend(&arguments.common, |before, content, problems| {
        let dates = addresses(before);
        let chosen: Vec<&str> = match (arguments.addresses.as_slice(), dates.is_empty()) {
            ([], true) => KNOWN.to_vec(),
            ([], false) => dates.keys().map(String::as_str).collect(),
            (given, _) => given.iter().map(String::as_str).collect(),
        };
        let options = Options { lenient: arguments.common.lenient };
        for address in chosen {
            let since = dates.get(address).map(String::as_str).unwrap_or_default();
            let summary = fetcher.read(address, since, &options, content, problems);
            tell(&super::told(address, &summary));
        }
    })
}

/// The addresses a bundle was made of, with the newest time of each.
fn addresses(before: Option<&Header>) -> BTreeMap<String, String> {
    let mut dates: BTreeMap<String, String> = BTreeMap::new();
    for origin in before.iter().flat_map(|header| &header.parts).flat_map(|part| &part.origins) {
        if is_address(&origin.source) {
            let date = dates.entry(origin.source.clone()).or_default();
            if origin.date > *date {
                date.clone_from(&origin.date);
            }
        }
    }
    dates
}

fn is_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

struct Fetcher {
    runtime: tokio::runtime::Runtime,
    client: Client,
}

impl Fetcher {
    fn new(arguments: &Update) -> Result<Self, Failure> {
        if let Some(wrong) = arguments.addresses.iter().find(|address| !is_address(address)) {
            return Err(Failure::input(format!("{wrong} is no address: `feeds import` reads files")));
        }
        let mut builder = Client::builder()
            .user_agent(concat!("yagura/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(LONGEST);
        if let Some(file) = &arguments.authority {
            let cannot =
                |error: &dyn std::fmt::Display| Failure::input(format!("{}: {error}", file.display()));
            let pem = fs::read(file).map_err(|error| cannot(&error))?;
            let all = Certificate::from_pem_bundle(&pem).map_err(|error| cannot(&error))?;
            builder = builder.tls_certs_merge(all);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            runtime: runtime.map_err(Failure::output)?,
            client: builder.build().map_err(Failure::output)?,
        })
    }

    /// Reads one address: a list of documents, of which those newer than `since` are fetched, or one document.
    fn read(
        &self,
        address: &str,
        since: &str,
        options: &Options,
        content: &mut Content,
        problems: &mut Problems,
    ) -> Summary {
        let mut fetch = |wanted: &str| self.fetch(wanted, address);
        if address.ends_with('/') {
            return provider::import(address, since, options, &mut fetch, content, problems);
        }
        let refuse = |what: String, problems: &mut Problems| {
            problems.add(address, Weight::Refused, Fault::new("", what));
            Summary::out_of_reach()
        };
        let bytes = match fetch(address) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return refuse("is not there".into(), problems),
            Err(what) => return refuse(what, problems),
        };
        if let Some(summary) = source::import_bytes(address, &bytes, options, content, problems) {
            return summary;
        }
        // It is no document but a list of such. What was fetched is not fetched again.
        let mut first = Some(bytes);
        let mut fetch = |wanted: &str| match first.take_if(|_| wanted == address) {
            Some(bytes) => Ok(Some(bytes)),
            None => self.fetch(wanted, address),
        };
        provider::import(address, since, options, &mut fetch, content, problems)
    }

    /// `Ok(None)` when there is nothing at the address.
    fn fetch(&self, address: &str, given: &str) -> Result<Option<Vec<u8>>, String> {
        let plain = given.starts_with("http://");
        if !(address.starts_with("https://") || plain && address.starts_with("http://")) {
            return Err("is no https address".into());
        }
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.runtime.block_on(once(&self.client, address)) {
                Ok(answer) => return Ok(answer),
                Err(what) => last = what,
            }
        }
        Err(last)
    }
}

async fn once(client: &Client, address: &str) -> Result<Option<Vec<u8>>, String> {
    let told = |error: reqwest::Error| {
        // The innermost reason says what happened; the outer ones say that something did.
        let mut inner: &dyn std::error::Error = &error;
        while let Some(source) = inner.source() {
            inner = source;
        }
        format!("cannot be fetched: {inner}")
    };
    let mut answer = client.get(address).send().await.map_err(told)?;
    match answer.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
        status if !status.is_success() => {
            return Err(format!("cannot be fetched: the server answers {status}"));
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(told)? {
        if (bytes.len() + piece.len()) as u64 > limits::DOCUMENT {
            return Err(format!("is longer than {} bytes", limits::DOCUMENT));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(Some(bytes))
}

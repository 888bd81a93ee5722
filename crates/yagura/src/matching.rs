//! `yagura match`: which advisories are about a device that says this of itself. Files only; no server is asked.

use crate::error::Failure;
use crate::feeds::{Trust, content_of};
use crate::site_main::tell;
use clap::Args;
use feeds::known::known;
use knowledge::advisory::{Grade, Index, Match, Spoken, matches};
use serde_json::{Value, json};
use std::path::PathBuf;

#[cfg(test)]
mod tests;

/// Arguments of `yagura match`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Maker, as the device says it
    #[arg(long, value_name = "NAME", default_value = "")]
    vendor: String,
    /// Product or type, as the device says it
    #[arg(long, value_name = "NAME", default_value = "")]
    product: String,
    /// Version of its firmware or software; the serial number where the maker counts by it
    #[arg(long, value_name = "TEXT", default_value = "")]
    version: String,
    /// Hardware revision or series
    #[arg(long, value_name = "TEXT", default_value = "")]
    hardware: String,
    /// Order number
    #[arg(long, value_name = "TEXT", default_value = "")]
    order_number: String,
    /// CPE name of it or of something installed on it; may stand several times
    #[arg(long, value_name = "CPE")]
    cpe: Vec<String>,
    /// Order number or product of a module in it, with its version behind `@`; may stand several times
    #[arg(long, value_name = "NAME@VERSION")]
    module: Vec<String>,
    /// The bundle to look in; without it the few advisories that the program brings along
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    trust: Trust,
    /// Answers in JSON
    #[arg(long)]
    json: bool,
}

/// Runs `yagura match`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let spoken = spoken(arguments)?;
    let content = match &arguments.bundle {
        Some(file) => content_of(file, &arguments.trust)?,
        None => feeds::starter::content(),
    };
    let index = Index::new(known(&content).advisories);
    let found = matches(&index, &spoken);
    if arguments.json {
        let found: Vec<Value> = found.iter().map(entry).collect();
        tell(&json!({ "matches": found }).to_string());
        return Ok(());
    }
    if found.is_empty() {
        tell(&format!("none of {} advisories is about it", index.advisories().len()));
    }
    for one in &found {
        let fixed = one.fixed_in.join(", ");
        let fixed = if fixed.is_empty() { String::new() } else { format!("; fixed in {fixed}") };
        tell(&format!("{} ({}): {}{fixed}", one.advisory, grade(one.grade), one.cves.join(", ")));
        tell(&format!("  {}", one.reason));
    }
    Ok(())
}

fn spoken(arguments: &Arguments) -> Result<Spoken, Failure> {
    let spoken = Spoken {
        vendor: arguments.vendor.clone(),
        product: arguments.product.clone(),
        version: arguments.version.clone(),
        hardware: arguments.hardware.clone(),
        order_number: arguments.order_number.clone(),
        cpes: arguments.cpe.clone(),
        modules: arguments.module.iter().map(|text| module(text)).collect(),
        ..Spoken::default()
    };
    let named = [&spoken.product, &spoken.order_number].iter().any(|text| !text.trim().is_empty());
    if named || !spoken.cpes.is_empty() || !spoken.modules.is_empty() {
        Ok(spoken)
    } else {
        Err(Failure::input("nothing to look for: give --product, --order-number, --cpe or --module"))
    }
}

fn module(text: &str) -> Spoken {
    let (name, version) = text.rsplit_once('@').unwrap_or((text, ""));
    Spoken { product: name.to_owned(), version: version.to_owned(), ..Spoken::default() }
}

fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Family => "family",
        Grade::Range => "range",
        Grade::Exact => "exact",
    }
}

fn entry(found: &Match<'_>) -> Value {
    let remedy = |remedy: &&knowledge::advisory::Remediation| json!({ "kind": remedy.kind, "text": remedy.text, "url": remedy.url, "restart": remedy.restart, "fixed_in": remedy.fixed_in });
    json!({
        "advisory": found.advisory,
        "title": found.title,
        "cves": found.cves,
        "grade": grade(found.grade),
        "reason": found.reason,
        "source": found.source,
        "fixed_in": found.fixed_in,
        "remediations": found.remediations.iter().map(remedy).collect::<Vec<_>>(),
    })
}

//! `yagura analyze`: captures in, a table, a document or a page out. One process, no files left behind.

mod live;
mod read;

use crate::error::Failure;
use clap::Args;
use model::Model;
use observe::Pipeline;
use show::Capture;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Arguments of `yagura analyze`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Captures (pcap or pcapng, also gzip or zstd), folders of them, or `-` for standard input
    #[arg(required_unless_present = "interface", conflicts_with = "interface")]
    files: Vec<PathBuf>,
    /// Print the analysis document as JSON instead of tables
    #[arg(long)]
    json: bool,
    /// Write one self-contained HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Listen on this network interface instead of reading files (needs CAP_NET_RAW)
    #[arg(long, value_name = "NAME")]
    interface: Option<String>,
    /// How long to listen, only with `--interface`: `60s`, `5m`, `1h` [default: 60s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    r#for: Option<Duration>,
}

/// How long is listened when nothing is said.
const LISTEN: Duration = Duration::from_secs(60);

/// Runs the subcommand.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // A rule of the parser would not do: it is not applied beside files, which conflict with the interface.
    if arguments.r#for.is_some() && arguments.interface.is_none() {
        return Err(Failure::input("--for says how long to listen: use it only with --interface"));
    }
    let mut pipeline = Pipeline::new(observe::Limits::default());
    let mut model = Model::new(model::Limits::default());
    let captures = match &arguments.interface {
        Some(interface) => {
            vec![live::listen(interface, arguments.r#for.unwrap_or(LISTEN), &mut pipeline, &mut model)?]
        }
        None => read::read_all(&arguments.files, &mut pipeline, &mut model)?,
    };
    answer(arguments, &captures, &model)
}

fn answer(arguments: &Arguments, captures: &[Capture], model: &Model) -> Result<(), Failure> {
    let inventory = model.inventory();
    if let Some(path) = &arguments.html {
        let page = show::page(captures, &inventory);
        std::fs::write(path, page)
            .map_err(|error| Failure::output(format!("cannot write {}: {error}", path.display())))?;
    }
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let written = match (arguments.json, &arguments.html) {
        (true, _) => show::write_document(&mut out, captures, &inventory),
        (false, None) => show::write_tables(&mut out, captures, &inventory),
        (false, Some(_)) => Ok(()),
    };
    match written.and_then(|()| out.flush()) {
        // The reader of a pipe may stop early, as `head` does; that is not our failure.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::output(format!("cannot write the answer to standard output: {error}"))),
        Ok(()) => Ok(()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) =
        text.split_at(text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err(format!("`{text}` is no time: write a number with s, m or h, such as 60s")),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("`{text}` is no time: write a number with s, m or h"))?;
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

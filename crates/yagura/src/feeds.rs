//! `yagura feeds`: what is known outside the plant, as bundles. Files only, but for `update`.

mod keys;
#[cfg(test)]
mod tests;
mod update;

use crate::error::Failure;
use crate::site_main::tell;
use clap::{Args, Subcommand, ValueEnum};
use feeds::bundle::{self, Content, Header, Held, PublicKey, Reach, Verified};
use feeds::source::{self, Options, Summary};
use feeds::{Part, Problems};
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Arguments of `yagura feeds`.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Reads sources (documents, folders, .tar.gz, .tar.zst) into a bundle, which is made or extended
    Import(Import),
    /// Fetches sources over the network into a bundle, which is made or extended; what did not change is not fetched again
    Update(update::Update),
    /// Checks a bundle: its signature, its signer, every part and every item
    Verify {
        #[command(flatten)]
        trust: Trust,
        /// The bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Says what a bundle holds, from where and how old; asks for its signature, not whether its signer is trusted
    Status {
        /// Answers in JSON
        #[arg(long)]
        json: bool,
        /// The bundle
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Writes a bundle of some of its parts or of what changed, or its items as lines of JSON
    Export(Export),
    /// Prints the public key that others trust to take the bundles made here
    Key {
        /// File with the secret key; made when it is not there
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
}

/// Whose bundles are taken.
#[derive(Args, Default)]
pub(crate) struct Trust {
    /// A public key (ed25519:…) to trust besides the one of this machine, or a file with such keys, one a line
    #[arg(long, value_name = "KEY|FILE")]
    trust: Vec<String>,
    /// File with the secret key that signs; made at its first use, by default in the folder of the user's settings
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

#[derive(Args)]
struct Common {
    /// The bundle; one that is there is extended
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
    #[command(flatten)]
    trust: Trust,
    /// Name of the line of bundles, for a new one; serial numbers are compared inside a line
    #[arg(long, value_name = "NAME", default_value = "local")]
    line: String,
    /// Takes advisories that fail mandatory tests of their standard too, with warnings
    #[arg(long)]
    lenient: bool,
}

#[derive(Args)]
struct Import {
    #[command(flatten)]
    common: Common,
    /// Documents, folders or archives
    #[arg(value_name = "SOURCE", required = true)]
    sources: Vec<PathBuf>,
}

#[derive(Args)]
struct Export {
    #[command(flatten)]
    trust: Trust,
    /// Where to write
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// What to write
    #[arg(long, value_enum, default_value_t = Form::Bundle)]
    form: Form,
    /// An earlier bundle of the same line: only what changed since
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// Only this part, such as `exploited`; may stand several times
    #[arg(long, value_name = "NAME", value_parser = part)]
    part: Vec<Part>,
    /// The bundle
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// A signed bundle
    Bundle,
    /// One item a line, JSON
    Lines,
}

fn part(name: &str) -> Result<Part, String> {
    Part::ALL.into_iter().find(|part| part.name() == name).ok_or_else(|| {
        let names: Vec<&str> = Part::ALL.iter().map(|part| part.name()).collect();
        format!("parts are {}", names.join(", "))
    })
}

/// Runs `yagura feeds`.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    match &arguments.action {
        Action::Import(arguments) => import(arguments),
        Action::Update(arguments) => update::run(arguments),
        Action::Verify { trust, file } => {
            let trusted = trusted(trust)?;
            let (header, _) = bundle::peek(&mut opened(file)?).map_err(|refusal| refused(file, &refusal))?;
            // Changes are checked as where they are wanted: beside the bundle that they extend.
            let held: Vec<Held> = match header.reach {
                Reach::Since { serial } => vec![Held { line: header.line, serial, created: String::new() }],
                Reach::Full => Vec::new(),
            };
            let mut verified = bundle::verify(BufReader::new(opened(file)?), &trusted, &held)
                .map_err(|refusal| refused(file, &refusal))?;
            let mut items = 0_u64;
            verified.items(&mut |_, _| items += 1).map_err(|refusal| refused(file, &refusal))?;
            let Header { line, serial, created, parts, .. } = &verified.header;
            tell(&format!("{}: unbroken, signed by {}", file.display(), verified.key));
            tell(&format!(
                "line {line}, serial {serial}, made {created}, {} parts, {items} items",
                parts.len()
            ));
            Ok(())
        }
        Action::Status { json, file } => status(file, *json),
        Action::Export(arguments) => export(arguments),
        Action::Key { key } => {
            tell(&keys::open_or_create(key.as_deref())?.public().to_string());
            Ok(())
        }
    }
}

fn import(arguments: &Import) -> Result<(), Failure> {
    let options = Options { lenient: arguments.common.lenient };
    extend(&arguments.common, |_, content, problems| {
        for path in &arguments.sources {
            let summary = source::import(path, &options, content, problems);
            tell(&told(&path.display().to_string(), &summary));
        }
    })
}

/// What a source gave, in one line.
fn told(source: &str, summary: &Summary) -> String {
    let items: Vec<String> =
        summary.items.iter().map(|(part, items)| format!("{items} {}", part.name())).collect();
    let items = if items.is_empty() { "nothing".to_owned() } else { items.join(", ") };
    let checks = summary.checks();
    let checks = if checks.is_empty() { String::new() } else { format!("; {}", checks.join(", ")) };
    let Summary { files, passed_over, refused, .. } = summary;
    format!("{source}: {items} ({files} files read, {passed_over} passed over, {refused} refused{checks})")
}

/// Makes a bundle, or the next one of its line, of what `fill` adds to what it holds.
fn extend(
    common: &Common,
    fill: impl FnOnce(Option<&Header>, &mut Content, &mut Problems),
) -> Result<(), Failure> {
    let key = keys::open_or_create(common.trust.key.as_deref())?;
    let shown = common.bundle.display();
    let mut content = Content::default();
    let mut earlier = None;
    if common.bundle.exists() {
        let mut verified = open(&common.bundle, &trusted(&common.trust)?)?;
        if verified.header.reach != Reach::Full {
            return Err(Failure::input(format!(
                "{shown} holds changes only: extend the full bundle of its line"
            )));
        }
        verified.apply(&mut content).map_err(|refusal| refused(&common.bundle, &refusal))?;
        earlier = Some(verified.header);
    }
    let before = content.clone();
    let mut problems = Problems::default();
    fill(earlier.as_ref(), &mut content, &mut problems);
    problems.list.iter().for_each(|problem| eprintln!("{problem}"));
    if problems.unlisted() > 0 {
        eprintln!("… and {} more", problems.unlisted());
    }
    if content == before {
        return Err(Failure::input(format!("{shown} stays as it is: nothing new was read")));
    }
    let created = jiff::Timestamp::from_microsecond(crate::site_main::now_us()).unwrap_or_default();
    let about = Header {
        format: bundle::FORMAT,
        line: earlier.as_ref().map_or(&common.line, |header| &header.line).clone(),
        serial: earlier.as_ref().map_or(1, |header| header.serial.saturating_add(1)),
        created: created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        reach: Reach::Full,
        program: concat!("yagura ", env!("CARGO_PKG_VERSION")).to_owned(),
        parts: Vec::new(),
    };
    let header = write(&common.bundle, |out| {
        bundle::write(&content, &about, &[], &key, out).map_err(Failure::output)
    })?;
    let items: u64 = header.parts.iter().map(|part| part.items).sum();
    tell(&format!("{shown}: serial {}, {items} items, signed by {}", header.serial, key.public()));
    Ok(())
}

fn status(file: &Path, json: bool) -> Result<(), Failure> {
    let mut input = BufReader::new(opened(file)?);
    let (header, key) = bundle::peek(&mut input).map_err(|refusal| refused(file, &refusal))?;
    if json {
        let answer = serde_json::json!({ "signed_by": key.to_string(), "header": header });
        tell(&answer.to_string());
        return Ok(());
    }
    let reach = match header.reach {
        Reach::Full => "everything".to_owned(),
        Reach::Since { serial } => format!("changes since serial {serial}"),
    };
    tell(&format!("{}: line {}, serial {}, {reach}", file.display(), header.line, header.serial));
    tell(&format!("made {} by {}, signed by {key}", header.created, header.program));
    for part in &header.parts {
        tell(&format!("{}: {} items", part.name, part.items));
        for origin in &part.origins {
            let bundle::Origin { source, date, items, refused, checks, .. } = origin;
            let date = if date.is_empty() { String::new() } else { format!(", newest {date}") };
            let refused = if *refused == 0 { String::new() } else { format!(", {refused} refused") };
            let checks = if checks.is_empty() { String::new() } else { format!(", {}", checks.join(", ")) };
            tell(&format!("  {source}: {items} items{date}{refused}{checks}"));
        }
    }
    Ok(())
}

fn export(arguments: &Export) -> Result<(), Failure> {
    let trusted = trusted(&arguments.trust)?;
    let load = |file: &Path| {
        let mut verified = open(file, &trusted)?;
        let mut content = Content::default();
        verified.apply(&mut content).map_err(|refusal| refused(file, &refusal))?;
        Ok::<_, Failure>((content, verified.header))
    };
    let (mut content, mut about) = load(&arguments.file)?;
    let mut whole = Vec::new();
    if let Some(since) = &arguments.since {
        let (earlier, header) = load(since)?;
        if header.line != about.line || header.serial >= about.serial {
            return Err(Failure::input(format!(
                "{} is no earlier bundle of line {}",
                since.display(),
                about.line
            )));
        }
        (content, whole) = content.since(&earlier);
        about.reach = Reach::Since { serial: header.serial };
    }
    if !arguments.part.is_empty() {
        content.keep(&arguments.part);
    }
    if arguments.form == Form::Lines {
        return write(&arguments.to, |out| {
            for item in Part::ALL.into_iter().flat_map(|part| content.items(part)) {
                let line = serde_json::to_string(&item).map_err(Failure::output)?;
                writeln!(out, "{line}").map_err(Failure::output)?;
            }
            Ok(())
        });
    }
    let key = keys::open_or_create(arguments.trust.key.as_deref())?;
    let header = write(&arguments.to, |out| {
        bundle::write(&content, &about, &whole, &key, out).map_err(Failure::output)
    })?;
    let items: u64 = header.parts.iter().map(|part| part.items).sum();
    tell(&format!("{}: {} parts, {items} items", arguments.to.display(), header.parts.len()));
    Ok(())
}

/// Everything a bundle holds that somebody trusted here signed.
pub(crate) fn content_of(file: &Path, trust: &Trust) -> Result<Content, Failure> {
    let mut content = Content::default();
    let mut verified = open(file, &trusted(trust)?)?;
    verified.apply(&mut content).map_err(|refusal| refused(file, &refusal))?;
    Ok(content)
}

fn opened(file: &Path) -> Result<File, Failure> {
    File::open(file).map_err(|error| Failure::input(format!("cannot open {}: {error}", file.display())))
}

fn open(file: &Path, trusted: &[PublicKey]) -> Result<Verified<BufReader<File>>, Failure> {
    bundle::verify(BufReader::new(opened(file)?), trusted, &[]).map_err(|refusal| refused(file, &refusal))
}

fn refused(file: &Path, refusal: &bundle::Refusal) -> Failure {
    Failure::input(format!("{}: {refusal}", file.display()))
}

fn trusted(trust: &Trust) -> Result<Vec<PublicKey>, Failure> {
    let mut keys = Vec::new();
    keys.extend(keys::own_public(trust.key.as_deref())?);
    for text in &trust.trust {
        keys.extend(keys::public(text)?);
    }
    Ok(keys)
}

/// Writes a file whole or not at all: beside its place first, moved when it is on the disk.
fn write<T>(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let beside = path.with_file_name(name);
    let failed = |error: std::io::Error| Failure::output(format!("cannot write {}: {error}", path.display()));
    let mut out = BufWriter::new(File::create(&beside).map_err(failed)?);
    let done = fill(&mut out).and_then(|done| {
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        fs::rename(&beside, path).map_err(failed)?;
        Ok(done)
    });
    if done.is_err() {
        // What was half written is of no use to anybody; that it stays is not worth a second message.
        let _ = fs::remove_file(&beside);
    }
    done
}

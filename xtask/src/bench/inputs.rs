//! What is measured: captures made once under `target/bench`.

use crate::root;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bytes of the mixed capture.
const MIXED_BYTES: &str = "512e6";

/// The mixed capture of the shared Ethernet captures, made by their own script; `None` without them.
pub(crate) fn mixed(folder: &Path) -> Result<Option<PathBuf>, String> {
    let Some(captures) = captures() else { return Ok(None) };
    let Ok(index) = std::fs::read(captures.join("INDEX.tsv")) else { return Ok(None) };
    let path = folder.join("mixed.pcap");
    if path.exists() {
        return Ok(Some(path));
    }
    let index = String::from_utf8_lossy(&index).into_owned();
    let mut header = index.lines().next().unwrap_or_default().split('\t');
    let link = header.position(|name| name == "link_type").unwrap_or(6);
    let ethernet = index.lines().skip(1).filter_map(|line| {
        let path = line.split('\t').next()?;
        let fits = line.split('\t').nth(link)? == "ETHERNET" && path.ends_with(".pcap");
        (fits && !path.starts_with("testbed/")).then(|| captures.join(path))
    });
    let made = Command::new("python3")
        .arg(captures.join("mkbench.py"))
        .arg(&path)
        .arg(MIXED_BYTES)
        .args(ethernet)
        .status()
        .map_err(|error| format!("cannot run python3: {error}"))?;
    if made.success() { Ok(Some(path)) } else { Err(format!("cannot make {}", path.display())) }
}

fn captures() -> Option<PathBuf> {
    root::shared().map(|shared| shared.join("captures"))
}

/// The peer that only counts packets, compiled with the same compiler.
pub(crate) fn packet_loop(folder: &Path) -> Result<PathBuf, String> {
    let source = captures().ok_or("../shared is absent")?.join("loop.rs");
    let program = folder.join("loop");
    let built = Command::new("rustc").arg("-O").arg("-o").arg(&program).arg(&source).status();
    match built {
        Ok(status) if status.success() => Ok(program),
        _ => Err(format!("cannot compile {}", source.display())),
    }
}

/// The first `bytes` of a pcap, ended at a whole packet.
pub(crate) fn head(capture: &Path, folder: &Path, bytes: u64) -> Result<PathBuf, String> {
    let path = folder.join(format!("head_{}.pcap", bytes / 1_000_000));
    let failed = |error: std::io::Error| format!("cannot make {}: {error}", path.display());
    let mut input = BufReader::new(File::open(capture).map_err(failed)?);
    let mut output = BufWriter::new(File::create(&path).map_err(failed)?);
    let mut header = [0; 24];
    input.read_exact(&mut header).map_err(failed)?;
    output.write_all(&header).map_err(failed)?;
    let mut written = 24;
    let mut record = [0; 16];
    while written < bytes && input.read_exact(&mut record).is_ok() {
        let captured = u64::from(u32::from_le_bytes([record[8], record[9], record[10], record[11]]));
        output.write_all(&record).map_err(failed)?;
        std::io::copy(&mut (&mut input).take(captured), &mut output).map_err(failed)?;
        written += 16 + captured;
    }
    output.flush().map_err(failed)?;
    drop(output);
    Ok(path)
}

/// Packets of a little-endian pcap.
pub(crate) fn packets(capture: &Path) -> Result<u64, String> {
    let failed = |error: std::io::Error| format!("cannot read {}: {error}", capture.display());
    let mut input = BufReader::with_capacity(1 << 20, File::open(capture).map_err(failed)?);
    let (mut record, mut packets) = ([0; 16], 0);
    input.read_exact(&mut [0; 24]).map_err(failed)?;
    while input.read_exact(&mut record).is_ok() {
        let captured = i64::from(u32::from_le_bytes([record[8], record[9], record[10], record[11]]));
        input.seek_relative(captured).map_err(failed)?;
        packets += 1;
    }
    Ok(packets)
}

/// A million TCP conversations between 10,000 machines: hand-shake and one request each.
pub(crate) fn many_flows(folder: &Path) -> Result<PathBuf, String> {
    const FLOWS: u32 = 1_000_000;
    const MACHINES: u32 = 10_000;
    let path = folder.join("many_flows.pcap");
    let failed = |error: std::io::Error| format!("cannot make {}: {error}", path.display());
    let mut output = BufWriter::with_capacity(1 << 20, File::create(&path).map_err(failed)?);
    let header: [u32; 6] = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 1];
    header.iter().try_for_each(|word| output.write_all(&word.to_le_bytes())).map_err(failed)?;
    for flow in 0..FLOWS {
        let (client, server) = (flow % MACHINES, (flow / 7 + flow % MACHINES + 1) % MACHINES);
        let port = 1024 + u16::try_from(flow / MACHINES).unwrap_or(0);
        for (step, flags) in [(0u32, 2u8), (1, 18), (2, 16)] {
            let ends =
                if step == 1 { [(server, 443), (client, port)] } else { [(client, port), (server, 443)] };
            let frame = segment(ends, flags);
            let time = [1_700_000_000 + flow / 10_000, flow % 10_000 * 100 + step, 54, 54];
            time.iter().try_for_each(|word| output.write_all(&word.to_le_bytes())).map_err(failed)?;
            output.write_all(&frame).map_err(failed)?;
        }
    }
    output.flush().map_err(failed)?;
    drop(output);
    Ok(path)
}

/// An Ethernet frame with an empty TCP segment between two numbered machines.
fn segment([source, destination]: [(u32, u16); 2], flags: u8) -> Vec<u8> {
    let mac = |(machine, _): (u32, u16)| [[0, 0x1b, 0x1b].as_slice(), &machine.to_be_bytes()[1..]].concat();
    let ip = |(machine, _): (u32, u16)| (0x0a00_0000 + machine + 1).to_be_bytes();
    let mut frame =
        [mac(destination), mac(source), vec![8, 0, 0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0]].concat();
    frame.extend(ip(source).into_iter().chain(ip(destination)));
    frame.extend(source.1.to_be_bytes().into_iter().chain(destination.1.to_be_bytes()));
    let numbers = if flags == 18 {
        [5000u32, 1001]
    } else if flags == 2 {
        [1000, 0]
    } else {
        [1001, 5001]
    };
    frame.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
    frame.extend([0x50, flags, 0x20, 0, 0, 0, 0, 0]);
    frame
}

/// Empties the page cache, where the machine lets us.
pub(crate) fn drop_caches() -> bool {
    let _ = Command::new("sync").status();
    std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}

//! `cargo xtask deb`: a Debian package, written without Debian's tools and the same from the same input each time.

use crate::root::{cargo, root, target};
use crate::{Outcome, arguments};
use flate2::{Compression, write::GzEncoder};
use md5::{Digest, Md5};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a file of the project goes, and with which mode.
const FILES: [(&str, &str, u32); 6] = [
    ("packaging/yagura.service", "usr/lib/systemd/system/yagura.service", 0o644),
    ("packaging/yagura.toml", CONFIGURATION, 0o644),
    ("LICENSE", "usr/share/doc/yagura/copyright", 0o644),
    ("README.md", "usr/share/doc/yagura/README.md", 0o644),
    ("docs/OPERATIONS.md", "usr/share/doc/yagura/OPERATIONS.md", 0o644),
    ("docs/configuration.md", "usr/share/doc/yagura/configuration.md", 0o644),
];

/// The file that an administrator edits and an upgrade does not overwrite.
const CONFIGURATION: &str = "etc/yagura/yagura.toml";

const SCRIPTS: [&str; 3] = ["postinst", "prerm", "postrm"];

/// A file of the package: its path, mode and bytes.
type Entry = (String, u32, Vec<u8>);

/// `cargo xtask deb`.
pub(crate) fn run(given: &[String]) -> Outcome {
    arguments::only(given, &["--binary"], &[])?;
    let binary = match arguments::text(given, "--binary")? {
        Some(path) => PathBuf::from(path),
        None => build()?,
    };
    let bytes = read(&binary)?;
    let (version, architecture) = (env!("CARGO_PKG_VERSION"), architecture()?);
    let package = package(&root(), version, architecture, bytes)?;
    let folder = target().join("debian");
    let path = folder.join(format!("yagura_{version}_{architecture}.deb"));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&path, package))
        .map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{}", path.display());
    Ok(())
}

fn build() -> Result<PathBuf, String> {
    let mut command = cargo();
    command.args(["build", "--profile", "dist", "--locked", "--package", "yagura"]);
    let succeeded = command.status().is_ok_and(|status| status.success());
    if succeeded { Ok(target().join("dist/yagura")) } else { Err("the program could not be built".into()) }
}

/// Debian's word for the machine that this runs on.
fn architecture() -> Result<&'static str, String> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => Err(format!("no package is made for {other}")),
    }
}

/// The package: an `ar` archive of a version, the control files and the data (deb(5)).
fn package(root: &Path, version: &str, architecture: &str, binary: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut data = vec![("usr/bin/yagura".to_owned(), 0o755, binary)];
    for (from, to, mode) in FILES {
        data.push((to.into(), mode, read(&root.join(from))?));
    }
    data.sort();
    let kibibytes = data.iter().map(|(_, _, bytes)| bytes.len().div_ceil(1024)).sum::<usize>();
    let sums: String = data.iter().map(|(path, _, bytes)| format!("{}  {path}\n", md5(bytes))).collect();
    let mut control = vec![
        ("control".to_owned(), 0o644, description(version, architecture, kibibytes).into_bytes()),
        ("conffiles".to_owned(), 0o644, format!("/{CONFIGURATION}\n").into_bytes()),
        ("md5sums".to_owned(), 0o644, sums.into_bytes()),
    ];
    for script in SCRIPTS {
        control.push((script.into(), 0o755, read(&root.join("packaging/debian").join(script))?));
    }
    let mut archive = ar::Builder::new(Vec::new());
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", tarball(&control)?),
        ("data.tar.gz", tarball(&data)?),
    ];
    for (name, bytes) in members {
        let mut header = ar::Header::new(name.into(), u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mode(0o100_644);
        archive.append(&header, &bytes[..]).map_err(|error| error.to_string())?;
    }
    archive.into_inner().map_err(|error| error.to_string())
}

fn description(version: &str, architecture: &str, kibibytes: usize) -> String {
    format!(
        "Package: yagura
Version: {version}
Architecture: {architecture}
Maintainer: Yagura project <yagura@localhost>
Installed-Size: {kibibytes}
Depends: adduser, libc6 (>= 2.36)
Section: net
Priority: optional
Description: monitoring of a plant's network
 Listens on mirror ports and keeps a living inventory of what is on the
 network of a factory, who controls whom, and what changed.
"
    )
}

/// A compressed archive of files of root, without times, with the folders that lead to them.
fn tarball(entries: &[Entry]) -> Result<Vec<u8>, String> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    let mut folders = BTreeSet::from([String::new()]);
    for (path, _, _) in entries {
        let steps = path.match_indices('/').map(|(at, _)| path.get(..=at).unwrap_or_default().to_owned());
        folders.extend(steps);
    }
    let folders = folders.into_iter().map(|path| (path, 0o755, None));
    let files = entries.iter().map(|(path, mode, bytes)| (path.clone(), *mode, Some(bytes)));
    for (path, mode, bytes) in folders.chain(files) {
        let bytes = bytes.map_or(&[][..], |bytes| bytes);
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(if path.is_empty() || path.ends_with('/') {
            tar::EntryType::Directory
        } else {
            tar::EntryType::Regular
        });
        header.set_mode(mode);
        header.set_size(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        header.set_mtime(0);
        header.set_uid(0);
        header.set_gid(0);
        header
            .set_username("root")
            .and_then(|()| header.set_groupname("root"))
            .map_err(|error| error.to_string())?;
        put_path(&mut header, &format!("./{path}"))?;
        header.set_cksum();
        archive.append(&header, bytes).map_err(|error| error.to_string())?;
    }
    archive.into_inner().and_then(GzEncoder::finish).map_err(|error| error.to_string())
}

/// Debian writes paths with a leading `./`, which the tar crate would take away.
fn put_path(header: &mut tar::Header, path: &str) -> Result<(), String> {
    let room = header.as_old_mut().name.get_mut(..path.len());
    room.ok_or_else(|| format!("{path} is too long for a package"))?.copy_from_slice(path.as_bytes());
    Ok(())
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::root::installed;
    use std::io::Read;
    use std::process::Command;

    const PROGRAM: &[u8] = b"\x7fELF in place of a program";

    fn made() -> Vec<u8> {
        package(&root(), "1.2.3", "amd64", PROGRAM.to_vec()).unwrap()
    }

    fn members() -> Vec<(String, Vec<u8>)> {
        let package = made();
        let mut archive = ar::Archive::new(&package[..]);
        let mut members = Vec::new();
        while let Some(entry) = archive.next_entry() {
            let mut entry = entry.unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            members.push((String::from_utf8(entry.header().identifier().to_vec()).unwrap(), bytes));
        }
        members
    }

    fn files(tarball: &[u8]) -> Vec<Entry> {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(tarball));
        let mut files = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            assert_eq!((entry.header().uid().unwrap(), entry.header().gid().unwrap()), (0, 0));
            let path = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
            let mode = entry.header().mode().unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            files.push((path, mode, bytes));
        }
        files
    }

    #[test]
    fn the_package_holds_what_it_should() {
        let members = members();
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
        assert_eq!(members[0].1, b"2.0\n");
        let data = files(&members[2].1);
        let paths: Vec<(&str, u32)> = data
            .iter()
            .filter(|(path, ..)| !path.ends_with('/'))
            .map(|(path, mode, _)| (path.as_str(), *mode))
            .collect();
        assert_eq!(
            paths,
            [
                ("./etc/yagura/yagura.toml", 0o644),
                ("./usr/bin/yagura", 0o755),
                ("./usr/lib/systemd/system/yagura.service", 0o644),
                ("./usr/share/doc/yagura/OPERATIONS.md", 0o644),
                ("./usr/share/doc/yagura/README.md", 0o644),
                ("./usr/share/doc/yagura/configuration.md", 0o644),
                ("./usr/share/doc/yagura/copyright", 0o644),
            ]
        );
        assert!(
            data.iter().any(|(path, mode, bytes)| path == "./etc/" && *mode == 0o755 && bytes.is_empty())
        );
        let program = data.iter().find(|(path, ..)| path == "./usr/bin/yagura").unwrap();
        assert_eq!(program.2, PROGRAM);
        let control = files(&members[1].1);
        let text = |name: &str| {
            let found = control.iter().find(|(path, ..)| path == &format!("./{name}"));
            String::from_utf8(found.unwrap().2.clone()).unwrap()
        };
        assert_eq!(text("conffiles"), "/etc/yagura/yagura.toml\n");
        assert!(text("control").contains("\nVersion: 1.2.3\nArchitecture: amd64\n"));
        assert!(text("md5sums").contains(&format!("{}  usr/bin/yagura\n", md5(PROGRAM))));
        assert!(text("postinst").contains("enrolment link"));
        assert!(control.iter().any(|(path, mode, _)| path == "./postinst" && *mode == 0o755));
    }

    #[test]
    fn the_same_input_gives_the_same_package() {
        assert_eq!(made(), made());
    }

    #[test]
    fn the_unit_gives_one_capability_and_no_more() {
        let unit = fs::read_to_string(root().join("packaging/yagura.service")).unwrap();
        let capabilities: Vec<&str> = unit.lines().filter(|line| line.contains("=CAP_")).collect();
        assert_eq!(capabilities, ["AmbientCapabilities=CAP_NET_RAW", "CapabilityBoundingSet=CAP_NET_RAW"]);
        for line in ["NoNewPrivileges=yes", "Restart=always", "ProtectSystem=strict", "User=yagura"] {
            assert!(unit.lines().any(|found| found == line), "{line}");
        }
    }

    #[test]
    fn the_scripts_are_read_by_a_shell() {
        for script in SCRIPTS {
            let path = root().join("packaging/debian").join(script);
            assert!(Command::new("sh").arg("-n").arg(&path).status().unwrap().success(), "{script}");
        }
    }

    #[test]
    fn debian_reads_the_package() {
        if !installed("dpkg-deb") {
            println!("skipped: dpkg-deb is not installed");
            return;
        }
        let path = std::env::temp_dir().join(format!("yagura-{}.deb", std::process::id()));
        fs::write(&path, made()).unwrap();
        let ask = |option: &str| {
            let output = Command::new("dpkg-deb").arg(option).arg(&path).output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let (told, listed) = (ask("--info"), ask("--contents"));
        fs::remove_file(&path).unwrap();
        assert!(told.contains("Package: yagura"), "{told}");
        assert!(listed.contains("root/root") && listed.contains("./usr/bin/yagura"), "{listed}");
    }
}

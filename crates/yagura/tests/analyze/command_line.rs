//! Good and bad arguments: one clear line, the documented exit status, nothing left behind.

use crate::common::{Recorded, analyze, file, list, pcap, record, run, yagura};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A user without any rights (`nobody` on most systems).
const NOBODY: u32 = 65_534;

fn frames() -> Vec<Recorded> {
    record(simulator::two_lines(), 10)
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Runs to the end: exit status, standard output, standard error.
fn ends(command: &mut Command) -> (Option<i32>, String, String) {
    let output = run(command);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Expects exit status 2, no answer and one line that says `reason`.
#[track_caller]
fn refused(command: &mut Command, reason: &str) {
    let (status, out, said) = ends(command);
    assert_eq!((status, out.as_str()), (Some(2), ""), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("yagura: ") && said.contains(reason), "{said}");
}

/// A copy of the program that another user may run, or `None` when only root could try.
fn program_for_others(name: &str) -> Option<PathBuf> {
    if !is_root() {
        println!("skipped: only root can run the program as another user");
        return None;
    }
    // Folders above the target folder may be closed to others, the system's folder for temporary files is not.
    let folder = std::env::temp_dir().join(format!("yagura-test-{name}-{}", std::process::id()));
    fs::create_dir(&folder).expect("a folder");
    fs::copy(env!("CARGO_BIN_EXE_yagura"), folder.join("yagura")).expect("a copy");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("open to others");
    Some(folder)
}

#[test]
fn a_file_that_is_missing_or_closed() {
    refused(&mut yagura(&["analyze", "no-such-file.pcap"]), "no-such-file.pcap: cannot be read");
    let Some(folder) = program_for_others("closed") else { return };
    let closed = folder.join("closed.pcap");
    fs::write(&closed, pcap(&frames())).expect("a file");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o600)).expect("closed to others");
    refused(
        Command::new(folder.join("yagura")).arg("analyze").arg(&closed).uid(NOBODY).gid(NOBODY),
        "closed.pcap: cannot be read",
    );
    fs::remove_dir_all(folder).expect("cleaned up");
}

#[test]
fn a_file_that_is_no_capture() {
    for (name, bytes) in [("text.pcap", &b"this is a letter, not a capture\n"[..]), ("empty.pcap", b"")] {
        let path = file(name, bytes);
        refused(yagura(&["analyze"]).arg(&path), &format!("{name}: not a capture"));
        refused(yagura(&["analyze", "--json"]).arg(&path), &format!("{name}: not a capture"));
    }
}

#[test]
fn a_folder_stands_for_the_captures_in_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("folder");
    let below = folder.join("below");
    fs::create_dir_all(&below).expect("a folder");
    let frames = frames();
    fs::write(folder.join("b.pcap"), pcap(frames.iter().filter(|frame| frame.capture == 1))).expect("a file");
    fs::write(below.join("a.pcap"), pcap(frames.iter().filter(|frame| frame.capture == 0))).expect("a file");
    fs::write(folder.join("notes.txt"), "not a capture").expect("a file");
    let document = analyze(std::slice::from_ref(&folder));
    let paths: Vec<&str> =
        list(&document, "captures").iter().filter_map(|one| one["path"].as_str()).collect();
    assert_eq!(paths.len(), 2, "{paths:?}");
    assert!(paths[0].ends_with("b.pcap") && paths[1].ends_with("below/a.pcap"), "{paths:?}");

    let nothing = folder.join("nothing");
    fs::create_dir_all(&nothing).expect("a folder");
    refused(yagura(&["analyze"]).arg(&nothing), "no capture in this folder");
}

#[test]
fn standard_input_and_several_files() {
    let frames = frames();
    let [a, b] = [0, 1].map(|capture| pcap(frames.iter().filter(|frame| frame.capture == capture)));
    let (first, second) = (file("several-a.pcap", &a), file("several-b.pcap", &b));
    let several = analyze(&[first.clone(), second]);
    assert_eq!(list(&several, "captures").len(), 2);

    let mut child = yagura(&["analyze", "--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(&a).expect("read to the end");
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success());
    let piped: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let alone = analyze(&[first]);
    assert_eq!(piped["assets"], alone["assets"]);
    assert_eq!(piped["flows"], alone["flows"]);
}

#[test]
fn one_bad_file_of_several_is_named() {
    let good = file("good.pcap", &pcap(&frames()));
    refused(yagura(&["analyze"]).arg(&good).arg("missing.pcap"), "missing.pcap");
}

#[test]
fn a_link_type_that_is_not_read_is_counted() {
    let mut bytes = pcap(frames().iter().take(5));
    bytes[20] = 147;
    let path = file("user0.pcap", &bytes);
    let (status, out, said) = ends(yagura(&["analyze", "--json"]).arg(&path));
    assert_eq!(status, Some(0));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("link type 147"), "{said}");
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["captures"][0]["undecoded"]["link_type_147"], 5);
}

#[test]
fn an_interface_that_does_not_exist() {
    let missing = ["analyze", "--interface", "no-such-if", "--for", "1s"];
    if is_root() {
        refused(&mut yagura(&missing), "no-such-if: no such interface");
    } else {
        refused(&mut yagura(&missing), "");
    }
}

#[test]
fn listening_without_the_permission() {
    let Some(folder) = program_for_others("listen") else { return };
    let listen = ["analyze", "--interface", "lo", "--for", "1s"];
    refused(Command::new(folder.join("yagura")).args(listen).uid(NOBODY).gid(NOBODY), "CAP_NET_RAW");
    fs::remove_dir_all(folder).expect("cleaned up");
}

#[test]
fn times_and_arguments_that_make_no_sense() {
    for time in ["soon", "5x", "s", "-1s"] {
        let argument = format!("--for={time}");
        let (status, out, said) = ends(&mut yagura(&["analyze", "--interface", "lo", &argument]));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{time}");
        assert!(said.contains("is no time"), "{said}");
    }
    for arguments in [&["analyze"][..], &["analyze", "a.pcap", "--interface", "lo"], &["watch"]] {
        let (status, out, said) = ends(&mut yagura(arguments));
        assert_eq!((status, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(said.starts_with("error: "), "{said}");
    }
}

#[test]
fn a_time_without_an_interface() {
    let path = file("for.pcap", &pcap(&frames()));
    refused(yagura(&["analyze", "--for", "1s"]).arg(&path), "use it only with --interface");
    refused(yagura(&["analyze"]).arg(&path).args(["--for", "60s"]), "use it only with --interface");
}

#[test]
fn a_reader_that_stops_early_is_no_failure() {
    let path = file("broken-pipe.pcap", &pcap(&record(simulator::demo(), 20)));
    for arguments in [&["analyze", "--json"][..], &["analyze"]] {
        let mut child = yagura(arguments)
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{}: {said}", output.status);
    }
}

#[test]
fn nothing_is_left_behind() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let [here, temporary] = ["here", "temporary"].map(|name| root.join(format!("left-{name}")));
    for folder in [&here, &temporary] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir(folder).expect("a folder");
    }
    let path = file("left.pcap", &pcap(&frames()));
    let page = file("left.html", b"");
    for arguments in [&["analyze", "--json"][..], &["analyze"], &["analyze", "--html"]] {
        let mut command = yagura(arguments);
        if arguments.contains(&"--html") {
            command.arg(&page);
        }
        let (status, _, said) =
            ends(command.arg(&path).current_dir(&here).env("TMPDIR", &temporary).env("HOME", &here));
        assert_eq!((status, said.as_str()), (Some(0), ""));
    }
    for folder in [&here, &temporary] {
        assert_eq!(fs::read_dir(folder).expect("a folder").count(), 0, "{}", folder.display());
    }
}

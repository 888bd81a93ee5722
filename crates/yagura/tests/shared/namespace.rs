//! Tests that need a network of their own: they run in a namespace that is made for them.

use std::process::Command;

/// Runs an ignored test of this program in a network namespace of its own; false when there cannot be one.
pub(crate) fn inside(test: &str) -> bool {
    let name = format!("yagura-{}-{}", test.replace("::", "-"), std::process::id());
    if !run(&format!("ip netns add {name}")) {
        return false;
    }
    let output = Command::new("ip")
        .args(["netns", "exec", &name])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "--nocapture", test])
        .output();
    run(&format!("ip netns delete {name}"));
    let output = output.expect("the program `ip`");
    let is_success = output.status.success();
    let text =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(is_success && text.contains("1 passed"), "{text}");
    println!("{text}");
    true
}

/// Runs a program to its end; whether it succeeded.
pub(crate) fn run(line: &str) -> bool {
    let mut words = line.split(' ');
    let output = Command::new(words.next().expect("a program")).args(words).output();
    output.is_ok_and(|output| output.status.success())
}

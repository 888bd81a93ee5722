//! The console is built by `cargo xtask web` and committed; a new file in it must be taken into the program.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}

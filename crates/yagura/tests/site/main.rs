//! The server of a plant as its people meet it: started, entered, killed, started again.

#[cfg(test)]
mod cable;
#[cfg(test)]
#[path = "../remote_sensor/capture_file.rs"]
mod capture_file;
#[cfg(test)]
mod common;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod kills;
#[cfg(test)]
#[path = "../shared/namespace.rs"]
mod namespace;
#[cfg(test)]
mod plant;
#[cfg(test)]
mod reload;
#[cfg(test)]
mod story;
#[cfg(test)]
mod troubles;

//! The server of a plant as its people meet it: started, entered, killed, started again.

#[cfg(test)]
mod cable;
#[cfg(test)]
mod common;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod plant;
#[cfg(test)]
mod story;

//! Risk: the worked examples of the model, its properties, and what is counted from snapshots.

mod examples;
mod paths;
mod plants;
mod properties;
mod reasons;
mod rules;
mod snapshots;
mod speed;
mod whatif;

//! The method: what an owner may edit (weights of source classes, the matrix, the tolerable band) and its version.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Version of everything in this module that an owner cannot edit: formulas and tables. A new one is a re-baseline.
pub const FORMULA: u32 = 1;

/// How risk is computed for one owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Names formulas, weights and matrix together; every snapshot carries it. Whoever edits something gives a new one.
    pub version: Arc<str>,
    /// Chance that an attacker stands in a zone of the class within 30 days, 0..=1, in the order of [`Class::ALL`].
    pub weights: [f64; 7],
    /// Bands by levels.
    pub matrix: Matrix,
    /// The highest band that the owner lives with.
    pub tolerable: Band,
}

impl Default for Method {
    /// The values of sections 2 and 4.1.
    fn default() -> Self {
        Self {
            version: Arc::from(format!("{FORMULA}")),
            weights: [1.00, 0.60, 0.50, 0.30, 0.15, 0.08, 0.03],
            matrix: Matrix::default(),
            tolerable: Band::Medium,
        }
    }
}

impl Method {
    /// The weight of a class, 0..=1; what is not a number counts as 1.
    #[must_use]
    pub fn weight(&self, class: Class) -> f64 {
        self.weights.get(class as usize).copied().map_or(1.0, unit)
    }
}

/// Where an attacker may stand (section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Internet or public address.
    Internet,
    /// Remote access of third parties.
    ThirdParty,
    /// Enterprise IT.
    Enterprise,
    /// DMZ.
    Dmz,
    /// An OT zone, seen from another zone.
    Ot,
    /// The asset's own zone.
    SameZone,
    /// Only a physical port.
    Physical,
}

impl Class {
    /// All, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Internet,
        Self::ThirdParty,
        Self::Enterprise,
        Self::Dmz,
        Self::Ot,
        Self::SameZone,
        Self::Physical,
    ];
}

/// How much a risk matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 低
    #[default]
    Low,
    /// 中
    Medium,
    /// 高
    High,
    /// 致命的
    Critical,
}

impl Band {
    /// All, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Whether it is high or above.
    #[must_use]
    pub fn is_high(self) -> bool {
        self >= Self::High
    }
}

/// A step of 5 of likelihood or impact, 1..=5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Level(u8);

impl Level {
    /// The lowest.
    pub const MIN: Self = Self(1);
    /// The highest.
    pub const MAX: Self = Self(5);

    /// All, lowest first.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// From a number; what lies outside becomes the nearest.
    #[must_use]
    pub const fn new(number: u8) -> Self {
        Self(if number < 1 {
            1
        } else if number > 5 {
            5
        } else {
            number
        })
    }

    /// 1..=5.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Place in a table of five.
    #[must_use]
    pub const fn at(self) -> usize {
        self.0.saturating_sub(1) as usize
    }

    /// Of a likelihood (section 2).
    #[must_use]
    pub fn of_likelihood(likelihood: f64) -> Self {
        const FROM: [f64; 4] = [0.01, 0.05, 0.15, 0.40];
        let passed = FROM.iter().zip(1..).take_while(|(from, _)| likelihood >= **from).last();
        Self(passed.map_or(1, |(_, number)| number + 1))
    }

    /// Of an impact: ceil(5 I), at least 1. A product such as 0.9 · 4 may lie a rounding above its step; that does not lift it.
    #[must_use]
    pub fn of_impact(impact: f64) -> Self {
        const ROUNDING: f64 = 1e-9;
        let number = Self::ALL.iter().find(|level| impact * 5.0 <= f64::from(level.0) + ROUNDING);
        number.copied().unwrap_or(Self::MAX)
    }
}

/// Bands by likelihood (rows, lowest first) and impact (columns, lowest first). Always monotone in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[[Band; 5]; 5]", into = "[[Band; 5]; 5]")]
pub struct Matrix([[Band; 5]; 5]);

/// A matrix in which more is less: the first cell, by likelihood and impact, that is lower than one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotMonotone {
    /// Level of likelihood.
    pub likelihood: Level,
    /// Level of impact.
    pub impact: Level,
}

impl core::fmt::Display for NotMonotone {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let (likelihood, impact) = (self.likelihood.0, self.impact.0);
        write!(
            formatter,
            "the cell at likelihood {likelihood} and impact {impact} is lower than one with less of either: raise it"
        )
    }
}

impl Matrix {
    /// An owner's matrix, rows from the lowest likelihood.
    ///
    /// # Errors
    /// [`NotMonotone`] when a cell is lower than its neighbour with less likelihood or less impact.
    pub fn new(rows: [[Band; 5]; 5]) -> Result<Self, NotMonotone> {
        let matrix = Self(rows);
        for likelihood in Level::ALL {
            for impact in Level::ALL {
                let here = matrix.band(likelihood, impact);
                let below = matrix.band(Level::new(likelihood.0 - 1), impact);
                let left = matrix.band(likelihood, Level::new(impact.0 - 1));
                if here < below || here < left {
                    return Err(NotMonotone { likelihood, impact });
                }
            }
        }
        Ok(matrix)
    }

    /// The band of a cell.
    #[must_use]
    pub fn band(&self, likelihood: Level, impact: Level) -> Band {
        let row = self.0.get(likelihood.at());
        row.and_then(|row| row.get(impact.at())).copied().unwrap_or(Band::Critical)
    }
}

impl Default for Matrix {
    /// The matrix of section 2.
    fn default() -> Self {
        use Band::{Critical, High, Low, Medium};
        Self([
            [Low, Low, Low, Low, Medium],
            [Low, Low, Low, Medium, Medium],
            [Low, Low, Medium, Medium, High],
            [Low, Medium, High, High, Critical],
            [Medium, Medium, High, Critical, Critical],
        ])
    }
}

impl TryFrom<[[Band; 5]; 5]> for Matrix {
    type Error = NotMonotone;

    fn try_from(rows: [[Band; 5]; 5]) -> Result<Self, NotMonotone> {
        Self::new(rows)
    }
}

impl From<Matrix> for [[Band; 5]; 5] {
    fn from(matrix: Matrix) -> Self {
        matrix.0
    }
}

/// A value brought into 0..=1; what is not a number is read as the worst, 1.
pub(super) fn unit(value: f64) -> f64 {
    if value.is_nan() { 1.0 } else { value.clamp(0.0, 1.0) }
}

/// 100 · sqrt(L · I): orders inside a band and shows the trend.
#[must_use]
pub fn score(likelihood: f64, impact: f64) -> f64 {
    100.0 * (unit(likelihood) * unit(impact)).sqrt()
}

//! Which advisories speak of which machine.

use super::Machine;
use facts::id::AssetUid;
use knowledge::advisory::{Advisory, Grade, Library, Match, Remediation, Spoken, matches_of_all};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An advisory that speaks of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Its place in the library.
    pub place: usize,
    /// How sure it is.
    pub grade: Grade,
    /// Why, as a sentence with the values compared.
    pub reason: String,
    /// The text of the advisory that decided.
    pub source: String,
    /// Versions that mend it, as the advisory writes them, the lowest first.
    pub fixed_in: Vec<String>,
    /// Place of the product entry that decided.
    pub product: u32,
    /// Places of its remedies for this product.
    pub remedies: Vec<u32>,
    /// Places of the weaknesses that the machine has.
    pub weaknesses: Vec<u32>,
}

impl Found {
    /// The advisory itself.
    #[must_use]
    pub fn advisory<'a>(&self, library: &'a Library) -> Option<&'a Advisory> {
        library.index.advisories().get(self.place)
    }
}

/// The advisories of each machine; machines of none are left out. What says the same is looked up once.
#[must_use]
pub fn found(library: &Library, machines: &[Machine]) -> BTreeMap<AssetUid, Arc<[Found]>> {
    let advisories = library.index.advisories();
    let places: BTreeMap<usize, usize> =
        advisories.iter().enumerate().map(|(place, advisory)| (address(advisory), place)).collect();
    let mut kinds: BTreeMap<&Spoken, Vec<AssetUid>> = BTreeMap::new();
    for machine in machines {
        kinds.entry(&machine.spoken).or_default().push(machine.id);
    }
    let spoken: Vec<Spoken> = kinds.keys().map(|spoken| (*spoken).clone()).collect();
    let mut all = BTreeMap::new();
    for (matches, assets) in matches_of_all(&library.index, &spoken).iter().zip(kinds.values()) {
        let found: Arc<[Found]> = matches.iter().filter_map(|found| own(&places, found)).collect();
        if !found.is_empty() {
            all.extend(assets.iter().map(|asset| (*asset, Arc::clone(&found))));
        }
    }
    all
}

/// What tells values of one slice apart.
fn address<T>(value: &T) -> usize {
    core::ptr::from_ref(value).addr()
}

fn own(places: &BTreeMap<usize, usize>, found: &Match<'_>) -> Option<Found> {
    let at = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let product = found.document.products.iter().position(|product| core::ptr::eq(product, found.product));
    let all = found.document.remediations.iter().enumerate();
    let chosen =
        |remedy: &Remediation| found.remediations.iter().any(|chosen| core::ptr::eq(*chosen, remedy));
    Some(Found {
        place: *places.get(&address(found.document))?,
        grade: found.grade,
        reason: found.reason.clone(),
        source: found.source.clone(),
        fixed_in: found.fixed_in.clone(),
        product: at(product?),
        remedies: all.filter(|(_, remedy)| chosen(remedy)).map(|(place, _)| at(place)).collect(),
        weaknesses: found.weaknesses.clone(),
    })
}

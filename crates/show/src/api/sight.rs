//! Where the assets that an answer mentions stand, and which of them the asker may see.

use super::caller::Caller;
use super::problem::{Answer, invalid, not_found};
use super::state::Api;
use authz::{Permission, Place, Visible};
use facts::id::AssetUid;
use std::collections::HashMap;
use store::assets::address::{self, AddressKind};
use store::assets::{self, Asset};

/// Looks assets up for one answer, each once.
pub(crate) struct Sight<'a> {
    api: &'a Api,
    visible: Visible,
    known: HashMap<AssetUid, Option<Asset>>,
}

impl<'a> Sight<'a> {
    pub(crate) fn new(api: &'a Api, caller: &Caller, permission: Permission) -> Self {
        Self { api, visible: caller.visible(permission), known: HashMap::new() }
    }

    /// Whether nothing is hidden from the asker.
    pub(crate) fn is_everything(&self) -> bool {
        self.visible.is_everything()
    }

    /// Looks an asset up, for the two questions below.
    pub(crate) async fn look(&mut self, id: AssetUid) -> Answer<()> {
        if !self.known.contains_key(&id) {
            let asset = assets::find(self.api.store(), id).await?;
            self.known.insert(id, asset);
        }
        Ok(())
    }

    /// An asset that was looked up, where the asker may see it.
    pub(crate) fn asset(&self, id: AssetUid) -> Option<&Asset> {
        let asset = self.known.get(&id).and_then(Option::as_ref);
        asset.filter(|asset| self.visible.shows(Place { line: asset.line, zone: asset.zone }))
    }

    /// Whether the asker may see what happens at this end, whose asset was looked up. Nobody knows where a machine
    /// without an asset stands: only who sees every line or every zone sees it.
    pub(crate) fn shows(&self, asset: Option<AssetUid>) -> bool {
        match asset {
            _ if self.is_everything() => true,
            None => self.visible.shows(Place { line: None, zone: None }),
            Some(id) => self.asset(id).is_some(),
        }
    }

    /// The asset that a filter names, with everything by which its traffic is found.
    pub(crate) async fn named(&mut self, field: &str, text: &str) -> Answer<history::Who> {
        let id: AssetUid = text.parse().map_err(|_| invalid(field, "is no id of an asset"))?;
        self.look(id).await?;
        if self.asset(id).is_none() {
            return Err(not_found("asset", id));
        }
        let store = self.api.store();
        let addresses = address::of_asset(store, id).await?;
        let mut who = history::Who { assets: vec![id], addresses: Vec::new(), network: None };
        let mut networks: Vec<_> = addresses.iter().filter_map(|row| row.network).collect();
        networks.dedup();
        // An address alone would find the machines of other networks that have the same one: by id they are told apart.
        if networks.len() <= 1 {
            who.network = networks.first().copied();
            let heard = |kind| matches!(kind, AddressKind::Ip | AddressKind::Mac);
            who.addresses =
                addresses.into_iter().filter(|row| heard(row.kind)).map(|row| row.address).collect();
        }
        let regroupings = assets::regroup::of_asset(store, id).await?;
        let merged = regroupings.iter().filter(|row| {
            row.undone_at.is_none() && row.asset == id && matches!(row.kind, assets::regroup::Regroup::Merge)
        });
        who.assets.extend(merged.map(|row| row.other));
        Ok(who)
    }
}

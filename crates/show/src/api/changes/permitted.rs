//! Which changes somebody may know of: those of objects that they may look at.

use super::super::caller::Caller;
use super::super::problem::Answer;
use super::super::sight::Sight;
use super::super::state::Api;
use authz::{Permission, Place};
use facts::id::{AssetUid, CellId, LineId, NetworkUid, RegisterRowId, ZoneId};
use store::changes::Change;
use store::{register, structure};

/// Decides for one asker; looks each asset up once.
pub(crate) struct Permitted<'a> {
    api: &'a Api,
    caller: &'a Caller,
    assets: Sight<'a>,
    rows: Sight<'a>,
}

impl<'a> Permitted<'a> {
    pub(crate) fn new(api: &'a Api, caller: &'a Caller) -> Self {
        let assets = Sight::new(api, caller, Permission::ViewAssets);
        let rows = Sight::new(api, caller, Permission::ViewRegister);
        Self { api, caller, assets, rows }
    }

    pub(crate) async fn shows(&mut self, change: &Change) -> Answer<bool> {
        let object = change.object.as_str();
        Ok(match change.kind.as_str() {
            "asset" => match object.parse::<AssetUid>() {
                Ok(id) => sees(&mut self.assets, Some(id)).await?,
                Err(_) => false,
            },
            "register-row" => self.register_row(object).await?,
            "line" | "cell" | "zone" | "network" | "site" | "system" => {
                self.structure(&change.kind, object).await?
            }
            "calendar" => self.whole(Permission::ViewCalendars),
            "import" => self.whole(Permission::PreviewImport),
            "user" => self.whole(Permission::ViewUsers),
            "token" => self.whole(Permission::ManageTokens),
            "sensor" => self.whole(Permission::ManageSensors),
            "webhook" => self.whole(Permission::ManageWebhooks),
            "sign-off" => self.whole(Permission::ViewStructure),
            "map" => self.whole(Permission::ViewAssets),
            "setting" | "retention" => self.whole(Permission::ViewSettings),
            // A kind that nobody named here is told to nobody rather than to everybody.
            _ => false,
        })
    }

    fn whole(&self, permission: Permission) -> bool {
        self.caller.may_enter(permission).is_ok()
    }

    async fn register_row(&mut self, object: &str) -> Answer<bool> {
        if self.rows.is_everything() {
            return Ok(true);
        }
        let Ok(id) = object.parse::<RegisterRowId>() else { return Ok(false) };
        match register::row::find(self.api.store(), id).await? {
            Some(row) => sees(&mut self.rows, row.asset).await,
            None => Ok(false),
        }
    }

    /// As the lists of the structure show it. What is gone has no place any more: of it only those hear who see
    /// everything, lines and zones excepted.
    async fn structure(&self, kind: &str, object: &str) -> Answer<bool> {
        let visible = self.caller.visible(Permission::ViewStructure);
        if visible.is_everything() {
            return Ok(true);
        }
        let store = self.api.store();
        let (line, zone): (Option<LineId>, Option<ZoneId>) = match kind {
            "line" => (object.parse().ok(), None),
            "zone" => (None, object.parse().ok()),
            "cell" => match object.parse::<CellId>() {
                Ok(id) => (structure::cell::find(store, id).await?.map(|cell| cell.line), None),
                Err(_) => (None, None),
            },
            "network" => match object.parse::<NetworkUid>() {
                Ok(id) => (None, structure::network::find(store, id).await?.and_then(|network| network.zone)),
                Err(_) => (None, None),
            },
            _ => (None, None),
        };
        Ok(visible.shows(Place { line, zone }))
    }
}

async fn sees(sight: &mut Sight<'_>, asset: Option<AssetUid>) -> Answer<bool> {
    if let Some(id) = asset.filter(|_| !sight.is_everything()) {
        sight.look(id).await?;
    }
    Ok(sight.shows(asset))
}

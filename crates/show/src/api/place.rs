//! Where an asset stands decides who may see and change it.

use super::caller::Caller;
use super::page;
use super::problem::{Answer, Problem, invalid, not_found};
use authz::{Permission, Place, Visible};
use core::str::FromStr;
use facts::id::AssetUid;
use std::collections::BTreeSet;
use store::assets::{self, Asset};
use store::{Cursor, Limit, Reader, ScopeFilter, StoreError, Trouble};

/// Where it stands.
pub(super) fn place_of(asset: &Asset) -> Place {
    Place { line: asset.line, zone: asset.zone }
}

/// What may be seen, as the store takes it.
pub(super) fn areas(visible: &Visible) -> Vec<ScopeFilter> {
    let area = |area: &authz::Area| ScopeFilter { lines: area.lines.clone(), zones: area.zones.clone() };
    visible.areas().iter().map(area).collect()
}

/// The asset of an id, when the asker may do this with it. One that the asker may not even see is not there.
pub(super) async fn asset(
    caller: &Caller,
    permission: Permission,
    from: impl Into<Reader<'_>>,
    id: &str,
) -> Answer<Asset> {
    let asset = assets::find(from, path_id("asset", id)?).await?;
    let asset = asset.filter(|asset| caller.visible(Permission::ViewAssets).shows(place_of(asset)));
    let asset = asset.ok_or_else(|| not_found("asset", id))?;
    caller.may_at(permission, place_of(&asset))?;
    Ok(asset)
}

/// An id of the path; text that is none names nothing.
pub(super) fn path_id<T: FromStr>(what: &str, text: &str) -> Answer<T> {
    text.parse().map_err(|_| not_found(what, text))
}

/// An id of a body or a query.
pub(super) fn field_id<T: FromStr>(field: &str, text: &str) -> Answer<T> {
    text.parse().map_err(|_| invalid(field, format!("`{}` is no id", cut(text, 60))))
}

/// Assets of one request at most.
const ASSETS_MAX: usize = 1_000;

/// The assets that a request names, each once.
pub(super) fn asset_ids(ids: &[String]) -> Answer<BTreeSet<AssetUid>> {
    if ids.is_empty() || ids.len() > ASSETS_MAX {
        return Err(invalid("assets", format!("needs 1 to {ASSETS_MAX} of them")));
    }
    ids.iter().map(|id| field_id("assets", id)).collect()
}

/// Rows of one answer, as the store takes it.
pub(super) fn rows(asked: Option<u32>) -> Answer<Limit> {
    let rows = u16::try_from(page::limit(asked)?).ok().and_then(Limit::new);
    Ok(rows.unwrap_or_default())
}

/// Trouble of a list: a cursor that it cannot read came from the asker.
pub(super) fn of_list(error: StoreError) -> Problem {
    match error.trouble {
        Trouble::Malformed => invalid("cursor", "is none that this list gave"),
        _ => error.into(),
    }
}

/// A page as it goes out.
pub(super) fn page_of<T, R>(page: store::Page<T>, row: impl Fn(&T) -> R) -> page::Page<R> {
    page::Page {
        items: page.items.iter().map(row).collect(),
        next: page.next.map(|Cursor(next)| next),
        hidden: page.hidden,
    }
}

/// A text within its length, without control characters but line breaks where they are allowed.
pub(super) fn text(field: &str, text: &str, longest: usize, with_lines: bool) -> Answer<String> {
    if text.chars().count() > longest {
        return Err(invalid(field, format!("has more than {longest} characters")));
    }
    let is_line = |letter: char| with_lines && matches!(letter, '\n' | '\r' | '\t');
    if text.chars().any(|letter| letter.is_control() && !is_line(letter)) {
        return Err(invalid(field, "holds control characters"));
    }
    Ok(text.trim().to_owned())
}

/// The same of a text that must say something.
pub(super) fn words(field: &str, words: &str, longest: usize, with_lines: bool) -> Answer<String> {
    let words = text(field, words, longest, with_lines)?;
    if words.is_empty() { Err(invalid(field, "is empty")) } else { Ok(words) }
}

fn cut(text: &str, longest: usize) -> String {
    text.chars().take(longest).collect()
}

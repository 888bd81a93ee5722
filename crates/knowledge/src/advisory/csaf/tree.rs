//! The product tree: nested branches, full product names, relationships and groups.

use super::{Defect, Part};
use crate::advisory::limits;
use crate::advisory::types::{Affected, Helpers, Kind, Relation};
use crate::advisory::{Constraint, names};
use std::collections::BTreeMap;

/// Products with the places of their identifiers and of their groups.
#[derive(Default)]
pub(super) struct Tree {
    pub(super) products: Vec<Affected>,
    places: BTreeMap<String, u32>,
    groups: BTreeMap<String, Vec<u32>>,
}

impl Tree {
    /// Where a product stands.
    pub(super) fn place(&self, id: &str) -> Option<u32> {
        self.places.get(id).copied()
    }

    /// Where the products of a group stand.
    pub(super) fn group(&self, id: &str) -> Option<&[u32]> {
        self.groups.get(id).map(Vec::as_slice)
    }

    fn add(&mut self, part: &Part, product: Affected, defects: &mut Vec<Defect>) -> Option<u32> {
        if self.products.len() >= limits::PRODUCTS {
            part.tell("", "is one product more than are read", defects);
            return None;
        }
        if self.places.contains_key(&product.product_id) {
            part.tell("product_id", "is used twice", defects);
            return None;
        }
        let place = u32::try_from(self.products.len()).ok()?;
        self.places.insert(product.product_id.clone(), place);
        self.products.push(product);
        Some(place)
    }
}

/// What the branches above say.
#[derive(Clone, Default)]
struct Above {
    vendor: String,
    path: Vec<String>,
    details: Vec<String>,
    version: Option<String>,
}

pub(super) fn read(root: &Part, defects: &mut Vec<Defect>) -> Tree {
    let mut tree = Tree::default();
    let Some(part) = root.optional_object("product_tree", defects) else { return tree };
    for branch in part.optional_list("branches", limits::PRODUCTS, defects) {
        read_branch(&branch, &Above::default(), 0, &mut tree, defects);
    }
    for product in part.optional_list("full_product_names", limits::PRODUCTS, defects) {
        read_product(&product, Above::default(), &mut tree, defects);
    }
    for relationship in part.optional_list("relationships", limits::PRODUCTS, defects) {
        read_relationship(&relationship, &mut tree, defects);
    }
    for group in part.optional_list("product_groups", limits::PRODUCTS, defects) {
        read_group(&group, &mut tree, defects);
    }
    tree
}

fn read_branch(part: &Part, above: &Above, depth: usize, tree: &mut Tree, defects: &mut Vec<Defect>) {
    if depth >= limits::DEPTH {
        part.tell("", "is nested deeper than is read", defects);
        return;
    }
    let mut here = above.clone();
    let category = part.text("category", limits::NAME, defects).unwrap_or_default();
    if let Some(name) = part.text("name", limits::NAME, defects) {
        match category.as_str() {
            "vendor" => here.vendor = name,
            "product_family" | "product_name" => here.path.push(name),
            "product_version" | "product_version_range" => here.version = Some(name),
            _ => here.details.push(name),
        }
    }
    for branch in part.optional_list("branches", limits::PRODUCTS, defects) {
        read_branch(&branch, &here, depth + 1, tree, defects);
    }
    if let Some(product) = part.optional_object("product", defects) {
        read_product(&product, here, tree, defects);
    }
}

fn read_product(part: &Part, above: Above, tree: &mut Tree, defects: &mut Vec<Defect>) -> Option<u32> {
    let product_id = part.text("product_id", limits::NAME, defects)?;
    let name = part.text("name", limits::NAME, defects).unwrap_or_default();
    let helpers = helpers(part, defects);
    let (path, version) = match above.version {
        Some(version) => (above.path, version),
        None if above.path.is_empty() => names::split_version(&name),
        None => (above.path, String::new()),
    };
    let mut models: Vec<String> = helpers.model_numbers.iter().chain(&helpers.skus).cloned().collect();
    for named in path.iter().flat_map(|name| names::order_numbers(name)) {
        if !models.contains(&named) && models.len() < limits::ENTRIES {
            models.push(named);
        }
    }
    let kind = names::kind_of(&path, &helpers.cpe);
    let product = Affected {
        product_id,
        vendor: above.vendor,
        path,
        details: above.details,
        name,
        models,
        kind,
        versions: Constraint::read(&version),
        helpers,
        ..Affected::default()
    };
    tree.add(part, product, defects)
}

fn helpers(part: &Part, defects: &mut Vec<Defect>) -> Helpers {
    let Some(part) = part.optional_object("product_identification_helper", defects) else {
        return Helpers::default();
    };
    let mut purls = part.optional_texts("purls", limits::ENTRIES, defects);
    purls.extend(part.optional_text("purl", limits::NAME, defects));
    let mut hashes = Vec::new();
    for file in part.optional_list("hashes", limits::ENTRIES, defects) {
        for hash in file.optional_list("file_hashes", limits::ENTRIES, defects) {
            let algorithm = hash.text("algorithm", limits::NAME, defects).unwrap_or_default();
            let value = hash.text("value", limits::NAME, defects).unwrap_or_default();
            hashes.push(format!("{algorithm}:{value}"));
        }
    }
    Helpers {
        cpe: part.optional_text("cpe", limits::NAME, defects).unwrap_or_default(),
        purls,
        skus: part.optional_texts("skus", limits::ENTRIES, defects),
        model_numbers: part.optional_texts("model_numbers", limits::ENTRIES, defects),
        serial_numbers: part.optional_texts("serial_numbers", limits::ENTRIES, defects),
        hashes,
    }
}

/// A product of two others takes what it is from its part and where it runs from the whole.
fn read_relationship(part: &Part, tree: &mut Tree, defects: &mut Vec<Defect>) {
    let category = part.text("category", limits::NAME, defects).unwrap_or_default();
    let mut place = |key: &str| {
        let id = part.text(key, limits::NAME, defects)?;
        let place = tree.place(&id);
        if place.is_none() {
            part.tell(key, "names no product of this document", defects);
        }
        place
    };
    // CSAF 2.1 spells the second key as 2.0 does.
    let (component, whole) = (place("product_reference"), place("relates_to_product_reference"));
    let (Some(component), Some(whole)) = (component, whole) else { return };
    let Some(product) = part.object("full_product_name", defects) else { return };
    let Some(found) = usize::try_from(component).ok().and_then(|place| tree.products.get(place)).cloned()
    else {
        return;
    };
    let above = Above { vendor: found.vendor, path: found.path, details: found.details, version: None };
    let Some(new) = read_product(&product, above, tree, defects) else { return };
    let Some(made) = usize::try_from(new).ok().and_then(|place| tree.products.get_mut(place)) else { return };
    made.versions = found.versions;
    if made.kind == Kind::Unknown {
        made.kind = found.kind;
    }
    if made.helpers.is_empty() {
        made.helpers = found.helpers;
        made.models = found.models;
    }
    made.relation = Some(Relation { category, component, whole });
}

fn read_group(part: &Part, tree: &mut Tree, defects: &mut Vec<Defect>) {
    let Some(id) = part.text("group_id", limits::NAME, defects) else { return };
    let mut places = Vec::new();
    for product in part.optional_texts("product_ids", limits::STATED, defects) {
        let Some(place) = tree.place(&product) else {
            part.tell("product_ids", &format!("names no product of this document: {product}"), defects);
            continue;
        };
        places.push(place);
        let product = usize::try_from(place).ok().and_then(|place| tree.products.get_mut(place));
        if let Some(product) = product
            && product.groups.len() < limits::ENTRIES
        {
            product.groups.push(id.clone());
        }
    }
    tree.groups.insert(id, places);
}

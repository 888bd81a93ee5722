//! CPE 2.2 and 2.3 names of products and of what is installed: read and matched.

use super::index::Use;
use super::types::Affected;
use std::collections::BTreeMap;

/// A CPE name: part, vendor, product and version, lower case, unescaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cpe {
    pub(super) part: String,
    pub(super) vendor: String,
    pub(super) product: String,
    pub(super) version: String,
}

/// Products by the vendor and product of their CPE name.
#[derive(Debug, Default)]
pub(super) struct CpeIndex {
    by_product: BTreeMap<(String, String), Vec<(Cpe, Use)>>,
}

impl Cpe {
    /// `cpe:2.3:o:siemens:ruggedcom_ros:4.3:*:…` and `cpe:/o:siemens:ruggedcom_ros:4.3`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let rest = text.strip_prefix("cpe:2.3:").or_else(|| text.strip_prefix("cpe:/"))?;
        let mut fields: Vec<String> = vec![String::new()];
        let mut escaped = false;
        for letter in rest.chars() {
            match letter {
                '\\' if !escaped => {
                    escaped = true;
                    continue;
                }
                ':' if !escaped => fields.push(String::new()),
                letter => fields.last_mut()?.push(letter),
            }
            escaped = false;
        }
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default().replace("%20", "_").replace("%2d", "-");
        let cpe = Self { part: next(), vendor: next(), product: next(), version: next() };
        (cpe.part.len() == 1 && !cpe.product.is_empty()).then_some(cpe)
    }

    /// Whether the version is one, and not a placeholder.
    pub(super) fn has_version(&self) -> bool {
        !matches!(self.version.as_str(), "" | "*" | "-")
    }
}

impl CpeIndex {
    pub(super) fn add(&mut self, product: &Affected, used: &Use) {
        if let Some(cpe) = Cpe::read(&product.helpers.cpe) {
            let key = (cpe.vendor.clone(), cpe.product.clone());
            self.by_product.entry(key).or_default().push((cpe, used.clone()));
        }
    }

    pub(super) fn of(&self, cpe: &Cpe) -> &[(Cpe, Use)] {
        let key = (cpe.vendor.clone(), cpe.product.clone());
        self.by_product.get(&key).map(Vec::as_slice).unwrap_or_default()
    }
}

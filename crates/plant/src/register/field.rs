//! What a column of a register may be, and how its title is written.

use crate::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $key:literal $max:literal [$($title:literal)*];)*) => {
        /// What a column of a register tells about an asset.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($(#[$doc])* $name,)* }

        impl Field {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its stable name: in the API, in stored rows, and as a title that is always understood.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The longest value, in characters.
            #[must_use]
            pub fn length_max(self) -> usize {
                match self { $(Self::$name => $max),* }
            }

            /// Titles that mean it, before folding.
            fn titles(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($title),*]),* }
            }
        }
    };
}

fields! {
    /// What the plant calls it.
    Name "name" 200 ["設備名" "設備名称" "機器名" "機器名称" "装置名" "装置名称" "資産名" "資産名称" "名称" "品名" "ホスト名" "コンピュータ名" "端末名"
        "asset name" "device name" "equipment name" "host name" "hostname" "device" "asset" "equipment"];
    /// Its number in the plant's books.
    EquipmentNumber "equipment_number" 100 ["管理番号" "設備番号" "機器番号" "資産番号" "資産管理番号" "装置番号" "台帳番号" "設備No" "機器No" "管理No" "資産No" "設備ID" "機器ID"
        "資産ID" "設備コード" "tag no" "asset id" "asset no" "asset number" "asset tag" "equipment no" "equipment id" "inventory number" "control number"];
    /// IP addresses.
    Ip "ip" 500 ["IPアドレス" "IP" "IPv4" "IPv4アドレス" "IPv6" "IPv6アドレス" "アドレス" "ip address" "ipaddr" "ip addresses" "network address"];
    /// MAC addresses.
    Mac "mac" 500 ["MACアドレス" "MAC" "物理アドレス" "イーサネットアドレス" "mac address" "macaddr" "mac addresses" "hardware address" "physical address" "ethernet address"];
    /// Serial number.
    Serial "serial" 100 ["シリアル" "シリアル番号" "シリアルNo" "シリアルナンバー" "製造番号" "製番" "機番" "S/N" "SN" "serial number" "serial no" "serialnumber"];
    /// Model.
    Model "model" 200 ["型式" "形式" "型番" "機種" "機種名" "形名" "製品名" "製品型番" "モデル" "model name" "model number" "model no" "product" "product name" "part number" "type designation"];
    /// Manufacturer.
    Vendor "vendor" 200 ["メーカー" "メーカ" "メーカー名" "製造者" "製造元" "製造会社" "製造メーカー" "ベンダー" "ベンダ" "manufacturer" "maker" "make" "vendor name"];
    /// Firmware version.
    Firmware "firmware" 100 ["ファームウェア" "ファームウエア" "ファームウェアバージョン" "FW" "FWバージョン" "バージョン" "版数" "firmware version" "fw version" "version"];
    /// Operating system.
    OperatingSystem "operating_system" 200 ["OS" "OS名" "オペレーティングシステム" "基本ソフト" "operating system"];
    /// What sort of machine.
    Kind "kind" 100 ["種別" "種類" "機器種別" "設備種別" "資産種別" "区分" "分類" "用途" "type" "kind" "category" "classification" "device type" "asset type"];
    /// Production line.
    Line "line" 200 ["ライン" "ライン名" "製造ライン" "生産ライン" "line name" "production line"];
    /// Cell.
    Cell "cell" 200 ["セル" "セル名" "工程" "工程名" "cell name" "process"];
    /// Logical system.
    System "system" 200 ["システム" "システム名" "系統" "system name"];
    /// Zone.
    Zone "zone" 200 ["ゾーン" "ゾーン名" "セキュリティゾーン" "security zone" "zone name"];
    /// Network, by name.
    Network "network" 200 ["ネットワーク" "ネットワーク名" "セグメント" "LAN" "network name" "segment" "subnet name"];
    /// Level of the Purdue model.
    Level "level" 20 ["レベル" "階層" "階層レベル" "Purdueレベル" "purdue" "purdue level" "isa level"];
    /// Building, floor, room.
    Building "building" 200 ["設置場所" "場所" "建屋" "建物" "棟" "フロア" "部屋" "設置建屋" "ロケーション" "location" "place" "room" "area"];
    /// Control panel.
    Panel "panel" 200 ["盤" "盤名" "盤番号" "制御盤" "操作盤" "盤No" "panel name" "control panel" "cabinet" "rack"];
    /// Switch and port.
    SwitchPort "switch_port" 200 ["ポート" "スイッチポート" "接続ポート" "接続先ポート" "接続先" "接続先スイッチ" "SWポート" "HUBポート" "port" "switch" "switch port" "connected to"];
    /// Who answers for it.
    Owner "owner" 200 ["担当" "担当者" "担当者名" "管理者" "責任者" "管理責任者" "担当部署" "管理部署" "管理部門" "所管" "person in charge" "responsible" "contact" "department"];
    /// Free words.
    Tags "tags" 500 ["タグ" "ラベル" "キーワード" "tag" "labels" "keywords"];
    /// When it was installed.
    Installed "installed" 30 ["設置日" "導入日" "導入年月日" "設置年月日" "取得日" "購入日" "稼働開始日" "installed on" "install date" "installation date" "purchase date"];
    /// Anything else.
    Notes "notes" 10_000 ["備考" "メモ" "コメント" "特記事項" "摘要" "note" "remarks" "comment" "comments" "description"];
}

impl Field {
    /// The field of that stable name.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.key() == key)
    }

    /// The field that a column's title means.
    pub(super) fn of_title(title: &str) -> Option<Self> {
        // Folding some two hundred titles for each cell of fifty rows would take longer than reading the file.
        static TITLES: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
            let fields = Field::ALL.iter().rev();
            fields.flat_map(|field| field.all_titles().map(|title| (bare(title), *field))).collect()
        });
        TITLES.get(&bare(title)).copied()
    }

    /// Every title that means it.
    fn all_titles(self) -> impl Iterator<Item = &'static str> {
        self.titles().iter().copied().chain([self.key()])
    }

    /// Whether several columns may tell it: a machine with two ports has two columns of addresses.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Ip | Self::Mac | Self::Tags)
    }
}

/// A title without what does not distinguish it: spaces, punctuation, remarks in brackets, and the number of a repeated
/// column (`IPアドレス2`, `MAC アドレス（必須）`, `*Serial No.`).
fn bare(title: &str) -> String {
    let mut depth = 0_u32;
    let mut bare = String::with_capacity(title.len());
    for character in fold(title).chars() {
        match character {
            '(' | '[' | '【' | '<' | '〔' => depth += 1,
            ')' | ']' | '】' | '>' | '〕' => depth = depth.saturating_sub(1),
            // The long-vowel mark is folded to a dash: メーカー and メーカ are one title, as are S/N and SN.
            _ if depth > 0 || !character.is_alphanumeric() => {}
            _ => bare.push(character),
        }
    }
    let end = bare.trim_end_matches(|character: char| character.is_ascii_digit()).len();
    // `IPv4` and `IPv6` are words, `4` and `6` are not their numbers.
    if !bare.ends_with("ipv4") && !bare.ends_with("ipv6") {
        bare.truncate(end);
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::Field;

    #[test]
    fn titles_are_understood() {
        for (title, field) in [
            ("設備名", Field::Name),
            ("ＩＰアドレス", Field::Ip),
            ("IP アドレス 2", Field::Ip),
            ("ＭＡＣ ｱﾄﾞﾚｽ（必須）", Field::Mac),
            ("ﾒｰｶ", Field::Vendor),
            ("メーカー", Field::Vendor),
            ("シリアルNo.", Field::Serial),
            ("S/N", Field::Serial),
            ("*Serial Number", Field::Serial),
            ("設置\n場所", Field::Building),
            ("担当", Field::Owner),
            ("AssetName", Field::Name),
            ("IPAddress", Field::Ip),
            ("IPv4", Field::Ip),
            ("equipment_number", Field::EquipmentNumber),
        ] {
            assert_eq!(Field::of_title(title), Some(field), "{title}");
        }
        assert_eq!(Field::of_title("価格"), None);
        assert_eq!(Field::of_title("12"), None);
    }

    #[test]
    fn no_title_means_two_fields() {
        let mut seen = std::collections::BTreeMap::new();
        for &field in Field::ALL {
            for title in field.all_titles() {
                let other = seen.insert(super::bare(title), field);
                assert!(other.is_none_or(|other| other == field), "{title}: {field:?} {other:?}");
            }
        }
    }
}

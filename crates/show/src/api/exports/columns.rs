//! Which columns each exported list has. Keys of assets are those of the register, so that a list can be imported again.

use act::export::{Column, Kind, Table, Title, Value as Cell};
use serde_json::Value;

/// A list's title and columns.
pub(super) struct Columns {
    title: Title,
    columns: &'static [Each],
}

/// Key in the file, where the value stands in a row, title in English and Japanese, and kind.
type Each = (&'static str, &'static str, &'static str, &'static str, Kind);

pub(super) static ASSETS: Columns = Columns {
    title: Title::new("Assets", "資産"),
    columns: &[
        ("name", "/called", "Name", "設備名", Kind::Text),
        ("equipment_number", "/equipment_number", "Equipment No.", "設備番号", Kind::Text),
        ("ip", "/ips", "IP address", "IPアドレス", Kind::Texts),
        ("mac", "/macs", "MAC address", "MACアドレス", Kind::Texts),
        ("serial", "/serial", "Serial number", "シリアル番号", Kind::Text),
        ("model", "/model", "Model", "型式", Kind::Text),
        ("vendor", "/vendor", "Manufacturer", "メーカー", Kind::Text),
        ("firmware", "/firmware", "Firmware", "ファームウェア", Kind::Text),
        ("operating_system", "/os", "Operating system", "OS", Kind::Text),
        ("kind", "/kind", "Kind", "種別", Kind::Text),
        ("line", "/line_name", "Line", "ライン", Kind::Text),
        ("cell", "/cell_name", "Cell", "セル", Kind::Text),
        ("system", "/system_name", "System", "システム", Kind::Text),
        ("zone", "/zone_name", "Zone", "ゾーン", Kind::Text),
        ("network", "/network_name", "Network", "ネットワーク", Kind::Text),
        ("level", "/level", "Level", "レベル", Kind::Text),
        ("building", "/building", "Location", "設置場所", Kind::Text),
        ("panel", "/panel", "Control panel", "制御盤", Kind::Text),
        ("switch_port", "/switch_port", "Switch port", "スイッチポート", Kind::Text),
        ("owner", "/owner", "Responsible", "担当者", Kind::Text),
        ("tags", "/tags", "Tags", "タグ", Kind::Texts),
        ("own_name", "/name", "Name on the wire", "通信上の呼称", Kind::Text),
        ("hearing", "/hearing", "Heard", "受信状態", Kind::Text),
        ("first_seen", "/first_seen", "First seen", "初回検知", Kind::Time),
        ("last_seen", "/last_seen", "Last seen", "最終検知", Kind::Time),
        ("confirmed_at", "/confirmed_at", "Confirmed at", "確認日時", Kind::Time),
        ("id", "/id", "Yagura id", "Yagura識別子", Kind::Text),
    ],
};

pub(super) static LINKS: Columns = Columns {
    title: Title::new("Links", "通信"),
    columns: &[
        ("client", "/client/address", "Client", "要求側", Kind::Text),
        ("client_name", "/client/name", "Client name", "要求側の名称", Kind::Text),
        ("server", "/server/address", "Server", "応答側", Kind::Text),
        ("server_name", "/server/name", "Server name", "応答側の名称", Kind::Text),
        ("protocol", "/protocol", "Protocol", "プロトコル", Kind::Text),
        ("transport", "/transport", "Transport", "トランスポート", Kind::Text),
        ("port", "/port", "Port", "ポート", Kind::Integer),
        ("packets", "/packets", "Packets", "パケット数", Kind::Integer),
        ("messages", "/messages", "Messages", "メッセージ数", Kind::Integer),
        ("malformed", "/malformed", "Malformed", "不正メッセージ数", Kind::Integer),
        ("flows", "/flows", "Conversations", "会話数", Kind::Integer),
        ("bytes_to_server", "/bytes_to_server", "Bytes to server", "応答側へのバイト数", Kind::Integer),
        ("bytes_to_client", "/bytes_to_client", "Bytes to client", "要求側へのバイト数", Kind::Integer),
        ("crosses_levels", "/crosses_levels", "Crosses levels", "階層をまたぐ", Kind::Boolean),
        ("first_seen", "/first_seen", "First seen", "初回検知", Kind::Time),
        ("last_seen", "/last_seen", "Last seen", "最終検知", Kind::Time),
    ],
};

pub(super) static COMMANDS: Columns = Columns {
    title: Title::new("Commands", "コマンド"),
    columns: &[
        ("client", "/client/address", "Client", "要求側", Kind::Text),
        ("client_name", "/client/name", "Client name", "要求側の名称", Kind::Text),
        ("server", "/server/address", "Server", "応答側", Kind::Text),
        ("server_name", "/server/name", "Server name", "応答側の名称", Kind::Text),
        ("protocol", "/protocol", "Protocol", "プロトコル", Kind::Text),
        ("verb", "/verb", "Effect", "作用", Kind::Text),
        ("group", "/group", "Group", "群", Kind::Text),
        ("code", "/code", "Code", "番号", Kind::Integer),
        ("name", "/name", "Command", "コマンド名", Kind::Text),
        ("part", "/part", "Unit", "ユニット", Kind::Text),
        ("requests", "/requests", "Requests", "要求数", Kind::Integer),
        ("responses", "/responses", "Responses", "応答数", Kind::Integer),
        ("unsolicited", "/unsolicited", "Unsolicited", "自発通知数", Kind::Integer),
        ("crosses_levels", "/crosses_levels", "Crosses levels", "階層をまたぐ", Kind::Boolean),
        ("first_seen", "/first_seen", "First seen", "初回検知", Kind::Time),
        ("last_seen", "/last_seen", "Last seen", "最終検知", Kind::Time),
    ],
};

pub(super) static REGISTER: Columns = Columns {
    title: Title::new("Register", "台帳"),
    columns: &[
        ("name", "/name", "Name", "設備名", Kind::Text),
        ("equipment_number", "/equipment_number", "Equipment No.", "設備番号", Kind::Text),
        ("ip", "/ip", "IP address", "IPアドレス", Kind::Text),
        ("mac", "/mac", "MAC address", "MACアドレス", Kind::Text),
        ("serial", "/serial", "Serial number", "シリアル番号", Kind::Text),
        ("model", "/model", "Model", "型式", Kind::Text),
        ("vendor", "/vendor", "Manufacturer", "メーカー", Kind::Text),
        ("firmware", "/firmware", "Firmware", "ファームウェア", Kind::Text),
        ("operating_system", "/operating_system", "Operating system", "OS", Kind::Text),
        ("kind", "/kind", "Kind", "種別", Kind::Text),
        ("line", "/line", "Line", "ライン", Kind::Text),
        ("cell", "/cell", "Cell", "セル", Kind::Text),
        ("system", "/system", "System", "システム", Kind::Text),
        ("zone", "/zone", "Zone", "ゾーン", Kind::Text),
        ("network", "/network", "Network", "ネットワーク", Kind::Text),
        ("level", "/level", "Level", "レベル", Kind::Text),
        ("building", "/building", "Location", "設置場所", Kind::Text),
        ("panel", "/panel", "Control panel", "制御盤", Kind::Text),
        ("switch_port", "/switch_port", "Switch port", "スイッチポート", Kind::Text),
        ("owner", "/owner", "Responsible", "担当者", Kind::Text),
        ("tags", "/tags", "Tags", "タグ", Kind::Text),
        ("installed", "/installed", "Installation date", "設置日", Kind::Text),
        ("notes", "/notes", "Notes", "備考", Kind::Text),
        ("state", "/state", "On the wire", "照合結果", Kind::Text),
    ],
};

pub(super) static VULNERABILITIES: Columns = Columns {
    title: Title::new("Weaknesses", "脆弱性"),
    columns: &[
        ("asset", "/asset", "Yagura id", "Yagura識別子", Kind::Text),
        ("name", "/name", "Name", "設備名", Kind::Text),
        ("line", "/line", "Line", "ライン", Kind::Text),
        ("model", "/model", "Model", "型式", Kind::Text),
        ("firmware", "/firmware", "Firmware", "ファームウェア", Kind::Text),
        ("advisory", "/advisory", "Advisory", "アドバイザリ", Kind::Text),
        ("weakness", "/weakness", "Weakness", "脆弱性番号", Kind::Text),
        ("base", "/base", "CVSS base score", "CVSS基本値", Kind::Decimal),
        ("vector", "/vector", "CVSS vector", "CVSSベクトル", Kind::Text),
        ("exploited", "/exploited", "Known exploited", "悪用確認済み", Kind::Boolean),
        ("due", "/due", "Mend by", "対応期限", Kind::Date),
        ("epss", "/epss", "EPSS probability", "EPSS確率", Kind::Decimal),
        ("grade", "/grade", "Certainty", "確度", Kind::Text),
        ("reason", "/reason", "Why", "根拠", Kind::Text),
        ("fixed_versions", "/fixed_in", "Fixed versions", "修正版", Kind::Texts),
        ("state", "/state", "State", "状態", Kind::Text),
        ("decision", "/decision", "How soon to act", "対応の緊急度", Kind::Text),
    ],
};

pub(super) static RISK: Columns = Columns {
    title: Title::new("Risk by factors", "リスクの内訳"),
    columns: &[
        ("asset", "/asset", "Yagura id", "Yagura識別子", Kind::Text),
        ("name", "/name", "Name", "設備名", Kind::Text),
        ("band", "/band", "Risk", "リスク区分", Kind::Text),
        ("score_low", "/score/low", "Score, at best", "スコア（下限）", Kind::Decimal),
        ("score", "/score/value", "Score", "スコア", Kind::Decimal),
        ("score_high", "/score/high", "Score, at worst", "スコア（上限）", Kind::Decimal),
        ("likelihood", "/likelihood", "Likelihood", "発生可能性", Kind::Decimal),
        ("impact", "/impact", "Impact", "影響度", Kind::Decimal),
        ("term", "/kind", "Factor", "要因", Kind::Text),
        ("basis", "/basis", "Basis", "判定の根拠", Kind::Text),
        ("reference", "/reference", "Which", "対象", Kind::Text),
        ("threat", "/threat", "Threat", "脅威", Kind::Decimal),
        ("confidence", "/confidence", "Confidence", "信頼度", Kind::Decimal),
        ("way", "/way", "Way", "到達性", Kind::Decimal),
        ("factor", "/factor", "Left by controls", "対策後の残存", Kind::Decimal),
        ("value", "/value/value", "Value", "値", Kind::Decimal),
        ("share", "/share", "Share", "寄与率", Kind::Decimal),
    ],
};

pub(super) static PATCHES: Columns = Columns {
    title: Title::new("Update advice", "セキュリティ更新アドバイス"),
    columns: &[
        ("asset", "/asset", "Yagura id", "Yagura識別子", Kind::Text),
        ("name", "/name", "Name", "設備名", Kind::Text),
        ("line", "/line", "Line", "ライン", Kind::Text),
        ("vendor", "/vendor", "Manufacturer", "メーカー", Kind::Text),
        ("product", "/product", "Product", "製品", Kind::Text),
        ("installed", "/installed", "Version that runs", "現在の版", Kind::Text),
        ("step", "/step", "Step", "対応", Kind::Text),
        ("version", "/version", "Version to install", "更新先の版", Kind::Text),
        ("mitigations", "/mitigations", "Instead, or until then", "緩和策", Kind::Texts),
        ("stop", "/stop", "Needs a stop", "停止の要否", Kind::Text),
        ("minutes", "/minutes", "Minutes", "所要時間（分）", Kind::Integer),
        ("decision", "/decision", "How soon to act", "対応の緊急度", Kind::Text),
        ("mitigate_by", "/mitigate_by", "Mitigate by", "緩和の期限", Kind::Time),
        ("patch_by", "/patch_by", "Update by", "更新の期限", Kind::Time),
        ("review_by", "/review_by", "Review by", "見直しの期限", Kind::Time),
        ("state", "/state", "State (IEC TR 62443-2-3)", "状態（IEC TR 62443-2-3）", Kind::Text),
        ("deferred_until", "/deferral/until", "Deferred until", "延期の期限", Kind::Time),
        ("deferral_owner", "/deferral/owner", "Deferral answered by", "延期の責任者", Kind::Text),
        ("deferral_reason", "/deferral/reason", "Deferred because", "延期の理由", Kind::Text),
        ("fit", "/fit", "When it can be done", "実施時期", Kind::Text),
        ("waits_for", "/waits_for", "Waits for", "待機の理由", Kind::Text),
        ("stop_from", "/window/from", "Stop from", "停止の開始", Kind::Time),
        ("stop_to", "/window/to", "Stop until", "停止の終了", Kind::Time),
        ("advisories", "/advisories", "Advisories", "アドバイザリ", Kind::Texts),
        ("weaknesses", "/weaknesses", "Weaknesses", "脆弱性番号", Kind::Texts),
        ("remaining", "/remaining", "Not mended by it", "更新後も残る脆弱性", Kind::Texts),
        ("exploited", "/exploited", "Known exploited", "悪用確認済み", Kind::Integer),
        ("band", "/band", "Risk", "リスク区分", Kind::Text),
        ("score", "/score", "Score", "スコア", Kind::Decimal),
    ],
};

/// The table of rows.
pub(super) fn table(columns: &Columns, rows: &[Value]) -> Table {
    let column = |(key, _, english, japanese, kind): &Each| Column {
        key: (*key).into(),
        title: Title::new(english, japanese),
        kind: *kind,
    };
    let row = |row: &Value| {
        let cell = |(_, place, _, _, kind): &Each| {
            row.pointer(place).map_or(Cell::Empty, |value| cell(value, *kind))
        };
        columns.columns.iter().map(cell).collect()
    };
    Table {
        title: columns.title.clone(),
        columns: columns.columns.iter().map(column).collect(),
        rows: rows.iter().map(row).collect(),
    }
}

fn cell(value: &Value, kind: Kind) -> Cell {
    match value {
        Value::Bool(value) => Cell::Boolean(*value),
        Value::Number(number) if kind == Kind::Decimal => {
            number.as_f64().map_or_else(|| Cell::Text(number.to_string()), Cell::Decimal)
        }
        // Counts beyond 2⁶³ do not occur; text loses none of their digits.
        Value::Number(number) => {
            number.as_i64().map_or_else(|| Cell::Text(number.to_string()), Cell::Integer)
        }
        Value::String(text) if text.is_empty() => Cell::Empty,
        Value::String(text) if kind == Kind::Time => {
            text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Time)
        }
        Value::String(text) if kind == Kind::Date => {
            text.parse().map_or_else(|_| Cell::Text(text.clone()), Cell::Date)
        }
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(values) => {
            Cell::Texts(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::Null | Value::Object(_) => Cell::Empty,
    }
}

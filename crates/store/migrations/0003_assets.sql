-- Assets as the living model tells them, where people placed them, and what people say about them.
CREATE TABLE IF NOT EXISTS assets (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    role TEXT NOT NULL,
    level TEXT NOT NULL,
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    order_number TEXT NOT NULL,
    firmware TEXT NOT NULL,
    hardware TEXT NOT NULL,
    serial TEXT NOT NULL,
    os TEXT NOT NULL,
    address TEXT NOT NULL,
    address_key TEXT NOT NULL,
    hearing TEXT NOT NULL,
    network TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    floor_name TEXT NOT NULL DEFAULT '',
    line TEXT NOT NULL DEFAULT '',
    cell TEXT NOT NULL DEFAULT '',
    system TEXT NOT NULL DEFAULT '',
    zone TEXT NOT NULL DEFAULT '',
    building TEXT NOT NULL DEFAULT '',
    panel TEXT NOT NULL DEFAULT '',
    switch_port TEXT NOT NULL DEFAULT '',
    equipment_number TEXT NOT NULL DEFAULT '',
    owner TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '',
    confirmed_by TEXT NOT NULL DEFAULT '',
    confirmed_at BIGINT,
    merged_into TEXT NOT NULL DEFAULT '',
    heard_text TEXT NOT NULL,
    placed_text TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS assets_by_name ON assets (name, id);
CREATE INDEX IF NOT EXISTS assets_by_line ON assets (line);
CREATE INDEX IF NOT EXISTS assets_by_zone ON assets (zone);
-- Beside the row, so that a list does not read past it.
CREATE TABLE IF NOT EXISTS asset_documents (
    asset TEXT NOT NULL PRIMARY KEY REFERENCES assets (id),
    document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS asset_addresses (
    network TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    asset TEXT NOT NULL REFERENCES assets (id),
    since BIGINT NOT NULL,
    PRIMARY KEY (network, kind, address)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asset_addresses_by_asset ON asset_addresses (asset);
CREATE TABLE IF NOT EXISTS asset_overrides (
    asset TEXT NOT NULL REFERENCES assets (id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (asset, field)
);
CREATE TABLE IF NOT EXISTS asset_notes (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    text TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS asset_notes_by_asset ON asset_notes (asset, made_at);
CREATE TABLE IF NOT EXISTS asset_regroupings (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    asset TEXT NOT NULL REFERENCES assets (id),
    other TEXT NOT NULL REFERENCES assets (id),
    moved TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    undone_by TEXT NOT NULL,
    undone_at BIGINT
);
CREATE TABLE IF NOT EXISTS asset_files (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS asset_files_by_asset ON asset_files (asset);
CREATE TABLE IF NOT EXISTS asset_file_contents (
    file TEXT NOT NULL PRIMARY KEY REFERENCES asset_files (id),
    bytes BLOB NOT NULL
);
-- What other systems say of assets.
CREATE TABLE IF NOT EXISTS claims (
    asset TEXT NOT NULL REFERENCES assets (id),
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    first_said BIGINT NOT NULL,
    last_said BIGINT NOT NULL,
    PRIMARY KEY (asset, source, key, value)
) WITHOUT ROWID;

-- Patches of assets: each step of IEC TR 62443-2-3 and each deferral is a row that is never changed.
CREATE TABLE IF NOT EXISTS patch_events (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS patch_events_by_asset ON patch_events (asset, version);

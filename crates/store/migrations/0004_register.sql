-- The plant's own register: what it expects, how it came in, and how to take it back.
CREATE TABLE IF NOT EXISTS register_rows (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    import TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    name TEXT NOT NULL,
    mac TEXT NOT NULL,
    ip TEXT NOT NULL,
    serial TEXT NOT NULL,
    asset TEXT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS register_rows_by_state ON register_rows (state, id);
CREATE INDEX IF NOT EXISTS register_rows_by_asset ON register_rows (asset);
CREATE TABLE IF NOT EXISTS imports (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    file_name TEXT NOT NULL,
    state TEXT NOT NULL,
    preview TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at BIGINT,
    undone_by TEXT NOT NULL,
    undone_at BIGINT
);
-- What stood there before an import: `before` is empty where nothing did.
CREATE TABLE IF NOT EXISTS import_undo (
    import TEXT NOT NULL REFERENCES imports (id),
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (import, sequence)
);

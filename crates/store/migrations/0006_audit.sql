-- What was done, by whom; each row carries the hash of the row before.
CREATE TABLE IF NOT EXISTS audit_entries (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    before_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS audit_entries_by_at ON audit_entries (at);
CREATE TABLE IF NOT EXISTS audit_heads (
    sequence BIGINT NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL,
    at BIGINT NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL
);

-- What keeps the product running: settings, sensors, deliveries, history catalogue, jobs, retention, views.
CREATE TABLE IF NOT EXISTS settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS sensors (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    interfaces TEXT NOT NULL,
    certificate TEXT NOT NULL,
    version TEXT NOT NULL,
    enrolled_at BIGINT,
    revoked_at BIGINT,
    last_batch BIGINT NOT NULL,
    last_batch_at BIGINT
);
CREATE TABLE IF NOT EXISTS webhooks (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    secret BLOB NOT NULL,
    kinds TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    last_revision BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    webhook TEXT NOT NULL REFERENCES webhooks (id),
    revision BIGINT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (webhook, revision)
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, next_at);
CREATE TABLE IF NOT EXISTS history_files (
    kind TEXT NOT NULL,
    hour BIGINT NOT NULL,
    shard BIGINT NOT NULL,
    path TEXT NOT NULL,
    rows BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    crc BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, hour, shard)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    unique_key TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    every BIGINT NOT NULL,
    lease_holder TEXT NOT NULL,
    lease_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    last_error TEXT NOT NULL,
    last_done_at BIGINT
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due_at);
CREATE TABLE IF NOT EXISTS retention (
    kind TEXT NOT NULL PRIMARY KEY,
    keep_days BIGINT NOT NULL,
    bytes_max BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS views (
    user_id TEXT NOT NULL REFERENCES users (id),
    page TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    shared BIGINT NOT NULL,
    PRIMARY KEY (user_id, page, name)
);
-- Captures of watched folders.
CREATE TABLE IF NOT EXISTS captures_read (
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    batches BIGINT NOT NULL,
    read_at BIGINT,
    remark TEXT NOT NULL,
    PRIMARY KEY (path, bytes, modified_at)
) WITHOUT ROWID;

CREATE TABLE asset_addresses (
    network TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    asset TEXT NOT NULL REFERENCES assets (id),
    since BIGINT NOT NULL,
    PRIMARY KEY (network, kind, address)
) WITHOUT ROWID;
CREATE TABLE asset_documents (
    asset TEXT NOT NULL PRIMARY KEY REFERENCES assets (id),
    document TEXT NOT NULL
);
CREATE TABLE asset_file_contents (
    file TEXT NOT NULL PRIMARY KEY REFERENCES asset_files (id),
    bytes BLOB NOT NULL
);
CREATE TABLE asset_files (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE asset_notes (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    text TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE asset_overrides (
    asset TEXT NOT NULL REFERENCES assets (id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL, heard TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (asset, field)
);
CREATE TABLE asset_regroupings (
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
CREATE TABLE assets (
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
CREATE TABLE audit_entries (
    sequence INTEGER NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    before_hash BLOB NOT NULL,
    hash BLOB NOT NULL
);
CREATE TABLE audit_heads (
    sequence INTEGER NOT NULL PRIMARY KEY,
    hash BLOB NOT NULL,
    at BIGINT NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL
);
CREATE TABLE calendars (
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (site, name)
);
CREATE TABLE captures_read (
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    batches BIGINT NOT NULL,
    read_at BIGINT,
    remark TEXT NOT NULL,
    PRIMARY KEY (path, bytes, modified_at)
) WITHOUT ROWID;
CREATE TABLE cells (
    id TEXT NOT NULL PRIMARY KEY,
    line TEXT NOT NULL REFERENCES lines (id),
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE changes (
    revision INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    action TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE TABLE claims (
    asset TEXT NOT NULL REFERENCES assets (id),
    source TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    confidence BIGINT NOT NULL,
    first_said BIGINT NOT NULL,
    last_said BIGINT NOT NULL,
    PRIMARY KEY (asset, source, key, value)
) WITHOUT ROWID;
CREATE TABLE consequences (
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, object)
);
CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE TABLE deliveries (
    webhook TEXT NOT NULL REFERENCES webhooks (id),
    revision BIGINT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (webhook, revision)
);
CREATE TABLE enrolment_links (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    document TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE grants (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    until BIGINT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE history_files (
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
CREATE TABLE import_undo (
    import TEXT NOT NULL REFERENCES imports (id),
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (import, sequence)
);
CREATE TABLE imports (
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
CREATE TABLE jobs (
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
CREATE TABLE lines (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    calendar TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE login_throttles (
    key TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);
CREATE TABLE map_places (
    site TEXT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    rank BIGINT NOT NULL,
    PRIMARY KEY (site, lane, kind, name)
);
CREATE TABLE networks (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    zone TEXT NOT NULL,
    model_key TEXT NOT NULL,
    interfaces TEXT NOT NULL,
    vlans TEXT NOT NULL,
    prefixes TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE patch_events (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    version TEXT NOT NULL,
    kind TEXT NOT NULL,
    document TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE read_marks (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    read_until BIGINT NOT NULL
);
CREATE TABLE register_rows (
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
CREATE TABLE retention (
    kind TEXT NOT NULL PRIMARY KEY,
    keep_days BIGINT NOT NULL,
    bytes_max BIGINT NOT NULL
);
CREATE TABLE risk_assessments (
    asset TEXT NOT NULL PRIMARY KEY,
    day BIGINT NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE risk_days (
    day INTEGER NOT NULL PRIMARY KEY,
    method TEXT NOT NULL,
    taken_at BIGINT NOT NULL
);
CREATE TABLE risk_methods (
    version TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE risk_snapshots (
    asset TEXT NOT NULL,
    day BIGINT NOT NULL,
    document TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (asset, day)
);
CREATE TABLE saved_views (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    noun TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    shared BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (user_id, noun, name)
);
CREATE TABLE schema_steps (number BIGINT NOT NULL PRIMARY KEY);
CREATE TABLE sensors (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    interfaces TEXT NOT NULL,
    certificate TEXT NOT NULL,
    version TEXT NOT NULL,
    enrolled_at BIGINT,
    revoked_at BIGINT,
    last_batch BIGINT NOT NULL,
    last_batch_at BIGINT
, first_capture BIGINT NOT NULL DEFAULT 0);
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    method TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    csrf_hash TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE sign_offs (
    site TEXT NOT NULL,
    step TEXT NOT NULL,
    note TEXT NOT NULL,
    found TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    signer TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    PRIMARY KEY (site, step)
);
CREATE TABLE sites (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE systems (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    mail TEXT NOT NULL,
    language TEXT NOT NULL,
    origin TEXT NOT NULL,
    subject TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    password_changed_at BIGINT,
    totp_secret BLOB,
    totp_step BIGINT NOT NULL,
    passkeys TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    last_login_at BIGINT
);
CREATE TABLE weakness_decisions (
    id TEXT NOT NULL PRIMARY KEY,
    asset TEXT NOT NULL REFERENCES assets (id),
    weakness TEXT NOT NULL,
    state TEXT NOT NULL,
    justification TEXT NOT NULL,
    reason TEXT NOT NULL,
    until BIGINT,
    firmware TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at BIGINT
);
CREATE TABLE webhooks (
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
CREATE TABLE zones (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    security_target BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX asset_addresses_by_asset ON asset_addresses (asset);
CREATE INDEX asset_files_by_asset ON asset_files (asset);
CREATE INDEX asset_notes_by_asset ON asset_notes (asset, made_at);
CREATE INDEX assets_by_line ON assets (line);
CREATE INDEX assets_by_name ON assets (name, id);
CREATE INDEX assets_by_zone ON assets (zone);
CREATE INDEX audit_entries_by_at ON audit_entries (at);
CREATE INDEX deliveries_due ON deliveries (state, next_at);
CREATE INDEX grants_by_user ON grants (user_id);
CREATE INDEX jobs_due ON jobs (due_at);
CREATE INDEX patch_events_by_asset ON patch_events (asset, version);
CREATE INDEX register_rows_by_asset ON register_rows (asset);
CREATE INDEX register_rows_by_state ON register_rows (state, id);
CREATE INDEX risk_snapshots_by_day ON risk_snapshots (day);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX users_by_subject ON users (origin, subject);
CREATE INDEX weakness_decisions_by_asset ON weakness_decisions (asset, weakness);

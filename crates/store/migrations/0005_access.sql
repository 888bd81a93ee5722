-- Who may come in: people, machines, their credentials (hashes only), roles and log-ins.
CREATE TABLE IF NOT EXISTS users (
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
CREATE INDEX IF NOT EXISTS users_by_subject ON users (origin, subject);
CREATE TABLE IF NOT EXISTS grants (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    scope TEXT NOT NULL,
    until BIGINT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS grants_by_user ON grants (user_id);
CREATE TABLE IF NOT EXISTS enrolment_links (
    hash TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject TEXT NOT NULL,
    document TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE TABLE IF NOT EXISTS sessions (
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
CREATE INDEX IF NOT EXISTS sessions_by_user ON sessions (user_id);
CREATE TABLE IF NOT EXISTS tokens (
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
CREATE TABLE IF NOT EXISTS login_throttles (
    key TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);

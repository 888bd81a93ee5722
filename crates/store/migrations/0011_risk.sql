-- Weaknesses and risk: what people decided, and what was computed day by day. A row of `risk_snapshots` stands until the
-- next row of its asset: risk that does not change takes no room.
CREATE TABLE IF NOT EXISTS weakness_decisions (
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
CREATE INDEX IF NOT EXISTS weakness_decisions_by_asset ON weakness_decisions (asset, weakness);
CREATE TABLE IF NOT EXISTS consequences (
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (kind, object)
);
CREATE TABLE IF NOT EXISTS risk_methods (
    version TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    maker TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS risk_days (
    day BIGINT NOT NULL PRIMARY KEY,
    method TEXT NOT NULL,
    taken_at BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS risk_snapshots (
    asset TEXT NOT NULL,
    day BIGINT NOT NULL,
    document TEXT NOT NULL,
    reasons TEXT NOT NULL,
    PRIMARY KEY (asset, day)
);
CREATE INDEX IF NOT EXISTS risk_snapshots_by_day ON risk_snapshots (day);
CREATE TABLE IF NOT EXISTS risk_assessments (
    asset TEXT NOT NULL PRIMARY KEY,
    day BIGINT NOT NULL,
    document TEXT NOT NULL
);

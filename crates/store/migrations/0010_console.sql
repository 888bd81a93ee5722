-- Records that people make in the console: commissioning signed off step by step, where the boxes of the map stand, and
-- how far a person has read.
CREATE TABLE IF NOT EXISTS sign_offs (
    site TEXT NOT NULL,
    step TEXT NOT NULL,
    note TEXT NOT NULL,
    found TEXT NOT NULL,
    signed_by TEXT NOT NULL,
    signer TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    PRIMARY KEY (site, step)
);
CREATE TABLE IF NOT EXISTS map_places (
    site TEXT NOT NULL,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    rank BIGINT NOT NULL,
    PRIMARY KEY (site, lane, kind, name)
);
CREATE TABLE IF NOT EXISTS read_marks (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    read_until BIGINT NOT NULL
);

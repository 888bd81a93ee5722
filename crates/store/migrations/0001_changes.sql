-- Counters that give numbers in the order of commits, and the feed of what changed.
CREATE TABLE IF NOT EXISTS counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS changes (
    revision BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    action TEXT NOT NULL,
    at BIGINT NOT NULL
);

-- The plant: site, lines, cells, logical systems, zones, networks, calendars.
CREATE TABLE IF NOT EXISTS sites (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS lines (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    calendar TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS cells (
    id TEXT NOT NULL PRIMARY KEY,
    line TEXT NOT NULL REFERENCES lines (id),
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    position BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS systems (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS zones (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    security_target BIGINT NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS networks (
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
CREATE TABLE IF NOT EXISTS calendars (
    site TEXT NOT NULL REFERENCES sites (id),
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (site, name)
);

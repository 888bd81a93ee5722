-- Views that people save, each with an id of its own. Nothing ever wrote the table that this one replaces.
CREATE TABLE IF NOT EXISTS saved_views (
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
DROP TABLE IF EXISTS views;

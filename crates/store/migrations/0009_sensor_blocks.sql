-- A remote sensor owns a block of capture numbers, so that a number means one port of one sensor.
ALTER TABLE sensors ADD COLUMN IF NOT EXISTS first_capture BIGINT NOT NULL DEFAULT 0;

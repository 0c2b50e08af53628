-- What one answered list lacked while a second one is waited for: the bounds of its absence. Null = the last answered list had it.
ALTER TABLE resource ADD COLUMN missing_after timestamptz(3), ADD COLUMN missing_by timestamptz(3);

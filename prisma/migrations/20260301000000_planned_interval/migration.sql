-- every_seconds is the interval in force. configured_seconds: the configured one, null = the same. plan: why the one in force is longer,
-- and what would shorten it; null = it is as configured.
ALTER TABLE poll_schedule
  ADD COLUMN IF NOT EXISTS configured_seconds double precision,
  ADD COLUMN IF NOT EXISTS plan jsonb;

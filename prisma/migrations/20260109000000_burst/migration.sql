-- A stretch in which a source is polled faster than it is meant to be: after its first adverse sample, or because somebody watches.
ALTER TABLE poll_schedule
  ADD COLUMN burst_every_seconds double precision,
  ADD COLUMN burst_until timestamptz(6),
  ADD COLUMN burst_reason text,
  ADD CONSTRAINT poll_schedule_burst_check CHECK (
    num_nulls(burst_every_seconds, burst_until, burst_reason) IN (0, 3) AND burst_every_seconds > 0
    AND burst_reason IN ('adverse', 'watch'));

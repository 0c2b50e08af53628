-- Leases of work that one process does at a time (alerting, watchdog, planning, jobs): they end by this database's clock, whatever
-- became of the holder. See lib/platform/leases/work-lease.ts.
CREATE TABLE work_lease (
  name text PRIMARY KEY,
  holder text,
  epoch bigint NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  renewed_at timestamptz(3) NOT NULL
);

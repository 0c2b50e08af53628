-- When each job of the workers is due: the only timetable of jobs (ADR 0253). Its lease is the row of work_lease with its name.
-- The schema pgboss, which workers of the former version still use, is left as it is: a later release drops it.
CREATE TABLE job (
  name text PRIMARY KEY,
  -- by its schedule, or earlier because somebody asked for it
  next_at timestamptz NOT NULL,
  -- when a run that has not ended well is repeated; since its start, while it runs: whoever gets its lease repeats it. NULL = there is none
  again_at timestamptz,
  -- begun since the last run that ended well or was given up
  attempts integer NOT NULL DEFAULT 0
);

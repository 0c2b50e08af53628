-- Bytes over time, derived from raw samples and kept long after them. How: docs/rules/usage.md.

-- One thing whose bytes are added up. basis: counter (readings of a cumulative counter; path as in "counter") or metric (Azure
-- Monitor's bit rates; path primary, secondary, or '' where Azure names neither).
-- carry: counter only, the readings that the next ones are compared with. rolled_up_to: counter: start of the newest reading that
-- is in; metric: begin of the newest 5-minute bucket.
CREATE TABLE usage_series (
  id           serial PRIMARY KEY,
  source_id    integer NOT NULL REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  path         text NOT NULL,
  basis        text NOT NULL CHECK (basis IN ('counter', 'metric')),
  carry        jsonb,
  rolled_up_to timestamptz(3),
  UNIQUE (source_id, basis, path)
) WITH (fillfactor = 50);

-- step: 1 = 5 minutes, 2 = hour, 3 = day, 4 = billing month, all UTC. covered: milliseconds of the bucket that the bytes tell of.
-- at_least: a reset fell in. A bucket of which nothing is known has no row.
CREATE TABLE usage_bucket (
  source_id      integer NOT NULL,
  series_id      integer NOT NULL,
  starts_at      timestamptz(3) NOT NULL,
  in_covered_ms  bigint NOT NULL,
  out_covered_ms bigint NOT NULL,
  step           smallint NOT NULL CHECK (step BETWEEN 1 AND 4),
  in_at_least    boolean NOT NULL DEFAULT false,
  out_at_least   boolean NOT NULL DEFAULT false,
  bytes_in       numeric NOT NULL,
  bytes_out      numeric NOT NULL,
  PRIMARY KEY (source_id, series_id, step, starts_at)
) WITH (fillfactor = 90);

-- Growth between two readings that are too far apart to say when in between it was: in no bucket above; readers add it to those
-- buckets that hold it wholly.
CREATE TABLE usage_gap (
  source_id integer NOT NULL,
  series_id integer NOT NULL,
  direction text NOT NULL CHECK (direction IN ('in', 'out')),
  from_at   timestamptz(3) NOT NULL,
  to_at     timestamptz(3) NOT NULL,
  bytes     numeric NOT NULL,
  reset     boolean NOT NULL,
  PRIMARY KEY (source_id, series_id, direction, from_at),
  CHECK (to_at >= from_at)
);

-- How far back the bit rates of a source have been fetched: everything from reached_at to begun_at has been asked for.
CREATE TABLE metric_backfill (
  source_id    integer PRIMARY KEY REFERENCES source (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  begun_at     timestamptz(3) NOT NULL,
  reached_at   timestamptz(3) NOT NULL,
  goal_at      timestamptz(3) NOT NULL,
  retry_at     timestamptz(3) NOT NULL,
  last_outcome text,
  CHECK (goal_at <= reached_at AND reached_at <= begun_at)
) WITH (fillfactor = 50);
